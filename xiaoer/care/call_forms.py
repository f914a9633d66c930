"""What is typed for the steps of a follow-up call. Pure."""

from pydantic import AwareDatetime

from xiaoer.care.call_rules import LETTERS, MISSED, NOTE_KINDS, SENT_BY, TOPICS
from xiaoer.complaints.complaint_rules import KINDS as CLASSES
from xiaoer.complaints.forms import Form, choice, field


class Draft(Form):
    """建档并拟定下一次 (R633, R634): what she may need, what to talk about, when."""

    needs: str = field("潜在需求", "What she may need", min_length=2, max_length=500)
    interests: str = field("感兴趣的话题", "What she likes to talk about", "", max_length=300)
    best_time: str = field("方便通话的时间", "Best time to call", "", max_length=60)
    topic: str = choice("本次话题", "Topic", TOPICS)
    words: str = field("通话话术", "Words", min_length=2, max_length=500)
    call_at: AwareDatetime | None = field("计划通话时间", "When to call", None)


class _Spoken(Form):
    """The call record (R636, R637)."""

    running: str = field("商品使用情况", "How the goods do", "", max_length=300)
    opinion: str = field("对服务的意见", "Opinion of the service", "", max_length=300)
    points: str = field("谈话要点", "Key points", min_length=2, max_length=1000)


class Reached(_Spoken):
    """Everything could be answered at once (R638)."""

    satisfaction: int = field("满意度（1–5 分）", "Satisfaction (1 to 5)", ge=1, le=5)
    handled: str = field("当场答复", "Answered at once", "", max_length=300)


class Owes(_Spoken):
    """Something is owed: she is told by when (R704)."""

    demand: str = field("要求、希望或投诉", "Demand, hope or complaint", min_length=2, max_length=500)
    promised_at: AwareDatetime | None = field(
        "答应答复的时间（不填按规则）", "Answer promised by (else the rule's)", None
    )


class Missed(Form):
    why: str = choice("未接通原因", "Why not", MISSED)


class Complain(_Spoken):
    """Her complaint becomes a complaint sheet (转投诉单)."""

    kind: str = choice("问题类型", "Class", CLASSES)
    demand: str = field("用户诉求", "Demand", "", max_length=500)


class Postpone(Form):
    call_at: AwareDatetime = field("改到什么时候", "Call her when")
    note: str = field("说明", "Remark", "", max_length=300)


class Answer(Form):
    solution: str = field("答复内容", "What she was told", min_length=2, max_length=500)
    satisfaction: int | None = field("满意度（1–5 分）", "Satisfaction (1 to 5)", None, ge=1, le=5)


class Report(Form):
    note: str = field("为什么解决不了", "Why it cannot be solved", min_length=2, max_length=300)


class Solution(Form):
    solution: str = field("解决办法", "The solution", min_length=2, max_length=500)


class Letter(Form):
    """信函 (R644, R646)."""

    kind: str = choice("信函类别", "Kind of letter", LETTERS, "notice")
    title: str = field("标题", "Title", min_length=2, max_length=120)
    text: str = field("内容", "Text", "", max_length=1000)
    sent_by: str = choice("寄送方式", "Sent by", SENT_BY, "post")
    reference: str = field("单号", "Its number", "", max_length=60)


class Noticed(_Spoken):
    """She was told by telephone; a letter follows (R644)."""


class Refused(Form):
    note: str = field("客户原话", "Her words", min_length=2, max_length=300)


class Cancel(Form):
    note: str = field("取消原因", "Why", min_length=2, max_length=300)


class Plan(Form):
    """A follow-up asked for by hand, after a service or a question."""

    about: str = field("回访什么", "About what", min_length=2, max_length=200)
    call_at: AwareDatetime | None = field("什么时候回访（不填按规则）", "When (else the rule's)", None)


class Note(Form):
    """Any call with a customer (R645)."""

    kind: str = choice("类别", "Kind", NOTE_KINDS)
    incoming: bool = field("客户来电", "She called", True)
    points: str = field("谈话要点", "Key points", min_length=2, max_length=1000)
    demand: str = field("要求、希望或投诉", "Demand, hope or complaint", "", max_length=500)
    handled: str = field("处理情况", "What was done", "", max_length=300)


class Activity(Form):
    """活动 (R643): who is told of it by telephone."""

    title: str = field("活动名称", "Activity", min_length=2, max_length=120)
    text: str = field("通知内容", "What is told", min_length=2, max_length=500)
    held_at: AwareDatetime = field("活动时间", "When it is")
    letter: bool = field("电话后寄信函", "A letter follows the call", False)
    tag: str = field("通知带此标签的客户", "Customers with this tag", "", max_length=40)
    nicks: str = field(
        "或客户旺旺ID，每行一个", "Or buyers, one a line", "", max_length=4000, extra={"format": "textarea"}
    )


class Summary(Form):
    """小结/总结 (R648)."""

    period: str = field("期间（2026-11 或 2026）", "Period (2026-11 or 2026)", pattern=r"^\d{4}(-(0[1-9]|1[0-2]))?$")
    text: str = field("小结内容", "The summary", min_length=10, max_length=4000)
    met_at: AwareDatetime | None = field("工作会时间", "Meeting", None)
