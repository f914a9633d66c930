"""What is legal for a follow-up call (跟踪回访, R632-R647; conflicts C25, C29, C47). Pure."""

from xiaoer.care import call_forms as forms
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State

STAFF = frozenset({"staff", "token"})
CLOCK = frozenset({"clock"})
SYSTEM = frozenset({"system"})
ALL = ("*",)
CARE, BOSS = Perm.AFTERSALES_OPEN, Perm.CHAT_ASSIGN

FILE = Starts("care_file", "customer_file_within", "建立客户档案", "Customer file", "agent")
CALL = Starts("care_call", "follow_up_first_until", "回访时限", "Call until", "agent")
PROMISE = Starts("care_promise", "ticket_solution", "答应的答复时间", "Promised answer", "agent")
REPORT = Starts("care_report", "ticket_to_supervisor", "最迟上报主管", "Reported to the supervisor", "agent")
SOLUTION = Starts(
    "care_solution", "follow_up_solution_within", "主管给出办法", "Supervisor finds a solution", "supervisor"
)
TELL = Starts("care_tell", "follow_up_tell_within", "当日告知客户", "Told the same day", "agent")
LETTER = Starts("care_letter", "follow_up_letter_within", "寄出信函", "Letter sent", "agent")

_CALLING = ("planned", "ready", "again")
_OPEN = (*_CALLING, "owed", "reported", "found", "letter")
# fmt: off
CARE_CALL = Flow(
    "care_call",
    "跟踪回访",
    "Follow-up call",
    "care",
    states=(
        State("planned", "待建档拟定", "File and topic to be drafted", "open", "agent"),
        State("ready", "待拨打", "To be called", "open", "agent"),
        State("again", "未接通，待再拨", "Not reached, to be tried again", "open", "agent"),
        State("owed", "有问题待答复", "An answer is owed", "open", "agent"),
        State("reported", "已上报主管", "Reported to the supervisor", "open", "supervisor"),
        State("found", "已有办法，待告知", "Solved, to be told", "open", "agent"),
        State("letter", "待寄信函", "Letter to be sent", "open", "agent"),
        State("done", "已完成", "Done", "done"),
        State("unreached", "多次未接通", "Not reached", "done"),
        State("handed", "已转投诉", "Became a complaint", "done"),
        State("cancelled", "已取消", "Cancelled", "dropped"),
    ),
    begins=(FILE, CALL),
    moves=(
        Move("draft", "planned", "ready", "建档并拟定话题", "File and topic", STAFF | SYSTEM, CARE, forms.Draft,
             (), ("care_file",), "primary", None, False),
        Move("reached", ("ready", "again"), "done", "已回访", "Reached", STAFF, CARE, forms.Reached,
             (), ALL, "primary", None, False),
        Move("missed", ("ready", "again"), "again", "未接通", "Not reached", STAFF, CARE, forms.Missed,
             (), (), "default", None, False),
        Move("owes", ("ready", "again"), "owed", "有问题待答复", "An answer is owed", STAFF, CARE, forms.Owes,
             (PROMISE, REPORT), ("care_call",), "default", None, False),
        Move("complain", ("ready", "again", "owed", "found"), "handed", "转投诉单", "Make it a complaint", STAFF, CARE,
             forms.Complain, (), ALL, "default", None, False),
        Move("noticed", ("ready", "again"), "letter", "已通知，需寄信函", "Told, a letter follows", STAFF, CARE, forms.Noticed,
             (LETTER,), ("care_call",), "default", None, False),
        Move("posted", "letter", "done", "登记信函", "Letter sent", STAFF, CARE, forms.Letter,
             (), ALL, "primary", None, False),
        Move("answer", "owed", "done", "已答复客户", "Answered", STAFF, CARE, forms.Answer, (), ALL, "primary", None,
             False),
        Move("report", "owed", "reported", "上报主管", "Report to the supervisor", STAFF, CARE, forms.Report,
             (SOLUTION,), ("care_promise", "care_report"), "default", None, False),
        Move("reported", "owed", "reported", "逾期自动上报", "Reported by time", CLOCK, None, None,
             (SOLUTION,), ("care_promise", "care_report"), "default", None, False),
        Move("solve", "reported", "found", "给出解决办法", "Give the solution", STAFF, BOSS, forms.Solution,
             (TELL,), ("care_solution",), "primary", None, False),
        Move("tell", "found", "done", "已告知客户", "Customer told", STAFF, CARE, forms.Answer, (), ALL, "primary", None,
             False),
        Move("postpone", ("ready", "again"), "ready", "改约时间", "Another time", STAFF, CARE, forms.Postpone,
             (), (), "default", None, False),
        Move("declined", ("ready", "again"), "cancelled", "客户不愿被回访", "Does not want calls", STAFF, CARE, forms.Refused,
             (), ALL, "default", None, False),
        Move("give_up", "again", "unreached", "达到次数上限", "Tried often enough", SYSTEM, None, None,
             (), ALL, "default", None, False),
        Move("cancel", _OPEN, "cancelled", "取消", "Cancel", STAFF, BOSS, forms.Cancel, (), ALL, "danger", None, False),
    ),
)
# fmt: on

CALL_DESKS: dict[str, tuple[str, ...] | None] = {
    "plan": ("planned",),
    "call": ("ready", "again"),
    "owed": ("owed", "found", "letter"),
    "reported": ("reported",),
    "open": _OPEN,
    "done": ("done", "unreached", "handed", "cancelled"),
    "all": None,
}
