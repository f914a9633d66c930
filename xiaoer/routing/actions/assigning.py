"""The serial assigner (分流): a round of decisions over a shop's queue, each with its reasons in the journal."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.models import Lease
from xiaoer.reception import actions as reception
from xiaoer.reception.queries import QueuedFacts, anybody_queued, last_agents_of, queue_of, queued_among, served_facts
from xiaoer.routing import queries
from xiaoer.routing.actions import parking, peak, telling
from xiaoer.routing.actions.sorting import sort_talks
from xiaoer.routing.clocks import look_again, watch_accept, watch_unanswered
from xiaoer.routing.desk import Desk, desk_now
from xiaoer.routing.models import Sorting, Wait
from xiaoer.routing.rules import Agent, Decision, Standing, band, decide, in_order
from xiaoer.routing.wanting import hold_until, waits_since, wanted_by

_LEASE = "routing.assign"
_READ_AT_ONCE = 3000
_LOOK_AT = 200
_MOST_AT_ONCE = 50
_HOLD_SECONDS = 0.08
"""A round ends after this much work: messages and clocks wait for the same database. What is left follows at once."""


def one_at_a_time(at: datetime) -> None:
    """Two assigners never decide at the same moment: loads and caps would be read twice and exceeded once.

    On SQLite a write transaction is alone anyway; elsewhere the row lock is held until this transaction ends.
    """
    Lease.objects.get_or_create(name=_LEASE, defaults={"holder": "", "until": at})
    Lease.objects.select_for_update().get(name=_LEASE)


def assign(conversation_id: int, *, cause: str, by: Who = SYSTEM, at: datetime) -> bool:
    """Try to give one queued conversation to an agent; True when somebody got it."""
    waiting = queued_among([conversation_id])
    if not waiting:
        return False
    given = drain(waiting[0].shop_id, cause=cause, by=by, at=at, fresh={conversation_id: cause}, only=True)
    return given > 0


def drain(
    shop_id: int,
    *,
    cause: str,
    by: Who = SYSTEM,
    at: datetime,
    fresh: Mapping[int, str] | None = None,
    only: bool = False,
) -> int:
    """Hand out what waits in a shop, by priority band, then first come first served. Returns how many found somebody.

    `fresh` names talks that are looked at for the first time, each with its cause: they are told if they must wait.
    With `only` nothing else is looked at.
    """
    one_at_a_time(at)
    peak.follow_queue(shop_id, at=at)
    if not fresh and not parking.anything_parked(shop_id) and not anybody_queued(shop_id):
        return 0  # somebody became free and nobody waits: as it mostly is
    desk = desk_now(shop_id, at=at)
    parking.pass_on(desk, by=by, at=at)
    return _Round(desk, cause, by, at, dict(fresh or {})).run(only=only)


def take_back(conversation_id: int, *, reason: str = "unanswered", by: Who, at: datetime) -> bool:
    """Give a conversation whose agent left the buyer waiting to somebody else; False when nobody else can."""
    one_at_a_time(at)
    served = served_facts(conversation_id)
    if served is None or served.unanswered_since is None:
        return False
    desk = desk_now(served.shop_id, at=at)
    as_queued = QueuedFacts(
        served.id,
        served.shop_id,
        served.customer_id,
        served.team_id,
        served.vip,
        served.waiting_since or at,
        not_agent=served.agent_id,
        waiting_since=served.waiting_since,
    )
    sorting = Sorting.objects.filter(pk=served.id).first()
    if decide(desk.agents, wanted_by(desk, as_queued, sorting, None, at)).agent is None:
        return False
    limit = int(desk.value("routing_takeover_limit"))
    if queries.takeovers(served.id, served.waiting_since or at) >= limit:
        return False  # handed round often enough: it stays, and the late-reply alarm goes on
    reception.requeue(served.id, reason=reason, by=by, at=at)
    return _Round(desk, reason, by, at, {served.id: reason}).run(only=True) > 0


@dataclass
class _Round:
    """One round over the queue of a shop, with what it has learned so far."""

    desk: Desk
    cause: str
    by: Who
    at: datetime
    fresh: dict[int, str]
    given: list[int] = field(default_factory=list)
    failed: dict[object, Decision] = field(default_factory=dict)
    again: datetime | None = None

    def run(self, *, only: bool) -> int:
        desk, at = self.desk, self.at
        if not only and (self.cause == "look" or desk.has_room() or not desk.anybody()):
            queue = queue_of(desk.shop.id, _READ_AT_ONCE)
        else:
            queue = queued_among(self.fresh)
        if not queue:
            return 0
        ids = [one.id for one in queue]
        urgent = set(Sorting.objects.filter(pk__in=ids, urgent=True).values_list("pk", flat=True))
        standings = {one.id: Standing(one.id, one.vip, one.id in urgent, one.queued_at) for one in queue}
        ordered = in_order(standings.values(), at, **self.levels())
        seen = {one.id for one in ordered[:_LOOK_AT]}
        talks = {one.id: one for one in queue}
        looked = [talks[one.id] for one in ordered if one.id in seen or one.id in self.fresh]
        self.decide_all(looked, standings)
        if len(ordered) > len(looked) and self.given:
            self.look_at(at)
        Wait.objects.filter(pk__in=self.given).delete()
        if self.again is not None:
            look_again(desk.shop.id, self.again, at=at)
        return len(self.given)

    def levels(self) -> dict[str, int]:
        aging = int(self.desk.span("routing_aging").total_seconds())
        return {"complaint_levels": int(self.desk.value("routing_complaint_levels")), "aging_seconds": aging}

    def look_at(self, due: datetime | None) -> None:
        if due is not None and (self.again is None or due < self.again):
            self.again = due

    def decide_all(self, looked: list[QueuedFacts], standings: Mapping[int, Standing]) -> None:
        desk, at = self.desk, self.at
        sorted_ = sort_talks(desk, looked, at=at)
        since = at - desk.span("routing_sticky")
        own = last_agents_of(desk.shop.id, [one.customer_id for one in looked], since=since)
        told = dict(Wait.objects.filter(pk__in=[one.id for one in looked]).values_list("pk", "reason"))
        end = time.thread_time() + _HOLD_SECONDS
        for talk in looked:
            held = hold_until(desk, talk, sorted_.get(talk.id), at)
            if held is not None:
                self.look_at(held)
                if told.get(talk.id) != "first_words":
                    telling.keep_waiting(talk, "first_words", at)
                continue
            place = band(standings[talk.id], at, **self.levels())
            decision = self.decide(talk, sorted_.get(talk.id), own.get(talk.customer_id))
            if decision.agent is None:
                self.waits(talk, decision, told.get(talk.id), sorted_.get(talk.id), place)
            elif self.give(talk, decision, sorted_.get(talk.id), place) and self.is_long(end):
                self.look_at(at)
                return

    def is_long(self, end: float) -> bool:
        return len(self.given) >= _MOST_AT_ONCE or time.thread_time() > end

    def decide(self, talk: QueuedFacts, sorting: Sorting | None, own: int | None) -> Decision:
        """Talks that ask for the same are decided once: in a round nobody becomes freer."""
        wanted = wanted_by(self.desk, talk, sorting, own, self.at)
        known = self.failed.get(wanted)
        if known is not None:
            return known
        decision = decide(self.desk.agents, wanted)
        if decision.agent is None:
            decision = parking.instead(self.desk, wanted, decision)
        if decision.agent is None:
            self.failed[wanted] = decision
        return decision

    def waits(
        self, talk: QueuedFacts, decision: Decision, told: str | None, sorting: Sorting | None, place: int
    ) -> None:
        self.look_at(self.desk.next_change(waits_since(talk), self.at))
        if told == decision.reason:
            return
        telling.keep_waiting(talk, decision.reason, self.at)
        cause = self.fresh.get(talk.id, self.cause)
        telling.waiting(self.desk, talk, decision, sorting, place, cause=cause, by=self.by, at=self.at)

    def give(self, talk: QueuedFacts, decision: Decision, sorting: Sorting | None, place: int) -> bool:
        chosen, at, desk = decision.agent, self.at, self.desk
        assert chosen is not None
        if not reception.assign(talk.id, chosen.id, chosen.name, by=self.by, at=at):
            return False  # taken by hand, or gone, in the meantime
        after = desk.gave(chosen, waits=talk.waiting_since is not None, vip=talk.vip > 0, at=at)
        reception.note_assigned(desk.shop.id, chosen.id, band=desk.band_start(at), given=after.given, at=at)
        self.given.append(talk.id)
        cause = self.fresh.get(talk.id, self.cause)
        telling.assigned(desk, talk, decision, sorting, place, cause=cause, by=self.by, at=at)
        self.watch(talk, chosen, decision)
        return True

    def watch(self, talk: QueuedFacts, chosen: Agent, decision: Decision) -> None:
        desk, at = self.desk, self.at
        if decision.reason == "main":
            parking.park(desk, talk.id, chosen.id, at=at)
            return
        watch_unanswered(desk.shop.id, talk.id, at, limit=desk.span("routing_takeover"))
        watch_accept(desk.shop.id, talk.id, at, desk.span("routing_accept"))
