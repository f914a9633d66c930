"""What the journal says about routing: every decision with its candidates and reasons (分流记录)."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class Candidate(BaseModel):
    """An agent who was looked at: her load, her cap, and why she did not get it ("" for the one who did)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    agent: int
    name: str
    load: int
    cap: int
    reason: str


class _Routing(Payload):
    AREA: ClassVar[str] = "routing"
    PERM: ClassVar[str] = Perm.CHAT


class RoutingAssigned(_Routing):
    """The assigner gave a conversation to an agent."""

    KIND: ClassVar[str] = "routing.assigned"
    LABEL: ClassVar[T] = T("自动分配", "Routed to an agent")

    conversation: int
    agent: int
    agent_name: str
    reason: str
    cause: str
    waited_seconds: int
    candidates: list[Candidate]


class RoutingWaiting(_Routing):
    """Nobody can take it: it waits in the queue."""

    KIND: ClassVar[str] = "routing.waiting"
    LABEL: ClassVar[T] = T("排队等待分配", "Waiting for an agent")

    conversation: int
    reason: str
    cause: str
    candidates: list[Candidate]
