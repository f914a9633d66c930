"""What the journal says about payouts, reversals, reminders and signatures beside their moves."""

from typing import ClassVar

from xiaoer.aftersales.payout_flow import PAYOUT, REVERSAL
from xiaoer.aftersales.watch_flow import REMINDER
from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import flow_payload

flow_payload(PAYOUT).PERM = Perm.AFTERSALES_VIEW
flow_payload(REVERSAL).PERM = Perm.AFTERSALES_VIEW
flow_payload(REMINDER).PERM = Perm.AFTERSALES_VIEW


class _Finance(Payload):
    AREA: ClassVar[str] = "aftersales"
    PERM: ClassVar[str] = Perm.AFTERSALES_VIEW


class RefundProgress(_Finance):
    """支付渠道延迟 (R744): the buyer is told, every day until it is paid."""

    KIND: ClassVar[str] = "refund.progress"
    LABEL: ClassVar[T] = T("退款进度同步", "Refund progress told")
    SAYS: ClassVar[T] = T(
        "{number} 渠道延迟，第 {day} 次同步进度", "{number}: the channel is late, told for the {day}. time"
    )

    number: str
    amount_fen: int
    day: int


class PayoutAccountAsked(_Finance):
    """请买家填写收款账户: the money cannot go back as it came."""

    KIND: ClassVar[str] = "payout_account.asked"
    LABEL: ClassVar[T] = T("请买家填写收款账户", "Buyer asked for an account")

    number: str
    amount_fen: int


class PayoutAccountTold(_Finance):
    KIND: ClassVar[str] = "payout_account.told"
    LABEL: ClassVar[T] = T("买家已填写收款账户", "Buyer told an account")

    number: str
    kind: str


class PayoutAccountShown(_Finance):
    """查看收款账户全文: who looked at the whole account is on record."""

    KIND: ClassVar[str] = "payout_account.shown"
    LABEL: ClassVar[T] = T("查看收款账户全文", "Whole account looked at")

    number: str


class PayoutLate(_Finance):
    """打款超时: finance's own time ran out."""

    KIND: ClassVar[str] = "payout.late"
    LABEL: ClassVar[T] = T("打款超时", "Payout late")

    number: str
    amount_fen: int
    due_at: str


class PayoutBatchMade(_Finance):
    """导出打款批次: its rows are locked until the result is known."""

    KIND: ClassVar[str] = "payout_batch.made"
    LABEL: ClassVar[T] = T("导出打款批次", "Payout batch exported")
    SAYS: ClassVar[T] = T("导出 {number}，{rows} 笔", "{number} exported, {rows} payments")

    number: str
    channel: str
    rows: int
    amount_fen: int
    accounts: int = 0
    """How many accounts stand in the file in full."""


class PayoutBatchCancelled(_Finance):
    KIND: ClassVar[str] = "payout_batch.cancelled"
    LABEL: ClassVar[T] = T("取消打款批次", "Payout batch cancelled")

    number: str
    rows: int


class PayoutFileRead(_Finance):
    """导入回盘结果: how many were booked, failed, known already, rejected."""

    KIND: ClassVar[str] = "payout_file.read"
    LABEL: ClassVar[T] = T("导入回盘结果", "Payout result imported")
    SAYS: ClassVar[T] = T(
        "成功 {paid}，失败 {failed}，重复 {already}，退回 {rejected}",
        "{paid} paid, {failed} failed, {already} known, {rejected} rejected",
    )

    paid: int
    failed: int
    already: int
    rejected: int


class RegisterSigned(_Finance):
    """登记表签字."""

    KIND: ClassVar[str] = "register.signed"
    LABEL: ClassVar[T] = T("登记表签字", "Register signed")

    register_name: str
    place: str


class ReminderLate(_Finance):
    """催办未答复: the agent did not answer in time."""

    KIND: ClassVar[str] = "reminder.late"
    LABEL: ClassVar[T] = T("催办超时未答复", "Reminder not answered")

    number: str
    agent: str
