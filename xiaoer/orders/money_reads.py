"""Invoices, transfers and COD confirmations for a viewer: desks, counts, one row."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from xiaoer.customers.queries import nick_key
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.orders.models import BankTransfer, CodConfirmation, Invoice, InvoiceRun
from xiaoer.orders.money_flows import FLOWS
from xiaoer.orders.transfer_reads import transfers_on
from xiaoer.people.queries import shop_facts

TABLES: dict[str, Any] = {
    "invoice": Invoice,
    "bank_transfer": BankTransfer,
    "cod_confirmation": CodConfirmation,
}
_COUNTS = Q(sort="red") | Q(current=True)
DESKS: dict[str, dict[str, Q]] = {
    "invoice": {
        "to_issue": Q(state="requested", run=None) & _COUNTS,
        "at_tax": Q(state="requested", run__isnull=False) & _COUNTS,
        "to_send": Q(state="issued") & _COUNTS,
        "sent": Q(state="sent") & _COUNTS,
        "late": Q(state__in=("requested", "issued"), late=True) & _COUNTS,
        "all": Q(),
    },
    "bank_transfer": {
        "open": Q(open=True),
        "to_permit": Q(state="registered", permitted_at=None),
        "to_receive": Q(state__in=("registered", "partial"), permitted_at__isnull=False),
        "to_proceed": Q(state="received"),
        "all": Q(),
    },
    "cod_confirmation": {
        "to_call": Q(state="waiting"),
        "unreachable": Q(state="unreachable"),
        "confirmed": Q(state="confirmed"),
        "refused": Q(state="refused"),
        "all": Q(),
    },
}
BY_TIME = {"invoice": "asked_at", "bank_transfer": "registered_at", "cod_confirmation": "opened_at"}
OLDEST_FIRST = {"to_issue", "at_tax", "to_send", "late", "to_permit", "to_receive", "to_proceed", "open", "to_call",
                "unreachable"}  # fmt: skip


def visible(viewer: Viewer, name: str) -> QuerySet[Any]:
    """Rows of one flow that the viewer may see; a buyer sees her own invoices and nothing else."""
    rows = TABLES[name]._default_manager.select_related("shop", "order", "customer")
    if name == "invoice":
        rows = rows.select_related("shop", "order", "customer", "reverses").prefetch_related("order__lines")
    if viewer.kind == "buyer":
        hers = viewer.customer_id or 0
        return rows.filter(shop_id__in=viewer.shop_ids, customer_id=hers) if name == "invoice" else rows.none()
    return rows.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))


def find(viewer: Viewer, name: str, pk: int, *, lock: bool = False) -> Any:
    rows = visible(viewer, name)
    row = (rows.select_for_update(of=("self",)) if lock else rows).filter(pk=pk).first()
    if row is None:
        raise NotFound(f"没有这条{FLOWS[name].zh}记录", f"There is no such {FLOWS[name].en.lower()}")
    return row


def of_subject(subject: str) -> tuple[Flow, Any] | None:
    """The row a deadline speaks of ("invoice:12"), or None."""
    name, _, pk = subject.partition(":")
    if name not in TABLES or not pk.isdigit():
        return None
    row = TABLES[name]._default_manager.select_related("shop", "order", "customer").filter(pk=int(pk)).first()
    return (FLOWS[name], row) if row is not None else None


def ask(
    viewer: Viewer,
    name: str,
    *,
    desk: str = "all",
    shop: int | None = None,
    order: int | None = None,
    customer: int | None = None,
    q: str = "",
) -> QuerySet[Any]:
    wanted = DESKS[name].get(desk)
    if wanted is None:
        known = "、".join(DESKS[name])
        raise Invalid(fields={"desk": T(f"没有「{desk}」这个列表；可用：{known}", f"No list {desk!r}; known: {known}")})
    rows = visible(viewer, name).filter(wanted)
    for column, value in (("shop_id", shop), ("order_id", order), ("customer_id", customer)):
        if value is not None:
            rows = rows.filter(**{column: value})
    return rows.filter(_matches(name, q.strip())) if q.strip() else rows


def _matches(name: str, q: str) -> Q:
    """Order number, nick; an invoice also by its number, title or tax number; a transfer by its payer."""
    wanted = Q(order__order_no__startswith=q) | Q(customer__nick_key__contains=nick_key(q))
    if name == "invoice":
        wanted |= Q(number=q) | Q(title__contains=q) | Q(tax_no=q.upper())
        slip = q.upper().removeprefix("FP")
        if slip.isdigit() and len(slip) <= 8:
            wanted |= Q(pk=int(slip))
    if name == "bank_transfer":
        wanted |= Q(payer__contains=q)
    return wanted


def counts(viewer: Viewer, name: str, shop: int | None = None) -> dict[str, int]:
    """How many rows stand on each desk that is worked off; "all" is not counted."""
    rows = visible(viewer, name).order_by()
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    live = FLOWS[name].open_states()
    named = {desk: Count("pk", filter=wanted) for desk, wanted in DESKS[name].items() if desk not in _NOT_COUNTED}
    found = rows.filter(state__in=live).aggregate(**named)
    return {desk: int(number) for desk, number in found.items()}


_NOT_COUNTED = {"all", "sent", "confirmed", "refused"}


def runs(viewer: Viewer, shop: int | None = None) -> QuerySet[InvoiceRun]:
    rows = InvoiceRun.objects.filter(shop_id__in=viewer.shops_with(Perm.INVOICES))
    return rows.filter(shop_id=shop) if shop is not None else rows


def find_run(viewer: Viewer, pk: int) -> InvoiceRun:
    row = runs(viewer).filter(pk=pk).first()
    if row is None:
        raise NotFound("没有这个开票批次", "There is no such batch")
    return row


def transfer_shops(viewer: Viewer, at: datetime) -> list[int]:
    """The shops of the viewer in which the register exists (C02)."""
    return [shop for shop in viewer.shops_with(Perm.ORDERS_VIEW) if transfers_on(shop_facts(shop), at)]
