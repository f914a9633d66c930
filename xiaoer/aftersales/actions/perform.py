"""Carry out a move or open a case of any flow: the checks before the flow's own function (see `verbs.py`)."""

from datetime import datetime
from typing import Any

from pydantic import ValidationError

from xiaoer.aftersales.actions import deciding, money
from xiaoer.aftersales.actions.beginning import Extras
from xiaoer.aftersales.actions.verbs import OPENERS, VERBS
from xiaoer.aftersales.kinds import KINDS, ON_DUE
from xiaoer.aftersales.models import CaseRow, RefundOnlyCase, ReturnCase
from xiaoer.kernel import saying
from xiaoer.kernel.access import CLOCK, Viewer, Who
from xiaoer.kernel.errors import Forbidden, Refusal
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.moving import find_legal, invalid_from, parse_form, require_actor

NO_EXTRAS = Extras()


def open_any(
    viewer: Viewer, kind: str, order_id: int, data: dict[str, Any], *, at: datetime, extras: Extras = NO_EXTRAS
) -> CaseRow:
    """Open a case of any flow from what was typed: the flow's form, then its function."""
    if kind not in OPENERS:
        zh = f"「{KINDS[kind].flow.zh}」由系统或其他操作发起，不能直接新建"
        raise Refusal("not_opened_by_hand", zh, f"{KINDS[kind].flow.en} is not opened by hand")
    if viewer.kind == "buyer" and not KINDS[kind].buyer_opens:
        raise Forbidden(f"「{KINDS[kind].flow.zh}」请联系客服发起", f"Please ask an agent for {KINDS[kind].flow.en}")
    try:
        form = KINDS[kind].ask.model_validate(data)
    except ValidationError as error:
        raise invalid_from(error) from None
    row: CaseRow = OPENERS[kind](order_id, form, extras, by=viewer.who, at=at)
    return row


def perform(
    viewer: Viewer, flow: Flow, row: CaseRow, verb: str, data: dict[str, Any], *, by: Who, at: datetime
) -> None:
    """Check who asks, whether it is legal now, what was typed; then do it."""
    _require_may(viewer, flow, row, verb)
    if verb == "refund" and flow.state(row.state).category == "done" and _said_again(row, data):
        return
    step = find_legal(flow, row, verb)
    require_actor(step, viewer, row.shop_id)
    form = parse_form(step, data)
    VERBS[flow.name][verb](row, form, by=by, at=at)
    if viewer.kind != "buyer":  # after the flow's own refusals, which say more; a refusal here undoes the step
        saying.require_form(form, shop_id=row.shop_id, at=at)


def _said_again(row: CaseRow, data: dict[str, Any]) -> bool:
    if not isinstance(row, ReturnCase | RefundOnlyCase):
        return False
    return money.paid_already(row, str(data.get("channel", "")), str(data.get("reference", "")).strip())


def _require_may(viewer: Viewer, flow: Flow, row: CaseRow, verb: str) -> None:
    """403 before 409: who may never do a step is not told whether it would be legal now."""
    moves = [move for move in flow.moves if move.verb == verb]
    for move in moves:
        try:
            return require_actor(move, viewer, row.shop_id)
        except Forbidden as no:
            refusal = no
    if moves:
        raise refusal


def perform_by_clock(flow: Flow, row: CaseRow, kind: str, *, at: datetime) -> bool:
    """A clock ran out: do what the table says, when that is still legal. Firing twice does nothing."""
    verb = ON_DUE.get((flow.name, kind))
    if verb is None or flow.find(row.state, verb) is None:
        return False
    VERBS[flow.name][verb](row, None, by=CLOCK, at=at)
    return True


def ship_closes_refund(order_id: int, *, by: Who, at: datetime) -> int:
    """The order was shipped: refunds asked before shipping and not yet answered are closed. Returns how many."""
    rows = RefundOnlyCase.objects.filter(order_id=order_id, state="requested", shipped=False).select_related("shop")
    for row in rows:
        deciding.goods_shipped(row, None, by=by, at=at)
    return len(rows)
