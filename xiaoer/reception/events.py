"""What the journal says about conversations, messages, quick replies and agents' status (接待流水)."""

from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T
from xiaoer.reception.signing import all_signed


class AuthorFacts(BaseModel):
    """Who wrote a message: buyer, staff, bot or system."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    id: int | None = None
    name: str = ""


class MessageFacts(BaseModel):
    """A message as every screen shows it; the lane and `post_message` write exactly this."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: int
    seq: int
    client_id: str
    author: AuthorFacts
    kind: str
    text: str = ""
    attachments: list[dict[str, Any]] = []
    card: dict[str, Any] | None = None
    at: str
    guard: dict[str, Any] | None = None


class MessageSent(Payload):
    """A message was written (消息). Announced `for_buyer` unless it is a note."""

    KIND: ClassVar[str] = "message.sent"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("消息", "Message")
    PERM: ClassVar[str] = Perm.CHAT

    conversation: int
    message: MessageFacts

    @staticmethod
    def seen_by_buyer(payload: dict[str, Any]) -> dict[str, Any]:
        """The payload without what is only for staff: the guard's findings and the agent's row number.

        Pictures get addresses that her browser can open.
        """
        message = {**payload["message"], "guard": None}
        message["attachments"] = all_signed(message["attachments"])
        if message["author"]["kind"] != "buyer":
            message["author"] = {**message["author"], "id": None}
        return {**payload, "message": message}


class _Conversation(Payload):
    AREA: ClassVar[str] = "reception"
    PERM: ClassVar[str] = Perm.CHAT
    BUYER_FIELDS: ClassVar[frozenset[str] | None] = frozenset({"conversation", "agent_name", "state"})

    conversation: int


class ConversationOpened(_Conversation):
    """A buyer came in (进线); she stands in the queue."""

    KIND: ClassVar[str] = "conversation.opened"
    LABEL: ClassVar[T] = T("买家进线", "Conversation opened")

    customer: int
    state: str = "queued"


class ConversationQueued(_Conversation):
    """Back in the queue (重新排队): nobody serves her now, her place is that of her first coming."""

    KIND: ClassVar[str] = "conversation.queued"
    LABEL: ClassVar[T] = T("重新排队", "Back in the queue")

    reason: str
    previous_agent: int | None = None
    team: int | None = None
    state: str = "queued"


class ConversationAssigned(_Conversation):
    """Given to an agent by the assigner (分配)."""

    KIND: ClassVar[str] = "conversation.assigned"
    LABEL: ClassVar[T] = T("分配客服", "Assigned to an agent")

    agent: int
    agent_name: str
    state: str = "open"


class ConversationTaken(_Conversation):
    """An agent took it herself (接入)."""

    KIND: ClassVar[str] = "conversation.taken"
    LABEL: ClassVar[T] = T("客服接入", "Taken by an agent")

    agent: int
    agent_name: str
    previous_agent: int | None = None
    state: str = "open"


class ConversationTransferred(_Conversation):
    """Handed to another agent or a team (转接). The note stands in the conversation, not in the journal."""

    KIND: ClassVar[str] = "conversation.transferred"
    LABEL: ClassVar[T] = T("转接", "Transferred")

    from_agent: int | None
    agent: int | None = None
    agent_name: str = ""
    team: int | None = None
    team_name: str = ""
    state: str


class ConversationClosed(_Conversation):
    """Finished (结束会话). `reason`: solved, unsolved, merged, idle."""

    KIND: ClassVar[str] = "conversation.closed"
    LABEL: ClassVar[T] = T("结束会话", "Conversation closed")

    reason: str
    agent: int | None
    merged_into: int | None = None
    state: str = "closed"


class ConversationReopened(_Conversation):
    """Taken up again after closing (重新打开)."""

    KIND: ClassVar[str] = "conversation.reopened"
    LABEL: ClassVar[T] = T("重新打开会话", "Conversation reopened")

    agent: int | None
    agent_name: str = ""
    state: str


class ConversationUrgent(_Conversation):
    """按紧急计时 (R770, C06): a VIP's first question, or one with an urgent label; its reply is due earlier."""

    KIND: ClassVar[str] = "conversation.urgent"
    LABEL: ClassVar[T] = T("按紧急计时", "Timed as urgent")

    agent: int | None
    due_at: str


class ConversationRead(_Conversation):
    """One side has seen everything up to `seq` (已读)."""

    KIND: ClassVar[str] = "conversation.read"
    LABEL: ClassVar[T] = T("已读", "Read")
    BUYER_FIELDS: ClassVar[frozenset[str] | None] = frozenset({"conversation", "side", "seq"})

    side: str
    seq: int


class ConversationLabelled(_Conversation):
    """标签 of the conversation changed."""

    KIND: ClassVar[str] = "conversation.labelled"
    LABEL: ClassVar[T] = T("会话标签变更", "Labels changed")

    labels: list[str]


class ConversationRated(_Conversation):
    """The buyer gave stars (满意度评价)."""

    KIND: ClassVar[str] = "conversation.rated"
    LABEL: ClassVar[T] = T("买家评价服务", "Service rated")
    BUYER_FIELDS: ClassVar[frozenset[str] | None] = frozenset({"conversation", "stars"})

    stars: int
    previous: int | None
    agent: int | None
    reasons: list[str] = []
    nps: int | None = None


class ConversationReplyLate(_Conversation):
    """The reply clock ran out (响应超时); stamped with the instant at which the reply was due (C06)."""

    KIND: ClassVar[str] = "conversation.reply_late"
    LABEL: ClassVar[T] = T("响应超时", "Reply late")

    agent: int | None
    waiting_since: str


class ConversationReplySoon(_Conversation):
    """The reply clock is about to run out (即将超时)."""

    KIND: ClassVar[str] = "conversation.reply_soon"
    LABEL: ClassVar[T] = T("响应即将超时", "Reply due soon")

    agent: int | None
    due_at: str


class ConversationStale(_Conversation):
    """Nobody has written for long: solve, invite a rating, summarise, close (R068, C23)."""

    KIND: ClassVar[str] = "conversation.stale"
    LABEL: ClassVar[T] = T("会话静默", "Conversation went quiet")

    agent: int | None
    silent_since: str


SEEN_BY_ALL = frozenset(
    kind.KIND
    for kind in (
        ConversationOpened,
        ConversationQueued,
        ConversationAssigned,
        ConversationTaken,
        ConversationTransferred,
        ConversationClosed,
        ConversationReopened,
    )
)
"""A talk comes, goes and changes hands: every agent's list must hear of it; what is said in it is for those in it."""


class ConversationLinked(_Conversation):
    """The visitor proved an order; her conversations belong to the account that placed it from now on."""

    KIND: ClassVar[str] = "conversation.linked"
    LABEL: ClassVar[T] = T("访客已核实身份", "Visitor proved an order")

    customer: int
    previous_customer: int


class ProofRefused(Payload):
    """Too many wrong tries to prove an order: locked for a while. Says nothing about any order."""

    KIND: ClassVar[str] = "visitor.proof_locked"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("核实订单尝试过多", "Too many tries to prove an order")

    tries: int


class VisitorProved(Payload):
    """Order number and phone tail were right (身份核实, R375, C38)."""

    KIND: ClassVar[str] = "visitor.proved"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("买家核实订单", "Buyer proved an order")

    order: int
    previous_customer: int


class _QuickReply(Payload):
    AREA: ClassVar[str] = "reception"

    title: str
    scope: str


class QuickReplyAdded(_QuickReply):
    KIND: ClassVar[str] = "quick_reply.added"
    LABEL: ClassVar[T] = T("新增快捷短语", "Quick reply added")


class QuickReplyChanged(_QuickReply):
    """Before and after of each changed field."""

    KIND: ClassVar[str] = "quick_reply.changed"
    LABEL: ClassVar[T] = T("修改快捷短语", "Quick reply changed")

    changes: dict[str, list[Any]]


class QuickReplyRemoved(_QuickReply):
    KIND: ClassVar[str] = "quick_reply.removed"
    LABEL: ClassVar[T] = T("删除快捷短语", "Quick reply removed")

    text: str


class QuickRepliesLoaded(Payload):
    """The starter set was put into a shop."""

    KIND: ClassVar[str] = "quick_reply.loaded"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("载入话术模板", "Starter replies loaded")

    count: int


class AgentStatusChanged(Payload):
    """接待状态: online, suspended (挂起), away, offline; and how many conversations at once."""

    KIND: ClassVar[str] = "agent.status"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("接待状态变更", "Agent status")

    status: str
    previous: str
    cap: int | None = None
    why: str = ""
    device: str = ""


class ModeChanged(Payload):
    """高峰模式 began or ended (R775), by the queue or by hand. `hold`: auto, on, off."""

    KIND: ClassVar[str] = "reception.mode"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("高峰模式变更", "Peak mode")

    peak: bool
    auto: bool
    hold: str
    waiting: int = 0
