"""Words and sums of follow-up calls (回访): kinds, topics, windows (C25), and figures of a period. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from xiaoer.kernel.i18n import T

KINDS: dict[str, T] = {
    "purchase": T("购买回访", "After a purchase"),
    "repair": T("返修回访", "After a repair"),
    "service": T("售后/咨询回访", "After a service or a question"),
    "complaint": T("投诉满意度回访", "After a complaint"),
    "activity": T("活动通知", "An activity"),
}
TWICE = ("purchase", "repair", "service")
"""Kinds that are called a second time (R641)."""
TOPICS: dict[str, T] = {
    "use": T("使用情况", "How it is used"),
    "care": T("洗护保养", "Care and washing"),
    "match": T("搭配建议", "What goes with it"),
    "service": T("服务意见", "Opinion of the service"),
    "new": T("新品与会员权益", "New goods, member's rights"),
    "result": T("处理结果满意度", "Content with the solution"),
    "activity": T("活动邀请", "Invitation"),
}
LETTERS: dict[str, T] = {
    "notice": T("通知", "Notice"),
    "invitation": T("邀请函", "Invitation"),
    "answer": T("答复函", "Answer"),
}
SENT_BY: dict[str, T] = {
    "post": T("邮寄", "Post"),
    "with_goods": T("随货", "With the goods"),
    "platform": T("平台消息", "Platform message"),
}
NOTE_KINDS: dict[str, T] = {
    **KINDS,
    "question": T("咨询来电", "A question"),
    "complains": T("投诉来电", "A complaint"),
    "other": T("其他来电", "Another call"),
}
MISSED: dict[str, T] = {
    "no_answer": T("无人接听", "No answer"),
    "busy": T("占线/拒接", "Busy or declined"),
    "off": T("关机/停机", "Switched off"),
    "wrong": T("号码有误", "Wrong number"),
}
_FIRST_TOPIC = {"complaint": "result", "activity": "activity", "repair": "use", "service": "service"}
_WORDS: dict[str, str] = {
    "use": "您好，我是{shop}的售后跟踪员，您购买的{about}用得还顺手吗？有什么问题我来帮您处理。",
    "care": "您好，我是{shop}的售后跟踪员，想提醒您{about}的洗护方法，另外最近使用有没有遇到什么问题？",
    "match": "您好，我是{shop}的售后跟踪员，根据您买的{about}给您准备了几套搭配建议，方便听一下吗？",
    "service": "您好，我是{shop}的售后跟踪员，想听听您对我们这次服务的意见，哪些地方还可以做得更好？",
    "new": "您好，我是{shop}的售后跟踪员，想问问您近期的需求，店里有几款新品可能适合您。",
    "result": "您好，我是{shop}的售后跟踪员，您之前反映的问题处理好了，想回访一下您对处理结果是否满意？",
    "activity": "您好，我是{shop}的售后跟踪员，想邀请您参加：{about}。您有时间吗？",
}


def first_topic(kind: str, used: Sequence[str]) -> str:
    """What to talk about: what fits the kind, and never what was talked about before (R642)."""
    wanted = [_FIRST_TOPIC.get(kind, "use"), *TOPICS]
    fitting = [one for one in wanted if one not in used and (one not in ("result", "activity") or one == wanted[0])]
    return fitting[0] if fitting else wanted[0]


def words_for(topic: str, shop: str, about: str) -> str:
    return _WORDS.get(topic, _WORDS["service"]).format(shop=shop, about=f"「{about[:20]}」" if about else "商品")


@dataclass(frozen=True, slots=True)
class Called:
    """What the figures need of one follow-up that ended."""

    reached: bool
    satisfaction: int | None
    in_time: bool
    complained: bool


@dataclass(frozen=True, slots=True)
class Figures:
    ended: int
    reached: int
    in_time: int
    complained: int
    rated: int
    points: int

    @property
    def reach_permille(self) -> int | None:
        return self.reached * 1000 // self.ended if self.ended else None

    @property
    def in_time_permille(self) -> int | None:
        return self.in_time * 1000 // self.reached if self.reached else None

    @property
    def satisfaction_tenths(self) -> int | None:
        """Mean of one to five points, in tenths."""
        return self.points * 10 // self.rated if self.rated else None


def figures(calls: Sequence[Called]) -> Figures:
    rated = [one.satisfaction for one in calls if one.satisfaction is not None]
    return Figures(
        len(calls),
        sum(one.reached for one in calls),
        sum(one.reached and one.in_time for one in calls),
        sum(one.complained for one in calls),
        len(rated),
        sum(rated),
    )


def window(start: datetime, first: timedelta, last: timedelta) -> tuple[datetime, datetime]:
    """From when until when to call: R635 "three days to one week", R641 "in the seven days after one week"."""
    return start + first, start + last
