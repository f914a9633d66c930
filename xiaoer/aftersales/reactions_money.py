"""Money told and asked for: the order desk proposes a compensation, a late channel is told to the buyer."""

from xiaoer.aftersales import links
from xiaoer.aftersales.actions import compensation, watching
from xiaoer.aftersales.kinds import FLOWS
from xiaoer.aftersales.queries import case_of_subject
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.kernel.money import format_yuan
from xiaoer.kernel.reactions import reacts
from xiaoer.reception.actions import post_message

TROUBLES = {"late": "late", "late_soon": "late", "unshipped": "late", "unpacked": "late", "unprinted": "late"}


@reacts("order.compensation_proposed", name="aftersales.compensation_proposed")
def proposed(event: Event) -> None:
    """R737: what was agreed in a follow-up becomes a compensation, by the agent who agreed it and within her limit."""
    said = event.payload
    kind, _, pk = event.actor.partition(":")
    by = Who(kind, int(pk)) if pk.isdigit() else SYSTEM
    reason = TROUBLES.get(str(said["trouble"]), "shortage")
    note = T(f"订单跟进商定的方案（跟进 {said['entry']}）", "")
    try:
        with transaction():
            compensation.suggest(
                int(event.subject.partition(":")[2]),
                str(said["kind"]),
                int(said["amount_fen"]),
                reason,
                note.zh,
                f"follow_up:{said['entry']}",
                by=by,
                at=event.at,
            )
    except Refusal:
        return  # an unpaid or unknown order: the follow-up still says what was agreed


@reacts(*[f"{flow.name}.{verb}" for flow in FLOWS.values() for verb in flow.verbs()], name="aftersales.reminders_end")
def case_moved(event: Event) -> None:
    """What was reminded of went on: the reminder is done."""
    watching.case_moved(event.subject, by=SYSTEM, at=event.at)


@reacts("refund.progress", name="aftersales.refund_progress")
def progress(event: Event) -> None:
    """R744: today's word on a refund whose channel is late, in the buyer's open conversation."""
    amount = format_yuan(int(event.payload["amount_fen"]))
    _say_to_buyer(
        event,
        T(
            f"退款 {amount} 已由卖家办理，支付渠道处理有延迟，我们每天跟进并告诉您进度，请您放心",
            f"Your refund of {amount} was handed in; the payment channel is late. We tell you the progress every day",
        ),
    )


@reacts("payout_account.asked", name="aftersales.payout_account_asked")
def account_asked(event: Event) -> None:
    """收款账户: she is told why, and where to type it; never in the talk itself."""
    amount = format_yuan(int(event.payload["amount_fen"]))
    _say_to_buyer(
        event,
        T(
            f"退款 {amount} 无法原路退回，请在「退款/售后」里填写收款账户。请勿在聊天里发送账号，也不会向您索要密码或验证码",
            f"{amount} cannot go back the way you paid. Please type your account under Returns; never in this chat,"
            " and nobody asks for a password or a code",
        ),
    )


def _say_to_buyer(event: Event, text: T) -> None:
    found = case_of_subject(event.subject)
    if found is None:
        return
    flow, row = found
    conversation = links.open_conversation(row.shop_id, row.customer_id)
    if conversation is None:
        return
    card = {
        "type": "case",
        "flow": flow.name,
        "id": row.pk,
        "number": row.number,
        "state": row.state,
        "state_label": flow.state(row.state).label.both(),
        "title": flow.label.both(),
        "text": text.both(),
        "order_no": row.order.order_no,
        "amount_fen": int(event.payload["amount_fen"]),
    }
    post_message(
        conversation,
        by=SYSTEM,
        at=event.at,
        kind="card",
        text=f"{flow.zh} {row.number}：{text.zh}",
        card=card,
        client_id=f"case:{event.number}",
    )
