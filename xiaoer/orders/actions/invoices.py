"""Invoices (发票, flow 5): asked for from anywhere, issued, sent, with the buyer; taken back only by a red letter (C28)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from xiaoer.kernel.access import SYSTEM, Viewer, Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events_money, invoice_remark, invoice_rules, invoice_tax
from xiaoer.orders.actions import money_steps
from xiaoer.orders.invoice_forms import Amend, Ask, Issue, Send, Withdraw
from xiaoer.orders.invoice_reads import gaps_of, issues_special, printed
from xiaoer.orders.models import Invoice, Order
from xiaoer.orders.money_flows import INVOICE, order_is_paid
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules


def ask(
    order_id: int, form: Ask, *, source: str, by: Who, at: datetime, replaces: Invoice | None = None
) -> tuple[Invoice, list[T]]:
    """登记开票申请. Never refused for being late or small; the warnings are for the agent to clear up (C28)."""
    order = Order.objects.select_related("shop").filter(pk=order_id).first()
    if order is None:
        raise NotFound("没有这张订单", "There is no such order")
    columns, warnings = checked(order, form, at=at)
    known = Invoice.objects.filter(order_id=order_id, sort="blue", current=True).first()
    if known is not None:
        raise Conflict(
            "invoice_known",
            f"这张订单已有开票记录（{INVOICE.state(known.state).zh}）；要改抬头请修改申请，已开出的请换开",
            f"The order has an invoice already ({INVOICE.state(known.state).en}); change or reissue it",
            current={"id": known.pk, "state": known.state},
        )
    if order.status == "closed" and not invoice_rules.amount_of(order):
        raise Refusal(
            "order_over",
            f"订单 {order.order_no} 已关闭且没有实付金额，没有可开票的内容",
            f"Order {order.order_no} is closed and nothing was paid: there is nothing to invoice",
        )
    row = _write(order, source, by=by, at=at, replaces=replaces, asked_late=_late(order, at), **columns)
    details = {"order_no": order.order_no, "kind": row.kind, "source": source}
    money_steps.begin(INVOICE, row, by=by, at=at, details=details)
    return row, warnings


def _write(order: Order, source: str, *, by: Who, at: datetime, **columns: Any) -> Invoice:
    return Invoice.objects.create(
        shop=order.shop,
        order=order,
        customer_id=order.customer_id,
        state=INVOICE.first,
        state_at=at,
        source=source,
        asked_at=at,
        asked_by=str(by),
        **columns,
    )


def _late(order: Order, at: datetime) -> bool:
    if order.succeeded_at is None:
        return False
    until = rules(["invoice_self_ask_until"], shop=shop_facts(order.shop_id), at=at)["invoice_self_ask_until"]
    return at > order.succeeded_at + until.duration


def checked(order: Order, form: Ask, *, at: datetime) -> tuple[dict[str, Any], list[T]]:
    """The request's columns and what to ask the buyer about; a refusal names each field."""
    found = invoice_tax.check(form.kind, form.title, form.tax_no, special=form.type == "special")
    wrong = dict(found.wrong)
    if form.type == "special" and not issues_special(order.shop_id, at):
        wrong["type"] = T(
            "本店目前只开普通发票；能开专票请店主在规则“可开发票种类”里加上“专用”",
            "This shop issues ordinary invoices only; the owner may add special ones to the rule (R354)",
        )
    if form.type == "special":
        wrong |= {
            f"company.{name}": T("专用发票必填", "Needed for a special invoice")
            for name in ("address", "phone", "bank", "account")
            if not getattr(form.company, name)
        }
    problem = invoice_rules.delivery_problem(form.delivery, form.email)
    if problem is not None:
        wrong["email"] = problem
    if form.delivery == "with_goods" and order.fulfilment == "shipped":
        found.warnings.append(
            T(
                "货已发出，不能随货寄；请改为单独邮寄（店铺付运费）或电子发票",
                "The goods have left: send it by post or mail",
            )
        )
    if wrong:
        raise Invalid(fields=wrong)
    columns = {
        "kind": form.kind,
        "title": form.title,
        "tax_no": found.number if form.kind == "company" else "",
        "type": form.type,
        "delivery": form.delivery,
        "email": form.email,
        "company": form.company.model_dump() if form.type == "special" else {},
        "note": form.note,
    }
    return columns, found.warnings


def amend(row: Invoice, form: Amend, *, by: Who, at: datetime) -> None:
    columns, _ = checked(row.order, form, at=at)
    money_steps.step(INVOICE, row, "amend", by=by, at=at, **columns)
    if row.run_id is not None:  # the tax tool has the old title: it must be exported again
        Invoice.objects.filter(pk=row.pk).update(run=None)


def issue(row: Invoice, form: Issue, *, by: Who, at: datetime) -> None:
    """The number is in: contents and amount are fixed now, as the order stands (R358-R360)."""
    twin = Invoice.objects.filter(shop_id=row.shop_id, code=form.code, number=form.number).exclude(pk=row.pk).first()
    if twin is not None:
        raise Invalid(
            fields={
                "number": T(
                    f"发票号 {form.number} 已用于订单 {twin.order.order_no}，请核对",
                    f"Number {form.number} belongs to order {twin.order.order_no} already",
                )
            }
        )
    gaps = gaps_of(row)
    if gaps:
        raise Refusal(
            "request_incomplete",
            "；".join(gap.zh for gap in gaps.values()),
            "; ".join(gap.en for gap in gaps.values()),
            fields=gaps,
        )
    unpaid = order_is_paid(row)
    if unpaid is not None:
        raise Refusal("not_ready", unpaid.zh, unpaid.en)
    content, amount = printed(row)
    if amount == 0:
        raise Refusal(
            "nothing_to_invoice",
            f"订单 {row.order.order_no} 实付减退款为 0 元，没有可开的金额；请撤销申请（订单已全额退款）",
            f"Order {row.order.order_no}: nothing is left to invoice; withdraw the request",
        )
    columns = {"code": form.code, "number": form.number, "issued_at": at, "amount_fen": amount, "content": content}
    money_steps.step(INVOICE, row, "issue", by=by, at=at, details={"amount_fen": amount, "sort": row.sort}, **columns)


def send(row: Invoice, form: Send, *, by: Who, at: datetime) -> None:
    if form.delivery == "post" and not (form.carrier and form.waybill):
        raise Invalid(fields={"waybill": T("单独邮寄要填快递公司和单号", "By post: give carrier and waybill")})
    if form.delivery == "email" and not row.email:
        raise Invalid(fields={"delivery": T("这张发票没有登记邮箱", "No e-mail address is known for this invoice")})
    columns = {"delivery": form.delivery, "carrier": form.carrier, "waybill": form.waybill, "sent_at": at}
    money_steps.step(INVOICE, row, "send", by=by, at=at, details={"delivery": form.delivery}, **columns)


def deliver(row: Invoice, form: Any, *, by: Who, at: datetime) -> None:
    money_steps.step(INVOICE, row, "deliver", by=by, at=at, delivered_at=at)


def withdraw(row: Invoice, form: Withdraw, *, by: Who, at: datetime) -> None:
    """Only because the buyer wants none, or there is nothing to invoice: a shop never refuses (C28)."""
    if by.kind == "buyer" and form.reason != "buyer_asked":
        raise Invalid(fields={"reason": T("请选“买家不要了”", "Choose that you do not want it any more")})
    if form.reason == "buyer_asked" and by.kind != "buyer" and len(form.note) < 2:
        raise Invalid(
            fields={"note": T("请写明买家怎么说的；发票不得拒开", "Write what the buyer said; it is never refused")}
        )
    if form.reason == "order_over" and invoice_rules.amount_of(row.order) and row.order.status != "closed":
        raise Refusal(
            "invoice_not_refusable",
            "订单还有实付金额，发票不得拒开；只有买家自己不要时才能撤销",
            "Money was paid: an invoice must be issued. Only the buyer herself can give it up",
        )
    money_steps.step(
        INVOICE, row, "withdraw", by=by, at=at, details={"reason": form.reason}, why=form.reason, current=False
    )


VERBS: dict[str, money_steps.Verb] = {
    "amend": amend,
    "issue": issue,
    "send": send,
    "deliver": deliver,
    "withdraw": withdraw,
}


def perform_invoice(viewer: Viewer, row: Invoice, verb: str, data: dict[str, Any], *, by: Who, at: datetime) -> None:
    if row.sort == "blue" and not row.current and row.state in ("issued", "sent"):
        raise Conflict(
            "taken_back",
            "这张发票已红冲或换开，不能再操作；请处理新的那张",
            "This invoice was taken back; go on with the new one",
            current={"state": row.state},
        )
    money_steps.perform(VERBS, viewer, INVOICE, row, verb, data, by=by, at=at)


def read_remarks(order_ids: Sequence[int], *, by: Who = SYSTEM, at: datetime) -> int:
    """R353: an invoice asked for in the remark becomes a request, once; what is missing is asked by the agent (R043)."""
    known = set(Invoice.objects.filter(order_id__in=order_ids).values_list("order_id", flat=True))
    rows = Order.objects.filter(pk__in=set(order_ids) - known, status__in=("waiting_payment", "paid", "shipped"))
    made = 0
    for order in rows.exclude(buyer_message="").select_related("shop").order_by("pk"):
        found = invoice_remark.read(order.buyer_message)
        if found is None:
            continue
        row = _write(
            order,
            "remark",
            by=SYSTEM,
            at=at,
            kind=found.kind or "personal",
            title=found.title,
            tax_no=found.tax_no[:20],
            delivery="email" if found.email else "with_goods",
            email=found.email[:120],
        )
        details = {"order_no": order.order_no, "kind": row.kind, "source": "remark"}
        money_steps.begin(INVOICE, row, by=by, at=at, details=details)
        if gaps_of(row) or found.other_goods or found.other_amount:
            payload = events_money.InvoiceAskTitle(
                order_no=order.order_no, other_goods=found.other_goods, other_amount=found.other_amount
            )
            announce(payload, shop_id=row.shop_id, subject=f"invoice:{row.pk}", by=by, at=at)
        made += 1
    return made


def came_back(row: Invoice, *, by: Who, at: datetime) -> None:
    """退货时发票一起寄回 (R493): noted once; the buyer is never charged a tax for it."""
    issued = Q(state__in=("issued", "sent", "delivered"))
    if not Invoice.objects.filter(issued, pk=row.pk, came_back_at=None).update(came_back_at=at):
        raise Conflict("not_out", "这张发票没有寄出，或已登记寄回", "It was not out, or is back already")
    payload = events_money.InvoiceCameBack(order_no=row.order.order_no)
    announce(payload, shop_id=row.shop_id, subject=f"invoice:{row.pk}", by=by, at=at, customer_id=row.customer_id)


def signed(order_id: int, *, by: Who = SYSTEM, at: datetime) -> None:
    """The parcel was signed for: the invoice inside it is with the buyer."""
    rows = Invoice.objects.select_related("order", "shop").filter(order_id=order_id, current=True, state="sent")
    for row in rows.filter(delivery="with_goods"):
        deliver(row, None, by=by, at=at)
