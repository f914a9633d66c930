"""What is legal in the order desk's service: order_change (改单), order_cancel (取消), parcel_recall (撤回包裹). Pure.

Flows 1 to 3. The fulfilment state decides the branch (R048 to R059): `ready` looks at how the order stands now.
R096: modify, remark, confirm with the buyer, tell the clerk, in that order; the table has no other way.
"""

from typing import Any

from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T
from xiaoer.orders import service_forms as forms
from xiaoer.orders.rules import FULFILMENT_NAMES, Fulfilment

STAFF = frozenset({"staff", "token"})
SYSTEM = frozenset({"system"})
DESK = frozenset({"staff", "token", "system"})
ASK, CLERK, RECALL = Perm.ORDERS_REMARK, Perm.WAREHOUSE_PRINT, Perm.AFTERSALES_OPEN

AGENT_ACTS = Starts("service_agent", "service_agent_acts_within", "客服走下一步", "Agent takes the next step", "agent")
CLERK_ACTS = Starts("service_clerk", "service_clerk_acts_within", "打单员确认", "Printing clerk confirms", "clerk")
HANDED_BACK = Starts(
    "service_warehouse", "service_handed_back_within", "仓库交回单据/包裹", "Warehouse hands it back", "warehouse"
)
COURIER_SIGNS = Starts(
    "service_courier", "recall_courier_signs_within", "快递签收退回单", "Courier signs the slip", "courier"
)
PARCEL_RETURNS = Starts("service_parcel", "recall_parcel_back_within", "原包裹退回", "The parcel comes back", "courier")
TAKEN_OVER = Starts(
    "service_handed_on", "service_agent_acts_within", "售后接手", "After-sales takes over", "aftersales"
)
REFUND_OPENED = Starts("service_refund", "service_refund_settled_within", "退款处理完", "Refund settled", "aftersales")


def _now(row: Any) -> str:
    return str(row.order.fulfilment)


def _stands(row: Any) -> T:
    return FULFILMENT_NAMES[Fulfilment(_now(row))]


def nothing_on_paper(row: Any) -> T | None:
    """R049, R055: unprinted (or just voided by the clerk)."""
    if _now(row) in (Fulfilment.UNPRINTED, Fulfilment.VOIDED):
        return None
    zh, en = _stands(row)
    return T(f"订单现在是「{zh}」，请先取回单据或包裹", f"The order is {en!r}: get papers or parcel back first")


def on_paper(row: Any) -> T | None:
    """R051, R056, R058: papers or parcel are in the house."""
    if _now(row) in (Fulfilment.PRINTED, Fulfilment.PACKED):
        return None
    zh, en = _stands(row)
    return T(f"订单现在是「{zh}」，没有单据或包裹可取回", f"The order is {en!r}: there is nothing to fetch back")


def changeable(row: Any) -> T | None:
    """Unprinted, or what was printed is back in the agent's hands (R055, R056, R058)."""
    if _now(row) == Fulfilment.SHIPPED:
        return T("包裹已发出，不能再改；请转售后", "The parcel has left; hand the case to after-sales")
    if _now(row) == Fulfilment.VOIDED:
        return T("打单任务已作废，不能再改", "The print task is void; nothing can be changed")
    return None if row.state == "fetched" or row.held else nothing_on_paper(row)


def left_the_house(row: Any) -> T | None:
    """R053, R059: only what was shipped goes to after-sales."""
    if _now(row) == Fulfilment.SHIPPED:
        return None
    zh, en = _stands(row)
    return T(f"订单现在是「{zh}」，还没发出，请按流程处理", f"The order is {en!r}, not shipped; go on with the steps")


def something_back(row: Any) -> T | None:
    """R052: papers to destroy, or a parcel to restock."""
    return None if row.held else T("没有取回过单据或包裹", "Neither papers nor parcel were fetched back")


def nothing_back(row: Any) -> T | None:
    return T("取回的单据或包裹还没处理", "What was fetched back is not settled yet") if row.held else None


_OPEN_CHANGE = ("requested", "fetching", "fetched", "changed", "remarked", "buyer_confirmed", "clerk_told")
_OPEN_CANCEL = ("requested", "void_asked", "fetching", "fetched")
ALL = ("*",)

# fmt: off
ORDER_CHANGE = Flow(
    "order_change",
    "改单",
    "Order change",
    "orders",
    states=(
        State("requested", "待修改", "To be changed", "open", "agent"),
        State("fetching", "待仓库交回", "Waiting for papers or parcel", "waiting", "warehouse"),
        State("fetched", "已取回，待修改", "Fetched back, to be changed", "open", "agent"),
        State("changed", "已修改，待备注", "Changed, remark missing", "open", "agent"),
        State("remarked", "已备注，待客户确认", "Remarked, buyer to confirm", "waiting", "buyer"),
        State("buyer_confirmed", "客户已确认，待通知打单", "Confirmed, clerk to be told", "open", "agent"),
        State("clerk_told", "已通知打单员", "Clerk told", "waiting", "clerk"),
        State("done", "改单完成", "Done", "done"),
        State("to_aftersales", "待售后接手", "After-sales to take over", "waiting", "aftersales"),
        State("handed_on", "售后已接手", "Taken over by after-sales", "done"),
        State("withdrawn", "已撤销", "Withdrawn", "dropped"),
    ),
    begins=(AGENT_ACTS,),
    moves=(
        Move("fetch", "requested", "fetching", "向仓库要回", "Ask the warehouse back", STAFF, ASK, None,
             (HANDED_BACK,), ALL, "primary", on_paper, False),
        Move("got_back", "fetching", "fetched", "交给客服", "Hand over to the agent", DESK, CLERK, forms.HandOver,
             (AGENT_ACTS,), ALL, "primary", None, False),
        Move("change", ("requested", "fetched"), "changed", "修改妥当", "Changed", STAFF, ASK, forms.Changed,
             (AGENT_ACTS,), ALL, "primary", changeable),
        Move("remark", "changed", "remarked", "写红旗备注", "Write the red-flag remark", STAFF, ASK, None,
             (AGENT_ACTS,), ALL, "primary", None, False),
        Move("confirm", "remarked", "buyer_confirmed", "客户已确认", "The buyer confirmed", STAFF, ASK, forms.Confirmed,
             (AGENT_ACTS,), ALL, "primary"),
        Move("correct", "remarked", "requested", "客户说不对，重改", "The buyer says it is wrong", STAFF, ASK,
             forms.Changes, (AGENT_ACTS,), ALL),
        Move("tell_clerk", "buyer_confirmed", "clerk_told", "通知打单员", "Tell the printing clerk", STAFF, ASK, None,
             (CLERK_ACTS,), ALL, "primary", None, False),
        Move("finish", "clerk_told", "done", "打单员已按新内容处理", "The clerk has it right", DESK, CLERK, forms.Word,
             (), ALL, "primary", None, False),
        Move("to_aftersales", _OPEN_CHANGE, "to_aftersales", "转售后", "Hand to after-sales", DESK, ASK, forms.Word,
             (TAKEN_OVER,), ALL, "default", left_the_house, False),
        Move("take_over", "to_aftersales", "handed_on", "售后已接手", "Taken over", DESK, RECALL, forms.TakeOver,
             (), ALL, "primary", None, False),
        Move("withdraw", ("requested", "fetching", "fetched"), "withdrawn", "客户不改了", "No change after all", STAFF, ASK,
             forms.Word, (), ALL, "danger"),
        Move("overtaken", _OPEN_CHANGE, "withdrawn", "改为取消订单", "Overtaken by a cancel", SYSTEM, None, None, (), ALL),
    ),
)

ORDER_CANCEL = Flow(
    "order_cancel",
    "取消订单",
    "Order cancel",
    "orders",
    states=(
        State("requested", "待处理", "To be handled", "open", "agent"),
        State("void_asked", "待打单员作废", "Clerk to void", "waiting", "clerk"),
        State("voided", "已作废，待通知售后", "Void, after-sales to be told", "open", "agent"),
        State("fetching", "待仓库交回", "Waiting for papers or parcel", "waiting", "warehouse"),
        State("fetched", "已取回，待通知售后", "Fetched back, after-sales to be told", "open", "agent"),
        State("refund_due", "待售后退款", "Refund due", "waiting", "aftersales"),
        State("refunded", "已退款，待销单/入库", "Refunded, papers or parcel to settle", "open", "warehouse"),
        State("done", "取消完成", "Done", "done"),
        State("to_recall", "已转撤回包裹", "Parcel is recalled", "done"),
        State("to_aftersales", "待售后接手", "After-sales to take over", "waiting", "aftersales"),
        State("handed_on", "售后已接手", "Taken over by after-sales", "done"),
        State("withdrawn", "已撤销", "Withdrawn", "dropped"),
    ),
    begins=(AGENT_ACTS,),
    moves=(
        Move("ask_void", "requested", "void_asked", "通知打单员作废", "Ask the clerk to void", STAFF, ASK, None,
             (CLERK_ACTS,), ALL, "primary", nothing_on_paper, False),
        Move("void", "void_asked", "voided", "确认已作废", "Confirm the void", DESK, CLERK, forms.Word,
             (AGENT_ACTS,), ALL, "primary", nothing_on_paper, False),
        Move("fetch", ("requested", "void_asked"), "fetching", "向仓库要回", "Ask the warehouse back", STAFF, ASK, None,
             (HANDED_BACK,), ALL, "primary", on_paper, False),
        Move("got_back", "fetching", "fetched", "交给客服", "Hand over to the agent", DESK, CLERK, forms.HandOver,
             (AGENT_ACTS,), ALL, "primary", None, False),
        Move("tell_refund", ("voided", "fetched"), "refund_due", "通知售后退款", "Tell after-sales to refund", STAFF, ASK,
             forms.Word, (REFUND_OPENED,), ALL, "primary"),
        Move("refund", "refund_due", "refunded", "退款已完成", "The refund is settled", DESK, Perm.AFTERSALES_DECIDE,
             forms.Word, (CLERK_ACTS,), ALL, "primary"),
        Move("settle", "refunded", "done", "撕毁单据 / 包裹入库", "Destroy or restock", DESK, CLERK, forms.Settle,
             (), ALL, "primary", something_back, False),
        Move("nothing_left", "refunded", "done", "没有单据要处理", "Nothing to settle", SYSTEM, None, None,
             (), ALL, "default", nothing_back, False),
        Move("recall", _OPEN_CANCEL, "to_recall", "联系快递撤回", "Recall the parcel", STAFF, RECALL, forms.Word,
             (), ALL, "primary", left_the_house),
        Move("to_aftersales", _OPEN_CANCEL, "to_aftersales", "转售后", "Hand to after-sales", DESK, ASK, forms.Word,
             (TAKEN_OVER,), ALL, "default", left_the_house, False),
        Move("take_over", "to_aftersales", "handed_on", "售后已接手", "Taken over", DESK, RECALL, forms.TakeOver,
             (), ALL, "primary", None, False),
        Move("withdraw", _OPEN_CANCEL, "withdrawn", "客户又要了", "The buyer wants it after all", STAFF, ASK,
             forms.Word, (), ALL, "danger"),
    ),
)

PARCEL_RECALL = Flow(
    "parcel_recall",
    "撤回包裹",
    "Parcel recall",
    "orders",
    states=(
        State("asked_courier", "已联系快递，待打退回单", "Courier asked, slip to print", "open", "agent"),
        State("slip_printed", "待快递签退回单", "Courier to sign the slip", "waiting", "courier"),
        State("courier_signed", "快递已签，等包裹退回", "Signed, parcel on its way back", "waiting", "courier"),
        State("parcel_back", "原包裹已收到，待退款", "Parcel is back, refund to be told", "open", "aftersales"),
        State("refund_due", "待售后退款", "Refund due", "waiting", "aftersales"),
        State("refunded", "已退款", "Refunded", "done"),
        State("fell_back", "撤回不成，待售后接手", "Not recalled, after-sales to take over", "waiting", "aftersales"),
        State("handed_on", "售后已接手", "Taken over by after-sales", "done"),
        State("withdrawn", "已撤销", "Withdrawn", "dropped"),
    ),
    begins=(AGENT_ACTS,),
    moves=(
        Move("print_slip", "asked_courier", "slip_printed", "打两联退回单", "Print the slip, two copies", STAFF, ASK, None,
             (COURIER_SIGNS,), ALL, "primary", None, False),
        Move("courier_signs", "slip_printed", "courier_signed", "快递已签字", "The courier signed", STAFF, CLERK,
             forms.CourierSigns, (PARCEL_RETURNS,), ALL, "primary"),
        Move("parcel_back", "courier_signed", "parcel_back", "原包裹已收到", "The parcel is back", STAFF, CLERK,
             forms.ParcelBack, (AGENT_ACTS,), ALL, "primary"),
        Move("tell_refund", "parcel_back", "refund_due", "通知售后退款", "Refund it", STAFF, RECALL, forms.Word,
             (REFUND_OPENED,), ALL, "primary"),
        Move("refund", "refund_due", "refunded", "退款已完成", "The refund is settled", DESK, Perm.AFTERSALES_DECIDE,
             forms.Word, (), ALL, "primary"),
        Move("courier_refuses", ("asked_courier", "slip_printed", "courier_signed"), "fell_back", "快递撤不回",
             "The courier cannot", STAFF, RECALL, forms.FallBack, (TAKEN_OVER,), ALL),
        Move("take_over", "fell_back", "handed_on", "售后已接手", "Taken over", DESK, RECALL, forms.TakeOver,
             (), ALL, "primary", None, False),
        Move("withdraw", ("asked_courier", "slip_printed"), "withdrawn", "客户又要了", "The buyer wants it after all",
             STAFF, RECALL, forms.Word, (), ALL, "danger"),
    ),
)
# fmt: on

SERVICE_FLOWS: dict[str, Flow] = {flow.name: flow for flow in (ORDER_CHANGE, ORDER_CANCEL, PARCEL_RECALL)}
STEPS = ("change", "remark", "confirm", "tell_clerk")
"""The four steps of R096 in their order."""
