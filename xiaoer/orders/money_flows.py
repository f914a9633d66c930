"""Invoices (发票, flow 5), bank transfers (银行转账, flow 4), confirming COD orders (货到付款确认, flow 6): the tables. Pure."""

from typing import Any

from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T
from xiaoer.orders import cod_forms, invoice_forms, transfer_forms

STAFF = frozenset({"staff", "token"})
BUYER = frozenset({"buyer", "staff", "token"})
SYSTEM = frozenset({"system"})
CLOCK = frozenset({"clock"})

INVOICE_ISSUED = Starts("invoice_issued", "invoice_issued_within", "开出发票", "Issue the invoice", "finance")
INVOICE_MAILED = Starts("invoice_mailed", "invoice_mailed_within", "寄出发票", "Send the invoice", "agent")
TRANSFER_ARRIVES = Starts("transfer_arrives", "bank_transfer_expires", "转账到账", "The transfer arrives", "buyer")
COD_CONFIRM = Starts("cod_confirm", "cod_confirm_within", "与买家确认", "Confirm with the buyer", "agent")
COD_RETRY = Starts("cod_retry", "cod_retry_after", "再次联系买家", "Call the buyer again", "agent", ())


def order_is_paid(row: Any) -> T | None:
    """An invoice names a payment: before there is one, nothing can be issued."""
    if row.sort == "blue" and row.order.status == "waiting_payment":
        return T("订单还没有付款，付款后再开票", "The order is not paid yet; issue after the payment")
    return None


def is_blue(row: Any) -> T | None:
    return T("红字发票不能单独撤销", "A red letter is not withdrawn by itself") if row.sort == "red" else None


def is_permitted(row: Any) -> T | None:
    """C02: the supervisor's permission stands before the money."""
    return T("等待主管授权", "Waiting for the supervisor's permission") if row.permitted_at is None else None


def not_permitted_yet(row: Any) -> T | None:
    return None if row.permitted_at is None else T("主管已授权", "The supervisor has permitted it")


def nothing_arrived(row: Any) -> T | None:
    """Money that is there is sent back by refund, not by forgetting the row."""
    return T("已有到账金额，请先退款", "Money has arrived; refund it first") if row.received_fen else None


# fmt: off
INVOICE = Flow(
    "invoice",
    "开票",
    "Invoice",
    "orders",
    states=(
        State("requested", "待开票", "To be issued", "open", "finance"),
        State("issued", "已开出待寄送", "Issued, to be sent", "open", "agent"),
        State("sent", "已寄送", "Sent", "waiting", "buyer"),
        State("delivered", "买家已收到", "With the buyer", "done"),
        State("withdrawn", "已撤销", "Withdrawn", "dropped"),
    ),
    begins=(INVOICE_ISSUED,),
    moves=(
        Move("amend", "requested", "requested", "修改抬头", "Change the request", BUYER, Perm.ORDERS_REMARK,
             invoice_forms.Amend, ready=is_blue),
        Move("issue", "requested", "issued", "填写发票号", "Enter the number", STAFF, Perm.INVOICES,
             invoice_forms.Issue, (INVOICE_MAILED,), ("invoice_issued",), "primary", order_is_paid),
        Move("send", "issued", "sent", "登记寄送", "Sent", STAFF, Perm.ORDERS_REMARK, invoice_forms.Send, (),
             ("invoice_mailed",), "primary"),
        Move("deliver", ("issued", "sent"), "delivered", "买家已收到", "The buyer has it",
             frozenset({"staff", "token", "system", "buyer"}), Perm.ORDERS_REMARK, None, (), ("*",)),
        Move("withdraw", "requested", "withdrawn", "撤销申请", "Withdraw", frozenset({*BUYER, *SYSTEM}),
             Perm.ORDERS_REMARK, invoice_forms.Withdraw, (), ("*",), "danger", is_blue),
    ),
)

BANK_TRANSFER = Flow(
    "bank_transfer",
    "银行转账",
    "Bank transfer",
    "orders",
    states=(
        State("registered", "待到账", "Waiting for the money", "waiting", "finance"),
        State("partial", "部分到账", "Part has arrived", "open", "agent"),
        State("received", "已到账待推进", "Arrived", "open", "agent"),
        State("proceeds", "订单已推进", "The order proceeds", "done"),
        State("expired", "逾期作废", "Expired", "dropped"),
        State("cancelled", "已取消", "Cancelled", "dropped"),
    ),
    begins=(TRANSFER_ARRIVES,),
    moves=(
        Move("permit", "registered", "registered", "主管授权", "Permit", STAFF, Perm.CHAT_ASSIGN, None,
             ready=not_permitted_yet, for_buyer=False),
        Move("receive", ("registered", "partial"), "received", "登记到账", "Money arrived", STAFF, Perm.MONEY_REFUND,
             transfer_forms.Receive, (), ("*",), "primary", is_permitted, False),
        Move("receive_part", ("registered", "partial"), "partial", "部分到账", "Part arrived", SYSTEM, None, None, (),
             ("*",), "default", is_permitted, False),
        Move("proceed", "received", "proceeds", "订单已推进", "The order proceeds", frozenset({*STAFF, *SYSTEM}),
             Perm.ORDERS_REMARK, transfer_forms.Proceed, (), ("*",), "primary", for_buyer=False),
        Move("cancel", "registered", "cancelled", "取消登记", "Cancel", STAFF, Perm.ORDERS_REMARK, transfer_forms.Word,
             (), ("*",), "danger", nothing_arrived, False),
        Move("give_back", ("partial", "received"), "cancelled", "款项已退回", "Money was sent back", STAFF,
             Perm.MONEY_REFUND, transfer_forms.GiveBack, (), ("*",), "danger", None, False),
        Move("expire", "registered", "expired", "逾期作废", "Expired", CLOCK, None, None, (), ("*",), for_buyer=False),
    ),
)

COD_CONFIRMATION = Flow(
    "cod_confirmation",
    "货到付款确认",
    "COD confirmation",
    "orders",
    states=(
        State("waiting", "待联系", "To be called", "open", "agent"),
        State("unreachable", "联系不上", "Not reached", "waiting", "agent"),
        State("confirmed", "已确认可发货", "Confirmed, may ship", "done"),
        State("refused", "买家不要了", "Refused by the buyer", "dropped"),
        State("lapsed", "订单已了结", "The order is over", "dropped"),
    ),
    begins=(COD_CONFIRM,),
    moves=(
        Move("confirm", ("waiting", "unreachable"), "confirmed", "确认无误", "Confirmed", STAFF, Perm.ORDERS_REMARK,
             cod_forms.Confirm, (), ("*",), "primary", for_buyer=False),
        Move("not_reached", ("waiting", "unreachable"), "unreachable", "联系不上", "Not reached", STAFF,
             Perm.ORDERS_REMARK, cod_forms.NotReached, (COD_RETRY,), (), for_buyer=False),
        Move("refuse", ("waiting", "unreachable"), "refused", "买家不要了", "The buyer refuses", STAFF,
             Perm.ORDERS_REMARK, cod_forms.Refused, (), ("*",), "danger", for_buyer=False),
        Move("call_again", "unreachable", "waiting", "到时再拨", "Time to call again", CLOCK, None, None, (),
             ("cod_retry",), for_buyer=False),
        Move("lapse", ("waiting", "unreachable"), "lapsed", "订单已了结", "The order is over", SYSTEM, None, None, (),
             ("*",), for_buyer=False),
    ),
)
# fmt: on

FLOWS: dict[str, Flow] = {flow.name: flow for flow in (INVOICE, BANK_TRANSFER, COD_CONFIRMATION)}
