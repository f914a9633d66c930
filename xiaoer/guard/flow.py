"""What is legal around the guard: versions of a shop's rules (四眼发布) and agents' appeals (误拦申诉). Pure."""

from xiaoer.guard import forms
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State

STAFF = frozenset({"staff"})
SYSTEM = frozenset({"system"})

REVIEW = Starts("guard_appeal_review", "guard_appeal_within", "申诉复核", "Appeal reviewed", "agent", (0.5,))

# fmt: off
RULESET = Flow(
    "guard_rules", "拦截规则发布", "Guard rules", "guard",
    states=(
        State("draft", "编辑中", "Being edited", "open", "agent"),
        State("submitted", "待发布", "To be published", "waiting", "agent"),
        State("published", "生效中", "In force", "waiting", "nobody"),
        State("superseded", "已被新版本替代", "Replaced", "done"),
        State("dropped", "已放弃", "Dropped", "dropped"),
    ),
    moves=(
        Move("submit", "draft", "submitted", "提交发布", "Submit", STAFF, Perm.GUARD_EDIT, forms.Note, (), (), "primary",
             for_buyer=False),
        Move("send_back", "submitted", "draft", "退回修改", "Send back", STAFF, Perm.GUARD_EDIT, forms.Answer,
             for_buyer=False),
        Move("publish", "submitted", "published", "发布", "Publish", STAFF, Perm.POLICY_EDIT, None, (), (), "primary",
             for_buyer=False),
        Move("drop", ("draft", "submitted"), "dropped", "放弃草稿", "Drop", STAFF, Perm.GUARD_EDIT, None, (), (),
             "danger", for_buyer=False),
        Move("supersede", "published", "superseded", "被替代", "Replaced", SYSTEM, for_buyer=False),
    ),
)

APPEAL = Flow(
    "guard_appeal", "误拦申诉", "Guard appeal", "guard",
    states=(
        State("open", "待复核", "To be reviewed", "waiting", "agent"),
        State("upheld", "维持：规则正确", "Upheld: the rule is right", "done"),
        State("false_alarm", "确认误拦", "False alarm", "done"),
        State("withdrawn", "已撤回", "Withdrawn", "dropped"),
    ),
    begins=(REVIEW,),
    moves=(
        Move("uphold", "open", "upheld", "维持规则", "Uphold", STAFF, Perm.QUALITY, forms.Judgement, (), ("*",),
             for_buyer=False),
        Move("excuse", "open", "false_alarm", "确认误拦", "False alarm", STAFF, Perm.QUALITY, forms.Judgement, (),
             ("*",), "primary", for_buyer=False),
        Move("withdraw", "open", "withdrawn", "撤回", "Withdraw", STAFF, Perm.CHAT, None, (), ("*",),
             for_buyer=False),
    ),
)
# fmt: on
