"""The boxes of the workbench (接待列表): mine, queue, open, closed, all. Longest waiting first, page by page.

A page is one indexed query per shop, however many conversations stand behind it: first those who wait, in the order
of their waiting, then those nobody keeps waiting, latest message first, then what is closed, latest first. No model
objects are made.
"""

import base64
import binascii
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from xiaoer.customers.queries import nick_key
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Deadline
from xiaoer.reception.flow import CLOSED, OPEN, QUEUED
from xiaoer.reception.models import Conversation

BOXES = ("mine", "queue", "open", "closed", "all")
_STATES = {"mine": (OPEN,), "queue": (QUEUED,), "open": (OPEN,), "closed": (CLOSED,), "all": (QUEUED, OPEN, CLOSED)}
_ALL = frozenset({Perm.CHAT_ALL, Perm.CHAT_ASSIGN})
_FIELDS = (
    "id",
    "shop_id",
    "state",
    "customer_id",
    "customer__nick",
    "customer__display_name",
    "customer__vip",
    "customer__level",
    "agent_id",
    "agent__name",
    "team_id",
    "waiting_since",
    "last_message_at",
    "closed_at",
    "last_text",
    "last_author",
    "unread_agent",
    "labels",
    "opened_at",
    "rating",
    "seq",
    "first_reply_at",
    "snoozed_at",
    "snoozed_until",
)
_WAITING, _RESTING, _CLOSED = "w", "r", "c"
_FIELD = {_WAITING: "waiting_since", _RESTING: "last_message_at", _CLOSED: "closed_at"}

Row = dict[str, Any]


def chat_shops(viewer: Viewer, shop: int | None) -> list[int]:
    """The shops whose conversations she may list; 404 for a shop she does not work in."""
    wanted = {Perm.CHAT, *_ALL}
    shops = [pk for pk, perms in viewer.shops.items() if perms & wanted]
    if shop is None:
        return sorted(shops)
    if shop not in viewer.shops:
        raise NotFound("没有这个店铺", "There is no such shop")
    return [shop] if shop in shops else []


def box_of(viewer: Viewer, box: str, shop: int) -> QuerySet[Conversation]:
    """One box of one shop, as far as the viewer may see it."""
    rows = Conversation.objects.filter(shop_id=shop)
    if len(_STATES[box]) == 1:
        rows = rows.filter(state=_STATES[box][0])
    me = viewer.id if viewer.kind == "staff" else None
    if box == "mine":
        return rows.filter(agent_id=me) if me is not None else rows.none()
    if viewer.shops[shop] & _ALL:
        return rows
    if me is None:
        return rows.none()
    team = Q(team=None) | Q(team_id__in=viewer.team_ids) if viewer.team_ids else Q(team=None)
    if box == "queue":
        return rows.filter(team)
    if box == "all":
        return rows.filter(Q(agent_id=me) | (Q(state=QUEUED) & team))
    return rows.filter(agent_id=me)


def _search(rows: QuerySet[Conversation], q: str, customer: int | None) -> QuerySet[Conversation]:
    if customer is not None:
        rows = rows.filter(customer_id=customer)
    q = q.strip()
    if not q:
        return rows
    wanted = (
        Q(customer__nick_key__contains=nick_key(q)) | Q(customer__display_name__icontains=q) | Q(last_text__icontains=q)
    )
    if q.isascii() and q.lstrip("#").isdigit() and len(q) < 12:
        wanted |= Q(pk=int(q.lstrip("#")))
    return rows.filter(wanted)


def box_page(
    viewer: Viewer,
    *,
    box: str,
    shop: int | None = None,
    q: str = "",
    customer: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Row], str | None]:
    """One page of a box and the cursor of the next."""
    if box not in BOXES:
        raise Invalid(
            fields={"box": T(f"没有列表「{box}」，可选 {'、'.join(BOXES)}", f"box is one of {', '.join(BOXES)}")}
        )
    limit = max(1, min(limit, 100))
    shops = [_search(box_of(viewer, box, pk), q, customer) for pk in chat_shops(viewer, shop)]
    live = [rows.filter(state=state) for rows in shops for state in _STATES[box] if state != CLOSED]
    closed = [rows.filter(state=CLOSED) for rows in shops if CLOSED in _STATES[box]]
    start, mark = _open(cursor) if cursor else ("", None)
    found: list[tuple[str, Row]] = []
    for segment, sets in ((_WAITING, live), (_RESTING, live), (_CLOSED, closed)):
        if not sets or (start and segment != start):
            continue
        rows = _segment(sets, segment, mark, limit + 1 - len(found))
        found += [(segment, row) for row in rows]
        start, mark = "", None
        if len(found) > limit:
            break
    page = [_shown(row) for _, row in found[:limit]]
    if len(found) <= limit:
        return page, None
    segment, last = found[limit - 1]
    return page, _seal(segment, last[_FIELD[segment]], last["id"])


def _segment(
    sets: list[QuerySet[Conversation]], segment: str, mark: tuple[datetime, int] | None, most: int
) -> list[Row]:
    """The next `most` rows of one stretch of the list, merged over the shops."""
    field = _FIELD[segment]
    down = segment != _WAITING
    rows: list[Row] = []
    for one in sets:
        if segment != _CLOSED:
            one = one.filter(waiting_since__isnull=segment == _RESTING)
        if mark is not None:
            at, pk = mark
            side = "lt" if down else "gt"
            one = one.filter(Q(**{f"{field}__{side}": at}) | Q(**{field: at, f"pk__{side}": pk}))
        order = (f"-{field}", "-pk") if down else (field, "pk")
        rows += _values(one.order_by(*order)[:most])
    if len(sets) > 1:
        rows.sort(key=lambda row: (row[field], row["id"]), reverse=down)
    return rows[:most]


def _values(rows: QuerySet[Conversation]) -> Iterator[Row]:
    """Rows as plain values, each with the instant at which the reply is due."""
    clock = Deadline.objects.filter(
        subject=Concat(Value("conversation:"), Cast(OuterRef("pk"), CharField())), kind="reply", settled_at=None
    )
    return rows.values(*_FIELDS, due=Subquery(clock.values("due_at")[:1])).iterator(chunk_size=200)


def _shown(row: Row) -> Row:
    agent = {"id": row["agent_id"], "name": row["agent__name"]} if row["agent_id"] is not None else None
    return {
        "id": row["id"],
        "shop": row["shop_id"],
        "customer": {
            "id": row["customer_id"],
            "name": row["customer__display_name"] or row["customer__nick"],
            "vip": row["customer__vip"],
            "level": row["customer__level"],
        },
        "agent": agent,
        "team": row["team_id"],
        "state": row["state"],
        "waiting_since": iso(row["waiting_since"]),
        "reply_due_at": iso(row["due"]),
        "last_message_at": iso(row["last_message_at"]),
        "last_text": row["last_text"],
        "last_author": row["last_author"],
        "unread": row["unread_agent"],
        "labels": row["labels"],
        "opened_at": iso(row["opened_at"]),
        "rating": row["rating"],
        "seq": row["seq"],
        "first_reply_at": iso(row["first_reply_at"]),
        "snoozed_at": iso(row["snoozed_at"]),
        "snoozed_until": iso(row["snoozed_until"]),
    }


def box_counts(viewer: Viewer, shop: int | None = None) -> dict[str, Any]:
    """How many stand in each box, how many of them wait, and since when the longest."""
    counts: dict[str, Any] = {
        "mine": 0,
        "queue": 0,
        "open": 0,
        "waiting": 0,
        "unread": 0,
        "longest_waiting_since": None,
    }
    oldest: list[datetime] = []
    for pk in chat_shops(viewer, shop):
        for box in ("mine", "queue", "open"):
            counts[box] += box_of(viewer, box, pk).count()
        for box in ("queue", "open"):
            waiting = box_of(viewer, box, pk).filter(waiting_since__isnull=False)
            counts["waiting"] += waiting.count()
            first = waiting.order_by("waiting_since").values_list("waiting_since", flat=True).first()
            oldest += [first] if first is not None else []
        mine = box_of(viewer, "mine", pk).filter(unread_agent__gt=0)
        counts["unread"] += mine.aggregate(n=Count("pk"))["n"]
    if oldest:
        counts["longest_waiting_since"] = iso(min(oldest))
    return counts


def _seal(segment: str, at: datetime, pk: int) -> str:
    return base64.urlsafe_b64encode(f"{segment}|{at.isoformat()}|{pk}".encode()).decode().rstrip("=")


def _open(cursor: str) -> tuple[str, tuple[datetime, int]]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        segment, at, pk = text.split("|")
        if segment not in _FIELD:
            raise ValueError(segment)
        return segment, (datetime.fromisoformat(at), int(pk))
    except (ValueError, binascii.Error):
        raise Invalid(
            fields={"cursor": T("翻页标记无效，请从第一页重新开始", "Bad cursor; start at the first page")}
        ) from None
