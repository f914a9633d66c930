"""What a talk in the queue asks for, and whether its first words are worth waiting for. Reads nothing."""

from datetime import datetime

from xiaoer.reception.queries import QueuedFacts
from xiaoer.routing.desk import Desk
from xiaoer.routing.models import Sorting
from xiaoer.routing.rules import Wanted

_BY_HAND = "hand"


def waits_since(talk: QueuedFacts) -> datetime:
    """Since when somebody keeps the buyer waiting; before her first words, since she came."""
    return talk.waiting_since or talk.queued_at


def wanted_by(desk: Desk, talk: QueuedFacts, sorting: Sorting | None, own: int | None, at: datetime) -> Wanted:
    """The conversation's demands, with the numbers in force for its shop."""
    waited = at - waits_since(talk)
    skill, side = _steered(desk, sorting)
    return Wanted(
        team=talk.team_id,
        vip=talk.vip > 0,
        vip_cap=int(desk.value("routing_max_open_vip")),
        sticky_agent=own,
        not_again=talk.not_agent,
        supervisors_receive=bool(desk.value("supervisor_receives")),
        skill=skill,
        side=side,
        lifted=desk.lifted(waited),
        tier=desk.tier(waited),
        terms=desk.terms,
    )


def _steered(desk: Desk, sorting: Sorting | None) -> tuple[int | None, str]:
    """The skill group or the side that the profile asks for, when the sorting is sure enough."""
    if sorting is None:
        return None, ""
    sure = sorting.how == _BY_HAND or sorting.sure >= int(desk.value("classify_sure"))
    if desk.profile == "account_split":
        return None, sorting.side
    return (sorting.team_id, "") if desk.profile == "keyword_skill" and sure else (None, "")


def hold_until(desk: Desk, talk: QueuedFacts, sorting: Sorting | None, at: datetime) -> datetime | None:
    """Until when a new talk waits for words that tell whom it is for; None when it need not wait (any more).

    A buyer who has said nothing is kept waiting by nobody. One who only said 在吗 gets a few seconds to go on.
    """
    if not desk.steers or talk.team_id is not None or talk.not_agent is not None:
        return None
    if sorting is not None and (sorting.topic or sorting.how == _BY_HAND):
        return None
    if talk.waiting_since is None:
        until = (talk.opened_at or talk.queued_at) + desk.span("classify_wait")
    elif sorting is None or sorting.how == "nothing":
        until = talk.waiting_since + desk.span("classify_more")
    else:
        return None
    return until if until > at else None
