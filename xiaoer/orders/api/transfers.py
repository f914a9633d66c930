"""The bank transfer register over HTTP (银行转账明细表): only for shops where it exists (C02)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, Field, Router, Schema, Status

from xiaoer.kernel import clock, paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.xlsx import XLSX
from xiaoer.orders import money_reads, money_showing, queries, transfer_files, transfer_reads
from xiaoer.orders.actions import transfers
from xiaoer.orders.api.invoices import parsed, staff_of
from xiaoer.orders.api.money_schemas import TransferOut, TransferPage
from xiaoer.orders.transfer_forms import Register
from xiaoer.people.queries import shop_facts

router = Router()
REGISTER_MOST = 5000


class Where(Schema):
    """On which shops the register exists, and to which account buyers transfer (from the shop's setting only)."""

    shop: int
    on: bool
    why_not: str
    account: str = Field(description="Empty: the owner has not filled it in")


def _rows(viewer: Viewer, desk: str, shop: int | None, order: int | None, q: str) -> Any:
    """Rows of shops that have the register now; a Tmall shop shows none, whatever lies in the table."""
    on = money_reads.transfer_shops(viewer, clock.now())
    return money_reads.ask(viewer, "bank_transfer", desk=desk, shop=shop, order=order, q=q).filter(shop_id__in=on)


@router.get("/transfers", response=TransferPage, summary="The bank transfer register")
def listed(
    request: HttpRequest,
    desk: str = "open",
    shop: int | None = None,
    order: int | None = None,
    q: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: open, to_permit, to_receive, to_proceed, all. `q`: order number, nick, payer."""
    viewer = staff_of(request)
    page = paging.soonest_first if desk in money_reads.OLDEST_FIRST else paging.newest_first
    found, after = page(_rows(viewer, desk, shop, order, q), "registered_at", cursor=cursor, limit=limit)
    return {"items": money_showing.shown_transfers(found, viewer), "next": after}


@router.get("/transfers/counts", response=dict[str, int], summary="How many rows wait at each desk")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return money_reads.counts(staff_of(request), "bank_transfer", shop)


@router.get("/transfers/where", response=list[Where], summary="Where the register exists, and the shop's account")
def where(request: HttpRequest) -> list[dict[str, Any]]:
    viewer, now = staff_of(request), clock.now()
    found = []
    for shop_id in sorted(viewer.shops_with(Perm.ORDERS_VIEW)):
        shop = shop_facts(shop_id)
        on = transfer_reads.transfers_on(shop, now)
        why = transfer_reads.why_not(shop, now)
        account = transfer_reads.account_of(shop, now) if on else ""
        found.append(
            {"shop": shop_id, "on": on, "why_not": why.say(viewer.language) if why else "", "account": account}
        )
    return found


@router.get("/transfers/export", summary="银行转账明细表 (XLSX), with places to sign")
def exported(request: HttpRequest, desk: str = "all", shop: int | None = None, q: str = "") -> HttpResponse:
    viewer = staff_of(request)
    rows = list(_rows(viewer, desk, shop, None, q).order_by("registered_at", "pk")[:REGISTER_MOST])
    body = transfer_files.register(money_showing.shown_transfers(rows, viewer), viewer.language)
    answer = HttpResponse(body, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="bank-transfers.xlsx"'
    return answer


@router.post("/transfers", response={201: TransferOut}, summary="Register a bank transfer for an unpaid order")
def registered(request: HttpRequest, data: dict[str, Any] = Body(default={})) -> Status[dict[str, Any]]:
    viewer = staff_of(request)
    form = parsed(Register, data)
    with transaction():
        order = queries.find(viewer, form.order)
        viewer.require(Perm.ORDERS_REMARK, order.shop_id)
        row = transfers.register(form, by=viewer.who, at=clock.now())
    return Status(201, _shown(viewer, row.pk))


def _shown(viewer: Viewer, pk: int) -> dict[str, Any]:
    return money_showing.shown_transfers([money_reads.find(viewer, "bank_transfer", pk)], viewer)[0]


@router.get("/transfers/{int:pk}", response=TransferOut, summary="One row")
def one(request: HttpRequest, pk: int) -> dict[str, Any]:
    return _shown(staff_of(request), pk)


@router.post("/transfers/{int:pk}/{verb}", response=TransferOut, summary="The next step; see the row's `can`")
def moved(request: HttpRequest, pk: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = money_reads.find(viewer, "bank_transfer", pk, lock=True)
        transfers.perform_transfer(viewer, row, verb, data, by=viewer.who, at=clock.now())
    return _shown(viewer, pk)
