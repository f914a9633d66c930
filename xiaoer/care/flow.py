"""What is legal for a watched order (订单跟踪, flow 18). Chart 5.9 of seed 004, table of ours. Pure."""

from xiaoer.care import forms
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State

STAFF = frozenset({"staff", "token"})
SYSTEM = frozenset({"system"})
CLOCK = frozenset({"clock"})
ALL = ("*",)
CARE = Perm.AFTERSALES_OPEN

WATCH = Starts("order_watch", "order_watch", "跟踪期", "Watched until", "nobody", (0.9,))
ACT = Starts("order_watch_act", "order_watch_act", "处理异常（店内）", "Handle the anomaly (internal)", "agent")

# fmt: off
ORDER_WATCH = Flow(
    "order_watch",
    "订单跟踪",
    "Order watch",
    "care",
    states=(
        State("watching", "跟踪中", "Watched", "waiting", "nobody"),
        State("anomaly", "异常待联系", "To be contacted", "open", "agent"),
        State("contacted", "已联系", "Contacted", "waiting", "buyer"),
        State("over", "平稳结束", "Ended well", "done"),
        State("handed", "已转售后/维权", "Handed on", "done"),
        State("dropped", "订单关闭", "Order closed", "dropped"),
    ),
    begins=(WATCH,),
    moves=(
        Move("notice", ("watching", "contacted"), "anomaly", "发现异常", "Anomaly found", SYSTEM, None, None,
             (ACT,), (), "default", None, False),
        Move("mark", ("watching", "contacted"), "anomaly", "标记异常", "Mark", STAFF, CARE, forms.Mark,
             (ACT,), (), "default", None, False),
        Move("contact", ("watching", "anomaly", "contacted"), "contacted", "登记主动联系", "Note a contact", STAFF, CARE,
             forms.Contact, (), ("order_watch_act",), "primary", None, False),
        Move("solve", ("anomaly", "contacted"), "watching", "问题已解决", "Solved", STAFF, CARE, forms.Solve,
             (), ("order_watch_act",), "default", None, False),
        Move("hand_on", ("anomaly", "contacted"), "handed", "转售后/维权", "Hand on", STAFF, CARE, forms.HandOn,
             (), ALL, "default", None, False),
        Move("end", ("watching", "contacted", "anomaly"), "over", "跟踪期结束", "The watch ends", CLOCK, None, None,
             (), ALL, "default", None, False),
        Move("close", ("watching", "contacted", "anomaly"), "dropped", "订单已关闭", "The order was closed", SYSTEM, None,
             None, (), ALL, "default", None, False),
    ),
)
# fmt: on

DESKS: dict[str, tuple[str, ...] | None] = {
    "contact": ("anomaly",),
    "contacted": ("contacted",),
    "watching": ("watching",),
    "open": ("watching", "anomaly", "contacted"),
    "done": ("over", "handed", "dropped"),
    "all": None,
}
