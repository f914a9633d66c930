"""What is legal around paying: payment reminders (催付), pre-sales (预售), and follow-up entries (每日跟进). Pure.

Flows 6b and 6c of the mission's tables. Nothing here closes an order: an unpaid one is closed by the buyer or by the
platform's own time (C03, R510).
"""

from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.orders import pay_forms as forms

STAFF = frozenset({"staff", "token"})
CLOCK = frozenset({"clock"})
SEEN = frozenset({"system", "platform"})
"""What a report about the order tells us."""

HOLD = Starts("reminder_hold", "payment_reminder_hold", "催付占用", "Reminder held", "agent", ())
COUNTS = Starts("reminder_counts", "payment_reminder_counts", "催付效果", "Reminder's result", "buyer", ())
HANDLED = Starts("follow_handled", "stuck_order_handled", "人工介入", "Handled by a person", "agent", (0.5,))

# fmt: off
REMINDER = Flow(
    "payment_reminder", "催付", "Payment reminder", "orders",
    states=(
        State("taken", "正在催付", "Being written", "open", "agent"),
        State("sent", "已催付", "Sent", "waiting", "buyer"),
        State("paid", "催付后已付款", "Paid after it", "done"),
        State("unpaid", "催付后未付款", "Not paid after it", "dropped"),
        State("dropped", "未发出", "Not sent", "dropped"),
    ),
    begins=(HOLD,),
    moves=(
        Move("send", "taken", "sent", "已发出", "Sent", STAFF, Perm.CHAT, forms.Sent, (COUNTS,), ("reminder_hold",),
             "primary", for_buyer=False),
        Move("drop", "taken", "dropped", "不催了", "Not sent", STAFF, Perm.CHAT, None, (), ("*",), for_buyer=False),
        Move("release", "taken", "dropped", "超时放开", "Freed by time", CLOCK, None, None, (), ("*",),
             for_buyer=False),
        Move("pay", ("taken", "sent"), "paid", "买家已付款", "Paid", SEEN, None, None, (), ("*",), for_buyer=False),
        Move("lapse", ("taken", "sent"), "unpaid", "未付款", "Not paid", CLOCK | SEEN, None, None, (), ("*",),
             for_buyer=False),
    ),
)

PRESALE = Flow(
    "presale_payment", "预售尾款", "Pre-sale payment", "orders",
    states=(
        State("deposit_paid", "已付定金", "Deposit paid", "waiting", "nobody"),
        State("balance_due", "待付尾款", "Balance due", "waiting", "buyer"),
        State("reminded", "已提醒尾款", "Reminded of the balance", "waiting", "buyer"),
        State("paid", "尾款已付", "Balance paid", "done"),
        State("lapsed", "尾款逾期", "Balance lapsed", "dropped"),
    ),
    moves=(
        Move("open_window", "deposit_paid", "balance_due", "尾款开始支付", "Window opened", CLOCK),
        Move("remind", ("balance_due", "reminded"), "reminded", "提醒付尾款", "Remind of the balance", STAFF, Perm.CHAT,
             forms.Sent, (), (), "primary", for_buyer=False),
        Move("pay", ("deposit_paid", "balance_due", "reminded"), "paid", "尾款已付", "Balance paid", SEEN | STAFF,
             Perm.ORDERS_REMARK, None, (), ("*",)),
        Move("lapse", ("deposit_paid", "balance_due", "reminded"), "lapsed", "尾款逾期", "Balance lapsed", CLOCK | SEEN,
             None, None, (), ("*",)),
    ),
)

FOLLOW = Flow(
    "order_follow", "订单跟进", "Order follow-up", "orders",
    states=(
        State("open", "待跟进", "To be followed up", "open", "agent"),
        State("taken", "跟进中", "Being followed up", "open", "agent"),
        State("agreed", "方案已商定", "Solution agreed", "waiting", "agent"),
        State("escalated", "已升级技术", "With the technicians", "open", "agent"),
        State("done", "已解决", "Solved", "done"),
        State("cleared", "已自行恢复", "Cleared by itself", "dropped"),
    ),
    begins=(HANDLED,),
    moves=(
        Move("take", ("open", "escalated"), "taken", "我来跟进", "Take it", STAFF, Perm.ORDERS_VIEW, None, (),
             (), "primary", for_buyer=False),
        Move("hand", ("open", "taken", "agreed", "escalated"), "taken", "指派", "Hand to", STAFF, Perm.CHAT_ASSIGN,
             forms.Hand, (), (), for_buyer=False),
        Move("agree", ("open", "taken", "escalated"), "agreed", "商定方案", "Agree on a solution", STAFF,
             Perm.ORDERS_REMARK, forms.Agree, (), ("follow_handled",), for_buyer=False),
        Move("escalate", ("open", "taken", "agreed"), "escalated", "升级技术处理", "Escalate", STAFF, Perm.ORDERS_REMARK,
             forms.Why, (), ("follow_handled",), for_buyer=False),
        Move("auto_escalate", ("open", "taken"), "escalated", "超时升级", "Escalated by time", CLOCK, None, None, (),
             ("*",), for_buyer=False),
        Move("finish", ("open", "taken", "agreed", "escalated"), "done", "已解决", "Solved", STAFF, Perm.ORDERS_VIEW,
             forms.Result, (), ("*",), for_buyer=False),
        Move("clear", ("open", "taken", "agreed", "escalated"), "cleared", "自行恢复", "Cleared by itself",
             SEEN | CLOCK, None, None, (), ("*",), for_buyer=False),
    ),
)
# fmt: on

FLOWS = {flow.name: flow for flow in (REMINDER, PRESALE, FOLLOW)}
