"""What is legal in an exchange (换货): flow 9, chart 5.2 of seed 004; R242-R245, C20. Pure.

Nothing ships before the goods are back (R245): no move leads from a state without receipt to `reshipping`.
"""

from typing import Any

from xiaoer.aftersales import exchange_forms as own
from xiaoer.aftersales import forms
from xiaoer.aftersales.flow import (
    BUYER,
    BUYER_AMENDS,
    BUYER_DECIDES,
    BUYER_SHIPS,
    CLOCK,
    INSPECTION,
    PAYER,
    PLATFORM,
    PLATFORM_RULES,
    SENT_BACK,
    STAFF,
    goods_failed,
    goods_in_warehouse,
    goods_with_buyer,
)
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan

SELLER_ANSWERS = Starts(
    "seller_answers", "seller_answers_exchange", "卖家处理换货申请", "Seller answers the exchange", "agent"
)
GOODS_ARRIVE = Starts(
    "exchange_arrives", "seller_confirms_return", "确认收到退件", "Returned goods are confirmed", "warehouse"
)
SETTLED = Starts(
    "exchange_settled", "exchange_settled_within", "安排发换货（店内时限）", "Replacement arranged (internal)", "agent"
)
BUYER_PAYS = Starts("exchange_paid_up", "exchange_payment_within", "买家补差价", "Buyer pays the difference", "buyer")
DIFFERENCE_PAID = Starts(
    "exchange_difference", "exchange_difference_within", "退换货差价（店内时限）", "Difference paid back", "finance"
)
RESHIPS = Starts("exchange_reships", "reship_usual", "发出换货", "Replacement is sent", "warehouse")
BUYER_CONFIRMS = Starts(
    "exchange_confirmed", "exchange_confirmed_within", "买家确认收到换货", "Buyer confirms the replacement", "buyer"
)


def not_back_yet(row: Any) -> T | None:
    """R245: strictly forbidden before the goods are here."""
    return (
        T("还没收到退件，严禁先发换货", "The goods are not back; nothing ships before") if not row.received_at else None
    )


def checklist_open(row: Any) -> T | None:
    """R242: style, colour and size, freight, process, receipt time: all told before the replacement leaves."""
    missing = own.missing_of(row.checklist)
    if not missing:
        return None
    zh, en = "、".join(own.CHECKS[one].zh for one in missing), ", ".join(own.CHECKS[one].en for one in missing)
    return T(f"换货要点还没确认：{zh}", f"Not confirmed yet: {en}")


def owes(row: Any) -> int:
    """What the buyer still has to pay."""
    return int(max(0, row.difference_fen - row.paid_up_fen))


def gets(row: Any) -> int:
    """What she still gets back: the cheaper replacement, less what was granted."""
    return int(max(0, -row.difference_fen - row.difference_given_fen))


def can_go_on(row: Any) -> T | None:
    """Everything is settled and the replacement may be sent."""
    if owes(row):
        sum_ = format_yuan(owes(row))
        return T(f"买家还应补差价 {sum_}，请先通知补款", f"The buyer still owes {sum_}; ask for it first")
    if gets(row):
        sum_ = format_yuan(gets(row))
        return T(f"应退买家差价 {sum_}，请先登记应退", f"{sum_} is to be paid back first")
    return not_back_yet(row) or checklist_open(row)


def to_pay(row: Any) -> T | None:
    if row.given_back:
        return T("补差价已退回买家，请转为退货退款", "What was paid on top went back; make it a return")
    return None if owes(row) else T("没有需要买家补的差价", "The buyer owes nothing")


def to_give(row: Any) -> T | None:
    return None if gets(row) else T("没有需要退给买家的差价", "There is nothing to pay back")


def paid_up(row: Any) -> T | None:
    return None if row.paid_up_fen else T("买家没有补过差价", "The buyer has paid nothing on top")


def no_money_moved(row: Any) -> T | None:
    """Another look would change a difference that was settled."""
    if not row.difference_given_fen and not row.given_back:
        return nothing_paid_up(row)
    return T("差价已经结算，不能再改款式", "The difference is settled; the look stays")


def nothing_paid_up(row: Any) -> T | None:
    """Money that the buyer paid on top goes back before the exchange becomes a return."""
    return T("买家已补差价，请先退回补差价", "First give back what the buyer paid on top") if row.paid_up_fen else None


DECIDE, OPEN = Perm.AFTERSALES_DECIDE, Perm.AFTERSALES_OPEN
# fmt: off
EXCHANGE = Flow(
    "exchange",
    "换货",
    "Exchange",
    "aftersales",
    states=(
        State("requested", "待卖家处理", "Waiting for the seller", "open", "agent"),
        State("refused", "卖家已拒绝", "Refused by the seller", "waiting", "buyer"),
        State("escalated", "平台介入中", "With the platform", "waiting", "platform"),
        State("approved", "待买家寄回", "Waiting for the buyer to ship", "waiting", "buyer"),
        State("in_transit", "退件在途", "On the way back", "waiting", "warehouse"),
        State("received", "仓库已收件", "Received", "open", "warehouse"),
        State("inspected", "待安排换货", "To be arranged", "open", "agent"),
        State("awaiting_payment", "待买家补差价", "Waiting for the difference", "waiting", "buyer"),
        State("difference_due", "待退差价", "Difference to be paid back", "open", "finance"),
        State("reshipping", "待发换货", "Replacement to be sent", "open", "warehouse"),
        State("reshipped", "换货已发出", "Replacement on its way", "waiting", "buyer"),
        State("disputed", "验货不符待协商", "Goods failed, being settled", "waiting", "buyer"),
        State("sending_back", "待退回买家", "To be sent back", "open", "warehouse"),
        State("done", "换货完成", "Exchanged", "done"),
        State("converted", "已转退货退款", "Became a return", "dropped"),
        State("returned_to_buyer", "商品已退回买家", "Goods went back to the buyer", "dropped"),
        State("withdrawn", "买家已撤销", "Withdrawn by the buyer", "dropped"),
        State("closed", "已关闭", "Closed", "dropped"),
    ),
    begins=(SELLER_ANSWERS,),
    moves=(
        Move("approve", "requested", "approved", "同意换货", "Approve", STAFF, DECIDE, own.ApproveExchange, (BUYER_SHIPS,),
             ("seller_answers",), "primary"),
        Move("auto_approve", "requested", "approved", "超时自动同意", "Approved by time", CLOCK, None, None,
             (BUYER_SHIPS,), ("seller_answers",)),
        Move("refuse", "requested", "refused", "拒绝申请", "Refuse", STAFF, DECIDE, forms.Refuse, (BUYER_AMENDS,),
             ("seller_answers",), "danger"),
        Move("amend", ("requested", "refused"), "requested", "修改申请", "Amend", BUYER, OPEN, own.AmendExchange,
             (SELLER_ANSWERS,), ("buyer_amends",)),
        Move("escalate", ("refused", "disputed"), "escalated", "申请平台介入", "Call in the platform", BUYER, OPEN,
             forms.Escalate, (PLATFORM_RULES,), ("buyer_amends", "buyer_decides")),
        Move("withdraw", ("requested", "refused", "approved", "escalated"), "withdrawn", "撤销申请", "Withdraw", BUYER, OPEN,
             forms.Word, (), ("*",), "danger", goods_with_buyer),
        Move("platform_exchange", "escalated", "approved", "平台判换货", "Platform: exchange", PLATFORM, DECIDE,
             forms.PlatformWord, (BUYER_SHIPS,), ("platform_rules",), "default", goods_with_buyer),
        Move("platform_close", "escalated", "closed", "平台支持卖家", "Platform: for the seller", PLATFORM, DECIDE,
             forms.PlatformWord, (), ("*",), "default", goods_with_buyer),
        Move("platform_goods_back", "escalated", "sending_back", "平台判退回商品", "Platform: goods go back", PLATFORM, DECIDE,
             forms.PlatformWord, (SENT_BACK,), ("*",), "default", goods_in_warehouse),
        *(Move("check_off", one, one, "确认换货要点", "Confirm the essentials", STAFF, DECIDE, own.CheckOff, for_buyer=False)
          for one in ("approved", "in_transit", "received", "inspected")),
        Move("ship", "approved", "in_transit", "填写退件运单号", "Goods posted", BUYER, OPEN, forms.Ship, (GOODS_ARRIVE,),
             ("buyer_ships",), "primary"),
        Move("correct_waybill", "in_transit", "in_transit", "更正运单号", "Correct the waybill", BUYER, OPEN,
             forms.CorrectWaybill),
        Move("reject_parcel", "in_transit", "approved", "拒收包裹", "Turn the parcel away", STAFF, Perm.WAREHOUSE_RECEIVE,
             forms.RejectParcel, (BUYER_SHIPS,), ("exchange_arrives",), "danger"),
        Move("receive", "in_transit", "received", "收货登记", "Receive", STAFF, Perm.WAREHOUSE_RECEIVE, forms.Receive,
             (INSPECTION,), ("exchange_arrives",), "primary"),
        Move("inspect", "received", "inspected", "验货", "Inspect", STAFF, Perm.WAREHOUSE_RECEIVE, forms.Inspect,
             (SETTLED,), ("inspection",), "primary"),
        Move("go_on", ("inspected", "disputed"), "reshipping", "安排发换货", "Send the replacement", STAFF, DECIDE, forms.Note,
             (RESHIPS,), ("exchange_settled", "buyer_decides"), "primary", can_go_on),
        Move("ask_payment", ("inspected", "reshipping"), "awaiting_payment", "通知买家补差价", "Ask for the difference",
             STAFF, DECIDE, own.AskPayment, (BUYER_PAYS,), ("exchange_settled", "exchange_reships"), "primary", to_pay),
        Move("paid_up", "awaiting_payment", "inspected", "登记补差价到账", "Difference received", PLATFORM, DECIDE, own.PaidUp,
             (SETTLED,), ("exchange_paid_up",), "primary"),
        Move("payment_lapsed", "awaiting_payment", "inspected", "补差价超时", "Not paid in time", CLOCK, None, None,
             (SETTLED,), ("exchange_paid_up",)),
        Move("grant_difference", "inspected", "difference_due", "登记应退差价", "Grant the difference", STAFF, DECIDE,
             own.Difference, (DIFFERENCE_PAID,), ("exchange_settled",), "primary", to_give),
        Move("give_back", ("inspected", "reshipping"), "difference_due", "退回补差价", "Give back what was paid on top",
             STAFF, DECIDE, forms.Note, (DIFFERENCE_PAID,), ("exchange_settled", "exchange_reships"), "default", paid_up),
        Move("refund", "difference_due", "inspected", "登记退款", "Refund paid", PAYER, Perm.MONEY_REFUND, forms.Pay,
             (SETTLED,), ("exchange_difference",), "primary"),
        *(Move("change_wanted", one, one, "改换货款式", "Change the look", STAFF, DECIDE, own.ChangeWanted, (), (), "default",
               no_money_moved) for one in ("approved", "in_transit", "received", "inspected")),
        Move("to_return", ("requested", "approved", "in_transit", "inspected", "reshipping"), "converted", "转为退货退款",
             "Make it a return", STAFF, DECIDE, own.ToReturn, (), ("*",), "default", nothing_paid_up),
        Move("reship", "reshipping", "reshipped", "寄出换货", "Send", STAFF, Perm.WAREHOUSE_RECEIVE, own.Reship,
             (BUYER_CONFIRMS,), ("exchange_reships",), "primary", not_back_yet),
        Move("lost_again", "reshipped", "reshipping", "换货丢件重发", "Lost on the way, send again", STAFF, DECIDE, forms.Note,
             (RESHIPS,), ("exchange_confirmed",), "danger"),
        Move("confirm", "reshipped", "done", "确认收到换货", "Replacement received", BUYER, OPEN, forms.Word, (), ("*",),
             "primary"),
        Move("auto_confirm", "reshipped", "done", "超时自动完成", "Done by time", CLOCK, None, None, (), ("*",)),
        Move("reject_goods", "inspected", "disputed", "验货不符，拒绝换货", "Goods failed", STAFF, DECIDE, forms.RejectGoods,
             (BUYER_DECIDES,), ("exchange_settled",), "danger", goods_failed),
        Move("take_back", "disputed", "sending_back", "同意收回商品", "Take the goods back", BUYER, OPEN, forms.Word, (SENT_BACK,),
             ("*",)),
        Move("auto_take_back", "disputed", "sending_back", "超时退回商品", "Goods go back by time", CLOCK, None, None, (SENT_BACK,),
             ("*",)),
        Move("send_back", "sending_back", "returned_to_buyer", "寄回买家", "Send back", STAFF, Perm.WAREHOUSE_RECEIVE,
             forms.SendBack, (), ("*",), "primary"),
        Move("auto_close", ("refused", "approved"), "closed", "超时自动关闭", "Closed by time", CLOCK, None, None, (),
             ("*",)),
    ),
)
# fmt: on
