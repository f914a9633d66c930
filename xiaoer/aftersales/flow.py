"""What is legal in after-sales: return (退货退款) and refund only (仅退款). Charts 5.1 of seed 004, tables of ours.

Pure. Every button, permission check, clock, chart and the generated test of every pair come from these tables.
"""

from typing import Any

from xiaoer.aftersales import forms
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T

STAFF = frozenset({"staff", "token"})
BUYER = frozenset({"buyer", "staff", "token"})
"""The buyer herself, or an agent who types it for her."""
CLOCK = frozenset({"clock"})
PLATFORM = frozenset({"platform", "staff", "token"})
"""The platform's adapter, or an agent who copies its decision."""
PAYER = frozenset({"platform", "staff", "token"})

SELLER_ANSWERS = Starts("seller_answers", "seller_answers_return", "卖家处理申请", "Seller answers", "agent")
SELLER_ANSWERS_REFUND = Starts(
    "seller_answers", "seller_answers_refund_shipped", "卖家处理申请", "Seller answers", "agent"
)
BUYER_AMENDS = Starts(
    "buyer_amends", "buyer_amends_after_refusal", "买家修改或申请介入", "Buyer amends or escalates", "buyer"
)
BUYER_DECIDES = Starts(
    "buyer_decides", "buyer_amends_after_refusal", "买家确认验货结果", "Buyer answers the inspection", "buyer"
)
BUYER_SHIPS = Starts("buyer_ships", "buyer_ships_return", "买家寄回商品", "Buyer ships the goods", "buyer")
SELLER_CONFIRMS = Starts(
    "seller_confirms", "seller_confirms_return", "卖家确认收货并退款", "Seller confirms and refunds", "warehouse"
)
PLATFORM_RULES = Starts(
    "platform_rules", "platform_ruling_checked", "跟进平台判定", "Look for the platform's ruling", "agent"
)
SENT_BACK = Starts("goods_sent_back", "goods_sent_back_within", "寄回买家", "Goods are sent back", "warehouse")
INSPECTION = Starts("inspection", "return_inspected_within", "验货（店内时限）", "Inspection (internal)", "warehouse")
PAYMENT = Starts(
    "refund_after_warehousing",
    "refund_after_warehousing",
    "入库后退款（店内时限）",
    "Refund after receipt (internal)",
    "finance",
)


def goods_with_buyer(row: Any) -> T | None:
    """The platform can send the buyer to the post office only while she has the goods."""
    return (
        None if row.received_at is None else T("商品已在仓库，请选择退款或退回买家", "The goods are in the warehouse")
    )


def goods_in_warehouse(row: Any) -> T | None:
    return T("商品不在仓库，无法退回买家", "The goods are not in the warehouse") if row.received_at is None else None


def goods_failed(row: Any) -> T | None:
    """Goods that passed inspection cannot be rejected."""
    passed = row.receipt.get("verdict") == "pass"
    return T("验货结论为合格，不能以验货不符拒绝退款", "The goods passed inspection") if passed else None


# fmt: off
RETURN = Flow(
    "return",
    "退货退款",
    "Return",
    "aftersales",
    states=(
        State("requested", "待卖家处理", "Waiting for the seller", "open", "agent"),
        State("refused", "卖家已拒绝", "Refused by the seller", "waiting", "buyer"),
        State("escalated", "平台介入中", "With the platform", "waiting", "platform"),
        State("approved", "待买家寄回", "Waiting for the buyer to ship", "waiting", "buyer"),
        State("in_transit", "退货在途", "On the way back", "waiting", "warehouse"),
        State("received", "仓库已收货", "Received", "open", "warehouse"),
        State("inspected", "已验货", "Inspected", "open", "agent"),
        State("disputed", "验货不符待协商", "Goods failed, being settled", "waiting", "buyer"),
        State("sending_back", "待退回买家", "To be sent back", "open", "warehouse"),
        State("refund_granted", "待财务退款", "Waiting for payment", "open", "finance"),
        State("refunded", "已退款", "Refunded", "done"),
        State("returned_to_buyer", "商品已退回买家", "Goods went back to the buyer", "dropped"),
        State("withdrawn", "买家已撤销", "Withdrawn by the buyer", "dropped"),
        State("closed", "已关闭", "Closed", "dropped"),
    ),
    begins=(SELLER_ANSWERS,),
    moves=(
        Move("approve", "requested", "approved", "同意退货", "Approve", STAFF, Perm.AFTERSALES_DECIDE, forms.Approve,
             (BUYER_SHIPS,), ("seller_answers",), "primary"),
        Move("auto_approve", "requested", "approved", "超时自动同意", "Approved by time", CLOCK, None, None,
             (BUYER_SHIPS,), ("seller_answers",)),
        Move("refuse", "requested", "refused", "拒绝申请", "Refuse", STAFF, Perm.AFTERSALES_DECIDE, forms.Refuse,
             (BUYER_AMENDS,), ("seller_answers",), "danger"),
        Move("amend", ("requested", "refused"), "requested", "修改申请", "Amend", BUYER, Perm.AFTERSALES_OPEN,
             forms.Amend, (SELLER_ANSWERS,), ("buyer_amends",)),
        Move("escalate", ("refused", "disputed"), "escalated", "申请平台介入", "Call in the platform", BUYER,
             Perm.AFTERSALES_OPEN, forms.Escalate, (PLATFORM_RULES,), ("buyer_amends", "buyer_decides")),
        Move("withdraw", ("requested", "refused", "approved", "escalated"), "withdrawn", "撤销申请", "Withdraw", BUYER,
             Perm.AFTERSALES_OPEN, forms.Word, (), ("*",), "danger", goods_with_buyer),
        Move("platform_return", "escalated", "approved", "平台判退货退款", "Platform: return", PLATFORM,
             Perm.AFTERSALES_DECIDE, forms.PlatformWord, (BUYER_SHIPS,), ("platform_rules",), "default",
             goods_with_buyer),
        Move("platform_refund", "escalated", "refund_granted", "平台判退款", "Platform: refund", PLATFORM,
             Perm.AFTERSALES_DECIDE, forms.PlatformGrant, (), ("platform_rules",)),
        Move("platform_close", "escalated", "closed", "平台支持卖家", "Platform: for the seller", PLATFORM,
             Perm.AFTERSALES_DECIDE, forms.PlatformWord, (), ("*",), "default", goods_with_buyer),
        Move("platform_goods_back", "escalated", "sending_back", "平台判退回商品", "Platform: goods go back", PLATFORM,
             Perm.AFTERSALES_DECIDE, forms.PlatformWord, (SENT_BACK,), ("*",), "default", goods_in_warehouse),
        Move("ship", "approved", "in_transit", "填写退货运单号", "Goods posted", BUYER, Perm.AFTERSALES_OPEN, forms.Ship,
             (SELLER_CONFIRMS,), ("buyer_ships",), "primary"),
        Move("correct_waybill", "in_transit", "in_transit", "更正运单号", "Correct the waybill", BUYER,
             Perm.AFTERSALES_OPEN, forms.CorrectWaybill),
        Move("reject_parcel", "in_transit", "approved", "拒收包裹", "Turn the parcel away", STAFF,
             Perm.WAREHOUSE_RECEIVE, forms.RejectParcel, (BUYER_SHIPS,), ("seller_confirms",), "danger"),
        Move("receive", "in_transit", "received", "收货登记", "Receive", STAFF, Perm.WAREHOUSE_RECEIVE, forms.Receive,
             (PAYMENT, INSPECTION), (), "primary"),
        Move("inspect", "received", "inspected", "验货", "Inspect", STAFF, Perm.WAREHOUSE_RECEIVE, forms.Inspect, (),
             ("inspection",), "primary"),
        Move("grant", ("inspected", "disputed"), "refund_granted", "同意退款", "Grant the refund", STAFF,
             Perm.AFTERSALES_DECIDE, forms.Grant, (), ("seller_confirms", "buyer_decides"), "primary"),
        Move("auto_refund", ("in_transit", "received", "inspected"), "refund_granted", "超时自动退款", "Refund by time",
             CLOCK, None, None, (), ("seller_confirms", "inspection")),
        Move("reject_goods", "inspected", "disputed", "验货不符，拒绝退款", "Goods failed", STAFF, Perm.AFTERSALES_DECIDE,
             forms.RejectGoods, (BUYER_DECIDES,), ("seller_confirms", "refund_after_warehousing"), "danger",
             goods_failed),
        Move("take_back", "disputed", "sending_back", "同意收回商品", "Take the goods back", BUYER, Perm.AFTERSALES_OPEN,
             forms.Word, (SENT_BACK,), ("*",)),
        Move("auto_take_back", "disputed", "sending_back", "超时退回商品", "Goods go back by time", CLOCK, None, None,
             (SENT_BACK,), ("*",)),
        Move("send_back", "sending_back", "returned_to_buyer", "寄回买家", "Send back", STAFF, Perm.WAREHOUSE_RECEIVE,
             forms.SendBack, (), ("*",), "primary"),
        Move("refund", "refund_granted", "refunded", "登记退款", "Refund paid", PAYER, Perm.MONEY_REFUND, forms.Pay, (),
             ("*",), "primary"),
        Move("auto_close", ("refused", "approved"), "closed", "超时自动关闭", "Closed by time", CLOCK, None, None, (),
             ("*",)),
    ),
)

REFUND_ONLY = Flow(
    "refund_only",
    "仅退款",
    "Refund only",
    "aftersales",
    states=(
        State("requested", "待卖家处理", "Waiting for the seller", "open", "agent"),
        State("refused", "卖家已拒绝", "Refused by the seller", "waiting", "buyer"),
        State("escalated", "平台介入中", "With the platform", "waiting", "platform"),
        State("granted", "待财务退款", "Waiting for payment", "open", "finance"),
        State("executed", "已退款", "Refunded", "done"),
        State("withdrawn", "买家已撤销", "Withdrawn by the buyer", "dropped"),
        State("closed", "已关闭", "Closed", "dropped"),
    ),
    begins=(SELLER_ANSWERS_REFUND,),
    moves=(
        Move("grant", "requested", "granted", "同意退款", "Grant the refund", STAFF, Perm.AFTERSALES_DECIDE, forms.Grant,
             (), ("seller_answers",), "primary"),
        Move("auto_grant", "requested", "granted", "超时自动退款", "Refund by time", CLOCK, None, None, (),
             ("seller_answers",)),
        Move("refuse", "requested", "refused", "拒绝申请", "Refuse", STAFF, Perm.AFTERSALES_DECIDE, forms.Refuse,
             (BUYER_AMENDS,), ("seller_answers",), "danger"),
        Move("amend", ("requested", "refused"), "requested", "修改申请", "Amend", BUYER, Perm.AFTERSALES_OPEN,
             forms.Amend, (SELLER_ANSWERS_REFUND,), ("buyer_amends",)),
        Move("escalate", "refused", "escalated", "申请平台介入", "Call in the platform", BUYER, Perm.AFTERSALES_OPEN,
             forms.Escalate, (PLATFORM_RULES,), ("buyer_amends",)),
        Move("withdraw", ("requested", "refused", "escalated"), "withdrawn", "撤销申请", "Withdraw", BUYER,
             Perm.AFTERSALES_OPEN, forms.Word, (), ("*",), "danger"),
        Move("goods_shipped", "requested", "closed", "卖家已发货，申请关闭", "Closed: goods were shipped",
             frozenset({"system", "platform"}), None, None, (), ("*",)),
        Move("platform_refund", "escalated", "granted", "平台判退款", "Platform: refund", PLATFORM,
             Perm.AFTERSALES_DECIDE, forms.PlatformGrant, (), ("platform_rules",)),
        Move("platform_close", "escalated", "closed", "平台支持卖家", "Platform: for the seller", PLATFORM,
             Perm.AFTERSALES_DECIDE, forms.PlatformWord, (), ("*",)),
        Move("refund", "granted", "executed", "登记退款", "Refund paid", PAYER, Perm.MONEY_REFUND, forms.Pay, (), ("*",),
             "primary"),
        Move("auto_close", "refused", "closed", "超时自动关闭", "Closed by time", CLOCK, None, None, (), ("*",)),
    ),
)

# fmt: on

FLOWS: dict[str, Flow] = {RETURN.name: RETURN, REFUND_ONLY.name: REFUND_ONLY}
"""The two flows that pay back; every flow of the area stands in `kinds.py`."""

DESKS: dict[str, T] = {
    "answer": T("待处理", "To answer"),
    "dock": T("退货台", "Return dock"),
    "money": T("待退款", "To pay"),
    "approve": T("待审批", "To approve"),
    "open": T("进行中", "Open"),
    "all": T("全部", "All"),
}
DESK_OF = {"agent": "answer", "warehouse": "dock", "finance": "money", "supervisor": "approve", "owner": "approve"}
"""Who must act -> the desk on which the case lies."""
ANSWERING = ("disputed", "escalated")
"""States that wait for somebody else and still belong to whoever answers."""
