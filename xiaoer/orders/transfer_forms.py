"""What is typed for a bank transfer (银行转账)."""

from datetime import datetime

from xiaoer.kernel.i18n import T
from xiaoer.orders.invoice_forms import Form, Word, _field

__all__ = ["GiveBack", "Proceed", "Receive", "Register", "Word"]


class Register(Form):
    """登记: who will pay; the amount is the order's and is not typed (R061)."""

    order: int
    payer: str = _field("付款户名", "Account holder", min_length=2, max_length=60)
    bank: str = _field("付款银行", "Bank", "", max_length=60)
    note: str = _field("备注", "Note", "", max_length=300)


class Receive(Form):
    """登记到账: exactly what stands on the account; less or more is named by the system."""

    amount_fen: int = _field("到账金额", "Amount that arrived", ge=1)
    reference: str = _field("银行流水号", "Bank reference", min_length=4, max_length=64, pattern=r"^[0-9A-Za-z-]+$")
    arrived_at: datetime | None = _field("到账时间", "Arrived at", None, help=T("留空表示现在", "Empty: now"))


class Proceed(Form):
    """订单已推进: what was done in the back end so that the order goes on (R062)."""

    note: str = _field("怎么推进的", "What was done", min_length=2, max_length=300)


class GiveBack(Form):
    """款项已退回: money that cannot be used went back."""

    reference: str = _field("退款流水号", "Reference of the refund", min_length=4, max_length=64)
    note: str = _field("原因", "Why", min_length=2, max_length=300)
