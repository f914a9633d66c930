"""Invoices, transfers and COD confirmations as people see them: labelled, e-mail and phone masked."""

from collections.abc import Sequence
from typing import Any

from xiaoer.customers.queries import mask_address, mask_name, mask_phone, mask_text
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import can
from xiaoer.kernel.names import actor_names
from xiaoer.orders import cod_forms, cod_reads, invoice_reads, invoice_rules, transfer_reads
from xiaoer.orders.invoice_files import slip_of
from xiaoer.orders.invoice_forms import DELIVERIES, KINDS, REISSUES, SOURCES, TYPES, WITHDRAWALS
from xiaoer.orders.models import BankTransfer, CodConfirmation, Invoice, InvoiceRun, TransferArrival
from xiaoer.orders.money_flows import FLOWS
from xiaoer.orders.rules import FULFILMENT_NAMES, STATUS_NAMES, Fulfilment, Status


def _base(flow: Flow, row: Any, viewer: Viewer) -> dict[str, Any]:
    state, order = flow.state(row.state), row.order
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "flow": flow.name,
        "state": row.state,
        "state_label": state.label.say(viewer.language),
        "category": state.category,
        "waits_for": state.waits_for,
        "state_at": iso(row.state_at),
        "due_at": iso(getattr(row, "due_at", None)),
        "late": bool(getattr(row, "late", False)),
        "order": {
            "id": order.pk,
            "order_no": order.order_no,
            "status": order.status,
            "status_label": STATUS_NAMES[Status(order.status)].say(viewer.language),
            "fulfilment": order.fulfilment,
            "fulfilment_label": FULFILMENT_NAMES[Fulfilment(order.fulfilment)].say(viewer.language),
        },
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "can": can(flow, row, viewer),
    }


def shown_invoices(rows: Sequence[Invoice], viewer: Viewer) -> list[dict[str, Any]]:
    names = actor_names((row.asked_by for row in rows), viewer.language)
    shown = [_invoice(row, viewer, names) for row in rows]
    special = {row.shop_id: invoice_reads.issues_special(row.shop_id, row.state_at) for row in rows}
    for one in shown:
        for move in one["can"]:
            move["form"] = invoice_reads.fitting_form(move["form"], special[one["shop"]])
    return shown


def shown_invoice(row: Invoice, viewer: Viewer) -> dict[str, Any]:
    return shown_invoices([row], viewer)[0]


def _invoice(row: Invoice, viewer: Viewer, names: dict[str, str]) -> dict[str, Any]:
    say = viewer.language
    content, amount = invoice_reads.printed(row)
    base = _base(FLOWS["invoice"], row, viewer)
    taken_back = row.sort == "blue" and not row.current and row.state in ("issued", "sent", "delivered")
    if taken_back:
        base["can"] = []
    whys = {**WITHDRAWALS, **REISSUES}
    mine = viewer.kind == "buyer"
    return {
        **base,
        "slip": slip_of(row.pk),
        "sort": row.sort,
        "current": row.current,
        "taken_back": taken_back,
        "kind": row.kind,
        "kind_label": KINDS[row.kind].say(say),
        "type": row.type,
        "type_label": TYPES[row.type].say(say),
        "title": row.title,
        "tax_no": row.tax_no,
        "company": row.company,
        "delivery": row.delivery,
        "delivery_label": DELIVERIES[row.delivery].say(say),
        "email": row.email if mine else invoice_rules.mask_mail(row.email),
        "source_label": SOURCES[row.source].say(say),
        "note": "" if mine else row.note,
        "asked_at": iso(row.asked_at),
        "asked_by": "" if mine else names[row.asked_by],
        "asked_late": row.asked_late,
        "amount_fen": amount,
        "content": content,
        "run": row.run_id,
        "code": row.code,
        "number": row.number,
        "issued_at": iso(row.issued_at),
        "carrier": row.carrier,
        "waybill": row.waybill,
        "sent_at": iso(row.sent_at),
        "delivered_at": iso(row.delivered_at),
        "came_back_at": iso(row.came_back_at),
        "why_label": whys[row.why].say(say) if row.why in whys else "",
        "gaps": [text.say(say) for text in invoice_reads.gaps_of(row).values()],
        "initial": _initial(row) if not mine else {},
        "may": [] if mine else _invoice_may(row, viewer, taken_back),
    }


def _initial(row: Invoice) -> dict[str, Any]:
    """What the forms begin with: the request as it is; the e-mail address only where it will be changed."""
    kept = {name: getattr(row, name) for name in ("kind", "title", "tax_no", "type", "delivery", "email", "note")}
    return {**kept, "company": row.company}


def _invoice_may(row: Invoice, viewer: Viewer, taken_back: bool) -> list[str]:
    """What can be done beside the moves: reissue, say that the paper came back, look at the mailbox."""
    out = row.sort == "blue" and row.state in ("issued", "sent", "delivered")
    found = []
    if out and not taken_back and viewer.may(Perm.ORDERS_REMARK, row.shop_id):
        found.append("reissue")
    if out and row.came_back_at is None and row.delivery != "email":
        if viewer.may(Perm.ORDERS_REMARK, row.shop_id) or viewer.may(Perm.WAREHOUSE_RECEIVE, row.shop_id):
            found.append("came_back")
    return found


def shown_run(row: InvoiceRun) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "number": row.number,
        "invoices": row.invoices,
        "amount_fen": row.amount_fen,
        "by": row.by_name or row.by,
        "at": iso(row.at),
    }


def shown_transfers(rows: Sequence[BankTransfer], viewer: Viewer) -> list[dict[str, Any]]:
    signers = {name for row in rows for name in (row.registered_by, row.permitted_by, row.received_by, row.closed_by)}
    names = {**actor_names((one for one in signers if one), viewer.language), "": ""}
    arrivals: dict[int, list[TransferArrival]] = {}
    for one in TransferArrival.objects.filter(transfer__in=[row.pk for row in rows]).order_by("pk"):
        arrivals.setdefault(one.transfer_id, []).append(one)
    shown = [_transfer(row, viewer, names, arrivals.get(row.pk, [])) for row in rows]
    clocks = deadlines.open_for_many([f"bank_transfer:{row.pk}" for row in rows])
    for told in shown:
        running = clocks[f"bank_transfer:{told['id']}"]
        told["due_at"] = iso(running[0].due_at) if running else None
    return shown


def _transfer(
    row: BankTransfer, viewer: Viewer, names: dict[str, str], arrivals: Sequence[TransferArrival]
) -> dict[str, Any]:
    full = viewer.may(Perm.MONEY_REFUND, row.shop_id)
    signed = ("registered", "permitted", "received", "closed")
    return {
        **_base(FLOWS["bank_transfer"], row, viewer),
        "payer": row.payer if full or viewer.may(Perm.ORDERS_REMARK, row.shop_id) else mask_name(row.payer),
        "bank": row.bank,
        "amount_fen": row.amount_fen,
        "received_fen": row.received_fen,
        "compared": transfer_reads.compared(row.amount_fen, row.received_fen).say(viewer.language),
        "gap_fen": row.received_fen - row.amount_fen if row.received_fen else 0,
        "note": row.note,
        "arrivals": [
            {"reference": one.reference, "amount_fen": one.amount_fen, "arrived_at": iso(one.arrived_at)}
            for one in arrivals
        ],
        "signatures": [
            {
                "what": name,
                "by": names[getattr(row, f"{name}_by")],
                "at": iso(getattr(row, f"{name}_at")),
            }
            for name in signed
        ],
    }


def shown_cods(rows: Sequence[CodConfirmation], viewer: Viewer) -> list[dict[str, Any]]:
    names = {**actor_names((row.called_by for row in rows if row.called_by), viewer.language), "": ""}
    return [_cod(row, viewer, names) for row in rows]


def _cod(row: CodConfirmation, viewer: Viewer, names: dict[str, str]) -> dict[str, Any]:
    say, order = viewer.language, row.order
    changed = row.state == "confirmed" and row.seen != cod_reads.seen_now(order)
    return {
        **_base(FLOWS["cod_confirmation"], row, viewer),
        "round": row.round,
        "opened_at": iso(row.opened_at),
        "receiver_name": mask_name(order.receiver_name),
        "receiver_phone": mask_phone(order.receiver_phone),
        "receiver_address": mask_address(order.receiver_address),
        "carrier": order.carrier,
        "due_fen": cod_reads.due_fen(order),
        "calls": row.calls,
        "called_at": iso(row.called_at),
        "called_by": names[row.called_by],
        "answers": [
            {"name": name, "label": label.say(say), "yes": bool(row.answers.get(name))}
            for name, label in cod_forms.QUESTIONS.items()
        ],
        "reason_label": cod_forms.REFUSALS.get(row.reason, T("", "")).say(say),
        "note": mask_text(row.note),
        "changed": changed,
        "may_again": order.fulfilment not in ("shipped", "voided")
        and order.status == "paid"
        and (changed or row.state == "refused")
        and viewer.may(Perm.ORDERS_REMARK, row.shop_id),
    }


def attempts(row: CodConfirmation, viewer: Viewer) -> list[dict[str, Any]]:
    """Every attempt to reach the buyer, first to last."""
    found = list(row.attempts.order_by("pk"))
    names = actor_names((one.by for one in found), viewer.language)
    return [
        {
            "at": iso(one.at),
            "by": names[one.by],
            "channel": cod_forms.CHANNELS[one.channel].say(viewer.language),
            "result": one.result,
            "note": mask_text(one.note),
        }
        for one in found
    ]
