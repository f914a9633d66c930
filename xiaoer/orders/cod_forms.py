"""What is asked and typed when a COD order is confirmed (R315, B33)."""

from typing import Any, Literal

from pydantic import Field

from xiaoer.kernel.i18n import T
from xiaoer.orders.invoice_forms import Form, _field, choice

CHANNELS = {"phone": T("电话", "Phone"), "chat": T("旺旺", "Chat"), "sms": T("短信", "Text message")}
QUESTIONS = {
    "name_ok": T("收货人姓名无误", "The receiver's name is right"),
    "phone_ok": T("联系电话无误", "The phone number is right"),
    "address_ok": T("收货地址无误", "The address is right"),
    "amount_ok": T("应付金额和服务费已告知并同意", "Amount and service fee told and agreed"),
    "receiver_ok": T("有人在家签收并付款", "Somebody is there to receive and pay"),
    "inspect_ok": T("已告知先验货后付款", "Told: inspect first, then pay"),
}
"""确认内容 (B33): each must be answered with yes before the parcel may leave."""
REFUSALS = {
    "changed_mind": T("不想要了", "Changed her mind"),
    "not_ordered": T("不是本人下单", "Did not order it"),
    "price": T("嫌金额或服务费高", "Amount or fee too high"),
    "wrong_data": T("信息有误，要重新下单", "Wrong data, will order again"),
    "prepaid": T("改为在线付款", "Pays online instead"),
}


def _yes(name: str) -> Any:
    label = QUESTIONS[name]
    return Field(json_schema_extra={"zh": label.zh, "en": label.en, "type": "boolean"})


class Confirm(Form):
    """The required questions, all answered with yes (R315)."""

    channel: str = choice("联系方式", "How", CHANNELS, "phone")
    name_ok: bool = _yes("name_ok")
    phone_ok: bool = _yes("phone_ok")
    address_ok: bool = _yes("address_ok")
    amount_ok: bool = _yes("amount_ok")
    receiver_ok: bool = _yes("receiver_ok")
    inspect_ok: bool = _yes("inspect_ok")
    note: str = _field("备注", "Note", "", max_length=300)


class NotReached(Form):
    channel: str = choice("联系方式", "How", CHANNELS, "phone")
    result: Literal["no_answer", "busy", "off", "wrong"] = choice(
        "结果",
        "Result",
        {
            "no_answer": T("无人接听", "No answer"),
            "busy": T("忙线或挂断", "Busy or hung up"),
            "off": T("关机或停机", "Switched off"),
            "wrong": T("号码错误", "Wrong number"),
        },
        "no_answer",
    )
    note: str = _field("备注", "Note", "", max_length=300)


class Refused(Form):
    channel: str = choice("联系方式", "How", CHANNELS, "phone")
    reason: str = choice("原因", "Reason", REFUSALS)
    note: str = _field("备注", "Note", "", max_length=300)
