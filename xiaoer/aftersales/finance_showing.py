"""Finance's list as people see it: rows, batches, result files, reversals, the month's budget."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaoer.aftersales.actions.compensation import limit_of, limits_of, used
from xiaoer.aftersales.compensation_rules import month_of
from xiaoer.aftersales.finance_to import destination
from xiaoer.aftersales.kinds import FLOWS, KINDS
from xiaoer.aftersales.models import Payable, PayoutBatch, PayoutFile, Reversal
from xiaoer.aftersales.naming import actor_names
from xiaoer.aftersales.payout_accounts import masked, of_orders
from xiaoer.aftersales.payout_flow import PAYOUT, REVERSAL
from xiaoer.aftersales.reasons import CHANNELS
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.moving import can
from xiaoer.orders.queries import facts_by_id
from xiaoer.people.queries import shop_facts


def rows(found: Sequence[Payable], language: str) -> list[dict[str, Any]]:
    orders = facts_by_id(row.order_id for row in found)
    told = actor_names(
        [one for row in found for one in (row.granted_by, row.approved_by, row.paid_by) if one], language
    )
    cases, accounts = _cases(found), of_orders(row.order_id for row in found)
    return [
        _row(row, orders[row.order_id], cases.get((row.flow, row.case_id)), told, language)
        | {"account": masked(accounts.get(row.order_id), language)}
        for row in found
    ]


def _cases(found: Sequence[Payable]) -> dict[tuple[str, int], Any]:
    by_flow: dict[str, list[int]] = {}
    for row in found:
        by_flow.setdefault(row.flow, []).append(row.case_id)
    return {
        (name, case.pk): case
        for name, ids in by_flow.items()
        for case in KINDS[name].model._default_manager.filter(pk__in=ids)
    }


def _row(row: Payable, order: Any, case: Any, told: dict[str, str], language: str) -> dict[str, Any]:
    kind, state = KINDS[row.flow], PAYOUT.state(row.state)
    channels = kind.channels(case) if case is not None else ()
    reason = kind.reasons.get(case.reason) if case is not None else None
    return {
        "id": row.pk,
        "flow": row.flow,
        "flow_label": FLOWS[row.flow].label.say(language),
        "case": row.case_id,
        "number": row.number,
        "round": row.round,
        "shop": row.shop_id,
        "order": {"id": order.id, "order_no": order.order_no},
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "reason_label": reason.say(language) if reason else "",
        "state": row.state,
        "state_label": state.label.say(language),
        "amount_fen": row.amount_fen,
        "paid_fen": max(order.paid_fen, order.payable_fen),
        "refunded_fen": order.refunded_fen,
        "granted_at": iso(row.granted_at),
        "granted_by": told.get(row.granted_by, ""),
        "due_at": iso(row.due_at),
        "approved_by": told.get(row.approved_by, ""),
        "batch": {"id": row.batch_id, "number": row.batch.number} if row.batch is not None else None,
        "payout_no": row.payout_no,
        "failed_why": row.failed_why,
        "failures": row.failures,
        "delayed_at": iso(row.delayed_at),
        "delay_why": row.delay_why,
        "delay_notices": row.delay_notices,
        "channels": [{"value": one, "label": CHANNELS[one].say(language)} for one in channels],
        "channel_label": CHANNELS[row.channel].say(language) if row.channel in CHANNELS else "",
        "reference": row.reference,
        "paid_by": told.get(row.paid_by, ""),
        "paid_at": iso(row.paid_at),
        "to": destination(row, language),
    }


def batch(row: PayoutBatch, waiting: int, paid: int, told: dict[str, str], language: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "number": row.number,
        "shop": row.shop_id,
        "channel": row.channel,
        "channel_label": CHANNELS[row.channel].say(language),
        "rows": row.rows,
        "amount_fen": row.amount_fen,
        "waiting": waiting,
        "paid": paid,
        "made_by": told.get(row.made_by, ""),
        "made_at": iso(row.made_at),
        "cancelled_at": iso(row.cancelled_at),
    }


def result_file(row: PayoutFile, told: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "filename": row.filename,
        "paid": row.paid,
        "already": row.already,
        "failed": row.failed,
        "rejected": row.rejected,
        "paid_fen": row.paid_fen,
        "by": told.get(row.by, ""),
        "at": iso(row.at),
    }


def reversal(row: Reversal, viewer: Viewer, told: dict[str, str]) -> dict[str, Any]:
    state = REVERSAL.state(row.state)
    mine = row.asked_by == str(viewer.who)
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "number": row.payable.number,
        "payable": row.payable_id,
        "flow": row.payable.flow,
        "case": row.payable.case_id,
        "order": {"id": row.order_id, "order_no": row.order.order_no},
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "amount_fen": row.amount_fen,
        "reference": row.payable.reference,
        "again": row.again,
        "why": row.why,
        "answer": row.answer,
        "state": row.state,
        "state_label": state.label.say(viewer.language),
        "asked_by": told.get(row.asked_by, ""),
        "asked_at": iso(row.asked_at),
        "decided_by": told.get(row.decided_by, ""),
        "decided_at": iso(row.decided_at),
        "can": [one for one in can(REVERSAL, row, viewer) if not mine or one["verb"] == "withdraw"],
    }


def budget(viewer: Viewer, shop_id: int, at: datetime) -> dict[str, Any]:
    """This month's budget of a shop, and what the viewer may grant alone."""
    shop, month = shop_facts(shop_id), month_of(at)
    limits = limits_of(shop, at)
    spent = used(shop_id, month)
    return {
        "shop": shop_id,
        "month": month,
        "budget_fen": limits.budget,
        "used_fen": spent,
        "left_fen": max(limits.budget - spent, 0),
        "my_limit_fen": limit_of(shop_id, viewer.who, limits),
        "agent_limit_fen": limits.agent,
        "vendor_limit_fen": limits.vendor,
        "supervisor_limit_fen": limits.supervisor,
    }
