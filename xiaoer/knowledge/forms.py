"""What is typed when an article is written and when its life moves on. Pure."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator

from xiaoer.kernel.i18n import T

LONGEST_BODY = 40_000
CATEGORIES: dict[str, T] = {
    "goods": T("商品知识", "Goods"),
    "size": T("尺码与搭配", "Sizes and styling"),
    "shipping": T("发货与物流", "Shipping"),
    "returns": T("退换与退款", "Returns and refunds"),
    "payment": T("付款与发票", "Payment and invoices"),
    "service": T("接待与沟通", "Service and talk"),
    "rules": T("平台规则", "Platform rules"),
    "office": T("部门制度", "Department rules"),
}
"""The shelves that come with the product; a shop may use names of its own."""
STAGES: dict[str, T] = {
    "before": T("下单前", "Before ordering"),
    "unpaid": T("未付款", "Not paid"),
    "paid": T("待发货", "To be shipped"),
    "shipped": T("运输中", "On its way"),
    "received": T("已签收", "Received"),
    "aftersales": T("售后中", "After-sales"),
}
"""Where the buyer's order stands when the article is wanted."""


def _field(zh: str, en: str, default: Any = ..., **more: Any) -> Any:
    if "default_factory" in more:
        return Field(json_schema_extra={"zh": zh, "en": en}, **more)
    return Field(default, json_schema_extra={"zh": zh, "en": en}, **more)


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Submit(Form):
    note: str = _field("改了什么（更新日志）", "What changed (for the log)", "", max_length=300)


class Approve(Form):
    words: str = _field("审核意见", "Word of the reviewer", "", max_length=300)


class Reason(Form):
    words: str = _field("原因", "Reason", min_length=2, max_length=300)


class StillRight(Form):
    review_on: date | None = _field("下次复核日期（空着按规则）", "Look again on (empty: by the rule)", None)


class Values(Form):
    """Everything a version of an article says (知识内容)."""

    title: str = _field("标题", "Title", min_length=2, max_length=120)
    kind: str = _field("类型", "Kind", "article", pattern="^(article|faq|script|steps|tree)$")
    summary: str = _field("一句话答案", "The answer in a sentence", "", max_length=300)
    body: str = _field("正文（Markdown）", "Text (Markdown)", "", max_length=LONGEST_BODY)
    title_en: str = _field("英文标题", "Title in English", "", max_length=200)
    body_en: str = _field("英文正文", "Text in English", "", max_length=LONGEST_BODY)
    questions: list[str] = _field("买家会怎么问", "How a buyer asks", default_factory=list, max_length=40)
    category: str = _field("分类", "Category", "", max_length=32)
    tags: list[str] = _field("标签", "Tags", default_factory=list, max_length=20)
    platforms: list[str] = _field("适用平台（空：全部）", "Platforms (none: all)", default_factory=list, max_length=12)
    goods: list[str] = _field("适用商品货号", "Goods codes", default_factory=list, max_length=200)
    stages: list[str] = _field("适用订单阶段", "Stages of the order", default_factory=list, max_length=8)
    audience: str = _field("谁能看", "Audience", "staff", pattern="^(buyer|staff)$")
    owner: int | None = _field("负责人", "Owner", None)
    source: str = _field("来源", "Source", "", max_length=80)
    review_on: date | None = _field("复核日期", "Review on", None)
    valid_from: date | None = _field("生效日期", "In force from", None)
    valid_to: date | None = _field("失效日期", "In force until", None)
    must_read: bool = _field("全员必读", "Must be read by all", False)
    shops: list[int] = _field("其他店铺也可用", "Also for these shops", default_factory=list, max_length=50)
    replaces: int | None = _field("替代哪篇文章", "Replaces the article", None)

    @field_validator("questions", "tags", "goods", "platforms", "stages", mode="after")
    @classmethod
    def _tidy(cls, values: list[str]) -> list[str]:
        return list(dict.fromkeys(one.strip()[:120] for one in values if one.strip()))
