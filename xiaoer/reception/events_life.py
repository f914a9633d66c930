"""What the journal says about the life of a talk: colleagues asked in, snooze, tasks, merging, proofs, summaries.

No words of notes, whispers or summaries stand here; screens fetch them, which asks again who may read.
"""

from typing import ClassVar

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class _Life(Payload):
    AREA: ClassVar[str] = "reception"
    PERM: ClassVar[str] = Perm.CHAT

    conversation: int


class GuestAsked(_Life):
    """A colleague was named in a note (@) or asked for advice; she may read that talk now."""

    KIND: ClassVar[str] = "conversation.guest_asked"
    LABEL: ClassVar[T] = T("邀请同事查看会话", "Colleague asked in")
    SAYS: ClassVar[T] = T("请{staff_name}查看会话", "{staff_name} was asked in")

    staff: int
    staff_name: str
    kind: str
    asked_by: int | None


class GuestAnswered(_Life):
    """The colleague who was asked has answered, by a note."""

    KIND: ClassVar[str] = "conversation.guest_answered"
    LABEL: ClassVar[T] = T("同事回复咨询", "Colleague answered")

    staff: int
    staff_name: str


class GuestLeft(_Life):
    """The colleague needs the talk no longer; it is closed to her again."""

    KIND: ClassVar[str] = "conversation.guest_left"
    LABEL: ClassVar[T] = T("同事退出会话", "Colleague left the talk")

    staff: list[int]
    reason: str


class Whispered(_Life):
    """悄悄话: addressed to the serving agent and the supervisor alone."""

    KIND: ClassVar[str] = "conversation.whispered"
    LABEL: ClassVar[T] = T("悄悄话", "Whisper")

    whisper: int
    author: int
    to: int


class Snoozed(_Life):
    KIND: ClassVar[str] = "conversation.snoozed"
    LABEL: ClassVar[T] = T("会话稍后处理", "Snoozed")

    since: str
    until: str | None


class Woke(_Life):
    """Back among the open talks: its time came, or somebody took it back."""

    KIND: ClassVar[str] = "conversation.woke"
    LABEL: ClassVar[T] = T("会话恢复处理", "Back from snooze")

    reason: str
    agent: int | None


class Merged(_Life):
    """合并会话: `conversation` went into `into`; its old address leads there."""

    KIND: ClassVar[str] = "conversation.merged"
    LABEL: ClassVar[T] = T("合并会话", "Merged")
    SAYS: ClassVar[T] = T("会话 #{conversation} 并入 #{into}", "Conversation #{conversation} merged into #{into}")

    into: int
    messages: int


class Invited(_Life):
    """邀请评价 (R694), once in a talk."""

    KIND: ClassVar[str] = "conversation.invited"
    LABEL: ClassVar[T] = T("邀请评价", "Rating invited")

    nps: bool


class IdleWarned(_Life):
    """The silent buyer was told that the talk will be closed (C23)."""

    KIND: ClassVar[str] = "conversation.idle_warned"
    LABEL: ClassVar[T] = T("静默提醒买家", "Silent buyer warned")

    closes_at: str


class IdentityChecked(_Life):
    """身份核实 (R375): how, and what came out. The order only when it is hers."""

    KIND: ClassVar[str] = "conversation.identity"
    LABEL: ClassVar[T] = T("核实身份", "Identity check")
    SAYS: ClassVar[T] = T("核实身份：{result_label}", "Identity check: {result}")

    how: str
    result: str
    result_label: str
    order: int | None


class OrderTouchedUnverified(_Life):
    """An order was acted on although its account was not proved (the shop's rule only warns)."""

    KIND: ClassVar[str] = "conversation.unverified_action"
    LABEL: ClassVar[T] = T("未核实身份操作订单", "Order changed without proof")

    order: int
    action: str
    reason: str


class Summarised(_Life):
    """会话摘要 saved (R695)."""

    KIND: ClassVar[str] = "conversation.summarised"
    LABEL: ClassVar[T] = T("保存会话摘要", "Summary saved")

    summary: int
    topic: str
    source: str


class ModelAsked(_Life):
    """A draft was asked of a language model: which, how long the text; not the text."""

    KIND: ClassVar[str] = "summary.model_asked"
    LABEL: ClassVar[T] = T("请求模型起草摘要", "Draft asked of a language model")

    host: str
    model: str
    characters: int


class ModelAnswered(_Life):
    KIND: ClassVar[str] = "summary.model_answered"
    LABEL: ClassVar[T] = T("模型起草结果", "Language model answered")

    ok: bool
    characters: int
    problem: str = ""


class DeskWatchStarted(Payload):
    """A supervisor looks at a colleague's workbench (查看工作台)."""

    KIND: ClassVar[str] = "desk.watch_started"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("开始查看工作台", "Began to look at a workbench")
    SAYS: ClassVar[T] = T("查看{staff_name}的工作台：{reason}", "Looks at {staff_name}'s workbench: {reason}")
    PERM: ClassVar[str] = Perm.CHAT_ASSIGN

    staff: int
    staff_name: str
    reason: str
    until: str


class DeskWatchEnded(Payload):
    KIND: ClassVar[str] = "desk.watch_ended"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("结束查看工作台", "Stopped looking at a workbench")
    PERM: ClassVar[str] = Perm.CHAT_ASSIGN

    staff: int
    staff_name: str
    seconds: int
    reason: str


class _Task(Payload):
    AREA: ClassVar[str] = "reception"
    PERM: ClassVar[str] = Perm.CHAT

    task: int
    agent: int | None
    customer: int
    conversation: int | None = None


class TaskMade(_Task):
    KIND: ClassVar[str] = "task.made"
    LABEL: ClassVar[T] = T("新建回访任务", "Follow-up task made")

    kind: str
    due_at: str


class TaskLate(_Task):
    """Its time came and nobody has done it; stamped with the instant it was due."""

    KIND: ClassVar[str] = "task.late"
    LABEL: ClassVar[T] = T("回访任务到期", "Follow-up task is due")

    due_at: str


class TaskChanged(_Task):
    KIND: ClassVar[str] = "task.changed"
    LABEL: ClassVar[T] = T("修改回访任务", "Follow-up task changed")

    due_at: str


class TaskEnded(_Task):
    KIND: ClassVar[str] = "task.ended"
    LABEL: ClassVar[T] = T("回访任务结束", "Follow-up task ended")

    state: str


class TagsChanged(Payload):
    """The shop's list of tags (标签库)."""

    KIND: ClassVar[str] = "shop_tag.changed"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("标签库变更", "Tag list changed")

    added: list[str]
    removed: list[str]


class FeedbackNoted(Payload):
    """客户反馈 written down for operations (R436, R447)."""

    KIND: ClassVar[str] = "feedback.noted"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("登记客户反馈", "Feedback noted")

    feedback: int
    kind: str
    customer: int
