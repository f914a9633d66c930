"""What is legal in a price difference (退差价): flow 14; R284-R287, C21. Pure."""

from xiaoer.aftersales import forms
from xiaoer.aftersales import price_forms as own
from xiaoer.aftersales.flow import BUYER, CLOCK, PAYER, STAFF
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State

ANSWERED = Starts(
    "price_difference_answered", "price_difference_answered_within", "核价并答复", "Checked and answered", "agent"
)
EVENT_ENDS = Starts(
    "price_difference_deferred", "price_difference_answered_within", "等活动结束", "The event ends", "agent"
)
PAID = Starts("price_difference_paid", "price_difference_paid_within", "差价打款", "Difference is paid", "finance")
DECIDE, OPEN = Perm.AFTERSALES_DECIDE, Perm.AFTERSALES_OPEN
# fmt: off
PRICE_DIFFERENCE = Flow(
    "price_difference",
    "退差价",
    "Price difference",
    "aftersales",
    states=(
        State("asked", "待核价", "To be checked", "open", "agent"),
        State("deferred", "活动后处理", "After the event", "waiting", "agent"),
        State("granted", "待财务退差价", "Waiting for payment", "open", "finance"),
        State("paid", "已退差价", "Paid", "done"),
        State("refused", "未通过", "Refused", "dropped"),
        State("withdrawn", "买家已撤销", "Withdrawn by the buyer", "dropped"),
    ),
    begins=(ANSWERED,),
    moves=(
        Move("grant", "asked", "granted", "核定差价", "Grant the difference", STAFF, DECIDE, own.GrantDifference, (PAID,),
             ("price_difference_answered",), "primary"),
        Move("defer", "asked", "deferred", "活动后处理", "After the event", STAFF, OPEN, own.Defer, (EVENT_ENDS,),
             ("price_difference_answered",)),
        Move("event_over", "deferred", "asked", "活动已结束", "The event is over", CLOCK, None, None, (ANSWERED,),
             ("price_difference_deferred",)),
        Move("resume", "deferred", "asked", "现在处理", "Settle it now", STAFF, DECIDE, forms.Note, (ANSWERED,),
             ("price_difference_deferred",)),
        Move("refuse", ("asked", "deferred"), "refused", "拒绝", "Refuse", STAFF, DECIDE, own.RefuseDifference, (), ("*",),
             "danger"),
        Move("withdraw", ("asked", "deferred"), "withdrawn", "撤销申请", "Withdraw", BUYER, OPEN, forms.Word, (), ("*",),
             "danger"),
        Move("refund", "granted", "paid", "登记退差价", "Difference paid", PAYER, Perm.MONEY_REFUND, forms.Pay, (), ("*",),
             "primary"),
    ),
)
# fmt: on
