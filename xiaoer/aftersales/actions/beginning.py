"""A case is written into its first state (立案): number, row, first clocks, first line of the journal. Every flow uses it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F

from xiaoer.aftersales import answers
from xiaoer.aftersales.actions import clocks
from xiaoer.aftersales.kinds import KINDS
from xiaoer.aftersales.models import CaseCounter, CaseLine
from xiaoer.kernel import moving
from xiaoer.kernel.access import Who
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts, shop_facts


@dataclass(frozen=True, slots=True)
class Extras:
    """What may go with any application: the shop's goodwill, and the platform's own number of the case."""

    goodwill: bool = False
    platform_no: str = ""


def begin(
    kind: str, order: OrderFacts, *, by: Who, at: datetime, details: Mapping[str, Any] | None = None, **columns: Any
) -> Any:
    """Write the case and start its clocks; `columns` are the flow's own, `details` go to the journal and the buyer."""
    row, flow = _write(kind, order, by=by, at=at, **columns), KINDS[kind].flow
    told = flow.first not in KINDS[kind].hidden
    moving.begin(flow, row, by=by, at=at, details={"number": row.number, **(details or {})}, for_buyer=told)
    clocks.follow(flow, row, flow.begins, at)
    return row


def _write(kind: str, order: OrderFacts, *, by: Who, at: datetime, **columns: Any) -> Any:
    shop = shop_facts(order.shop_id)
    return KINDS[kind].model._default_manager.create(
        shop_id=shop.id,
        order_id=order.id,
        customer_id=order.customer_id,
        number=number(shop, kind, at=at),
        state=KINDS[kind].flow.first,
        state_at=at,
        opened_at=at,
        opened_by=str(by),
        shipped=answers.is_shipped(order),
        **columns,
    )


def write_lines(kind: str, row: Any, lots: Mapping[int, int], fen: Mapping[int, int] | None = None) -> None:
    """The bought lines that the case is about: line id -> pieces, and the money asked for them."""
    for line, qty in lots.items():
        CaseLine.objects.create(
            flow=kind, case_id=row.pk, order_line_id=line, requested=qty, requested_fen=(fen or {}).get(line, 0)
        )


def number(shop: ShopFacts, kind: str, *, at: datetime) -> str:
    """TH20261111-0001: counted per shop, kind and day of the shop's zone."""
    prefix = f"{KINDS[kind].prefix}{at.astimezone(ZoneInfo(answers.zone_of(shop))):%Y%m%d}"
    counter, _ = CaseCounter.objects.get_or_create(shop_id=shop.id, prefix=prefix)
    CaseCounter.objects.filter(pk=counter.pk).update(last=F("last") + 1)
    counter.refresh_from_db(fields=["last"])
    return f"{prefix}-{counter.last:04d}"
