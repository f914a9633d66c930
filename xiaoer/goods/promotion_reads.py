"""Reads of promotions: what runs now, for which goods, and what the agent may say of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.goods.models import Goods, Promotion
from xiaoer.goods.rules import PLATFORM_KINDS, PROMOTION_KINDS, running
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule


@dataclass(frozen=True, slots=True)
class Running:
    """A promotion that runs: what other areas may need of it."""

    id: int
    title: str
    kind: str
    kind_name: str
    of_platform: bool
    scope: str
    of: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    text: str
    free_shipping: bool
    cod: bool


def running_promotions(shop_id: int, *, at: datetime) -> list[Running]:
    """The promotions that run at `at`, ending soonest first. `cod`: cash on delivery is possible with it (R498, C05)."""
    rows = Promotion.objects.filter(shop_id=shop_id, ends_at__gt=at, starts_at__lte=at)
    rows = rows.filter(Q(stopped_at=None) | Q(stopped_at__gt=at)).order_by("ends_at", "pk")
    excluded = without_cod(shop_id, at)
    return [_facts(row, excluded) for row in rows[:100]]


def without_cod(shop_id: int, at: datetime) -> frozenset[str]:
    """Names of activities that know no cash on delivery."""
    return frozenset(str(one) for one in rule("cod_excluded_activities", shop=shop_facts(shop_id), at=at).value)


def _facts(row: Promotion, excluded: frozenset[str]) -> Running:
    name = PROMOTION_KINDS[row.kind].zh
    return Running(
        row.pk,
        row.title,
        row.kind,
        name,
        row.kind in PLATFORM_KINDS,
        row.scope,
        tuple(row.of),
        row.starts_at,
        row.ends_at,
        row.text,
        row.free_shipping,
        name not in excluded,
    )


def holds_for(scope: str, of: Iterable[str], goods: Goods) -> bool:
    """Whether a promotion holds for a goods: the whole shop, its code, or its kind."""
    if scope == "shop":
        return True
    return (goods.code if scope == "goods" else goods.group) in set(of)


def visible(viewer: Viewer) -> QuerySet[Promotion]:
    return Promotion.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))


def find_promotion(viewer: Viewer, promotion_id: int) -> Promotion:
    row = visible(viewer).filter(pk=promotion_id).first()
    if row is None:
        raise NotFound("没有这个活动", "There is no such promotion")
    return row


def listed_promotions(
    viewer: Viewer, *, shop: int | None, when: str, at: datetime, most: int = 100
) -> list[dict[str, Any]]:
    """`when`: running, coming, over; ending soonest first, what is over latest first."""
    rows = visible(viewer)
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    ended = Q(ends_at__lte=at) | Q(stopped_at__lte=at)
    if when == "over":
        found = list(rows.filter(ended).order_by("-ends_at", "-pk")[:most])
    else:
        rows = rows.filter(ends_at__gt=at).exclude(stopped_at__lte=at)
        rows = rows.filter(starts_at__gt=at) if when == "coming" else rows.filter(starts_at__lte=at)
        found = list(rows.order_by("ends_at", "pk")[:most])
    cod = {shop_id: without_cod(shop_id, at) for shop_id in {row.shop_id for row in found}}
    return [shown_promotion(row, viewer, at, cod[row.shop_id]) for row in found]


def shown_promotion(
    row: Promotion, viewer: Viewer, at: datetime, excluded: frozenset[str] | None = None
) -> dict[str, Any]:
    name = PROMOTION_KINDS[row.kind]
    known = without_cod(row.shop_id, at) if excluded is None else excluded
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "title": row.title,
        "kind": row.kind,
        "kind_label": name.say(viewer.language),
        "of_platform": row.kind in PLATFORM_KINDS,
        "scope": row.scope,
        "of": row.of,
        "starts_at": iso(row.starts_at),
        "ends_at": iso(row.ends_at),
        "running": running(row.starts_at, row.ends_at, row.stopped_at, at),
        "stopped": row.stopped_at is not None,
        "text": row.text,
        "threshold_fen": row.threshold_fen,
        "off_fen": row.off_fen,
        "free_shipping": row.free_shipping,
        "cod": name.zh not in known,
        "may_edit": viewer.may(Perm.GOODS_EDIT, row.shop_id),
    }
