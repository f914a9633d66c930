"""The guard against asking twice: pieces and money of each bought line that cases have taken."""

from collections.abc import Mapping

from django.db.models import F

from xiaoer.aftersales.models import CaseLine, CaseRow, LineHold
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.flow import Flow
from xiaoer.orders.queries import OrderFacts


def lock(order: OrderFacts) -> None:
    """Make sure every line has its row, bring it up to date with the order, and lock them all (PostgreSQL)."""
    for line in order.lines:
        hold, _ = LineHold.objects.get_or_create(
            order_line_id=line.id,
            defaults={
                "order_id": order.id,
                "bought": line.qty,
                "paid_fen": line.paid_fen,
                "gone": min(line.refunded_qty, line.qty),
            },
        )
        gone = max(hold.gone, line.refunded_qty)
        if (hold.bought, hold.paid_fen, hold.gone) != (line.qty, line.paid_fen, gone):
            LineHold.objects.filter(pk=hold.pk, granted_fen__lte=line.paid_fen, held__lte=line.qty - gone).update(
                bought=line.qty, paid_fen=line.paid_fen, gone=gone
            )
    list(LineHold.objects.select_for_update().filter(order_id=order.id).order_by("pk"))


def take(order: OrderFacts, lots: Mapping[int, int]) -> None:
    """Reserve pieces for a new case; refused when running or finished cases already have them."""
    for line, qty in lots.items():
        free = LineHold.objects.filter(pk=line, bought__gte=F("held") + F("gone") + qty)
        if free.update(held=F("held") + qty):
            continue
        hold = LineHold.objects.get(pk=line)
        facts = order.line(line)
        title = facts.title if facts else str(line)
        left = hold.bought - hold.held - hold.gone
        raise Conflict(
            "already_asked",
            f"「{title}」买了 {hold.bought} 件，售后中 {hold.held} 件，已退 {hold.gone} 件，还可申请 {left} 件，本次 {qty} 件",
            f"{title!r}: bought {hold.bought}, in running cases {hold.held}, gone {hold.gone}; {left} left, asked {qty}",
            current={"line": line, "left": left},
        )


def release(flow: Flow, row: CaseRow) -> None:
    """A case ended without a refund: its pieces may be asked for again."""
    for line in CaseLine.objects.filter(flow=flow.name, case_id=row.pk):
        LineHold.objects.filter(pk=line.order_line_id, held__gte=line.requested).update(held=F("held") - line.requested)


def spend(line: CaseLine, qty: int, fen: int) -> None:
    """A refund was granted: pieces go from held to gone, pieces that are not part of it become free again."""
    rows = LineHold.objects.filter(
        pk=line.order_line_id, held__gte=line.requested, paid_fen__gte=F("granted_fen") + fen
    )
    if not rows.update(held=F("held") - line.requested, gone=F("gone") + qty, granted_fen=F("granted_fen") + fen):
        raise Conflict(
            "more_than_paid",
            "退款金额超过该商品还可退的金额，可能刚有另一笔退款，请刷新后重试",
            "This is more than is left of the price paid; another refund may just have been granted. Refresh",
        )


def give_money(line_id: int, fen: int) -> None:
    """Part of a line's price goes back and the pieces stay with the buyer: less is left for a later refund."""
    rows = LineHold.objects.filter(pk=line_id, paid_fen__gte=F("granted_fen") + fen)
    if not rows.update(granted_fen=F("granted_fen") + fen):
        raise Conflict(
            "more_than_paid",
            "金额超过该商品还可退的金额，可能刚有另一笔退款，请刷新后重试",
            "This is more than is left of the price paid; another refund may just have been granted. Refresh",
        )
