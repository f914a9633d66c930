"""Coupons run out: what is unused goes back by itself at that very instant (R602, R604)."""

from datetime import datetime

from xiaoer.aftersales.actions.vouchers import EXPIRES, expire
from xiaoer.aftersales.voucher_reads import lot_of_subject
from xiaoer.kernel.deadlines import on_due
from xiaoer.kernel.models import Deadline


@on_due(EXPIRES)
def expired(deadline: Deadline, at: datetime) -> None:
    lot = lot_of_subject(deadline.subject)
    if lot is not None:
        expire(lot, at=at)
