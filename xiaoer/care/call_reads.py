"""Reads of follow-up calls: windows (C25), who does them, whether a buyer may be called (C47), desks, figures."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from xiaoer.care import queries
from xiaoer.care.call_flow import CALL_DESKS
from xiaoer.care.call_rules import Called, Figures, figures, window
from xiaoer.care.models import CareCall, CareFile, CareTracker
from xiaoer.care.rules import Standing, standing
from xiaoer.kernel import paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import agents_with, holds, shop_facts
from xiaoer.policy.queries import rule, rules

FAR = datetime(9999, 1, 1, tzinfo=UTC)
_MOST = 5000


def window_of(shop_id: int, kind: str, round: int, start: datetime, at: datetime) -> tuple[datetime, datetime]:
    """From when until when a follow-up of this kind is called (C25)."""
    shop = shop_facts(shop_id)
    if kind == "complaint":
        return window(start, timedelta(), rule("complaint_callback", shop=shop, at=at).duration)
    keys = ["follow_up_second_from", "follow_up_second_until"] if round == 2 else [
        "follow_up_first_from", "follow_up_first_until",
    ]  # fmt: skip
    found = rules(keys, shop=shop, at=at)
    first = timedelta() if kind == "activity" else found[keys[0]].duration
    return window(start, first, found[keys[1]].duration)


def owner_of(shop_id: int, at: datetime) -> int | None:
    """The tracking clerk (R632), her deputy while she is away (R647), else the first of after-sales."""
    row = CareTracker.objects.filter(shop_id=shop_id).first()
    if row is not None:
        away = row.deputy is not None and row.deputy_until is not None and row.deputy_until > at
        chosen = row.deputy if away and row.deputy is not None else row.clerk
        if holds(shop_id, chosen, Perm.AFTERSALES_OPEN):
            return chosen
    able = sorted(agents_with(shop_id, Perm.AFTERSALES_DECIDE))
    bosses = agents_with(shop_id, Perm.CHAT_ASSIGN)
    return next((one for one in able if one not in bosses), able[0] if able else None)


def topics_of(customer_id: int, *, but: int | None = None) -> list[str]:
    """What was talked about with her before, the latest first (R642)."""
    rows = CareCall.objects.filter(customer_id=customer_id, reached_at__isnull=False).exclude(pk=but or 0)
    return [one for one in rows.order_by("-planned_at", "-pk").values_list("topic", flat=True)[:4] if one]


def asked_not(customer_id: int) -> bool:
    return CareFile.objects.filter(customer_id=customer_id, no_calls=True).exists()


def standing_of(row: CareCall, at: datetime) -> Standing:
    """May she be called now? The cap counts every contact of ours, also those of watched orders (C47)."""
    past, refused = queries.contacts_with(row.customer_id)
    told = standing(past, 0, refused, queries.limits_of(row.shop_id, at), at)
    if told.may and at < row.call_from:
        return Standing("early", row.call_from)
    if told.may and row.tried_at is not None and row.reached_at is None:
        again = row.tried_at + rule("follow_up_retry", shop=shop_facts(row.shop_id), at=at).duration
        return Standing("retry", again) if again > at else told
    return told


def visible(viewer: Viewer) -> QuerySet[CareCall]:
    rows = CareCall.objects.select_related("shop", "order", "customer")
    return rows.filter(shop_id__in=viewer.shops_with(Perm.AFTERSALES_VIEW))


def find(viewer: Viewer, call_id: int) -> CareCall:
    row = visible(viewer).filter(pk=call_id).first()
    if row is None:
        raise NotFound("没有这张回访单", "There is no such follow-up")
    return row


def ask(
    viewer: Viewer, *, desk: str, shop: int | None = None, kind: str = "", mine: bool = False, q: str = ""
) -> QuerySet[CareCall]:
    if desk not in CALL_DESKS:
        raise Invalid(fields={"desk": T(f"没有「{desk}」这个工作台", f"There is no desk {desk!r}")})
    rows, states = visible(viewer), CALL_DESKS[desk]
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if states is not None:
        rows = rows.filter(state__in=states)
    if kind:
        rows = rows.filter(kind=kind)
    if mine:
        rows = rows.filter(owner_id=viewer.id)
    word = q.strip()
    if word:
        number = int(word[2:]) if word[:2].upper() == "HF" and word[2:].isdigit() and len(word) < 14 else None
        rows = rows.filter(Q(pk=number) | Q(order__order_no=word) | Q(customer__nick__icontains=word))
    return rows


def page(
    viewer: Viewer, *, desk: str, cursor: str = "", limit: int = 50, **filters: Any
) -> tuple[list[CareCall], str | None]:
    """One page: what is due soonest first; finished ones latest first."""
    rows = ask(viewer, desk=desk, **filters)
    if desk in ("done", "all"):
        return paging.newest_first(rows, "planned_at", cursor=cursor, limit=limit)
    place = Coalesce("due_at", Value(FAR), output_field=DateTimeField())
    return paging.soonest_first(rows.annotate(place=place), "place", cursor=cursor, limit=limit)


def counts(viewer: Viewer, shop: int | None = None) -> dict[str, int]:
    return {desk: ask(viewer, desk=desk, shop=shop).count() for desk in ("plan", "call", "owed", "reported", "open")}


def call_of_subject(subject: str) -> CareCall | None:
    name, _, number = subject.partition(":")
    if name != "care_call" or not number.isdigit():
        return None
    return CareCall.objects.select_related("shop").filter(pk=int(number)).first()


def span_of(period: str) -> tuple[datetime, datetime]:
    """A month "2026-11" or a year "2026" in Beijing."""
    year, _, month = period.partition("-")
    start = datetime(int(year), int(month or 1), 1, tzinfo=BEIJING)
    if not month:
        return start, start.replace(year=start.year + 1)
    return start, start.replace(year=start.year + start.month // 12, month=start.month % 12 + 1)


def _called(rows: Sequence[CareCall]) -> Figures:
    return figures(
        [
            Called(
                one.reached_at is not None,
                one.satisfaction,
                one.reached_at is not None and one.reached_at <= one.call_until,
                one.complaint_id is not None,
            )
            for one in rows
        ]
    )


def figures_between(shops: Sequence[int], since: datetime, until: datetime) -> dict[str, Any]:
    """Follow-ups that ended in a span: reach, satisfaction, in time; over all and by kind."""
    asked = CareCall.objects.filter(shop_id__in=shops, ended_at__gte=since, ended_at__lt=until)
    rows = list(asked.exclude(state="cancelled").order_by("-ended_at", "-pk")[:_MOST])
    kinds = {one.kind for one in rows}
    return {
        "all": _shown(_called(rows)),
        "kinds": {kind: _shown(_called([one for one in rows if one.kind == kind])) for kind in sorted(kinds)},
    }


def _shown(told: Figures) -> dict[str, Any]:
    return {
        "ended": told.ended,
        "reached": told.reached,
        "complained": told.complained,
        "reach_permille": told.reach_permille,
        "in_time_permille": told.in_time_permille,
        "satisfaction_tenths": told.satisfaction_tenths,
    }


def figures_of(shop_id: int, period: str) -> dict[str, Any]:
    since, until = span_of(period)
    return figures_between([shop_id], since, until)
