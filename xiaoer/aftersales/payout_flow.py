"""What finance may do with money that is owed (待打款), and with a payment made by mistake (冲正). Pure."""

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.aftersales.flow import PAYER, STAFF
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State

SYSTEM = frozenset({"system", "staff", "token", "clock", "platform"})

PAYS = Starts("finance_pays", "finance_pays_within", "财务打款（店内时限）", "Finance pays (internal)", "finance")
PROGRESS = Starts("refund_progress", "refund_progress_notice", "向买家同步进度", "Tell the buyer", "agent", ())


class Why(BaseModel):
    """A reason, for colleagues."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    why: str = Field(min_length=2, max_length=200, json_schema_extra={"zh": "原因", "en": "Reason"})


class Answer(BaseModel):
    """What the second person says to a reversal."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    answer: str = Field("", max_length=200, json_schema_extra={"zh": "说明", "en": "Remark"})


# fmt: off
PAYOUT = Flow(
    "payout", "打款", "Payout", "aftersales",
    states=(
        State("waiting", "待审核", "To be checked", "open", "finance"),
        State("approved", "待打款", "To be paid", "open", "finance"),
        State("exported", "已导出，待回盘", "Exported, waiting for the result", "waiting", "platform"),
        State("paid", "已打款", "Paid", "done"),
        State("dropped", "已取消", "No longer owed", "dropped"),
    ),
    begins=(PAYS,),
    moves=(
        Move("approve", "waiting", "approved", "审核通过", "Approve", STAFF, Perm.MONEY_REFUND, style="primary",
             for_buyer=False),
        Move("unapprove", "approved", "waiting", "退回审核", "Take the approval back", STAFF, Perm.MONEY_REFUND, Why,
             for_buyer=False),
        Move("export", "approved", "exported", "导出打款", "Export", STAFF, Perm.MONEY_REFUND, for_buyer=False),
        Move("release", "exported", "approved", "取消批次", "Cancel the batch", STAFF, Perm.MONEY_REFUND,
             for_buyer=False),
        Move("fail", ("exported", "approved"), "waiting", "打款失败", "Payout failed", STAFF, Perm.MONEY_REFUND, Why,
             (PAYS,), style="danger", for_buyer=False),
        *(
            Move("delay", state, state, "渠道延迟", "Channel is late", STAFF, Perm.MONEY_REFUND, Why, (PROGRESS,),
                 for_buyer=False)
            for state in ("waiting", "approved", "exported")
        ),
        Move("pay", ("waiting", "approved", "exported"), "paid", "登记打款", "Register the payment", PAYER,
             Perm.MONEY_REFUND, None, (), ("*",), for_buyer=False),
        Move("drop", ("waiting", "approved"), "dropped", "不再应付", "No longer owed", SYSTEM, None, None, (), ("*",),
             for_buyer=False),
    ),
)

REVERSAL = Flow(
    "reversal", "冲正", "Reversal", "aftersales",
    states=(
        State("asked", "待复核", "To be checked by another person", "open", "supervisor"),
        State("done", "已冲正", "Reversed", "done"),
        State("refused", "不同意冲正", "Refused", "dropped"),
        State("withdrawn", "已撤回", "Withdrawn", "dropped"),
    ),
    moves=(
        Move("confirm", "asked", "done", "复核并冲正", "Check and reverse", STAFF, Perm.MONEY_APPROVE, Answer,
             style="primary", for_buyer=False),
        Move("refuse", "asked", "refused", "不同意", "Refuse", STAFF, Perm.MONEY_APPROVE, Why, style="danger",
             for_buyer=False),
        Move("withdraw", "asked", "withdrawn", "撤回", "Withdraw", STAFF, Perm.MONEY_REFUND, for_buyer=False),
    ),
)
# fmt: on
