"""What is legal when a parcel is in trouble: parcel_trouble (flow 15) and out_of_area (快递超区, flow 11, chart 5.4). Pure."""

from typing import Any

from xiaoer.aftersales import forms
from xiaoer.aftersales import trouble_forms as mine
from xiaoer.aftersales.flow import BUYER, PAYER, STAFF
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T

DESK = frozenset({"staff", "token", "system"})
ASKING = frozenset({"buyer", "staff", "token", "system"})
OPEN, DECIDE = Perm.AFTERSALES_OPEN, Perm.AFTERSALES_DECIDE

ACTS = Starts(
    "trouble_agent", "trouble_agent_acts_within", "客服走下一步（店内时限）", "Agent takes the next step", "agent"
)
COURIER = Starts("trouble_courier", "courier_answers", "快递给出答复", "Courier answers", "courier")
RESHIP = Starts("trouble_reship", "reship_usual", "补寄发出", "Second parcel leaves", "warehouse")
PAYMENT = Starts("trouble_payment", "refund_after_warehousing", "财务打款（店内时限）", "Refund paid", "finance")
CLAIM = Starts("courier_claim", "courier_claim_filed_within", "向快递索赔", "Claim from the courier", "agent")
CLAIM_PAID = Starts("courier_claim_paid", "courier_claim_paid_within", "快递赔付到账", "Courier pays", "courier")

CHOOSES = Starts("area_buyer", "out_of_area_buyer_chooses", "买家选择处理方式", "Buyer chooses", "buyer")
ARRIVES = Starts("area_arrives", "out_of_area_arrives_within", "送达或自提", "Delivered or fetched", "courier")
BACK = Starts("area_back", "out_of_area_back_within", "包裹退回仓库", "Parcel comes back", "courier")


def buyer_looks_first(row: Any) -> T | None:
    """R233: shown as signed, so she looks around before the courier is asked."""
    if row.reason != "signed_not_received" or row.state != "opened":
        return None
    return T("显示签收：请先让买家核实物业、家人、同事和快递柜", "Shown as signed: the buyer looks around first")


def chose(wanted: str) -> Any:
    def ready(row: Any) -> T | None:
        if row.choice == wanted:
            return None
        return T("买家选择的不是这种处理方式", "The buyer chose something else")

    return ready


_LOOKING = ("opened", "buyer_checked", "courier_asked", "answered")
ALL = ("*",)

# fmt: off
PARCEL_TROUBLE = Flow(
    "parcel_trouble",
    "物流异常",
    "Parcel trouble",
    "aftersales",
    states=(
        State("opened", "待核实", "To be checked", "open", "agent"),
        State("buyer_checked", "买家已核实，待查快递", "Buyer checked, ask the courier", "open", "agent"),
        State("courier_asked", "待快递答复", "Waiting for the courier", "waiting", "courier"),
        State("answered", "快递已答复，待处理", "Courier answered", "open", "agent"),
        State("found", "包裹已找到", "Found", "done"),
        State("reshipping", "待补寄", "To be sent again", "open", "warehouse"),
        State("refund_granted", "待财务退款", "Waiting for payment", "open", "finance"),
        State("claim_due", "待向快递索赔", "Claim from the courier", "open", "agent"),
        State("claimed", "快递理赔中", "Claim with the courier", "waiting", "courier"),
        State("settled", "已结案", "Settled", "done"),
        State("withdrawn", "买家已撤销", "Withdrawn by the buyer", "dropped"),
    ),
    begins=(ACTS,),
    moves=(
        Move("checked", "opened", "buyer_checked", "核实完毕，没有找到", "Looked, it is not there", BUYER, OPEN,
             mine.Checked, (ACTS,), ALL, "primary"),
        Move("ask_courier", ("opened", "buyer_checked", "answered"), "courier_asked", "联系快递核查", "Ask the courier",
             STAFF, OPEN, mine.AskCourier, (COURIER,), ALL, "primary", buyer_looks_first),
        Move("courier_says", "courier_asked", "answered", "登记快递答复", "The courier answered", STAFF, OPEN,
             mine.CourierSays, (ACTS,), ALL, "primary"),
        Move("find", _LOOKING, "found", "包裹已找到", "It was found", ASKING, OPEN, mine.Found, (), ALL),
        Move("reship", ("opened", "buyer_checked", "courier_asked", "answered"), "reshipping", "同意补寄",
             "Send again", STAFF, DECIDE, mine.Reship, (RESHIP,), ALL, "default", buyer_looks_first),
        Move("grant", ("opened", "buyer_checked", "courier_asked", "answered"), "refund_granted", "同意退款",
             "Grant the refund", STAFF, DECIDE, forms.Grant, (PAYMENT,), ALL, "default", buyer_looks_first),
        Move("send_again", "reshipping", "claim_due", "登记补寄运单号", "Second parcel sent", STAFF,
             Perm.WAREHOUSE_RECEIVE, mine.Sent, (CLAIM,), ALL, "primary"),
        Move("refund", "refund_granted", "claim_due", "登记退款", "Refund paid", PAYER, Perm.MONEY_REFUND, forms.Pay,
             (CLAIM,), ALL, "primary"),
        Move("claim", "claim_due", "claimed", "向快递索赔", "Claim", STAFF, OPEN, mine.Claim, (CLAIM_PAID,), ALL,
             "primary", None, False),
        Move("waive", "claim_due", "settled", "不索赔", "No claim", STAFF, DECIDE, mine.Waive, (), ALL, "danger", None,
             False),
        Move("settle", "claimed", "settled", "登记快递赔付", "Courier paid", STAFF, OPEN, mine.Settle, (), ALL,
             "primary", None, False),
        Move("withdraw", _LOOKING, "withdrawn", "撤销反馈", "Withdraw", BUYER, OPEN, forms.Word, (), ALL, "danger"),
    ),
)

OUT_OF_AREA = Flow(
    "out_of_area",
    "快递超区",
    "Out of area",
    "aftersales",
    states=(
        State("detected", "待联系买家", "To be told to the buyer", "open", "agent"),
        State("consulted", "待买家选择", "Waiting for the buyer's choice", "waiting", "buyer"),
        State("chosen", "待办理", "To be arranged", "open", "agent"),
        State("forwarded", "已改发，待送达", "Forwarded, on its way", "waiting", "courier"),
        State("self_pickup", "待买家自提", "Waiting for self pick-up", "waiting", "buyer"),
        State("address_changed", "已改地址，待送达", "Redirected, on its way", "waiting", "courier"),
        State("returning", "退回途中", "On its way back", "waiting", "warehouse"),
        State("done", "已完成", "Done", "done"),
        State("closed", "已恢复派送", "Delivered after all", "dropped"),
    ),
    begins=(ACTS,),
    moves=(
        Move("consult", "detected", "consulted", "征询买家意见", "Ask the buyer", STAFF, OPEN, mine.Consult, (CHOOSES,),
             ALL, "primary"),
        Move("choose", ("detected", "consulted", "chosen"), "chosen", "选择处理方式", "Choose", BUYER, OPEN, mine.Choose,
             (ACTS,), ALL, "primary"),
        Move("forward", "chosen", "forwarded", "登记改发", "Forwarded", STAFF, OPEN, mine.Forward, (ARRIVES,), ALL,
             "primary", chose("forward")),
        Move("pickup", "chosen", "self_pickup", "登记自提", "Pick-up arranged", STAFF, OPEN, mine.Pickup, (ARRIVES,), ALL,
             "primary", chose("pickup")),
        Move("redirect", "chosen", "address_changed", "登记改地址", "Redirected", STAFF, OPEN, mine.Redirected,
             (ARRIVES,), ALL, "primary", chose("address")),
        Move("send_back", "chosen", "returning", "通知快递退回", "Call it back", STAFF, OPEN, forms.Note, (BACK,), ALL,
             "primary", chose("send_back")),
        Move("arrive", ("forwarded", "self_pickup", "address_changed"), "done", "买家已收到", "The buyer has it", ASKING,
             OPEN, mine.Arrived, (), ALL, "primary"),
        Move("came_back", "returning", "done", "退回件已入库", "Back in the warehouse", STAFF, Perm.WAREHOUSE_RECEIVE,
             mine.CameBack, (), ALL, "primary"),
        Move("recover", ("detected", "consulted", "chosen"), "closed", "快递恢复派送", "Delivered after all", DESK, OPEN,
             mine.Arrived, (), ALL),
    ),
)
# fmt: on
