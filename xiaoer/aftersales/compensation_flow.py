"""补偿: proposed, approved by whoever may, granted, given by finance. Chart 5.3 of seed 004 (B41), table of ours. Pure."""

from xiaoer.aftersales import compensation_forms as form
from xiaoer.aftersales.flow import PAYER, STAFF
from xiaoer.aftersales.forms import Pay
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State

ROUTED = frozenset({"system"})
"""Where a proposal goes is worked out, not chosen."""
DECIDES = Starts(
    "compensation_approval", "compensation_approval_within", "审批（店内时限）", "Approval (internal)", "supervisor"
)


HANDS_IN = Starts(
    "compensation_handed_in", "compensation_approval_within", "提交（店内时限）", "Handed in (internal)", "agent"
)
PAID = Starts("compensation_paid", "finance_pays_within", "发放（店内时限）", "Given (internal)", "finance")

# fmt: off
COMPENSATION = Flow(
    "compensation", "补偿", "Compensation", "aftersales",
    states=(
        State("proposed", "待提交", "To be handed in", "open", "agent"),
        State("approval", "待主管审批", "Waiting for the supervisor", "open", "supervisor"),
        State("owner_approval", "待店主审批", "Waiting for the owner", "open", "owner"),
        State("granted", "待财务发放", "Waiting for finance", "open", "finance"),
        State("executed", "已发放", "Given", "done"),
        State("refused", "已驳回", "Refused", "dropped"),
        State("withdrawn", "已撤回", "Withdrawn", "dropped"),
        State("revoked", "已撤销发放", "Called back", "dropped"),
    ),
    begins=(HANDS_IN,),
    moves=(
        Move("settle", "proposed", "granted", "权限内直接同意", "Granted within the limit", ROUTED, None, None, (PAID,),
             ("compensation_handed_in",)),
        Move("submit", "proposed", "approval", "提交主管审批", "Handed to the supervisor", ROUTED, None, None, (DECIDES,),
             ("compensation_handed_in",), for_buyer=False),
        Move("submit_owner", "proposed", "owner_approval", "提交店主审批", "Handed to the owner", ROUTED, None, None,
             (DECIDES,), ("compensation_handed_in",), for_buyer=False),
        Move("amend", "proposed", "proposed", "修改并提交", "Change and hand in", STAFF, Perm.AFTERSALES_OPEN, form.Change,
             (HANDS_IN,), style="primary", for_buyer=False),
        Move("approve", ("approval", "owner_approval"), "granted", "批准", "Approve", STAFF, Perm.MONEY_APPROVE,
             form.Approve, (PAID,), ("compensation_approval",), "primary"),
        Move("pass_up", "approval", "owner_approval", "报店主审批", "Pass to the owner", STAFF, Perm.MONEY_APPROVE,
             form.Why, (DECIDES,), for_buyer=False),
        Move("send_back", ("approval", "owner_approval"), "proposed", "退回修改", "Send back", STAFF, Perm.MONEY_APPROVE,
             form.Why, (HANDS_IN,), ("compensation_approval",), for_buyer=False),
        Move("refuse", ("proposed", "approval", "owner_approval"), "refused", "驳回", "Refuse", STAFF,
             Perm.MONEY_APPROVE, form.Why, (), ("*",), "danger", for_buyer=False),
        Move("withdraw", ("proposed", "approval", "owner_approval"), "withdrawn", "撤回", "Withdraw", STAFF,
             Perm.AFTERSALES_OPEN, None, (), ("*",), for_buyer=False),
        Move("execute", "granted", "executed", "登记发放", "Given", PAYER, Perm.MONEY_REFUND, Pay, (), ("*",), "primary"),
        Move("revoke", "granted", "revoked", "撤销发放", "Call back", STAFF, Perm.MONEY_APPROVE, form.Why, (), ("*",),
             "danger", for_buyer=False),
    ),
)
# fmt: on
