"""What must be typed for a service case: the changes by kind, and the forms of its steps. Pure."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.kernel.i18n import T


def _field(zh: str, en: str, default: Any = ..., *, help: T | None = None, extra: Any = None, **limits: Any) -> Any:
    shown: dict[str, Any] = {"zh": zh, "en": en, **(extra or {})}
    if help is not None:
        shown["description"] = help.both()
    return Field(default, json_schema_extra=shown, **limits)


def _choice(zh: str, en: str, options: Mapping[str, T], default: Any = ...) -> Any:
    extra = {"enum": list(options), "labels": {code: label.both() for code, label in options.items()}}
    return _field(zh, en, default, extra=extra, pattern="^(" + "|".join(options) + ")$")


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Address(Form):
    """改地址 (R038, R158): name and phone only when they change too."""

    kind: Literal["address"] = "address"
    receiver_address: str = _field("新地址", "New address", min_length=6, max_length=200, extra={"x-kind": "textarea"})
    receiver_name: str = _field("收件人（不变不填）", "Receiver, if it changes", "", max_length=60)
    receiver_phone: str = _field(
        "电话（不变不填）", "Phone, if it changes", "", max_length=20, pattern=r"^$|^[0-9+\-* ]{7,20}$"
    )


class Attribute(Form):
    """改颜色、尺码 (R037): which line becomes what."""

    kind: Literal["attribute"] = "attribute"
    line: int = _field("商品", "Item")
    sku: str = _field("改成", "Change to", min_length=1, max_length=120, help=T("例：红色;L", "For example 红色;L"))
    sku_code: str = _field("商家编码", "SKU code", "", max_length=64)


class Courier(Form):
    """指定快递 (R042)."""

    kind: Literal["courier"] = "courier"
    carrier: str = _field("客户要发的快递", "Courier the buyer wants", min_length=2, max_length=40)


class InvoiceTitle(Form):
    """发票：必须问抬头 (R043)."""

    kind: Literal["invoice_title"] = "invoice_title"
    title: str = _field("发票抬头", "Invoice title", min_length=2, max_length=100)
    tax_no: str = _field(
        "税号（企业必填）", "Tax number of a company", "", max_length=20, pattern=r"^$|^[0-9A-Z]{15,20}$"
    )


class CardText(Form):
    """贺卡：必须问内容 (R044)."""

    kind: Literal["card_text"] = "card_text"
    text: str = _field("贺卡内容", "Text of the card", min_length=1, max_length=120, extra={"x-kind": "textarea"})


class DeliverySlot(Form):
    """送货时间：必须问什么时间段 (R045)."""

    kind: Literal["delivery_slot"] = "delivery_slot"
    slot: str = _field("送货时间段", "Time slot", min_length=2, max_length=60)


class Other(Form):
    """其他特殊要求 (R046)."""

    kind: Literal["other"] = "other"
    request: str = _field("客户要求", "What the buyer asks", min_length=2, max_length=120, extra={"x-kind": "textarea"})


Change = Annotated[
    Address | Attribute | Courier | InvoiceTitle | CardText | DeliverySlot | Other, Field(discriminator="kind")
]
CHANGE_FORMS: dict[str, type[Form]] = {
    "address": Address,
    "attribute": Attribute,
    "courier": Courier,
    "invoice_title": InvoiceTitle,
    "card_text": CardText,
    "delivery_slot": DeliverySlot,
    "other": Other,
}


class Changes(Form):
    """What an order_change is about; one of a kind each, several attributes for several lines."""

    changes: list[Change] = Field(min_length=1, max_length=10)


class Word(Form):
    """A step that needs nothing but, perhaps, a word inside the shop."""

    note: str = _field("内部说明", "Internal note", "", max_length=200)


class Changed(Word):
    """R158, C04: a remark alone is no change; it is changed in the platform's back end first."""

    backend: bool = _field("已在平台后台 / ERP 改好并保存", "Changed and saved in the shop back end or ERP", False)


BUYER_WAYS = {
    "chat": T("聊天确认", "In the chat"),
    "phone": T("电话确认", "By phone"),
    "sms": T("短信确认", "By text message"),
}


class Confirmed(Word):
    """与客户确认 (R040): how she said yes."""

    how: str = _choice("客户怎么确认的", "How the buyer confirmed", BUYER_WAYS, "chat")


class HandOver(Word):
    """交回 (R051): who took it, by name."""

    took: str = _field("接收人（客服）", "Taken by", min_length=1, max_length=64)


class Settle(Word):
    """R052: what became of what was fetched back."""

    how: str = _choice(
        "处理",
        "What became of it",
        {"destroyed": T("单据已撕毁", "Papers destroyed"), "restocked": T("包裹已入库", "Restocked")},
    )


class TakeOver(Form):
    """售后接手 (R053, R059): what after-sales did or opened."""

    note: str = _field("怎么处理的（单号或说明）", "What was done", min_length=2, max_length=200)


class CourierSigns(Word):
    """R076, R077: copy 1 signed and kept by the clerk, copy 2 taken along by the courier."""

    courier_name: str = _field("快递员姓名", "Courier's name", min_length=1, max_length=40)
    copy_kept: bool = _field("第一联已签字并由我保管", "Copy 1 is signed and kept by me", False)
    copy_given: bool = _field("第二联已交快递带回", "Copy 2 went with the courier", False)


class ParcelBack(Word):
    """R078, R079: the signed slip is exchanged for the parcel; 原包裹已收到, name and date."""

    received: bool = _field("原包裹已收到", "The original parcel is here", False)
    slip_exchanged: bool = _field("已用签过字的退回单换回包裹", "The signed slip was exchanged for the parcel", False)
    condition: str = _choice(
        "包裹状况", "Condition", {"whole": T("完好未拆", "Whole, unopened"), "damaged": T("破损", "Damaged")}, "whole"
    )


class FallBack(Word):
    """快递拒绝撤回 (flow 3): what is done instead."""

    way: str = _choice(
        "改走哪条路",
        "What instead",
        {
            "refuse_delivery": T("请买家拒收，包裹自动退回", "The buyer refuses delivery"),
            "return": T("买家收货后退货", "The buyer returns it after delivery"),
        },
    )
