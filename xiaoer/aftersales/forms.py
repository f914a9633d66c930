"""What must be typed for each move: pydantic forms with labels in both languages. Pure.

The workbench and the buyer's page draw these as they are; a field named `*_fen` is money, `photos` are upload ids.
"""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.aftersales.reasons import CHANNELS, FAULTS, PARCEL_REFUSALS, REASONS, REFUSALS
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import CARRIERS

_MOST_PHOTOS = 9
"""A guard against floods; how many a case may carry is the rule `upload_max_per_case`."""


def _field(zh: str, en: str, default: Any = ..., *, help: T | None = None, extra: Any = None, **limits: Any) -> Any:
    shown: dict[str, Any] = {"zh": zh, "en": en, **(extra or {})}
    if help is not None:
        shown["description"] = help.both()
    return Field(default, json_schema_extra=shown, **limits)


def _choice(zh: str, en: str, options: Mapping[str, T], default: Any = ..., *, help: T | None = None) -> Any:
    """A field whose value is one of `options`; the labels travel with the schema."""
    extra = {"enum": list(options), "labels": {code: label.both() for code, label in options.items()}}
    pattern = "^(" + "|".join(options) + ")$"
    return _field(zh, en, default, help=help, extra=extra, pattern=pattern)


def _photos(zh: str = "照片", en: str = "Photos") -> Any:
    return Field(default_factory=list, max_length=_MOST_PHOTOS, json_schema_extra={"zh": zh, "en": en})


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class LineQty(Form):
    """How many pieces of one bought line."""

    line: int = _field("商品", "Line")
    qty: int = _field("数量", "Quantity", ge=1)


class Ask(Form):
    """The buyer's application (R838, R847): reason, amount, explanation, proof."""

    reason: str = _choice("原因", "Reason", {code: reason.label for code, reason in REASONS.items()})
    lines: list[LineQty] = Field(min_length=1, json_schema_extra={"zh": "商品", "en": "Goods"})
    amount_fen: int | None = _field(
        "退款金额", "Amount", None, ge=0, help=T("留空按可退最高金额", "Empty: the most that can be paid back")
    )
    note: str = _field("说明", "Explanation", "", max_length=500)
    photos: list[int] = _photos("凭证照片", "Photos as proof")


class Amend(Form):
    """The buyer changes her application; what is left out stays as it was."""

    reason: str | None = _choice("原因", "Reason", {code: reason.label for code, reason in REASONS.items()}, None)
    amount_fen: int | None = _field("退款金额", "Amount", None, ge=0)
    note: str | None = _field("说明", "Explanation", None, max_length=500)
    photos: list[int] = _photos("补充凭证", "More photos as proof")


class Note(Form):
    """A move that needs nothing but, perhaps, a word inside the shop."""

    note: str = _field(
        "内部备注", "Internal note", "", max_length=500, help=T("买家看不到", "The buyer does not see it")
    )


class Word(Form):
    """A move of the buyer's with, perhaps, a word of explanation."""

    note: str = _field("说明", "Remark", "", max_length=500)


class Escalate(Form):
    """The buyer calls the platform in (申请平台介入)."""

    text: str = _field("申请平台介入的理由", "Why the platform should step in", "", max_length=500)


class Approve(Note):
    """The seller agrees: the return address is shown from now on (R841, R844)."""

    responsibility: str | None = _choice(
        "责任方",
        "Whose fault",
        FAULTS,
        None,
        help=T("决定运费由谁承担；留空按退货原因", "Decides who pays freight; empty: by the reason"),
    )
    verified: bool = _field(
        "已核实凭证",
        "Proof was checked",
        False,
        help=T("质量类申请须核实照片后再同意", "Quality claims: agree only after checking the photos"),
    )


class Refuse(Note):
    """The seller refuses; the explanation is what the buyer reads."""

    why: str = _choice("拒绝理由", "Reason of the refusal", REFUSALS)
    explanation: str = _field(
        "给买家的说明",
        "Explanation for the buyer",
        min_length=2,
        max_length=500,
        help=T("说明原因并给出替代方案", "Say why and offer an alternative"),
    )
    photos: list[int] = _photos("凭证照片", "Photos as proof")


class Ship(Form):
    """The buyer has posted the goods: carrier and waybill number (R091, R290)."""

    carrier: str = _field(
        "快递公司",
        "Carrier",
        extra={"enum": list(CARRIERS), "labels": {code: one.label.both() for code, one in CARRIERS.items()}},
    )
    waybill: str = _field(
        "退货运单号",
        "Waybill number",
        min_length=4,
        max_length=40,
        help=T("填错会导致运费险不予理赔", "A wrong number voids the freight insurance"),
    )
    freight_fen: int | None = _field("垫付运费", "Freight paid in advance", None, ge=0)
    freight_collect: bool = _field(
        "到付", "Freight collect", False, help=T("到付件一律拒收", "Freight-collect parcels are refused")
    )
    photos: list[int] = _photos("寄件凭证", "Photos of the receipt")


class CorrectWaybill(Form):
    """A mistyped waybill is put right (B27)."""

    carrier: str = _field(
        "快递公司",
        "Carrier",
        extra={"enum": list(CARRIERS), "labels": {code: one.label.both() for code, one in CARRIERS.items()}},
    )
    waybill: str = _field("退货运单号", "Waybill number", min_length=4, max_length=40)


class RejectParcel(Note):
    """The dock does not accept the parcel (拒收), for instance because it comes freight collect (C52, R239)."""

    why: str = _choice("拒收原因", "Why it is not accepted", PARCEL_REFUSALS)


class LineReceived(Form):
    """What came back of one line; partial and damaged are normal."""

    line: int = _field("商品", "Line")
    received: int = _field("实收", "Received", ge=0)
    damaged: int = _field("其中破损", "Damaged", 0, ge=0)


class Receive(Note):
    """Goods arrived at the return dock: counted, model, packaging, tags and service card checked (R672, R089, R237)."""

    lines: list[LineReceived] = Field(json_schema_extra={"zh": "实收数量", "en": "Received"})
    model_ok: bool = _field("款式型号一致", "Right model")
    package_ok: bool = _field("包装完好", "Packaging complete")
    tags_ok: bool = _field("吊牌齐全", "Tags complete")
    card_inside: bool = _field("有售后服务卡", "Service card inside")
    checks: dict[str, bool] = Field(default_factory=dict, json_schema_extra={"zh": "品类检查", "en": "By category"})
    slip: str = _field(
        "服务卡内容",
        "What the card says",
        "",
        max_length=300,
        help=T("ID、联系方式、原因、要换的款式", "ID, reason, wish"),
    )
    photos: list[int] = _photos("收货照片", "Photos of the goods")


class Inspect(Note):
    """The verdict on the goods (验货): may they be sold again, was the claim true (R082, R085)."""

    verdict: Literal["pass", "partial", "fail"] = _field(
        "验货结论",
        "Verdict",
        extra={
            "labels": {
                "pass": {"zh": "合格", "en": "Passed"},
                "partial": {"zh": "部分合格", "en": "Partly"},
                "fail": {"zh": "不合格", "en": "Failed"},
            }
        },
    )
    claim: Literal["confirmed", "not_confirmed", "none"] = _field(
        "买家反映的问题",
        "The buyer's claim",
        "none",
        extra={
            "labels": {
                "confirmed": {"zh": "属实", "en": "Confirmed"},
                "not_confirmed": {"zh": "未发现", "en": "Not found"},
                "none": {"zh": "无质量主张", "en": "None was made"},
            }
        },
    )
    finding: str = _field(
        "验货说明",
        "Finding",
        "",
        max_length=500,
        help=T("不合格时买家会看到", "Shown to the buyer when the goods fail"),
    )
    photos: list[int] = _photos("验货照片", "Photos of the inspection")


class Grant(Note):
    """The refund is granted (应退): goods, and freight where the seller bears it. Empty amounts are worked out."""

    amount_fen: int | None = _field(
        "应退货款",
        "Goods amount",
        None,
        ge=0,
        help=T("留空按实收数量与实付金额计算", "Empty: worked out from pieces received and price paid"),
    )
    freight_out_fen: int | None = _field("应退发货运费", "Outbound freight", None, ge=0)
    freight_back_fen: int | None = _field("应退退货运费", "Return freight", None, ge=0)
    responsibility: str | None = _choice("责任方", "Whose fault", FAULTS, None)
    reason: str = _field(
        "金额说明",
        "Why this amount",
        "",
        max_length=300,
        help=T("改动金额时必填，买家可见", "Needed when the amount differs; the buyer sees it"),
    )


class RejectGoods(Note):
    """The goods failed inspection (验货不符): the buyer is told why and decides."""

    explanation: str = _field("给买家的说明", "Explanation for the buyer", min_length=2, max_length=500)
    photos: list[int] = _photos("凭证照片", "Photos as proof")


class SendBack(Note):
    """The goods go back to the buyer."""

    carrier: str = _field(
        "快递公司",
        "Carrier",
        extra={"enum": list(CARRIERS), "labels": {code: one.label.both() for code, one in CARRIERS.items()}},
    )
    waybill: str = _field("寄回运单号", "Waybill number", min_length=4, max_length=40)


class Pay(Note):
    """Finance has paid (已退): by which channel, under which number."""

    channel: str = _choice("退款渠道", "Channel", CHANNELS)
    reference: str = _field("退款流水号", "Payment reference", min_length=4, max_length=64)


class PlatformWord(Note):
    """What the platform decided, in its words."""

    ruling: str = _field("平台判定说明", "What the platform ruled", "", max_length=500)


class PlatformGrant(Grant):
    """The platform decided that the buyer gets her money."""

    ruling: str = _field("平台判定说明", "What the platform ruled", "", max_length=500)
