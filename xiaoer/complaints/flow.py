"""What is legal for a review (评价, flow 16) and a rights dispute (维权, flow 17). Charts 5.7 and 5.8 of seed 004. Pure.

Nothing here is the buyer's own step: she rates and complains on the platform, whose words come in by import or by hand.
"""

from typing import Any

from xiaoer.complaints import forms
from xiaoer.complaints.complaint_flow import COMPLAINT, COMPLAINT_DUE
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T

STAFF = frozenset({"staff", "token"})
DESK = frozenset({"staff", "token", "system"})
CLOCK = frozenset({"clock"})
SYSTEM = frozenset({"system"})
PLATFORM = frozenset({"platform", "staff", "token"})
ALL = ("*",)
REVIEWS, WORK, OPEN = Perm.REVIEWS, Perm.AFTERSALES_DECIDE, Perm.AFTERSALES_OPEN

REVIEW_ANSWER = Starts("review_answer", "review_answer_within", "回评时限（店内）", "Reply (internal)", "agent")
REVIEW_CHANGE = Starts("review_change", "review_change", "评价可修改期", "Review may be changed", "buyer")
DEPARTMENT = Starts("review_department", "review_department_answers", "部门答复", "Department answers", "department")


def order_known(row: Any) -> T | None:
    """Money goes to a buyer only against her order."""
    if row.order_id is not None:
        return None
    return T("这条评价没有关联到订单，不能补偿", "The review is not linked to an order; nothing can be paid")


def answers_in(row: Any) -> T | None:
    """R829: the cause is verified when the departments that were asked have answered."""
    open_ones = list(row.waiting_departments) if hasattr(row, "waiting_departments") else []
    if not open_ones:
        return None
    return T(f"还有 {len(open_ones)} 个部门没有答复", f"{len(open_ones)} departments have not answered")


_REVIEW_OPEN = ("received", "triaged", "told", "verified", "remedying", "remedied", "answered")
# fmt: off
REVIEW = Flow(
    "review",
    "评价",
    "Review",
    "complaints",
    states=(
        State("received", "待分流", "To be triaged", "open", "agent"),
        State("triaged", "待反馈部门", "Departments to be told", "open", "agent"),
        State("told", "待部门答复", "Waiting for departments", "waiting", "department"),
        State("verified", "已查实，待回评", "Verified, reply due", "open", "agent"),
        State("remedying", "补偿审批中", "Compensation being approved", "waiting", "supervisor"),
        State("remedied", "补偿已定，待回评", "Compensation settled, reply due", "open", "agent"),
        State("answered", "已回评", "Answered", "waiting", "buyer"),
        State("changed", "买家已修改", "Changed by the buyer", "done"),
        State("unchanged", "维持原评价", "Stays as it is", "done"),
        State("thanked", "好评已感谢", "Good: thanked", "done"),
        State("gone", "评价已删除", "Removed", "dropped"),
    ),
    begins=(REVIEW_ANSWER, REVIEW_CHANGE),
    moves=(
        Move("triage", "received", "triaged", "转回评专员", "To the review clerk", DESK, REVIEWS, forms.Triage,
             (), (), "primary", None, False),
        Move("thank", "received", "thanked", "感谢买家", "Thank the buyer", DESK, REVIEWS, forms.Answer,
             (), ALL, "default", None, False),
        Move("tell", "triaged", "told", "反馈给部门", "Tell departments", STAFF, REVIEWS, forms.Tell,
             (DEPARTMENT,), (), "primary", None, False),
        Move("verify", ("triaged", "told"), "verified", "查实原因", "Cause verified", STAFF, REVIEWS, forms.Verify,
             (), ("review_department",), "primary", answers_in, False),
        Move("remedy", "verified", "remedying", "提出补偿", "Propose compensation", STAFF, REVIEWS, forms.Remedy,
             (), (), "default", order_known, False),
        Move("remedy_settled", "remedying", "remedied", "补偿已审批", "Compensation settled", DESK, REVIEWS,
             forms.RemedySettled, (), (), "primary", None, False),
        Move("answer", ("verified", "remedied"), "answered", "公开回评", "Reply in public", STAFF, REVIEWS,
             forms.Answer, (), ("review_answer",), "primary", None, False),
        Move("changed", _REVIEW_OPEN, "changed", "买家改了评价", "The buyer changed it", PLATFORM | SYSTEM, REVIEWS,
             forms.Changed, (), ALL, "default", None, False),
        Move("stays", "answered", "unchanged", "不再修改", "Stays as it is", DESK, REVIEWS, forms.Word,
             (), ALL, "default", None, False),
        Move("change_over", "answered", "unchanged", "修改期已过", "Change window is over", CLOCK, None, None,
             (), ALL, "default", None, False),
        Move("gone", _REVIEW_OPEN, "gone", "评价已删除", "Removed", PLATFORM, REVIEWS, forms.Word,
             (), ALL, "danger", None, False),
    ),
)

FIRST_WORD = Starts("dispute_first_word", "dispute_first_word", "首次联系买家（店内）", "First word (internal)", "agent")
MERCHANT_ANSWERS = Starts("dispute_answer", "dispute_answer", "商家回应维权", "Merchant answers", "agent")
EVIDENCE = Starts("dispute_evidence", "dispute_evidence", "平台举证时限", "Evidence for the platform", "agent")
PLATFORM_DECIDES = Starts(
    "dispute_platform", "dispute_platform_decides", "平台判定", "The platform decides", "platform"
)
BUYER_ANSWERS = Starts("dispute_buyer", "dispute_buyer_answers", "买家答复方案", "Buyer answers", "buyer")
EXECUTION = Starts("dispute_executes", "dispute_executes", "执行判定", "Ruling carried out", "agent")
CLOSING = Starts("dispute_closing", "dispute_closed_within", "结案（店内）", "Closing (internal)", "agent")

_BEFORE = ("registered", "answered", "evidence", "negotiating")
_ARGUED = (*_BEFORE, "submitted", "intervened")
DISPUTE = Flow(
    "dispute",
    "维权",
    "Rights dispute",
    "complaints",
    states=(
        State("registered", "新登记", "Registered", "open", "agent"),
        State("answered", "已回复买家", "Buyer answered", "open", "agent"),
        State("evidence", "举证中", "Collecting evidence", "open", "agent"),
        State("negotiating", "协商中", "Negotiating", "waiting", "buyer"),
        State("submitted", "已提交平台", "With the platform", "waiting", "platform"),
        State("intervened", "平台介入，待举证", "Platform stepped in", "open", "agent"),
        State("judged", "已判定，待执行", "Judged, to be carried out", "open", "agent"),
        State("executed", "已执行，待结案", "Carried out, to be closed", "open", "agent"),
        State("closed", "已结案", "Closed", "done"),
        State("withdrawn", "买家已撤销", "Withdrawn", "dropped"),
    ),
    begins=(FIRST_WORD, MERCHANT_ANSWERS),
    moves=(
        Move("answer", "registered", "answered", "回复买家", "Answer the buyer", STAFF, WORK, forms.Reply,
             (), ("dispute_first_word",), "primary", None, False),
        Move("gather", "answered", "evidence", "开始举证", "Collect evidence", STAFF, WORK, None,
             (), (), "primary", None, False),
        Move("offer", ("registered", "answered", "evidence", "submitted", "intervened"), "negotiating", "提出方案",
             "Make an offer", STAFF, WORK, forms.Offer, (BUYER_ANSWERS,), ("dispute_first_word",), "default", None,
             False),
        Move("accept", "negotiating", "judged", "买家书面接受", "Accepted in writing", STAFF, WORK, forms.Accepted,
             (EXECUTION,), ("dispute_answer", "dispute_buyer", "dispute_evidence", "dispute_platform"), "primary",
             None, False),
        Move("decline", "negotiating", "evidence", "买家不接受", "Not accepted", STAFF, WORK, forms.Declined,
             (), ("dispute_buyer",), "default", None, False),
        Move("no_word", "negotiating", "evidence", "买家未答复", "No answer from the buyer", CLOCK, None, None,
             (), ("dispute_buyer",), "default", None, False),
        Move("submit", ("evidence", "intervened"), "submitted", "提交平台", "Submit to the platform", STAFF, WORK,
             forms.Submit, (PLATFORM_DECIDES,), ("dispute_answer", "dispute_evidence"), "primary", None, False),
        Move("step_in", (*_BEFORE, "submitted"), "intervened", "平台介入", "The platform steps in", PLATFORM, WORK,
             forms.Word, (EVIDENCE,), ("dispute_answer", "dispute_first_word", "dispute_buyer"), "default", None,
             False),
        Move("silent", _BEFORE, "intervened", "逾期未回应，平台介入", "Silent too long: platform steps in", CLOCK,
             None, None, (EVIDENCE,), ("dispute_answer", "dispute_first_word", "dispute_buyer"), "default", None,
             False),
        Move("judge", ("submitted", "intervened", "evidence", "negotiating"), "judged", "登记判定", "Record the ruling",
             PLATFORM, WORK, forms.Judge, (EXECUTION,),
             ("dispute_answer", "dispute_platform", "dispute_evidence", "dispute_buyer"), "default", None, False),
        Move("execute", "judged", "executed", "登记执行", "Carried out", STAFF, WORK, forms.Execute,
             (CLOSING,), ("dispute_executes",), "primary", None, False),
        Move("close", "executed", "closed", "结案", "Close", STAFF, WORK, forms.Close, (), ALL, "primary", None,
             False),
        Move("withdraw", _ARGUED, "withdrawn", "买家撤销", "The buyer withdraws", PLATFORM, WORK, forms.Word,
             (), ALL, "danger", None, False),
    ),
)
# fmt: on

FLOWS: dict[str, Flow] = {one.name: one for one in (REVIEW, DISPUTE, COMPLAINT)}
ON_DUE: dict[tuple[str, str], str] = {
    ("review", "review_change"): "change_over",
    ("dispute", "dispute_answer"): "silent",
    ("dispute", "dispute_buyer"): "no_word",
    **{(COMPLAINT.name, kind): verb for kind, verb in COMPLAINT_DUE.items()},
}
"""What a clock does when it runs out; clocks that are missing here only say that somebody is late."""

REVIEW_DESKS: dict[str, tuple[str, ...] | None] = {
    "todo": ("received", "triaged", "verified", "remedied"),
    "told": ("told", "remedying"),
    "answered": ("answered",),
    "open": _REVIEW_OPEN,
    "done": ("changed", "unchanged", "thanked", "gone"),
    "all": None,
}
DISPUTE_DESKS: dict[str, tuple[str, ...] | None] = {
    "todo": ("registered", "answered", "evidence", "intervened"),
    "waiting": ("negotiating", "submitted"),
    "closing": ("judged", "executed"),
    "open": (*_ARGUED, "judged", "executed"),
    "done": ("closed", "withdrawn"),
    "all": None,
}
