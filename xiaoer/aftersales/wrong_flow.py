"""What is legal when something wrong was sent or something is missing (错发/漏发): flow 13, chart 5.6; R811-R813. Pure."""

from typing import Any

from xiaoer.aftersales import forms
from xiaoer.aftersales import wrong_forms as own
from xiaoer.aftersales.flow import BUYER, BUYER_SHIPS, CLOCK, INSPECTION, PAYER, STAFF
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T

CHECKED = Starts(
    "wrong_checked", "wrong_shipment_checked_within", "核实包裹在哪、错在哪", "Find out what happened", "agent"
)
PUT_RIGHT = Starts(
    "wrong_put_right", "wrong_shipment_checked_within", "仓内更正发出", "Put right and sent", "warehouse"
)
SETTLED = Starts("wrong_settled", "wrong_shipment_settled_within", "与买家商定处理", "Agree with the buyer", "agent")
GOODS_BACK = Starts("wrong_goods_back", BUYER_SHIPS.rule, "买家寄回错发商品", "Buyer posts the wrong goods", "buyer")
ARRIVES = Starts("wrong_arrives", "seller_confirms_return", "确认收到寄回商品", "The goods arrive", "warehouse")
SECOND = Starts("wrong_second", "reship_usual", "补发寄出", "Second shipment leaves", "warehouse")
CONFIRMED = Starts("wrong_confirmed", "exchange_confirmed_within", "买家确认收到补发", "Buyer confirms", "buyer")
LOSS = Starts("wrong_loss", "wrong_shipment_loss_within", "登记损失与责任", "Loss is recorded", "agent")


def nothing_owed(row: Any) -> T | None:
    """The loss is known only when everything is paid."""
    owed = (row.granted_fen or 0) > row.repaid_fen
    return (
        T("还有应退金额没有打款，请等财务登记后再登记损失", "Something is still to be paid; record the loss then")
        if owed
        else None
    )


def something_owed(row: Any) -> T | None:
    owed = (row.granted_fen or 0) > row.repaid_fen
    return None if owed else T("没有待打款的金额", "Nothing is to be paid")


def missing_only(row: Any) -> T | None:
    """What never came cannot come back."""
    return (
        T("少发漏发没有商品可寄回，请选择补发或退款", "Nothing can come back of what is missing")
        if row.what == "missing"
        else None
    )


DECIDE, OPEN, DOCK, FINANCE = (
    Perm.AFTERSALES_DECIDE,
    Perm.AFTERSALES_OPEN,
    Perm.WAREHOUSE_RECEIVE,
    Perm.MONEY_REFUND,
)
# fmt: off
WRONG = Flow(
    "wrong_shipment",
    "错发漏发",
    "Wrong shipment",
    "aftersales",
    states=(
        State("reported", "待核实", "To be checked", "open", "agent"),
        State("inside", "未出库待更正", "Inside, to be put right", "open", "warehouse"),
        State("negotiating", "待与买家商定", "To be agreed with the buyer", "open", "agent"),
        State("awaiting_goods", "待买家寄回", "Waiting for the wrong goods", "waiting", "buyer"),
        State("in_transit", "错货在途", "On the way back", "waiting", "warehouse"),
        State("received", "仓库已收件", "Received", "open", "warehouse"),
        State("inspected", "待安排", "To be arranged", "open", "agent"),
        State("second_shipment", "待补发", "Second shipment to be sent", "open", "warehouse"),
        State("second_sent", "补发在途", "Second shipment on its way", "waiting", "buyer"),
        State("refund_due", "待财务退款", "Waiting for payment", "open", "finance"),
        State("loss_due", "待登记损失", "Loss to be recorded", "open", "agent"),
        State("done", "已完成", "Done", "done"),
        State("dismissed", "核实无误", "Nothing was wrong", "dropped"),
        State("withdrawn", "买家已撤销", "Withdrawn by the buyer", "dropped"),
    ),
    begins=(CHECKED,),
    moves=(
        Move("find_inside", "reported", "inside", "还在仓内", "Still inside", STAFF, OPEN, own.FoundInside, (PUT_RIGHT,),
             ("wrong_checked",), "primary"),
        Move("find_outside", "reported", "negotiating", "已发出，确认有误", "It left, and is wrong", STAFF, DECIDE,
             own.FoundOutside, (SETTLED,), ("wrong_checked",), "primary"),
        Move("dismiss", ("reported", "negotiating"), "dismissed", "核实无误", "Nothing was wrong", STAFF,
             DECIDE, own.Dismiss, (), ("*",), "danger"),
        Move("withdraw", ("reported", "negotiating", "awaiting_goods"), "withdrawn", "撤销反馈", "Withdraw", BUYER, OPEN,
             forms.Word, (), ("*",), "danger"),
        Move("send_right", "inside", "loss_due", "更正后发出", "Sent right", STAFF, DOCK, own.SendRight, (LOSS,),
             ("wrong_put_right",), "primary"),
        Move("left_after_all", "inside", "negotiating", "其实已发出", "It left after all", STAFF, OPEN, forms.Note,
             (SETTLED,), ("wrong_put_right",)),
        Move("resend", ("negotiating", "inspected"), "second_shipment", "补发", "Send the right goods", STAFF, DECIDE,
             own.Resend, (SECOND,), ("wrong_settled",), "primary"),
        Move("fetch_back", "negotiating", "awaiting_goods", "请买家寄回", "Wrong goods come back first", STAFF, DECIDE,
             own.FetchBack, (GOODS_BACK,), ("wrong_settled",), "default", missing_only),
        Move("grant", ("negotiating", "inspected"), "refund_due", "退款", "Refund", STAFF, DECIDE, own.GiveMoney, (),
             ("wrong_settled",)),
        Move("ship", "awaiting_goods", "in_transit", "填写退件运单号", "Goods posted", BUYER, OPEN, forms.Ship, (ARRIVES,),
             ("wrong_goods_back",), "primary"),
        Move("goods_not_sent", "awaiting_goods", "negotiating", "买家超时未寄回", "Not posted in time", CLOCK, None, None,
             (SETTLED,), ("wrong_goods_back",)),
        Move("correct_waybill", "in_transit", "in_transit", "更正运单号", "Correct the waybill", BUYER, OPEN,
             forms.CorrectWaybill),
        Move("reject_parcel", "in_transit", "awaiting_goods", "拒收包裹", "Turn the parcel away", STAFF, DOCK,
             forms.RejectParcel, (GOODS_BACK,), ("wrong_arrives",), "danger"),
        Move("receive", "in_transit", "received", "收货登记", "Receive", STAFF, DOCK, forms.Receive, (INSPECTION,),
             ("wrong_arrives",), "primary"),
        Move("inspect", "received", "inspected", "验货", "Inspect", STAFF, DOCK, forms.Inspect, (SETTLED,),
             ("inspection",), "primary"),
        Move("send_second", "second_shipment", "second_sent", "补发寄出", "Send", STAFF, DOCK, own.SendRight, (CONFIRMED,),
             ("wrong_second",), "primary"),
        Move("no_stock", "second_shipment", "negotiating", "缺货，重新商定", "Out of stock, agree anew", STAFF, OPEN,
             forms.Note, (SETTLED,), ("wrong_second",), "danger"),
        Move("confirm", "second_sent", "loss_due", "确认收到补发", "Received", BUYER, OPEN, forms.Word, (LOSS,),
             ("wrong_confirmed",), "primary"),
        Move("auto_confirm", "second_sent", "loss_due", "超时自动完成", "Done by time", CLOCK, None, None, (LOSS,),
             ("wrong_confirmed",)),
        Move("refund", "refund_due", "loss_due", "登记退款", "Refund paid", PAYER, FINANCE, forms.Pay, (LOSS,), (),
             "primary"),
        *(Move("refund", one, one, "登记退款", "Refund paid", PAYER, FINANCE, forms.Pay, (), (), "default", something_owed)
          for one in ("second_shipment", "second_sent", "loss_due")),
        Move("record_loss", "loss_due", "done", "登记损失", "Record the loss", STAFF, DECIDE, own.RecordLoss, (), ("*",),
             "primary", nothing_owed, for_buyer=False),
    ),
)
# fmt: on
