"""Rules of the life of a talk: snooze, tasks, ratings, summaries. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel.i18n import T

FARTHEST = timedelta(days=180)
"""A task or a snooze beyond half a year is a typing mistake."""

TASK_KINDS = {
    "callback": T("回电", "Call back"),
    "follow_up": T("跟进", "Follow up"),
    "reply": T("回复", "Answer"),
}
TASK_STATES = {"open": T("待办", "To do"), "done": T("已完成", "Done"), "cancelled": T("已取消", "Cancelled")}

LOW_REASONS = {
    "slow": T("回复太慢", "Slow answers"),
    "not_solved": T("问题没解决", "Not solved"),
    "attitude": T("态度不好", "Unfriendly"),
    "unclear": T("回答不清楚", "Unclear answers"),
    "goods": T("商品本身不满意", "Unhappy with the goods"),
}
HIGH_REASONS = {
    "fast": T("回复很快", "Quick answers"),
    "solved": T("问题解决了", "Solved my problem"),
    "friendly": T("态度热情", "Friendly"),
    "expert": T("很专业", "Knows the goods"),
}
GOOD_FROM = 4
"""Stars from which a rating is good: other reasons are offered."""

TOPICS = {
    "goods": T("商品咨询", "Goods"),
    "order": T("订单修改", "Order"),
    "shipping": T("物流配送", "Shipping"),
    "after_sales": T("退换货/售后", "After-sales"),
    "price": T("价格优惠", "Price and offers"),
    "invoice": T("发票", "Invoice"),
    "complaint": T("投诉建议", "Complaint"),
    "other": T("其他", "Other"),
}
FEEDBACK_KINDS = {
    "product": T("商品问题", "Product problem"),
    "service": T("服务不满", "Service"),
    "shipping": T("物流包装", "Shipping and packing"),
    "need": T("需求/建议", "Wish"),
    "page": T("页面描述", "Product page"),
}
OUTCOMES = {
    "solved": T("已解决", "Solved"),
    "unsolved": T("未解决", "Not solved"),
    "merged": T("已合并", "Merged"),
    "idle": T("买家未再回复，自动结束", "Closed after silence"),
}


def reasons_for(stars: int) -> Mapping[str, T]:
    return HIGH_REASONS if stars >= GOOD_FROM else LOW_REASONS


def sampled(conversation: int, percent: int) -> bool:
    """Whether this talk is in the NPS sample: the same answer whenever it is asked, spread evenly."""
    place = int.from_bytes(hashlib.sha256(f"nps:{conversation}".encode()).digest()[:4], "big")
    return place % 100 < percent


def is_snoozed(
    snoozed_at: datetime | None,
    snoozed_until: datetime | None,
    last_message_at: datetime | None,
    at: datetime,
) -> bool:
    """Put aside now? Any message after it, from whomever, ends it: nobody has to write that down."""
    if snoozed_at is None or (snoozed_until is not None and snoozed_until <= at):
        return False
    return last_message_at is None or last_message_at <= snoozed_at


# ------------------------------------------------------------------------------------------------ summary


@dataclass(frozen=True, slots=True)
class OrderLine:
    """An order in a summary."""

    order_no: str
    status: T
    title: str


@dataclass(frozen=True, slots=True)
class SummaryFacts:
    """What a summary is made of; only facts, no guesses."""

    topic: str
    asked: Sequence[str]
    """The buyer's first words, masked."""
    buyer_messages: int
    agent_messages: int
    minutes: int
    orders: Sequence[OrderLine]
    cases: Sequence[str]
    outcome: str
    labels: Sequence[str]


def summary_text(facts: SummaryFacts, language: str = "zh") -> str:
    """The template (会话摘要, R695): question class, what was asked, orders, cases, outcome."""
    zh = language.startswith("zh")
    topic = TOPICS.get(facts.topic, TOPICS["other"]).say(language)
    outcome = OUTCOMES.get(facts.outcome, OUTCOMES["unsolved"]).say(language)
    parts = [("问题类型" if zh else "Topic", topic)]
    if facts.asked:
        parts.append(("买家诉求" if zh else "Asked", "；".join(facts.asked) if zh else "; ".join(facts.asked)))
    if facts.orders:
        said = [f"{one.order_no}（{one.status.say(language)}）{one.title}" for one in facts.orders]
        parts.append(("涉及订单" if zh else "Orders", "、".join(said) if zh else ", ".join(said)))
    if facts.cases:
        parts.append(("售后单" if zh else "Cases", "、".join(facts.cases) if zh else ", ".join(facts.cases)))
    if facts.labels:
        parts.append(("标签" if zh else "Labels", "、".join(facts.labels) if zh else ", ".join(facts.labels)))
    parts.append(("处理结果" if zh else "Outcome", outcome))
    counted = (
        f"买家 {facts.buyer_messages} 条，客服 {facts.agent_messages} 条，历时 {facts.minutes} 分钟"
        if zh
        else f"buyer {facts.buyer_messages}, agent {facts.agent_messages}, {facts.minutes} minutes"
    )
    parts.append(("消息" if zh else "Messages", counted))
    colon = "：" if zh else ": "
    return "\n".join(f"{name}{colon}{value}" for name, value in parts)


_WORDS = {
    "after_sales": ("退货", "退款", "换货", "质量", "破", "坏", "少发", "错发", "补发", "起球", "掉色"),
    "shipping": ("物流", "快递", "发货", "到货", "签收", "单号", "几天到", "配送"),
    "invoice": ("发票", "开票", "税号", "抬头"),
    "price": ("优惠", "便宜", "打折", "满减", "红包", "券", "差价", "价格", "包邮"),
    "order": ("改地址", "地址", "备注", "改尺码", "取消订单", "订单"),
    "complaint": ("投诉", "差评", "举报", "12315", "态度"),
    "goods": ("尺码", "颜色", "材质", "面料", "有货", "款式", "身高", "体重", "实物"),
}


def topic_of(texts: Sequence[str]) -> str:
    """The class of question by the words that occur most; the first of equals in the order above."""
    best, most = "other", 0
    for topic, words in _WORDS.items():
        found = sum(text.count(word) for text in texts for word in words)
        if found > most:
            best, most = topic, found
    return best


def identity_state(checks: Sequence[Mapping[str, Any]], *, visitor: bool) -> str:
    """verified, other_account, wrong, asked or unverified: the latest check counts, else the account she came with."""
    for check in checks:
        return str(check["result"])
    return "unverified" if visitor else "verified"
