"""Looking orders over (每日跟进): which ones to look at, by bounded indexed queries, and how each stands."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from xiaoer.goods.queries import stock_of
from xiaoer.kernel.models import Event
from xiaoer.orders.followup_rules import FollowRules, Standing
from xiaoer.orders.models import FollowUp, Order, PresaleCase
from xiaoer.orders.pay_flow import PRESALE
from xiaoer.orders.rules import Fulfilment, Status
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rules

_KEYS = (
    *("followup_unprinted", "followup_unpacked", "followup_unshipped", "followup_late_warn", "unpaid_near_close"),
    *("presale_balance_warn", "stuck_order_handled", "order_auto_close", "late_ship_after", "presale_ship_within"),
)
HELPING = 100
"""Orders looked at per kind and round: a round is one transaction, chat messages must not wait for it."""
UNPAID_KEPT = timedelta(days=30)
"""An import of old orders may hold unpaid ones of years ago: nobody follows those up."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The follow-up rules, and what the platform's clocks are."""

    follow: FollowRules
    close_after: timedelta
    late_after: timedelta
    presale_within: timedelta


def numbers_of(shop: ShopFacts, at: datetime) -> Numbers:
    found = rules(_KEYS, shop=shop, at=at)
    return Numbers(
        FollowRules(
            found["followup_unprinted"].duration,
            found["followup_unpacked"].duration,
            found["followup_unshipped"].duration,
            found["followup_late_warn"].duration,
            found["unpaid_near_close"].duration,
            found["presale_balance_warn"].duration,
            found["stuck_order_handled"].duration,
        ),
        found["order_auto_close"].duration,
        found["late_ship_after"].duration,
        found["presale_ship_within"].duration,
    )


def candidates(shop_id: int, numbers: Numbers, at: datetime) -> list[int]:
    """Orders that may have got into trouble since the last look: each kind an indexed range, `HELPING` rows at most."""
    waiting = Order.objects.filter(shop_id=shop_id, status=Status.WAITING_PAYMENT)
    working = Order.objects.filter(shop_id=shop_id, status=Status.PAID)
    follow, closes = numbers.follow, at - numbers.close_after
    late = at - numbers.late_after
    moving_on = Q(fulfilment=Fulfilment.UNPRINTED), Q(fulfilment=Fulfilment.PRINTED), Q(fulfilment=Fulfilment.PACKED)
    found: dict[int, None] = {}

    def add(kind: str, rows: QuerySet[Order], sort: str) -> None:
        known = FollowUp.objects.filter(order=OuterRef("pk"), kind=kind).exclude(state="cleared")
        found.update(dict.fromkeys(rows.exclude(Exists(known)).order_by(sort).values_list("pk", flat=True)[:HELPING]))

    add("near_close", waiting.filter(ordered_at__gt=closes, ordered_at__lte=closes + follow.near_close), "ordered_at")
    add("unpaid_timeout", waiting.filter(ordered_at__lte=closes, ordered_at__gt=closes - UNPAID_KEPT), "-ordered_at")
    for here in moving_on:
        mine = working.filter(here)
        add("late", mine.filter(paid_at__lt=late), "-paid_at")
        add("late_soon", mine.filter(paid_at__gte=late, paid_at__lte=late + follow.late_warn), "-paid_at")
    add("unprinted", working.filter(moving_on[0], paid_at__lte=at - follow.unprinted, paid_at__gte=late), "-paid_at")
    add("unpacked", working.filter(moving_on[1], paid_at__lte=at - follow.unpacked, paid_at__gte=late), "-paid_at")
    add("unshipped", working.filter(moving_on[2], paid_at__lte=at - follow.unshipped, paid_at__gte=late), "-paid_at")
    add("shortage", working.filter(moving_on[0], paid_at__gte=late), "-paid_at")
    ends = PresaleCase.objects.filter(
        shop_id=shop_id, state__in=("balance_due", "reminded"), balance_until__lte=at + follow.balance_warn
    )
    found.update(dict.fromkeys(ends.order_by("balance_until").values_list("order_id", flat=True)[:HELPING]))
    return list(found)


def standings_of(rows: Sequence[Order], shop: ShopFacts, numbers: Numbers) -> dict[int, Standing]:
    """How several orders of one shop stand, in a few queries whatever their number. Lines must be prefetched."""
    ids = [row.pk for row in rows]
    presales = {one.order_id: one for one in PresaleCase.objects.filter(order_id__in=ids)}
    since = _stage_since(rows)
    short = _short(shop.id, [row for row in rows if row.status == Status.PAID])
    return {
        row.pk: _standing(row, numbers, presales.get(row.pk), since.get(row.pk, row.paid_at), row.pk in short)
        for row in rows
    }


def _standing(
    row: Order, numbers: Numbers, presale: PresaleCase | None, since: datetime | None, short: bool
) -> Standing:
    late_at = row.paid_at + numbers.late_after if row.paid_at is not None else None
    if presale is not None and late_at is not None:
        late_at = max(late_at, presale.ships_at + numbers.presale_within)
    running = presale is not None and not PRESALE.state(presale.state).final
    return Standing(
        row.status,
        row.fulfilment,
        (row.created_at or row.ordered_at) + numbers.close_after,
        since,
        late_at,
        bool(row.hold),
        short,
        presale.balance_from if running and presale else None,
        presale.balance_until if running and presale else None,
        presale.ships_at if presale else None,
    )


def _stage_since(rows: Iterable[Order]) -> dict[int, datetime]:
    """When an order came into its fulfilment state: the journal knows (R060)."""
    subjects = [f"order:{row.pk}" for row in rows if row.fulfilment in (Fulfilment.PRINTED, Fulfilment.PACKED)]
    if not subjects:
        return {}
    told = Event.objects.filter(subject__in=subjects, kind="order.fulfilment_changed").order_by("number")
    return {int(subject.partition(":")[2]): at for subject, at in told.values_list("subject", "at")}


def _short(shop_id: int, rows: Sequence[Order]) -> set[int]:
    """Orders of which a line cannot be filled from the shelf (R737); an unknown stock says nothing."""
    wanted: dict[str, list[tuple[int, int]]] = {}
    for row in rows:
        if row.fulfilment == Fulfilment.UNPRINTED:
            for line in row.lines.all():
                if line.sku_code and not line.summary:
                    wanted.setdefault(line.sku_code, []).append((row.pk, line.qty - line.refunded_qty))
    stock: dict[str, Any] = stock_of(shop_id, wanted) if wanted else {}
    return {
        order_id
        for code, asked in wanted.items()
        for order_id, qty in asked
        if stock.get(code) is not None and stock[code].on_hand < qty
    }
