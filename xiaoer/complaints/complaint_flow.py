"""What is legal for a complaint (投诉单, flow 19 of flows.md; R461, R750-R767). Pure."""

from typing import Any

from xiaoer.complaints import complaint_forms as forms
from xiaoer.complaints.complaint_rules import TOP
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T

STAFF = frozenset({"staff", "token"})
CLOCK = frozenset({"clock"})
PLATFORM = frozenset({"platform", "staff", "token"})
ALL = ("*",)
WORK, OPEN = Perm.AFTERSALES_DECIDE, Perm.AFTERSALES_OPEN

FIRST = Starts("complaint_first", "complaint_first_answer", "首次答复", "First answer", "agent")
ANSWER = Starts("complaint_answer", "complaint_escalates", "给出方案，逾期升级", "Solution, else it rises", "agent")
CLOSED = Starts("complaint_closing", "complaint_closed_within", "办结（店内）", "Closed (internal)", "agent")
INFO = Starts("complaint_info", "complaint_info_within", "买家补充信息", "Buyer completes the facts", "buyer")
BUYER = Starts("complaint_buyer", "complaint_buyer_answers", "买家确认方案", "Buyer confirms", "buyer")
EXECUTES = Starts("complaint_executes", "complaint_executes", "执行方案", "Carried out", "agent")


def may_rise(row: Any) -> T | None:
    """Three levels, no more (R458)."""
    if row.level < TOP:
        return None
    return T("已经是最高一级，请在本级处理完结", "It stands on the highest level already")


_WORKING = ("received", "answered", "lacking", "verified")
_OPEN = (*_WORKING, "offered", "confirmed", "escalated", "executed")
# fmt: off
COMPLAINT = Flow(
    "complaint",
    "投诉",
    "Complaint",
    "complaints",
    states=(
        State("received", "新受理，待首次答复", "Received, first answer due", "open", "agent"),
        State("answered", "已答复，核实中", "Answered, being verified", "open", "agent"),
        State("lacking", "待买家补充", "Facts wanted from the buyer", "waiting", "buyer"),
        State("verified", "已核实定责，待方案", "Verified, solution due", "open", "agent"),
        State("offered", "方案待买家确认", "Solution to be confirmed", "waiting", "buyer"),
        State("confirmed", "已书面确认，待执行", "Confirmed in writing", "open", "agent"),
        State("escalated", "逾期升级，平台可能介入", "Risen: the platform may step in", "open", "supervisor"),
        State("executed", "已处理，待结案", "Handled, to be closed", "open", "agent"),
        State("closed", "已结案", "Closed", "done"),
        State("withdrawn", "买家已撤诉", "Withdrawn", "dropped"),
    ),
    begins=(FIRST, ANSWER, CLOSED),
    moves=(
        Move("answer", "received", "answered", "首次答复", "First answer", STAFF, OPEN, forms.Answer,
             (), ("complaint_first",), "primary", None, False),
        Move("ask", ("received", "answered"), "lacking", "请买家补充", "Ask for facts", STAFF, OPEN, forms.Ask,
             (INFO,), ("complaint_first",), "default", None, False),
        Move("completed", "lacking", "answered", "信息已补充", "Completed", STAFF, OPEN, forms.Completed,
             (), ("complaint_info",), "primary", None, False),
        Move("no_facts", "lacking", "answered", "买家未补充", "Nothing came", CLOCK, None, None,
             (), ("complaint_info",), "default", None, False),
        Move("verify", ("answered", "escalated"), "verified", "核实定责", "Verified", STAFF, WORK, forms.Verify,
             (), (), "primary", None, False),
        Move("offer", ("verified", "escalated"), "offered", "致歉并提出方案", "Apologise and offer", STAFF, WORK, forms.Offer,
             (BUYER,), ("complaint_answer",), "primary", None, False),
        Move("explain", ("verified", "escalated"), "executed", "解释说明", "Explain", STAFF, WORK, forms.Explain,
             (), ("complaint_answer",), "default", None, False),
        Move("confirm", "offered", "confirmed", "买家书面确认", "Confirmed in writing", STAFF, WORK, forms.Confirm,
             (EXECUTES,), ("complaint_buyer",), "primary", None, False),
        Move("decline", "offered", "verified", "买家不接受", "Not accepted", STAFF, WORK, forms.Decline,
             (), ("complaint_buyer",), "default", None, False),
        Move("no_word", "offered", "verified", "买家未答复", "No answer", CLOCK, None, None,
             (), ("complaint_buyer",), "default", None, False),
        Move("execute", "confirmed", "executed", "登记执行", "Carried out", STAFF, WORK, forms.Execute,
             (), ("complaint_executes",), "primary", None, False),
        Move("overdue", _WORKING, "escalated", "逾期升级", "Risen by time", CLOCK, None, None,
             (), ("complaint_answer", "complaint_first", "complaint_info"), "default", None, False),
        Move("ruled", (*_WORKING, "offered", "escalated"), "executed", "登记平台处理", "The platform's ruling", PLATFORM,
             WORK, forms.Ruled, (), ("complaint_answer", "complaint_first", "complaint_info", "complaint_buyer"),
             "default", None, False),
        Move("close", "executed", "closed", "结案", "Close", STAFF, WORK, forms.Close, (), ALL, "primary", None, False),
        *(Move("rise", state, state, "上报上级", "Report upwards", STAFF, OPEN, forms.Rise, (), (), "default", may_rise,
               False) for state in _OPEN),
        Move("withdraw", _OPEN, "withdrawn", "买家撤诉", "The buyer withdraws", PLATFORM, WORK, forms.Withdraw,
             (), ALL, "danger", None, False),
    ),
)
# fmt: on
COMPLAINT_DUE = {"complaint_answer": "overdue", "complaint_buyer": "no_word", "complaint_info": "no_facts"}
COMPLAINT_DESKS: dict[str, tuple[str, ...] | None] = {
    "todo": ("received", "answered", "verified", "confirmed", "escalated", "executed"),
    "waiting": ("lacking", "offered"),
    "risen": ("escalated",),
    "open": _OPEN,
    "done": ("closed", "withdrawn"),
    "all": None,
}
