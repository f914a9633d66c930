"""What must be typed in an exchange (换货). Pure. R242: style, colour and size; freight; process; receipt time extended."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from xiaoer.aftersales.forms import Form, LineQty, Note, _choice, _field, _photos
from xiaoer.aftersales.reasons import CHANNELS, FAULTS, REASONS
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import CARRIERS

_WHY = {code: reason.label for code, reason in REASONS.items() if "exchange" in reason.kinds}
_WANTED_HELP = T("规格编码；留空表示换同款同规格", "SKU code; empty: the same again")

CHECKS: dict[str, T] = {
    "look": T("款式、颜色、尺码已与买家核对", "Style, colour and size agreed with the buyer"),
    "freight": T("运费由谁承担已告知", "Who bears which freight was told"),
    "process": T(
        "换货流程已告知（先寄回，验货后发出）", "The process was told: goods back first, then the replacement"
    ),
    "receipt": T("已为买家延长收货时间", "The buyer's receipt time was extended"),
}
"""换货要点 (R242). Nothing is sent before all four are confirmed."""


def missing_of(checklist: Mapping[str, Any]) -> list[str]:
    return [one for one in CHECKS if not checklist.get(one)]


class LineLook(LineQty):
    """One bought line, how many pieces, and what they shall be changed to."""

    wanted_sku: str = _field("换成", "Change to", "", max_length=64, help=_WANTED_HELP)


MOST_LINES = 20


class AskExchange(Form):
    """The buyer wants another colour or size, or a whole one instead of a faulty one (R243). `wanted_sku` and `wanted`
    are for one item; with several, every item says its own and becomes a case of its own."""

    reason: str = _choice("换货原因", "Reason", _WHY)
    lines: list[LineLook] = Field(
        min_length=1, max_length=MOST_LINES, json_schema_extra={"zh": "换哪件", "en": "Which item"}
    )
    wanted_sku: str = _field("换成", "Change to", "", max_length=64, help=_WANTED_HELP)
    wanted: str = _field("想换的款式说明", "What is wanted, in words", "", max_length=120)
    note: str = _field("说明", "Explanation", "", max_length=500)
    photos: list[int] = _photos("凭证照片", "Photos as proof")


class AmendExchange(Form):
    """The buyer changes her application; what is left out stays as it was."""

    reason: str | None = _choice("换货原因", "Reason", _WHY, None)
    wanted_sku: str | None = _field("换成", "Change to", None, max_length=64, help=_WANTED_HELP)
    note: str | None = _field("说明", "Explanation", None, max_length=500)
    photos: list[int] = _photos("补充凭证", "More photos as proof")


class _Essentials(Note):
    look: bool = _field("款式颜色尺码已核对", "Style, colour, size agreed", False)
    freight: bool = _field("运费承担已告知", "Freight told", False)
    process: bool = _field("换货流程已告知", "Process told", False)
    receipt_days: int = _field(
        "延长收货天数",
        "Receipt extended by (days)",
        0,
        ge=0,
        help=T("在平台后台延长后填写", "As set with the platform"),
    )


class ApproveExchange(_Essentials):
    """The seller agrees: the return address is shown, the replacement is kept back."""

    responsibility: str | None = _choice("责任方", "Whose fault", FAULTS, None)
    verified: bool = _field("已核实凭证", "Proof was checked", False)
    without_stock: bool = _field(
        "缺货也同意",
        "Agree without stock",
        False,
        help=T("到货再发，或之后转为退货退款", "Sent later, or made a return"),
    )


class CheckOff(_Essentials):
    """The essentials are confirmed one by one."""


class ChangeWanted(Note):
    """Another look than she asked for first."""

    wanted_sku: str = _field("换成", "Change to", "", max_length=64, help=_WANTED_HELP)
    wanted: str = _field("款式说明", "In words", "", max_length=120)


class AskPayment(Note):
    """The replacement is dearer: how much, and why when it is not what the prices say."""

    difference_fen: int | None = _field("应补差价", "Difference", None, ge=1)
    reason: str = _field("金额说明", "Why this amount", "", max_length=300)


class Difference(AskPayment):
    """The replacement is cheaper: how much goes back."""

    difference_fen: int | None = _field("应退差价", "Difference", None, ge=1)


class PaidUp(Note):
    """The buyer's payment arrived."""

    channel: str = _choice("收款渠道", "Channel", {code: CHANNELS[code] for code in ("alipay", "wechat", "bank")})
    reference: str = _field("收款流水号", "Payment reference", min_length=4, max_length=64)


class ToReturn(Note):
    """No stock, or the buyer changed her mind: money instead of a replacement (转为退货退款)."""

    explanation: str = _field("给买家的说明", "Explanation for the buyer", min_length=2, max_length=300)


class Reship(Note):
    """The replacement leaves the warehouse."""

    carrier: str = _field(
        "快递公司",
        "Carrier",
        extra={"enum": list(CARRIERS), "labels": {code: one.label.both() for code, one in CARRIERS.items()}},
    )
    waybill: str = _field("换货运单号", "Waybill number", min_length=4, max_length=40)
