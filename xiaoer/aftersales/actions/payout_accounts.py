"""收款账户: asked by finance, told by the buyer, looked at whole only with a line in the journal."""

from datetime import datetime

from xiaoer.aftersales import events_finance as events
from xiaoer.aftersales.finance_reads import TABS
from xiaoer.aftersales.models import Payable, PayoutAccount
from xiaoer.aftersales.payout_accounts import TellAccount, whole
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, NotFound
from xiaoer.kernel.events import announce


def ask(payable: Payable, *, by: Who, at: datetime) -> PayoutAccount:
    """The money cannot go back as it came: she is asked where to, and reads it in her chat. Asking again empties it."""
    if payable.state not in ("waiting", "approved"):
        raise Conflict(
            "not_waiting",
            f"{payable.number} 已导出或已打款，不能再改收款账户",
            f"{payable.number} was exported or paid; the account cannot change now",
        )
    empty = {"kind": "", "holder": "", "account": "", "bank": "", "told_at": None}
    known = {"shop_id": payable.shop_id, "customer_id": payable.customer_id, "asked_by": str(by), "asked_at": at}
    row, _ = PayoutAccount.objects.update_or_create(order_id=payable.order_id, defaults=known | empty)
    payload = events.PayoutAccountAsked(number=payable.number, amount_fen=payable.amount_fen)
    subject = f"{payable.flow}:{payable.case_id}"
    announce(payload, shop_id=row.shop_id, subject=subject, by=by, at=at, customer_id=row.customer_id, for_buyer=True)
    return row


def tell(order_id: int, form: TellAccount, *, by: Who, at: datetime) -> PayoutAccount:
    """Her answer. It may be mended until the money is on its way."""
    payable = Payable.objects.filter(order_id=order_id, state__in=TABS["open"]).order_by("-pk").first()
    row = PayoutAccount.objects.filter(order_id=order_id).first()
    if row is None or payable is None:
        raise NotFound("这张订单没有要填写的收款账户", "No account is asked for this order")
    if payable.state == "exported":
        raise Conflict("on_its_way", "打款已经在办理，不能再改收款账户", "The payment is on its way")
    PayoutAccount.objects.filter(pk=row.pk).update(told_at=at, **form.model_dump())
    row.refresh_from_db()
    payload = events.PayoutAccountTold(number=payable.number, kind=row.kind)
    subject = f"{payable.flow}:{payable.case_id}"
    announce(payload, shop_id=row.shop_id, subject=subject, by=by, at=at, customer_id=row.customer_id, for_buyer=True)
    return row


def show(payable: Payable, *, by: Who, at: datetime) -> dict[str, str]:
    """The whole account, for paying: the journal says who looked."""
    row = PayoutAccount.objects.filter(order_id=payable.order_id, told_at__isnull=False).first()
    if row is None:
        raise NotFound("买家还没有填写收款账户", "The buyer has not told an account yet")
    payload = events.PayoutAccountShown(number=payable.number)
    announce(payload, shop_id=row.shop_id, subject=f"payout:{payable.pk}", by=by, at=at)
    return whole(row)
