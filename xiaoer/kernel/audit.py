"""What the audit page and the deadlines page read: the journal and the clocks, for a viewer."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from xiaoer.kernel import deadlines, reaction_runner
from xiaoer.kernel.access import Perm, Viewer, Who, holds_wide
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import Payload, announce, kinds_named, label_of, last_number
from xiaoer.kernel.flow import FLOWS
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Deadline, Event, Reader
from xiaoer.kernel.reactions import REACTIONS

WINDOW = 20_000
"""Lines that a search by words looks through per page; the cursor goes on from there, so a page may be short."""


class DeadlineRetried(Payload):
    KIND = "deadline.retried"
    AREA = "kernel"
    LABEL = T("重试失败的时效", "Failed deadline tried again")

    kind: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What the audit page can ask for; empty means everything."""

    shop: int | None = None
    area: str = ""
    kind: str = ""
    actor: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""


def journal_page(viewer: Viewer, filters: Filters, *, cursor: str | None, limit: int) -> tuple[list[Event], str | None]:
    """Lines of the journal that the viewer may audit, latest first, and the cursor of the next page."""
    rows = _scoped(viewer, filters)
    below = _number(cursor)
    if below is not None:
        rows = rows.filter(number__lt=below)
    floor = 0
    if filters.q:
        floor = max((below or last_number() + 1) - WINDOW, 0)
        rows = _search(rows.filter(number__gte=floor), filters.q)
    found = list(rows.order_by("-number")[: limit + 1])
    if len(found) > limit:
        return found[:limit], str(found[limit - 1].number)
    return found, str(floor) if floor > 1 else None


def _number(cursor: str | None) -> int | None:
    if not cursor:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise Invalid(fields={"cursor": T("翻页标记无效，请从第一页重新开始", "Bad cursor; start at the first page")})
    return int(cursor)


def _scoped(viewer: Viewer, filters: Filters) -> QuerySet[Event]:
    if filters.shop is not None:
        viewer.require(Perm.JOURNAL_VIEW, filters.shop)
    shops = [filters.shop] if filters.shop is not None else viewer.shops_with(Perm.JOURNAL_VIEW)
    if not shops:
        raise_no_right(viewer)
    rows = Event.objects.filter(_visible(viewer, shops))
    same = {name: getattr(filters, name) for name in ("area", "subject") if getattr(filters, name)}
    if filters.actor:
        same["actor" if ":" in filters.actor else "actor__startswith"] = filters.actor
    if filters.kind:
        same["kind__in"] = [kind.strip() for kind in filters.kind.split(",")]
    if filters.since:
        same["at__gte"] = filters.since
    if filters.until:
        same["at__lt"] = filters.until
    return rows.filter(**same)


def _visible(viewer: Viewer, shops: list[int]) -> Q:
    """The shops' lines that `Viewer.reads` shows: those that ask for a permission only where the viewer holds it."""
    visible, hers = Q(shop_id__in=shops, perm=""), Q(audience=None) | Q(audience__in=viewer.names())
    for name in viewer.names():
        hers |= Q(audience__contains=f",{name},")
    for perm in Perm:
        holding = [shop for shop in shops if viewer.reads(shop, perm, None)]
        whole = [shop for shop in holding if holds_wide(viewer.shops[shop], perm)]
        if holding:
            visible |= Q(shop_id__in=whole, perm=perm.value) | (Q(shop_id__in=holding, perm=perm.value) & hers)
    return visible


def raise_no_right(viewer: Viewer) -> None:
    """Refuse as `require` does, when the viewer may audit nowhere."""
    viewer.require(Perm.JOURNAL_VIEW, viewer.shop_ids[0] if viewer.shop_ids else None)


def _search(rows: QuerySet[Event], words: str) -> QuerySet[Event]:
    """Words in the subject, in the payload (as it is stored: SQLite keeps Chinese escaped) or in the kind's name."""
    escaped = json.dumps(words)[1:-1]
    rows = rows.annotate(text=Cast("payload", TextField()))
    return rows.filter(
        Q(subject__icontains=words)
        | Q(text__icontains=words)
        | Q(text__icontains=escaped)
        | Q(kind__in=kinds_named(words))
    )


# --- deadlines ------------------------------------------------------------------------------------------------------


def deadlines_for(viewer: Viewer, shop: int | None, state: str) -> QuerySet[Deadline]:
    """Clocks of the shops whose deadlines the viewer may see, soonest first: open, failed or all."""
    if shop is not None:
        viewer.require(Perm.DEADLINES_VIEW, shop)
    shops = [shop] if shop is not None else viewer.shops_with(Perm.DEADLINES_VIEW)
    if not shops:
        viewer.require(Perm.DEADLINES_VIEW, viewer.shop_ids[0] if viewer.shop_ids else None)
    rows = Deadline.objects.filter(shop_id__in=shops)
    if state == "failed":
        return rows.filter(failed_at__isnull=False)
    return rows.filter(settled_at=None) if state == "open" else rows


def clock_label(kind: str, subject: str) -> T:
    """What a clock is called: by the flow of its subject, else by any flow that starts it."""
    own = FLOWS.get(subject.partition(":")[0])
    for flow in ([own] if own else []) + list(FLOWS.values()):
        for clock in flow.clocks():
            if clock.kind == kind:
                return clock.label
    return label_of(kind)


def retry_deadline(viewer: Viewer, deadline_id: int, *, by: Who, at: datetime) -> Deadline:
    """Try a failed deadline again at the next round of the clock loop."""
    row = Deadline.objects.filter(pk=deadline_id, shop_id__in=viewer.shop_ids).first()
    if row is None:
        raise NotFound("没有这个时效", "There is no such deadline")
    viewer.require(Perm.DEADLINES_VIEW, row.shop_id)
    if deadlines.retry_now(row.pk, at=at) == 0:
        raise Conflict("not_failed", "这个时效没有失败，不需要重试", "This deadline has not failed; nothing to retry")
    said = DeadlineRetried(kind=row.kind, attempts=row.attempts)
    announce(said, shop_id=row.shop_id, subject=row.subject, by=by, at=at)
    return Deadline.objects.get(pk=row.pk)


# --- reactions ------------------------------------------------------------------------------------------------------


def reactions_for(viewer: Viewer) -> list[dict[str, Any]]:
    """Every reaction, how far behind it is, and what stops it; the error only to whom the event's shop is open."""
    if not viewer.shops_with(Perm.DEADLINES_VIEW):
        viewer.require(Perm.DEADLINES_VIEW, viewer.shop_ids[0] if viewer.shop_ids else None)
    head = last_number()
    places = {place.name: place for place in Reader.objects.all()}
    found = []
    for name, reaction in sorted(REACTIONS.items()):
        place = places.get(name) or Reader(name=name)
        stuck = _stuck_at(place, reaction.kinds) if place.failed_at else None
        mine = stuck is not None and viewer.may(Perm.DEADLINES_VIEW, stuck.shop_id)
        found.append(
            {
                "name": name,
                "number": place.number,
                "behind": head - place.number,
                "attempts": place.attempts,
                "failed_at": place.failed_at,
                "stuck_at": stuck.number if stuck else None,
                "error": place.error if mine else "",
            }
        )
    return found


def _stuck_at(place: Reader, kinds: frozenset[str]) -> Event | None:
    return Event.objects.filter(number__gt=place.number, kind__in=kinds).order_by("number").first()


def retry_reaction(viewer: Viewer, name: str) -> None:
    if not viewer.shops_with(Perm.DEADLINES_VIEW):
        viewer.require(Perm.DEADLINES_VIEW, viewer.shop_ids[0] if viewer.shop_ids else None)
    if name not in REACTIONS:
        raise NotFound(f"没有名为「{name}」的联动", f"There is no reaction named {name!r}")
    if reaction_runner.retry_now(name) == 0:
        raise Conflict("not_failed", "这个联动没有失败，不需要重试", "This reaction has not failed; nothing to retry")


def health(now: datetime) -> dict[str, Any]:
    """Whether the desk works: the database answers, and the clock loop keeps up."""
    late = deadlines.lateness(now)
    return {
        "ok": late < timedelta(minutes=1),
        "db": "ok",
        "event": last_number(),
        "late_seconds": round(late.total_seconds(), 3),
    }
