"""Taking an issued invoice back (红字发票), reissuing it (换开), and what a refund does to invoices."""

from datetime import datetime

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import subject_of
from xiaoer.orders import invoice_rules
from xiaoer.orders.actions import invoices, money_steps
from xiaoer.orders.invoice_forms import Ask, Company, Reissue
from xiaoer.orders.models import Invoice, Order
from xiaoer.orders.money_flows import INVOICE, INVOICE_ISSUED

ISSUED = ("issued", "sent", "delivered")


def reissue(row: Invoice, form: Reissue, *, by: Who, at: datetime) -> tuple[Invoice, list[T]]:
    """换开: a red letter for the old one and a new request, in one step; the old one stays as it was printed."""
    fields = form.model_dump(exclude={"why"})
    _red(row, form.why, by=by, at=at)
    return invoices.ask(row.order_id, Ask.model_validate(fields), source="reissue", by=by, at=at, replaces=row)


def _red(row: Invoice, why: str, *, by: Who, at: datetime) -> Invoice:
    """A red letter for an issued invoice is asked for; it carries the same goods with the sign turned."""
    taken = Invoice.objects.filter(pk=row.pk, sort="blue", current=True, state__in=ISSUED).update(
        current=False, why=why
    )
    if not taken:
        now = Invoice.objects.get(pk=row.pk)
        raise Conflict(
            "not_issued",
            "只有已开出且还有效的发票可以换开或红冲",
            "Only an issued invoice that still counts can be taken back",
            current={"state": now.state, "current": now.current},
        )
    deadlines.settle(subject_of(INVOICE, row), at=at)
    Invoice.objects.filter(pk=row.pk).update(due_at=None, late=False)
    red = Invoice.objects.create(
        shop=row.shop,
        order=row.order,
        customer_id=row.customer_id,
        sort="red",
        reverses=row,
        state=INVOICE.first,
        state_at=at,
        kind=row.kind,
        type=row.type,
        title=row.title,
        tax_no=row.tax_no,
        company=row.company,
        delivery=row.delivery if row.delivery == "email" else "post",
        email=row.email,
        source="reissue",
        asked_at=at,
        asked_by=str(by),
        why=why,
        amount_fen=-(row.amount_fen or 0),
        content=invoice_rules.reversed_content(row.content),
    )
    money_steps.begin(INVOICE, red, by=by, at=at, details={"order_no": row.order.order_no, "sort": "red", "why": why})
    return red


def refunded(order_id: int, *, at: datetime) -> None:
    """Money went back: an invoice that says more than was kept is taken back and, if something is left, made anew."""
    row = Invoice.objects.select_related("order", "shop").filter(order_id=order_id, sort="blue", current=True).first()
    if row is None:
        return
    order = Order.objects.get(pk=order_id)
    left = invoice_rules.amount_of(order)
    if row.state == "requested":
        if not left and order.status != "waiting_payment":
            money_steps.step(
                INVOICE, row, "withdraw", by=SYSTEM, at=at, details={"reason": "order_over"}, why="order_over",
                current=False,
            )  # fmt: skip
        return
    if row.state not in ISSUED or left >= (row.amount_fen or 0):
        return
    _red(row, "refunded" if left else "all_back", by=SYSTEM, at=at)
    if left:
        _again(row, order, at=at)


def paid_now(order_id: int, *, at: datetime) -> None:
    """The order was paid after the invoice was asked for: the time to issue it counts from now."""
    row = Invoice.objects.select_related("order", "shop").filter(order_id=order_id, sort="blue", current=True).first()
    if row is not None and row.state == "requested":
        money_steps.restart(INVOICE, row, INVOICE_ISSUED, at=at)


def _again(row: Invoice, order: Order, *, at: datetime) -> None:
    """The new one is asked for as the old one was; nobody has to type it again."""
    form = Ask(
        kind=row.kind,
        title=row.title,
        tax_no=row.tax_no,
        type="normal",
        delivery=row.delivery if row.delivery == "email" else "post",
        email=row.email,
        company=Company.model_validate({}),
    )
    columns, _ = invoices.checked(order, form, at=at)
    again = Invoice.objects.create(
        shop=row.shop,
        order=order,
        customer_id=row.customer_id,
        state=INVOICE.first,
        state_at=at,
        source="refund",
        asked_at=at,
        asked_by=str(SYSTEM),
        replaces=row,
        **{**columns, "type": row.type, "company": row.company},
    )
    money_steps.begin(INVOICE, again, by=SYSTEM, at=at, details={"order_no": order.order_no, "source": "refund"})
