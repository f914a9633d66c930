"""A conversation is opened, given to somebody, taken, handed on, read (进线、分配、接入、转接)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xiaoer.customers.queries import customer_facts
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import SYSTEM, Perm, Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import Payload, announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.people.queries import holds, names_of, shop_facts, team_names
from xiaoer.policy.queries import rule
from xiaoer.reception import events, rules
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.actions.words import greet
from xiaoer.reception.flow import CLOSED, OPEN, QUEUED, STATE_NAMES
from xiaoer.reception.models import Conversation


def open_conversation(
    shop_id: int, customer_id: int, *, by: Who, at: datetime, context: Mapping[str, Any] | None = None
) -> tuple[Conversation, bool]:
    """The buyer's open conversation with the shop, or a new one in the queue with its greeting; and whether it is new.

    A customer has at most one that is not closed: a second tab or a second tap finds the first one's.
    """
    facts = customer_facts(customer_id)
    if facts.shop_id != shop_id:
        raise NotFound("没有这位客户", "There is no such customer")
    found = _current(shop_id, customer_id)
    if found is not None:
        return found, False
    fresh = Conversation(
        shop_id=shop_id,
        customer_id=customer_id,
        state=QUEUED,
        context=rules.clean_context(context),
        opened_at=at,
        queued_at=at,
        last_message_at=at,
    )
    Conversation.objects.bulk_create([fresh], ignore_conflicts=True)
    row = _current(shop_id, customer_id)
    assert row is not None
    if row.seq or row.opened_at != at:
        return row, False
    tell(row, events.ConversationOpened(conversation=row.pk, customer=customer_id), by=by, at=at)
    greet(row, at)
    row.refresh_from_db()
    return row, True


def _current(shop_id: int, customer_id: int) -> Conversation | None:
    return Conversation.objects.filter(shop_id=shop_id, customer_id=customer_id).exclude(state=CLOSED).first()


def tell(row: Conversation, payload: Payload, *, by: Who, at: datetime, for_buyer: bool = True) -> None:
    """Journal something about a conversation."""
    announce(
        payload,
        shop_id=row.shop_id,
        subject=f"conversation:{row.pk}",
        by=by,
        at=at,
        customer_id=row.customer_id,
        for_buyer=for_buyer,
        audience=None if payload.KIND in events.SEEN_BY_ALL else rules.audience(row),
    )


def get(conversation_id: int) -> Conversation:
    row = Conversation.objects.filter(pk=conversation_id).first()
    if row is None:
        raise NotFound("没有这个会话", "There is no such conversation")
    return row


def swap(row: Conversation, **columns: Any) -> None:
    """Write columns where state and agent are still those the caller saw; else somebody was first."""
    mine = Conversation.objects.filter(pk=row.pk, state=row.state, agent_id=row.agent_id)
    if mine.update(**columns) == 0:
        now = Conversation.objects.filter(pk=row.pk).values("state", "agent_id", "agent__name").first()
        raise somebody_was_first(now or {"state": CLOSED, "agent_id": None, "agent__name": None})
    for name, value in columns.items():
        setattr(row, name, value)


def somebody_was_first(now: Mapping[str, Any]) -> Conflict:
    label = STATE_NAMES[now["state"]]
    name = now["agent__name"]
    zh = f"，由{name}接待" if name else ""
    en = f", with {name}" if name else ""
    current = {"state": now["state"], "label": label.both(), "agent": {"id": now["agent_id"], "name": name}}
    return Conflict(
        "somebody_was_first",
        f"刚刚有人先处理了：会话{label.zh}{zh}",
        f"Somebody was first: the conversation is {label.en.lower()}{en}",
        current=current if name else {**current, "agent": None},
    )


def take(conversation_id: int, *, by: Who, at: datetime) -> Conversation:
    """An agent takes a conversation from the queue, or over from a colleague (接入 / 接管)."""
    row = get(conversation_id)
    before = row.agent_id
    _require_agent(row.shop_id, by.id)
    if row.state == CLOSED:
        raise somebody_was_first({"state": CLOSED, "agent_id": None, "agent__name": None})
    swap(row, state=OPEN, agent_id=by.id, assigned_at=at, not_agent_id=None)
    payload = events.ConversationTaken(conversation=row.pk, agent=by.id or 0, agent_name=by.name, previous_agent=before)
    tell(row, payload, by=by, at=at)
    introduce(row, by.name, at)
    watch_silence(row, at)
    return row


def assign(conversation_id: int, agent_id: int, agent_name: str, *, by: Who, at: datetime) -> bool:
    """Give a queued conversation to an agent; False when it is no longer in the queue. Only routing calls this."""
    free = Conversation.objects.filter(pk=conversation_id, state=QUEUED, agent_id=None)
    if free.update(state=OPEN, agent_id=agent_id, assigned_at=at, not_agent_id=None) == 0:
        return False
    row = get(conversation_id)
    payload = events.ConversationAssigned(conversation=row.pk, agent=agent_id, agent_name=agent_name)
    tell(row, payload, by=by, at=at)
    introduce(row, agent_name, at)
    watch_silence(row, at)
    return True


def introduce(row: Conversation, agent_name: str, at: datetime) -> None:
    """The line that tells the buyer who serves her (R154): once per agent, however often the talk changes hands."""
    text = rules.arrived(shop_facts(row.shop_id).name, agent_name)
    once = f"arrived:{row.agent_id}:{row.opened_at:%Y%m%d%H%M%S}"
    post_message(row.pk, by=SYSTEM, at=at, kind="system", text=text, client_id=once)


def watch_silence(row: Conversation, at: datetime) -> None:
    """Start the clock that reminds to finish a silent conversation (R068, C23)."""
    window = rule("stale_window", shop=shop_facts(row.shop_id), at=at).duration
    deadlines.start("stale", f"conversation:{row.pk}", shop_id=row.shop_id, due_at=at + window, at=at)


def _require_agent(shop_id: int, staff_id: int | None) -> None:
    if staff_id is None or not holds(shop_id, staff_id, Perm.CHAT):
        raise Invalid(
            fields={
                "agent": T(
                    "这位同事不在本店接待岗位，请另选", "This colleague does not chat in this shop; choose another"
                )
            }
        )


def transfer(
    conversation_id: int,
    *,
    agent: int | None = None,
    team: int | None = None,
    note: str = "",
    by: Who,
    at: datetime,
) -> Conversation:
    """Hand on to an agent or a team (转接), with a note for the colleague; with neither, back to the queue.

    A team's conversation waits in the queue at its old place until an agent of the team is free.
    """
    row = get(conversation_id)
    if agent is not None and team is not None:
        raise Invalid(fields={"team": T("客服和小组只能选一个", "Choose an agent or a team, not both")})
    if agent is not None and agent == row.agent_id:
        raise Invalid(fields={"agent": T("会话已经由这位客服接待", "This agent already serves the conversation")})
    if agent is None and team is None:
        return requeue(conversation_id, reason="handed_back", note=note, by=by, at=at)
    before = row.agent_id
    agent_name = team_name = ""
    if agent is not None:
        _require_agent(row.shop_id, agent)
        agent_name = names_of([agent]).get(agent, "")
        swap(row, state=OPEN, agent_id=agent, team_id=None, assigned_at=at, not_agent_id=None)
    else:
        team_name = _team_name(row.shop_id, team)
        _back_in_queue(row, at, team_id=team)
    _hand_over_note(row, note, by, at)
    payload = events.ConversationTransferred(
        conversation=row.pk,
        from_agent=before,
        agent=agent,
        agent_name=agent_name,
        team=team,
        team_name=team_name,
        state=row.state,
    )
    tell(row, payload, by=by, at=at)
    if agent is not None:
        introduce(row, agent_name, at)
        watch_silence(row, at)
    return row


def _back_in_queue(row: Conversation, at: datetime, **columns: Any) -> None:
    """At the old place in the queue; who had it is remembered, so that routing asks others."""
    queued_at, had_it = row.queued_at or at, row.agent_id or row.not_agent_id
    swap(row, state=QUEUED, agent_id=None, assigned_at=None, queued_at=queued_at, not_agent_id=had_it, **columns)


def _team_name(shop_id: int, team: int | None) -> str:
    names = team_names(shop_id)
    if team is None or team not in names:
        raise Invalid(fields={"team": T("本店没有这个小组", "There is no such team in this shop")})
    return names[team]


def _hand_over_note(row: Conversation, note: str, by: Who, at: datetime) -> None:
    if note.strip():
        post_message(row.pk, by=by, at=at, kind=rules.NOTE, text=f"交接：{note.strip()}")


def requeue(conversation_id: int, *, reason: str, note: str = "", by: Who, at: datetime) -> Conversation:
    """Back into the queue at its old place: `queued_at` stays the buyer's first coming."""
    row = get(conversation_id)
    if row.state == CLOSED:
        raise somebody_was_first({"state": CLOSED, "agent_id": None, "agent__name": None})
    before = row.agent_id
    _back_in_queue(row, at)
    _hand_over_note(row, note, by, at)
    payload = events.ConversationQueued(conversation=row.pk, reason=reason, previous_agent=before, team=row.team_id)
    tell(row, payload, by=by, at=at)
    return row


def read(conversation_id: int, side: str, *, by: Who, at: datetime) -> int:
    """One side has seen everything: "agent" or "buyer". Returns how many were unread; journalled when there were any."""
    row = get(conversation_id)
    column = "unread_agent" if side == "agent" else "unread_buyer"
    unread: int = getattr(row, column)
    if unread == 0 and not (side == "agent" and _new_to_agent(row)):
        return 0
    if side == "agent":
        Conversation.objects.filter(pk=row.pk, unread_agent__gt=0).update(unread_agent=0)
    else:
        Conversation.objects.filter(pk=row.pk, unread_buyer__gt=0).update(unread_buyer=0)
    tell(row, events.ConversationRead(conversation=row.pk, side=side, seq=row.seq), by=by, at=at)
    return unread


def _new_to_agent(row: Conversation) -> bool:
    """A waiting talk that came to her from a colleague who had read it: that she opens it is news to routing."""
    if row.waiting_since is None:
        return False
    kinds = (events.ConversationRead.KIND, events.ConversationAssigned.KIND)
    lines = Event.objects.filter(subject=f"conversation:{row.pk}", kind__in=kinds).order_by("-number")
    return lines.values_list("kind", flat=True).first() == events.ConversationAssigned.KIND


def label(conversation_id: int, labels: list[str], *, by: Who, at: datetime) -> list[str]:
    """Set the whole list of a conversation's labels."""
    row = get(conversation_id)
    after = rules.clean_labels(labels)
    if after != row.labels:
        Conversation.objects.filter(pk=row.pk).update(labels=after)
        payload = events.ConversationLabelled(conversation=row.pk, labels=after)
        tell(row, payload, by=by, at=at, for_buyer=False)
    return after
