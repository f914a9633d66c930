"""The table of verbs: which function carries out which move, and the checks before it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from xiaoer.aftersales.actions import deciding, goods, money
from xiaoer.aftersales.flow import ON_DUE
from xiaoer.aftersales.models import CaseRow, RefundOnlyCase
from xiaoer.kernel.access import CLOCK, Viewer, Who
from xiaoer.kernel.errors import Forbidden
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.moving import find_legal, parse_form, require_actor

Verb = Callable[..., None]

_BOTH: dict[str, Verb] = {
    "refuse": deciding.refuse,
    "amend": deciding.amend,
    "escalate": deciding.escalate,
    "withdraw": deciding.withdraw,
    "platform_close": deciding.platform_close,
    "auto_close": deciding.auto_close,
    "grant": money.grant,
    "platform_refund": money.platform_refund,
    "refund": money.refund,
}
VERBS: dict[str, dict[str, Verb]] = {
    "return": {
        **_BOTH,
        "approve": deciding.approve,
        "auto_approve": deciding.auto_approve,
        "platform_return": deciding.platform_return,
        "platform_goods_back": deciding.platform_goods_back,
        "ship": goods.ship,
        "correct_waybill": goods.correct_waybill,
        "reject_parcel": goods.reject_parcel,
        "receive": goods.receive,
        "inspect": goods.inspect,
        "reject_goods": goods.reject_goods,
        "take_back": goods.take_back,
        "auto_take_back": goods.auto_take_back,
        "send_back": goods.send_back,
        "auto_refund": money.auto_refund,
    },
    "refund_only": {**_BOTH, "goods_shipped": deciding.goods_shipped, "auto_grant": money.auto_grant},
}


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


def _said_again(row: CaseRow, data: dict[str, Any]) -> bool:
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
