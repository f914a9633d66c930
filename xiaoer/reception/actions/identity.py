"""身份核实 (R375-R377, C04): the account that asks must be the account that ordered."""

from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.orders import queries as orders
from xiaoer.policy.rules import Answer
from xiaoer.reception import events_life
from xiaoer.reception.actions.conversations import get, tell
from xiaoer.reception.identity import RESULTS, state_of
from xiaoer.reception.models import Conversation, IdentityCheck


def check_order(conversation_id: int, order_no: str, phone_tail: str, *, by: Who, at: datetime) -> IdentityCheck:
    """What the buyer typed, compared by the desk: number and last four digits of the receiver's phone.

    Right digits prove the order; whether it is hers says its account. Somebody else's order stays closed, also when
    she knows its number (R375). The agent learns nothing of it but that.
    """
    row = get(conversation_id)
    if not order_no.strip() or not phone_tail.strip():
        name = "order_no" if not order_no.strip() else "phone_tail"
        raise Invalid(fields={name: T("请填写买家提供的内容", "Fill in what the buyer gave")})
    found = orders.prove(row.shop_id, order_no, phone_tail)
    if found is None:
        result, order_id = IdentityCheck.WRONG, None
    elif found.customer_id == row.customer_id:
        result, order_id = IdentityCheck.VERIFIED, found.id
    else:
        result, order_id = IdentityCheck.OTHER, None
    return note_check(row, "order_proof", result, order_id, by=by, at=at)


def asked_to_prove(conversation_id: int, *, by: Who, at: datetime) -> IdentityCheck:
    """The agent has asked the buyer to write from the account that ordered (R376)."""
    return note_check(get(conversation_id), "script", IdentityCheck.ASKED, None, by=by, at=at)


def note_check(
    row: Conversation, how: str, result: str, order_id: int | None, *, by: Who, at: datetime
) -> IdentityCheck:
    made = IdentityCheck.objects.create(
        conversation=row, how=how, result=result, order_id=order_id, by_id=by.id, by_name=by.name[:48], at=at
    )
    payload = events_life.IdentityChecked(
        conversation=row.pk, how=how, result=result, result_label=RESULTS[result].zh, order=order_id
    )
    tell(row, payload, by=by, at=at, for_buyer=False)
    return made


def require_same_account(
    row: Conversation, order_id: int, action: str, answer: Answer, *, reason: str = "", by: Who, at: datetime
) -> None:
    """Before an order is changed from a talk: the order is this buyer's and she has been verified (C04).

    Where the shop's rule only warns, a written reason lets it pass, and the journal keeps it.
    """
    facts = orders.order_facts(order_id)
    mine = facts.customer_id == row.customer_id
    if mine and state_of(row).verified:
        return
    soft = answer.value == "warn"
    if soft and len(reason.strip()) >= 2:
        payload = events_life.OrderTouchedUnverified(
            conversation=row.pk, order=order_id, action=action, reason=reason.strip()[:200]
        )
        tell(row, payload, by=by, at=at, for_buyer=False)
        return
    if soft:
        raise Conflict(
            "not_verified",
            "尚未核实下单账号；如需继续请写明原因（会留痕）",
            "The ordering account is not verified; give a reason to go on (it is kept)",
            current={"may_override": True, "mine": mine},
        )
    zh = "该订单不是本账号拍下的" if not mine else "尚未核实下单账号"
    en = "This order was placed by another account" if not mine else "The ordering account is not verified"
    raise Forbidden(
        f"{zh}，不能查询或修改；请买家用拍下订单的账号咨询，或先核实身份",
        f"{en}; ask the buyer to write from the account that ordered, or verify first",
        code="not_verified",
    )
