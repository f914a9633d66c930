"""The daily follow-up list (每日跟进) for a viewer: entries with owner and clock, notes, batches."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from xiaoer.kernel import moving, paging
from xiaoer.kernel.access import ROLE_NAMES, Perm, Role, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.i18n import T
from xiaoer.orders.models import FollowBatch, FollowBatchItem, FollowNote, FollowUp
from xiaoer.orders.pay_flow import FOLLOW
from xiaoer.orders.pay_words import KINDS, SOLUTIONS, TOPICS
from xiaoer.orders.rules import FULFILMENT_NAMES, STATUS_NAMES, Fulfilment, Status
from xiaoer.people.queries import agents_with, names_of

BOXES = ("open", "mine", "free", "escalated", "closed")


def visible(viewer: Viewer, shop: int | None = None) -> QuerySet[FollowUp]:
    shops = [one for one in viewer.shops_with(Perm.ORDERS_VIEW) if shop is None or one == shop]
    return FollowUp.objects.filter(shop_id__in=shops)


def _with_order(rows: QuerySet[FollowUp]) -> QuerySet[FollowUp]:
    return rows.select_related("shop", "order", "customer", "owner").prefetch_related("order__lines")


def boxed(viewer: Viewer, *, shop: int | None, box: str, topic: str, kind: str) -> QuerySet[FollowUp]:
    """`box`: open, mine, free (nobody took it), escalated, closed."""
    rows = visible(viewer, shop)
    rows = rows.filter(closed_at__isnull=box != "closed")
    if box == "mine":
        rows = rows.filter(owner_id=viewer.id)
    elif box == "free":
        rows = rows.filter(owner=None)
    elif box == "escalated":
        rows = rows.filter(escalated_at__isnull=False)
    for name, text in (("topic", topic), ("kind", kind)):
        if text:
            rows = rows.filter(**{f"{name}__in": text.split(",")})
    return rows


def page(
    viewer: Viewer, *, shop: int | None, box: str, topic: str, kind: str, cursor: str | None, limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Open entries with the soonest clock first; closed ones with the latest first."""
    rows = _with_order(boxed(viewer, shop=shop, box=box, topic=topic, kind=kind))
    if box == "closed":
        found, after = paging.newest_first(rows, "closed_at", cursor=cursor, limit=limit)
    else:
        found, after = paging.soonest_first(rows, "due_at", cursor=cursor, limit=limit)
    return [shown(row, viewer) for row in found], after


def counts(viewer: Viewer, shop: int | None) -> dict[str, Any]:
    """How many entries are open per kind, how many are the viewer's, nobody's, with the technicians."""
    rows = visible(viewer, shop).filter(closed_at=None)
    kinds = {str(kind): int(n) for kind, n in rows.values_list("kind").annotate(n=Count("pk")).order_by("kind")}
    return {
        "open": sum(kinds.values()),
        "mine": rows.filter(owner_id=viewer.id).count() if viewer.kind == "staff" else 0,
        "free": rows.filter(owner=None).count(),
        "escalated": rows.filter(escalated_at__isnull=False).count(),
        "kinds": kinds,
    }


def find(viewer: Viewer, entry_id: int) -> FollowUp:
    row = _with_order(visible(viewer)).filter(pk=entry_id).first()
    if row is None:
        raise NotFound("没有这条跟进", "There is no such entry")
    return row


def several(viewer: Viewer, shop: int, ids: Sequence[int]) -> list[FollowUp]:
    """Entries of a shop in the given order; an unknown or foreign one is a refusal of all."""
    rows = {row.pk: row for row in visible(viewer, shop).select_related("shop", "order").filter(pk__in=ids)}
    if len(rows) != len(set(ids)):
        raise NotFound("有的跟进不在这家店里，请刷新清单", "Some entries are not of this shop; look again")
    return [rows[one] for one in dict.fromkeys(ids)]


def of_order(order_id: int, viewer: Viewer) -> list[dict[str, Any]]:
    rows = _with_order(FollowUp.objects.filter(order_id=order_id)).order_by("-opened_at", "-pk")[:20]
    return [shown(row, viewer) for row in rows]


def shown(row: FollowUp, viewer: Viewer) -> dict[str, Any]:
    language, order, state = viewer.language, row.order, FOLLOW.state(row.state)
    lines = sorted(order.lines.all(), key=lambda line: (line.line_no, line.pk))
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "order": order.pk,
        "order_no": order.order_no,
        "order_status": order.status,
        "order_status_label": STATUS_NAMES[Status(order.status)].say(language),
        "fulfilment_label": FULFILMENT_NAMES[Fulfilment(order.fulfilment)].say(language),
        "customer": {"id": row.customer_id, "nick": row.customer.nick, "vip": row.customer.vip},
        "goods": lines[0].title if lines else "",
        "more": max(len(lines) - 1, 0),
        "payable_fen": order.payable_fen,
        "flag": order.flag,
        "topic": row.topic,
        "topic_label": TOPICS[row.topic].say(language),
        "kind": row.kind,
        "kind_label": KINDS[row.kind].say(language),
        "state": row.state,
        "state_label": state.label.say(language),
        "category": state.category,
        "desk": row.desk,
        "desk_label": ROLE_NAMES[Role(row.desk)].say(language),
        "owner": None if row.owner is None else {"id": row.owner.pk, "name": row.owner.name},
        "since": iso(row.since),
        "opened_at": iso(row.opened_at),
        "due_at": iso(row.due_at),
        "escalated_at": iso(row.escalated_at),
        "closed_at": iso(row.closed_at),
        "solution": _solution(row, language),
        "result": row.result,
    }


def _solution(row: FollowUp, language: str) -> dict[str, Any] | None:
    if not row.solution:
        return None
    kind = str(row.solution.get("kind"))
    return {
        "kind": kind,
        "label": SOLUTIONS.get(kind, T(kind, kind)).say(language),
        "amount_fen": int(row.solution.get("amount_fen") or 0),
        "text": str(row.solution.get("text") or ""),
        "by_name": str(row.solution.get("by_name") or ""),
    }


def full(row: FollowUp, viewer: Viewer) -> dict[str, Any]:
    """One entry with its notes and the steps that are legal now."""
    notes = FollowNote.objects.filter(entry=row).order_by("at", "pk")[:200]
    return {
        **shown(row, viewer),
        "notes": [{"id": one.pk, "text": one.text, "by_name": one.by_name, "at": iso(one.at)} for one in notes],
        "can": moving.can(FOLLOW, row, viewer),
    }


def colleagues(viewer: Viewer, shop: int) -> list[dict[str, Any]]:
    """Who may be given an entry of the shop."""
    viewer.require(Perm.ORDERS_VIEW, shop)
    names = names_of(agents_with(shop, Perm.ORDERS_VIEW))
    return [{"id": number, "name": name} for number, name in sorted(names.items())]


def batches(viewer: Viewer) -> QuerySet[FollowBatch]:
    """One's own batches; who may hand out work sees everybody's of the shop."""
    shops = viewer.shops_with(Perm.ORDERS_VIEW)
    rows = FollowBatch.objects.filter(shop_id__in=shops)
    wide = viewer.shops_with(Perm.CHAT_ASSIGN)
    return rows.filter(shop_id__in=wide) | rows.filter(by=str(viewer.who))


def find_batch(viewer: Viewer, batch_id: int) -> FollowBatch:
    row = batches(viewer).filter(pk=batch_id).first()
    if row is None:
        raise NotFound("没有这批处理", "There is no such batch")
    return row


def shown_batch(row: FollowBatch, language: str) -> dict[str, Any]:
    items = FollowBatchItem.objects.filter(batch=row).select_related("entry__order").order_by("place")[:500]
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "action": row.action,
        "values": row.values,
        "state": row.state,
        "total": row.total,
        "fine": row.fine,
        "done": row.done,
        "refused": row.refused,
        "problem": row.problem,
        "by_name": row.by_name,
        "at": iso(row.at),
        "finished_at": iso(row.finished_at),
        "file": bool(row.path),
        "items": _items(items, language),
    }


def _items(items: Iterable[FollowBatchItem], language: str) -> list[dict[str, Any]]:
    return [
        {
            "entry": one.entry_id,
            "order_no": one.entry.order.order_no,
            "kind_label": KINDS[one.entry.kind].say(language),
            "fine": one.fine,
            "why": T(**one.why).say(language) if one.why else "",
            "outcome": one.outcome,
        }
        for one in items
    ]


def words(language: str) -> dict[str, Any]:
    def listed(options: dict[str, T]) -> list[dict[str, str]]:
        return [{"value": code, "label": text.say(language)} for code, text in options.items()]

    return {"kinds": listed(KINDS), "topics": listed(TOPICS), "solutions": listed(SOLUTIONS)}


def due_before(viewer: Viewer, shop: int | None, at: datetime) -> int:
    """How many open entries are past their clock."""
    return visible(viewer, shop).filter(closed_at=None, due_at__lt=at).count()
