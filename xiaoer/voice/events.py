"""What the journal says about calls. No number, no name of the buyer, no recording address."""

from typing import ClassVar

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class _Voice(Payload):
    AREA: ClassVar[str] = "voice"
    PERM: ClassVar[str] = Perm.CHAT

    call: int


class _Changed(_Voice):
    """A call is somewhere else now: everybody's list of calls follows this. One kind per state."""

    SAYS: ClassVar[T] = T("电话 #{call}：{before} → {state}", "Call #{call}: {before} → {state}")

    state: str
    before: str
    direction: str
    agent: int | None
    was_agent: int | None
    first: bool
    """VIP or complaint: answered first."""


class CallQueued(_Changed):
    KIND: ClassVar[str] = "call.queued"
    LABEL: ClassVar[T] = T("来电排队", "Call in the queue")


class CallRinging(_Changed):
    KIND: ClassVar[str] = "call.ringing"
    LABEL: ClassVar[T] = T("电话振铃", "Call rings")


class CallAnswered(_Changed):
    KIND: ClassVar[str] = "call.answered"
    LABEL: ClassVar[T] = T("电话接通", "Call answered")


class CallHeld(_Changed):
    KIND: ClassVar[str] = "call.held"
    LABEL: ClassVar[T] = T("电话保持", "Call on hold")


class CallEnded(_Changed):
    KIND: ClassVar[str] = "call.ended"
    LABEL: ClassVar[T] = T("通话结束", "Call ended")


class CallMissed(_Changed):
    """Nobody answered: missed by an agent, or the caller gave up in the queue."""

    KIND: ClassVar[str] = "call.missed"
    LABEL: ClassVar[T] = T("来电漏接", "Call missed")


class CallUnreached(_Changed):
    KIND: ClassVar[str] = "call.unreached"
    LABEL: ClassVar[T] = T("去电未接通", "Call not reached")


CHANGES: dict[str, type[_Changed]] = {
    "queued": CallQueued,
    "ringing": CallRinging,
    "talking": CallAnswered,
    "held": CallHeld,
    "ended": CallEnded,
    "missed": CallMissed,
    "abandoned": CallMissed,
    "unreached": CallUnreached,
}


class CallOffered(_Voice):
    """The call queue gave a call to an agent (ACD, R560)."""

    KIND: ClassVar[str] = "call.offered"
    LABEL: ClassVar[T] = T("电话分配", "Call given to an agent")

    agent: int
    agent_name: str
    reason: str
    overflow: int
    """How many agents let it ring before."""
    refused: list[tuple[int, str]]


class CallRingsOver(_Voice):
    """It rang longer than the limit of each call (R698, C07)."""

    KIND: ClassVar[str] = "call.rings_over"
    LABEL: ClassVar[T] = T("三声未接", "Not answered within the ring limit")
    SAYS: ClassVar[T] = T("电话 #{call} 响过 {limit} 声无人接听", "Call #{call} rang more than {limit} times")

    agent: int | None
    limit: int


class CallWaitOver(_Voice):
    """It waited longer than the service level allows (R556, R559)."""

    KIND: ClassVar[str] = "call.wait_over"
    LABEL: ClassVar[T] = T("来电等待超时", "A call waits too long")
    SAYS: ClassVar[T] = T("电话 #{call} 等待超过 {seconds} 秒", "Call #{call} has waited longer than {seconds} s")

    seconds: int


class CallbackOffered(_Voice):
    """Nobody can answer: the exchange may offer to call back (R586)."""

    KIND: ClassVar[str] = "call.callback_offered"
    LABEL: ClassVar[T] = T("溢出：改为回拨", "Overflow: call back offered")

    tried: int


class CallNoted(_Voice):
    """Notes, topic or links of a call changed; the words themselves stay with the call."""

    KIND: ClassVar[str] = "call.noted"
    LABEL: ClassVar[T] = T("电话记录更新", "A call's record changed")

    fields: list[str]


class CallMatched(_Voice):
    """It is known who called."""

    KIND: ClassVar[str] = "call.matched"
    LABEL: ClassVar[T] = T("电话关联客户", "Call linked to a customer")

    customer: int | None
    how: str


class CallWrapped(_Voice):
    """The agent summed the call up (事后处理)."""

    KIND: ClassVar[str] = "call.wrapped"
    LABEL: ClassVar[T] = T("通话小结", "Call summed up")

    solved: bool
    topic: str


class CallGuided(_Voice):
    """A step list was gone through with the caller (R699)."""

    KIND: ClassVar[str] = "call.guided"
    LABEL: ClassVar[T] = T("分步引导", "Guided step by step")

    guide: str
    done: int
    steps: int


class AssistStarted(_Voice):
    """The caller agreed to show her screen (R700, C19). The link is not repeated here."""

    KIND: ClassVar[str] = "call.assist_started"
    LABEL: ClassVar[T] = T("远程协助：客户同意", "Screen sharing agreed to")

    assist: int
    mode: str


class AssistEnded(_Voice):
    KIND: ClassVar[str] = "call.assist_ended"
    LABEL: ClassVar[T] = T("远程协助结束", "Screen sharing ended")

    assist: int


class NumberUnmasked(_Voice):
    """Somebody looked at the whole number."""

    KIND: ClassVar[str] = "call.unmasked"
    LABEL: ClassVar[T] = T("查看来电号码", "A caller's number was shown")
    SAYS: ClassVar[T] = T("查看电话 #{call} 的号码：{reason}", "Number of call #{call} shown: {reason}")

    reason: str


class RecordingOpened(_Voice):
    """Somebody opened a recording (R564)."""

    KIND: ClassVar[str] = "call.recording_opened"
    LABEL: ClassVar[T] = T("调听电话录音", "A recording was opened")
    SAYS: ClassVar[T] = T("调听电话 #{call} 的录音：{reason}", "Recording of call #{call} opened: {reason}")

    reason: str


class RecordingStored(_Voice):
    KIND: ClassVar[str] = "call.recorded"
    LABEL: ClassVar[T] = T("电话录音入库", "A recording came in")


class FollowUpOpened(_Voice):
    KIND: ClassVar[str] = "follow_up.opened"
    LABEL: ClassVar[T] = T("电话跟进：新建", "Follow-up opened")

    follow_up: int
    kind: str
    owner: int | None


class FollowUpLate(_Voice):
    """A promised call back or answer is overdue."""

    KIND: ClassVar[str] = "follow_up.late"
    LABEL: ClassVar[T] = T("电话跟进超时", "A follow-up is overdue")

    follow_up: int
    owner: int | None


class FollowUpChanged(_Voice):
    KIND: ClassVar[str] = "follow_up.changed"
    LABEL: ClassVar[T] = T("电话跟进：变更", "Follow-up changed")

    follow_up: int
    state: str
    owner: int | None


class ExtensionsSet(Payload):
    """Whose telephone is which."""

    KIND: ClassVar[str] = "extensions.set"
    AREA: ClassVar[str] = "voice"
    LABEL: ClassVar[T] = T("分机设置", "Extensions set")
    PERM: ClassVar[str] = Perm.STAFF_EDIT

    count: int
