"""What is typed for an invoice: forms with labels in both languages. None has a field for contents or amount (R360)."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.kernel.i18n import T

KINDS = {"company": T("单位", "Company"), "personal": T("个人", "Person")}
TYPES = {"normal": T("普通发票", "Ordinary invoice"), "special": T("增值税专用发票", "Special VAT invoice")}
DELIVERIES = {
    "with_goods": T("随货寄出", "With the goods"),
    "post": T("单独邮寄（店铺付运费）", "By post, at the shop's cost"),
    "email": T("电子发票发邮箱", "Electronic, by e-mail"),
}
SOURCES = {
    "remark": T("买家留言", "Buyer's remark"),
    "agent": T("客服登记", "Agent"),
    "buyer": T("买家自助", "Buyer"),
    "reissue": T("换开", "Reissue"),
    "refund": T("退款后重开", "After a refund"),
}
WITHDRAWALS = {
    "buyer_asked": T("买家不要了", "The buyer does not want it any more"),
    "duplicate": T("重复登记", "Registered twice"),
    "order_over": T("订单已关闭或已全额退款", "The order is closed or fully refunded"),
}
REISSUES = {
    "wrong_title": T("抬头或税号有误", "Title or tax number wrong"),
    "lost": T("发票丢失", "Lost"),
    "damaged": T("发票破损", "Damaged"),
    "other_type": T("更换发票种类", "Another type of invoice"),
    "refunded": T("部分退款", "Part refunded"),
    "all_back": T("全部退货退款", "All returned and refunded"),
}


def _field(zh: str, en: str, default: Any = ..., *, help: T | None = None, extra: Any = None, **limits: Any) -> Any:
    shown: dict[str, Any] = {"zh": zh, "en": en, **(extra or {})}
    if help is not None:
        shown["description"] = help.both()
    return Field(default, json_schema_extra=shown, **limits)


def choice(zh: str, en: str, options: dict[str, T], default: Any = ..., *, help: T | None = None) -> Any:
    """A field whose value is one of `options`; the labels travel with the schema."""
    extra = {"enum": list(options), "labels": {code: label.both() for code, label in options.items()}}
    return _field(zh, en, default, help=help, extra=extra, pattern="^(" + "|".join(options) + ")$")


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Company(Form):
    """What a special VAT invoice prints besides the title (专票四项)."""

    address: str = _field("注册地址", "Registered address", "", max_length=120)
    phone: str = _field("电话", "Phone", "", max_length=30)
    bank: str = _field("开户行", "Bank", "", max_length=60)
    account: str = _field("银行账号", "Account", "", max_length=40)


class Ask(Form):
    """A request (R043, R491): title and kind; the tax number of a company; how it is to reach the buyer."""

    kind: str = choice("抬头类型", "Kind of title", KINDS)
    title: str = _field("发票抬头", "Invoice title", min_length=1, max_length=100)
    tax_no: str = _field(
        "税号", "Tax number", "", max_length=40, help=T("单位必填；个人不填", "Companies only; a person has none")
    )
    type: str = choice("发票种类", "Type", TYPES, "normal")
    delivery: str = choice("寄送方式", "How it is sent", DELIVERIES, "with_goods")
    email: str = _field("邮箱", "E-mail", "", max_length=120, help=T("电子发票必填", "For electronic invoices"))
    company: Company = Field(default_factory=lambda: Company.model_validate({}))
    note: str = _field("内部备注", "Internal note", "", max_length=300)


class Amend(Ask):
    """The request as it shall be now."""


class Issue(Form):
    """What the tax tool gave back."""

    number: str = _field("发票号码", "Invoice number", min_length=6, max_length=24, pattern=r"^[0-9A-Za-z]+$")
    code: str = _field(
        "发票代码", "Invoice code", "", max_length=20, help=T("数电票没有代码", "Fully digital invoices have none")
    )


class Send(Form):
    """寄出: with the goods, by post with its waybill, or by e-mail."""

    delivery: str = choice("寄送方式", "How", DELIVERIES)
    carrier: str = _field("快递公司", "Carrier", "", max_length=40)
    waybill: str = _field("运单号", "Waybill", "", max_length=64)


class Withdraw(Form):
    """A request ends without an invoice only for one of these reasons: an invoice is never refused (C28)."""

    reason: str = choice("原因", "Reason", WITHDRAWALS)
    note: str = _field("说明", "Remark", "", max_length=300)


class Reissue(Ask):
    """换开: the issued one is taken back by a red letter and a new one is asked for."""

    why: Literal["wrong_title", "lost", "damaged", "other_type"] = choice(
        "换开原因", "Why", {name: REISSUES[name] for name in ("wrong_title", "lost", "damaged", "other_type")}
    )


class Word(Form):
    """A move that needs nothing but, perhaps, a word inside the shop."""

    note: str = _field("内部备注", "Internal note", "", max_length=300)
