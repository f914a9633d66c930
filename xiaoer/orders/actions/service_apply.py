"""What the steps of a service case write elsewhere: the order's own data, its papers, and word to after-sales."""

from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events_service as events
from xiaoer.orders.cells import phone_tail
from xiaoer.orders.events import OrderFulfilled
from xiaoer.orders.models import Order, OrderLine
from xiaoer.orders.models_service import ServiceCase
from xiaoer.orders.rules import FULFILMENT_NAMES, Fulfilment
from xiaoer.orders.service_words import CHANGES, summaries


def require_ticked(form: Any, *names: str) -> None:
    """A signature is a signature: every box that stands for one is ticked."""
    wrong = {name: T("请确认并勾选", "Confirm by ticking") for name in names if not getattr(form, name)}
    if wrong:
        raise Invalid(fields=wrong)


def require_backend(form: Any) -> None:
    if not form.backend:
        raise Invalid(
            fields={
                "backend": T(
                    "先在平台后台或 ERP 改好并保存，再点“修改妥当”；只写备注不算修改",
                    "Change and save it in the back end first; a remark alone is no change",
                )
            }
        )


def apply_changes(row: ServiceCase, *, by: Who, at: datetime) -> None:
    """The order's data here say what the back end says now, so that papers are printed right (R035, R158)."""
    columns: dict[str, Any] = {}
    for change in row.changes:
        if change["kind"] == "address":
            columns["receiver_address"] = change["receiver_address"]
            if change.get("receiver_name"):
                columns["receiver_name"] = change["receiver_name"]
            if change.get("receiver_phone"):
                columns["receiver_phone"] = change["receiver_phone"]
                columns["phone_tail"] = phone_tail(change["receiver_phone"])
        if change["kind"] == "courier":
            columns["carrier"] = change["carrier"]
        if change["kind"] == "attribute":
            _change_line(row, change)
    stood = row.order.fulfilment
    if not Order.objects.filter(pk=row.order_id, fulfilment=stood).update(changed_at=at, **columns):
        now = Fulfilment(Order.objects.values_list("fulfilment", flat=True).get(pk=row.order_id))
        raise Conflict(
            "wrong_state",
            f"订单刚刚变成“{FULFILMENT_NAMES[now].zh}”，请按新状态处理",
            f"The order has just become {FULFILMENT_NAMES[now].en!r}; decide anew",
            current={"fulfilment": now.value},
        )
    fields = [CHANGES[change["kind"]].zh for change in row.changes]
    payload = events.OrderDataChanged(case=row.subject, fields=fields)
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)


def _change_line(row: ServiceCase, change: dict[str, Any]) -> None:
    line = OrderLine.objects.filter(pk=change["line"], order_id=row.order_id)
    values = {"sku": change["sku"], **({"sku_code": change["sku_code"]} if change.get("sku_code") else {})}
    if not line.update(**values):
        raise Conflict("line_gone", "订单里已没有这件商品", "The order has no such line any more")


def print_again(row: ServiceCase, *, by: Who, at: datetime) -> None:
    """重新打单 (R058): the fetched parcel's order goes back to the clerk's unprinted list."""
    moved = Order.objects.filter(pk=row.order_id, fulfilment=Fulfilment.PACKED)
    if moved.update(fulfilment=Fulfilment.UNPRINTED, changed_at=at):
        payload = OrderFulfilled(before=Fulfilment.PACKED, after=Fulfilment.UNPRINTED)
        announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)


def tell_refund(row: ServiceCase, order: Order, amount_fen: int, *, by: Who, at: datetime) -> None:
    payload = events.RefundDue(
        case=row.subject,
        number=row.number,
        order_no=order.order_no,
        amount_fen=amount_fen,
        shipped=order.fulfilment == Fulfilment.SHIPPED,
    )
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)


def tell_aftersales(row: ServiceCase, *, wants: str = "", by: Who, at: datetime) -> None:
    """`wants`: return, refuse_delivery or note (an address or wish that comes too late)."""
    what = "；".join(summaries(row.changes)) or row.reason or row.number
    payload = events.ToAftersales(
        case=row.subject,
        number=row.number,
        order_no=row.order.order_no,
        wants=wants or ("note" if row.kind == "order_change" else "return"),
        what=what,
        signed=row.order.signed_at is not None,
    )
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)
