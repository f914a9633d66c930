"""What the journal says about routing: every decision with its candidates and reasons (分流记录), sortings, hand-overs."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class Candidate(BaseModel):
    """An agent who was looked at: her load, her cap, and why she did not get it ("" for the one who did).

    `weight` is what she had in hand, in hundredths of a place.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    agent: int
    name: str
    load: int
    cap: int
    reason: str
    weight: int = 0


class _Routing(Payload):
    AREA: ClassVar[str] = "routing"
    PERM: ClassVar[str] = Perm.CHAT


class RoutingAssigned(_Routing):
    """The assigner gave a conversation to an agent. `others`: how many more did not get it, by reason."""

    KIND: ClassVar[str] = "routing.assigned"
    LABEL: ClassVar[T] = T("自动分配", "Routed to an agent")

    conversation: int
    agent: int
    agent_name: str
    reason: str
    cause: str
    waited_seconds: int
    candidates: list[Candidate]
    others: dict[str, int] = {}
    topic: str = ""
    band: int = 0
    peak: bool = False


class RoutingWaiting(_Routing):
    """Nobody can take it: it waits in the queue."""

    KIND: ClassVar[str] = "routing.waiting"
    LABEL: ClassVar[T] = T("排队等待分配", "Waiting for an agent")

    conversation: int
    reason: str
    cause: str
    candidates: list[Candidate]
    others: dict[str, int] = {}
    topic: str = ""
    band: int = 0
    peak: bool = False


class RoutingSorted(_Routing):
    """A talk was sorted (问题分类) by its first words, or a person corrected it."""

    KIND: ClassVar[str] = "routing.sorted"
    LABEL: ClassVar[T] = T("问题分类", "Conversation sorted")

    conversation: int
    topic: str
    previous: str = ""
    side: str
    sure: int
    how: str


class RoutingHandOver(_Routing):
    """售前转售后 (R097): the order of a talk was voided, refunded or shipped. `done`: the talk went over."""

    KIND: ClassVar[str] = "routing.handover"
    LABEL: ClassVar[T] = T("售前转售后", "Hand over to after-sales")

    conversation: int
    customer: int
    order: int
    order_no: str
    trigger: str
    done: bool = False


class RoutingEscalated(_Routing):
    """升级高级客服 (R691)."""

    KIND: ClassVar[str] = "routing.escalated"
    LABEL: ClassVar[T] = T("升级高级客服", "Escalated to a senior agent")

    conversation: int
    team: int
    from_agent: int | None


class _Setting(Payload):
    AREA: ClassVar[str] = "routing"


class TopicChanged(_Setting):
    """The words, side or team of a topic changed, or it was made or switched off."""

    KIND: ClassVar[str] = "routing.topic_changed"
    LABEL: ClassVar[T] = T("修改问题分类", "Topic changed")

    topic: str
    changes: dict[str, list[str]]


class StarterLoaded(_Setting):
    """The starter topics, or the nine skill groups (R801), were put into a shop."""

    KIND: ClassVar[str] = "routing.starter_loaded"
    LABEL: ClassVar[T] = T("载入分流模板", "Routing starter loaded")

    topics: int
    teams: int


class AccountsChosen(_Setting):
    """代理账号、主账号 of a shop were chosen."""

    KIND: ClassVar[str] = "routing.accounts_chosen"
    LABEL: ClassVar[T] = T("设置代理/主账号", "Proxy and main account chosen")

    proxy: int | None
    main: int | None


class RosterChanged(_Setting):
    """The roster of a shop changed (排班): shifts added and taken out, and of whom, when it was one person's."""

    KIND: ClassVar[str] = "routing.roster_changed"
    LABEL: ClassVar[T] = T("排班变化", "Roster changed")

    added: int
    removed: int
    staff: int | None = None
    name: str = ""


class CertificateChanged(_Setting):
    """上岗证 given, prolonged or withdrawn."""

    KIND: ClassVar[str] = "routing.certificate_changed"
    LABEL: ClassVar[T] = T("上岗证变化", "Certificate changed")

    staff: int
    name: str
    held: bool
    expires_at: str | None = None


class ClassifierTrained(_Setting):
    """The shop's classifier learned from its corrections; `right` is how often it was right on unseen ones, in percent."""

    KIND: ClassVar[str] = "routing.trained"
    LABEL: ClassVar[T] = T("训练分类模型", "Classifier trained")

    examples: int
    right: int
