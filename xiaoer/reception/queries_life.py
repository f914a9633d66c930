"""Reads of the life of a talk, for a viewer: who was asked in, whispers, tasks, tags, summaries, merged threads."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from xiaoer.customers.queries import facts_by_id
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import best_matches, keys_of
from xiaoer.people.queries import agents_with, names_of, viewer_of_staff
from xiaoer.reception import flow, queries, rules, rules_life
from xiaoer.reception.models import (
    AgentStatus,
    Conversation,
    DeskWatch,
    Feedback,
    Guest,
    Message,
    ShopTag,
    Summary,
    Task,
    Whisper,
)

# ------------------------------------------------------------------------------------------------ colleagues


def may_note(viewer: Viewer, row: Conversation) -> bool:
    """Notes are written by who serves the talk, by its guests, by who may assign it, and in the queue by all agents."""
    if viewer.kind != "staff" or not viewer.may(Perm.CHAT, row.shop_id):
        return False
    return queries.mode_of(viewer, row) in ("serve", "guest", "queue") or viewer.may(Perm.CHAT_ASSIGN, row.shop_id)


def colleagues(viewer: Viewer, row: Conversation, q: str) -> list[dict[str, Any]]:
    """Whom a note may name: those who chat in the shop, found by characters, pinyin or initials; online first."""
    ids = set(agents_with(row.shop_id, Perm.CHAT)) | set(agents_with(row.shop_id, Perm.CHAT_ALL))
    ids.discard(viewer.id or 0)
    names = names_of(ids)
    states = dict(AgentStatus.objects.filter(shop_id=row.shop_id, staff_id__in=ids).values_list("staff_id", "status"))
    order = sorted(names, key=lambda pk: (states.get(pk) != "online", pk))
    found = best_matches(q, [(pk, keys_of(names[pk])) for pk in order], limit=20) if q.strip() else order[:20]
    return [{"id": pk, "name": names[pk], "status": states.get(pk, "offline")} for pk in found]


def guests_of(row: Conversation) -> list[dict[str, Any]]:
    """Who was asked in, and whether she has answered."""
    found = Guest.objects.filter(conversation=row, ended_at=None).select_related("staff").order_by("pk")
    return [
        {
            "staff": {"id": one.staff_id, "name": one.staff.name},
            "kind": one.kind,
            "asked_by": one.asked_by_name,
            "since": iso(one.since),
            "seen_at": iso(one.seen_at),
            "answered_at": iso(one.answered_at or _answer_of(one)),
        }
        for one in found
    ]


def _answer_of(one: Guest) -> datetime | None:
    """When she answered by a note that came over the message lane, which knows nothing of questions."""
    if one.kind != Guest.CONSULT:
        return None
    notes = Message.objects.filter(conversation_id=one.conversation_id, seq__gt=one.note_seq, kind=rules.NOTE)
    first = notes.filter(author_kind="staff", author_id=one.staff_id).order_by("seq").first()
    return first.at if first is not None else None


def asked_of(viewer: Viewer) -> list[dict[str, Any]]:
    """The talks in which colleagues asked for this viewer, latest first."""
    if viewer.kind != "staff":
        return []
    mine = Guest.objects.filter(staff_id=viewer.id or 0, ended_at=None)
    found = list(mine.select_related("conversation", "conversation__customer").order_by("-since", "-pk")[:50])
    return [
        {
            "conversation": one.conversation_id,
            "shop": one.conversation.shop_id,
            "customer": one.conversation.customer.display_name or one.conversation.customer.nick,
            "kind": one.kind,
            "text": one.text,
            "asked_by": one.asked_by_name,
            "since": iso(one.since),
            "seen": one.seen_at is not None,
            "answered": (one.answered_at or _answer_of(one)) is not None,
        }
        for one in found
        if one.conversation.shop_id in viewer.shops
    ]


def whispers(viewer: Viewer, row: Conversation) -> list[dict[str, Any]]:
    """Only those she said or was told; nobody else reads them, supervisors neither."""
    mine = Q(author_id=viewer.id or 0) | Q(to_id=viewer.id or 0)
    found = Whisper.objects.filter(mine, conversation=row).order_by("-at", "-pk")[:100]
    if viewer.kind != "staff":
        return []
    names = names_of([one.to_id for one in found])
    return [
        {
            "id": one.pk,
            "author": {"id": one.author_id, "name": one.author_name},
            "to": {"id": one.to_id, "name": names.get(one.to_id, "")},
            "text": one.text,
            "at": iso(one.at),
            "seen": one.seen_at is not None,
            "mine": one.author_id == viewer.id,
        }
        for one in reversed(found)
    ]


# ------------------------------------------------------------------------------------------------ tasks


def tasks_for(viewer: Viewer) -> QuerySet[Task]:
    """Her own and those of nobody in her shops; all of a shop for who assigns work there."""
    all_of = [shop for shop, perms in viewer.shops.items() if Perm.CHAT_ASSIGN in perms]
    chats = viewer.shops_with(Perm.CHAT)
    return Task.objects.filter(
        Q(shop_id__in=all_of) | (Q(shop_id__in=chats) & (Q(agent_id=viewer.id or 0) | Q(agent_id=None)))
    )


def find_task(viewer: Viewer, task_id: int) -> Task:
    row = tasks_for(viewer).filter(pk=task_id).first()
    if row is None:
        raise NotFound("没有这个任务", "There is no such task")
    return row


def task_list(
    viewer: Viewer, *, box: str, shop: int | None, customer: int | None, state: str, limit: int = 100
) -> list[Task]:
    """Soonest first; what has ended latest first. `box`: mine or all that she may see."""
    rows = tasks_for(viewer)
    if box == "mine" and customer is None:
        rows = rows.filter(agent_id=viewer.id or 0)
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if customer is not None:
        rows = rows.filter(customer_id=customer)
    if state == "open":
        rows = rows.filter(state=Task.OPEN).order_by("due_at", "pk")
    else:
        rows = rows.exclude(state=Task.OPEN).order_by("-due_at", "-pk")
    return list(rows[: max(1, min(limit, 100))])


def shown_tasks(rows: Iterable[Task], viewer: Viewer) -> list[dict[str, Any]]:
    found = list(rows)
    people = names_of([one.agent_id for one in found if one.agent_id is not None])
    buyers = facts_by_id([one.customer_id for one in found])
    return [
        {
            "id": one.pk,
            "shop": one.shop_id,
            "customer": {"id": one.customer_id, "name": buyers[one.customer_id].name},
            "conversation": one.conversation_id,
            "agent": {"id": one.agent_id, "name": people.get(one.agent_id, "")} if one.agent_id else None,
            "kind": one.kind,
            "kind_label": rules_life.TASK_KINDS.get(one.kind, rules_life.TASK_KINDS["follow_up"]).say(viewer.language),
            "why": one.why,
            "due_at": iso(one.due_at),
            "late": one.late_at is not None and one.state == Task.OPEN,
            "state": one.state,
            "state_label": rules_life.TASK_STATES[one.state].say(viewer.language),
            "result": one.result,
            "made_by": one.made_by_name,
            "made_at": iso(one.made_at),
            "ended_at": iso(one.ended_at),
        }
        for one in found
    ]


# ------------------------------------------------------------------------------------------------ tags


def tags_of(viewer: Viewer, shop_id: int) -> list[dict[str, Any]]:
    """The shop's tags with their colours; 404 for a shop she does not work in."""
    if shop_id not in viewer.shops:
        raise NotFound("没有这个店铺", "There is no such shop")
    rows = ShopTag.objects.filter(shop_id=shop_id).order_by("pk")
    return [{"id": row.pk, "name": row.name, "colour": row.colour} for row in rows]


def find_tag(viewer: Viewer, tag_id: int) -> ShopTag:
    row = ShopTag.objects.filter(pk=tag_id, shop_id__in=viewer.shop_ids).first()
    if row is None:
        raise NotFound("没有这个标签", "There is no such tag")
    return row


# ------------------------------------------------------------------------------------------------ threads


def thread(
    row: Conversation, viewer: Viewer, *, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """All messages of a talk and of those merged into it, in the order of time, oldest first; a cursor goes on."""
    ids = [row.pk, *Conversation.objects.filter(merged_into_id=row.pk).values_list("pk", flat=True)]
    rows = Message.objects.filter(conversation_id__in=ids).order_by("at", "pk")
    if viewer.kind == "buyer":
        rows = rows.exclude(kind="note")
    if cursor:
        rows = rows.filter(_after(cursor))
    limit = max(1, min(limit, 200))
    found = list(rows[: limit + 1])
    page = found[:limit]
    items = [{**queries.shown(one, viewer), "conversation": one.conversation_id} for one in page]
    more = f"{page[-1].at.isoformat()}|{page[-1].pk}" if len(found) > limit else None
    return items, more


def _after(cursor: str) -> Q:
    try:
        moment, pk = cursor.split("|")
        at, number = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        raise Invalid(fields={"cursor": T("翻页标记无效", "Bad cursor; start at the first page")}) from None
    return Q(at__gt=at) | Q(at=at, pk__gt=number)


def mergeable(viewer: Viewer, row: Conversation) -> list[dict[str, Any]]:
    """Other talks of the same buyer in the same shop that she may see and that are not merged yet."""
    rows = queries.visible(viewer).filter(shop_id=row.shop_id, customer_id=row.customer_id, merged_into=None)
    found = rows.exclude(pk=row.pk).order_by("-last_message_at", "-pk")[:20]
    return [
        {
            "id": one.pk,
            "state": one.state,
            "opened_at": iso(one.opened_at),
            "last_text": one.last_text,
            "messages": one.seq,
        }
        for one in found
    ]


# ------------------------------------------------------------------------------------------------ next, desks


def next_for(viewer: Viewer, *, but: int) -> tuple[Conversation | None, bool]:
    """Who is served next after closing: her own buyer who waits longest, else the queue's; and whether it is to take.

    Somebody who is not online takes nobody new.
    """
    mine = Conversation.objects.filter(agent_id=viewer.id, state=flow.OPEN, waiting_since__isnull=False)
    own = mine.exclude(pk=but).order_by("waiting_since", "pk").first()
    if own is not None:
        return own, False
    online = AgentStatus.objects.filter(staff_id=viewer.id or 0, status="online").values_list("shop_id", flat=True)
    shops = [shop for shop in online if viewer.may(Perm.CHAT, shop)]
    for shop in shops:
        waiting = queries.visible(viewer).filter(shop_id=shop, state=flow.QUEUED, waiting_since__isnull=False)
        first = waiting.exclude(not_agent_id=viewer.id).order_by("waiting_since", "pk").first()
        if first is not None:
            return first, True
    return None, False


def find_watch(viewer: Viewer, watch_id: int | None = None) -> DeskWatch | None:
    """The look at a colleague's desk that she has open."""
    rows = DeskWatch.objects.filter(watcher_id=viewer.id or 0, ended_at=None)
    return (rows.filter(pk=watch_id) if watch_id is not None else rows).select_related("staff").first()


def shown_watch(row: DeskWatch) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "staff": {"id": row.staff_id, "name": row.staff.name},
        "reason": row.reason,
        "started_at": iso(row.started_at),
        "until": iso(row.until),
    }


# ------------------------------------------------------------------------------------------------ summaries, feedback


def summary_of(row: Conversation) -> dict[str, Any] | None:
    found = Summary.objects.filter(conversation=row).order_by("-at", "-pk").first()
    return shown_summary(found) if found is not None else None


def shown_summary(one: Summary) -> dict[str, Any]:
    return {
        "id": one.pk,
        "conversation": one.conversation_id,
        "topic": one.topic,
        "text": one.text,
        "source": one.source,
        "by": one.by_name,
        "at": iso(one.at),
    }


def feedback_rows(viewer: Viewer, *, shop: int | None, kind: str, since: datetime | None) -> QuerySet[Feedback]:
    """客户反馈 of the shops whose chats she sees; an agent without CHAT_ALL sees what she wrote down herself."""
    wide = [s for s, perms in viewer.shops.items() if perms & {Perm.CHAT_ALL, Perm.CHAT_ASSIGN}]
    own = Q(shop_id__in=viewer.shops_with(Perm.CHAT), by_id=viewer.id or 0)
    rows = Feedback.objects.filter(Q(shop_id__in=wide) | own)
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if kind:
        rows = rows.filter(kind=kind)
    if since is not None:
        rows = rows.filter(at__gte=since)
    return rows


def feedback_report(rows: QuerySet[Feedback], language: str) -> dict[str, Any]:
    """Compiled for operations (R447): how often each kind, and which goods are named most."""
    kinds = rows.values("kind").annotate(n=Count("pk")).order_by("-n", "kind")
    goods = rows.exclude(goods="").values("goods").annotate(n=Count("pk")).order_by("-n", "goods")[:10]
    return {
        "kinds": [
            {"kind": one["kind"], "label": rules_life.FEEDBACK_KINDS[one["kind"]].say(language), "count": one["n"]}
            for one in kinds
        ],
        "goods": [{"goods": one["goods"], "count": one["n"]} for one in goods],
        "total": rows.count(),
    }


def shown_feedback(one: Feedback, language: str) -> dict[str, Any]:
    return {
        "id": one.pk,
        "shop": one.shop_id,
        "customer": one.customer_id,
        "conversation": one.conversation_id,
        "kind": one.kind,
        "kind_label": rules_life.FEEDBACK_KINDS[one.kind].say(language),
        "goods": one.goods,
        "text": one.text,
        "suggestion": one.suggestion,
        "by": one.by_name,
        "at": iso(one.at),
    }


def eyes_of(row: DeskWatch) -> Viewer:
    """The colleague as a viewer, in the one shop in which she is looked at."""
    viewer = viewer_of_staff(row.staff)
    return replace(viewer, shops={row.shop_id: viewer.shops.get(row.shop_id, frozenset())})
