"""What is legal in a repair (返修, flow 12, chart 5.5, R822 to R824). Pure.

The stages of R823: buyer_sent 买家已寄出, received 仓库收货确认, repairing 维修中, waiting_parts 维修之间入库,
stored 返修入库, received_back 已收货.
"""

from typing import Any

from xiaoer.aftersales import forms
from xiaoer.aftersales import repair_forms as mine
from xiaoer.aftersales.flow import BUYER, CLOCK, STAFF
from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, Starts, State
from xiaoer.kernel.i18n import T

OPEN, DECIDE, APPROVE = Perm.AFTERSALES_OPEN, Perm.AFTERSALES_DECIDE, Perm.REPAIRS_APPROVE
HOUSE, PAYMENTS = Perm.WAREHOUSE_RECEIVE, Perm.MONEY_REFUND

ANSWER = Starts("repair_answer", "repair_agent_acts_within", "受理报修（店内）", "Request answered", "agent")
APPROVAL = Starts("repair_approval", "repair_approved_within", "上级审批", "Superior decides", "supervisor")
POSTS = Starts("repair_posts", "repair_buyer_ships_within", "买家寄出", "Buyer posts", "buyer")
ARRIVES = Starts("repair_arrives", "repair_arrives_within", "到仓", "Arrives", "warehouse")
INSPECTED = Starts(
    "repair_inspection", "repair_inspected_within", "检测和报价（店内）", "Inspected and quoted", "agent"
)
QUOTE = Starts("repair_quote", "repair_buyer_answers_quote", "买家确认报价", "Buyer answers the quote", "buyer")
WORK = Starts("repair_work", "repair_done_within", "维修完成", "Repair done", "warehouse")
PARTS = Starts("repair_parts", "repair_parts_within", "配件到位", "Parts arrive", "warehouse")
SENT = Starts("repair_sent_back", "repair_sent_back_within", "寄回买家", "Sent back", "warehouse")
RECEIVES = Starts("repair_receives", "repair_buyer_receives_within", "买家确认收货", "Buyer confirms receipt", "buyer")
CALL = Starts("repair_follow_up", "repair_followed_up_within", "回访", "Follow-up", "agent")
VISIT = Starts("repair_visit", "repair_on_site_within", "上门完成", "Visit done", "agent")


def covered(row: Any) -> T | None:
    """R824: within warranty and service an agent agrees alone."""
    if not row.why_approval or row.approved_by:
        return None
    return T("过保或超出服务范围，须先请示上级", "Out of warranty or service: ask the superior first")


def needs_superior(row: Any) -> T | None:
    if row.why_approval and not row.approved_by:
        return None
    return T("在保修和服务范围内，不需要审批", "Within warranty and service, no approval is needed")


def judged(row: Any) -> T | None:
    return None if row.fault else T("请先填写检测结论（故障点和原因）", "Write down fault and cause first")


def free_of_charge(row: Any) -> T | None:
    """Work begins without asking only when it costs the buyer nothing."""
    if (missing := judged(row)) is not None:
        return missing
    return None if row.charge_fen == 0 else T("有收费项目，请先向买家报价", "There are charges: send the quote first")


def chargeable(row: Any) -> T | None:
    if (missing := judged(row)) is not None:
        return missing
    return None if row.charge_fen > 0 else T("没有收费项目，可直接开始维修", "Nothing is charged; begin the repair")


def unpaid(row: Any) -> T | None:
    """The charge has to be paid, and only once."""
    if row.charge_fen == 0:
        return T("没有需要收取的费用", "Nothing is charged")
    return T("费用已收", "It is paid already") if row.charge_paid_at else None


def ready_to_go(row: Any) -> T | None:
    if row.charge_fen and not row.charge_paid_at and row.quote_accepted_at:
        return T("维修费还没有收到，请财务先登记收款", "The charge is not paid yet; finance registers it first")
    if row.parts_open:
        return T("有配件申领没有核销，请先登记用料或退回", "Parts are not accounted for yet")
    return None


def parts_settled(row: Any) -> T | None:
    return T("有配件申领没有核销，请先登记用料或退回", "Parts are not accounted for yet") if row.parts_open else None


ALL = ("*",)

# fmt: off
REPAIR = Flow(
    "repair",
    "返修",
    "Repair",
    "aftersales",
    states=(
        State("requested", "待受理", "To be answered", "open", "agent"),
        State("approval", "待上级审批", "Waiting for the superior", "open", "supervisor"),
        State("to_send", "待买家寄出", "Waiting for the buyer to post", "waiting", "buyer"),
        State("buyer_sent", "买家已寄出", "Posted by the buyer", "waiting", "warehouse"),
        State("received", "仓库已收货，待检测", "Received, to be inspected", "open", "agent"),
        State("quoted", "待买家确认报价", "Waiting for the quote's answer", "waiting", "buyer"),
        State("repairing", "维修中", "Under repair", "open", "warehouse"),
        State("waiting_parts", "维修中入库（待配件）", "Stored, waiting for parts", "waiting", "warehouse"),
        State("stored", "返修入库，待寄回", "Stored, to be sent back", "open", "warehouse"),
        State("shipped_back", "已寄回", "Sent back", "waiting", "buyer"),
        State("on_site", "上门维修中", "Technician on site", "open", "agent"),
        State("received_back", "买家已收货，待回访", "Received, follow-up due", "open", "agent"),
        State("done", "已完成", "Done", "done"),
        State("refused", "未受理", "Refused", "dropped"),
        State("withdrawn", "买家已撤销", "Withdrawn by the buyer", "dropped"),
        State("closed", "逾期未寄，已关闭", "Not posted in time", "dropped"),
    ),
    begins=(ANSWER,),
    moves=(
        Move("accept", "requested", "to_send", "受理，请买家寄回", "Accept", STAFF, DECIDE, mine.Accept, (POSTS,), ALL,
             "primary", covered),
        Move("ask_approval", "requested", "approval", "请示上级", "Ask the superior", STAFF, OPEN, mine.AskApproval,
             (APPROVAL,), ALL, "primary", needs_superior),
        Move("approve", "approval", "to_send", "批准返修", "Approve", STAFF, APPROVE, mine.Approved, (POSTS,), ALL,
             "primary"),
        Move("refuse", ("requested", "approval"), "refused", "婉拒并说明", "Refuse with an explanation", STAFF, DECIDE,
             mine.Refuse, (), ALL, "danger"),
        Move("dispatch", ("requested", "to_send"), "on_site", "派工上门", "Send a technician", STAFF, DECIDE,
             mine.Dispatch, (VISIT,), ALL, "default", covered),
        Move("solved", "on_site", "received_back", "上门已解决", "Solved on site", STAFF, OPEN, mine.Visited, (CALL,), ALL,
             "primary", parts_settled),
        Move("unsolved", "on_site", "approval", "上门未解决，上报", "Not solved, reported", STAFF, OPEN, mine.Unsolved,
             (APPROVAL,), ALL, "danger", parts_settled),
        Move("post", "to_send", "buyer_sent", "填写寄修运单号", "Posted", BUYER, OPEN, mine.Posted, (ARRIVES,), ALL,
             "primary"),
        Move("receive", "buyer_sent", "received", "收货确认", "Receive", STAFF, HOUSE, mine.Received, (INSPECTED,), ALL,
             "primary"),
        Move("judge", "received", "received", "填写检测结论", "Write the finding", STAFF, OPEN, mine.Judge, (), (),
             "primary"),
        Move("start", "received", "repairing", "免费维修，开始", "Begin, free of charge", STAFF, OPEN, forms.Note,
             (WORK,), ALL, "primary", free_of_charge),
        Move("quote", "received", "quoted", "向买家报价", "Send the quote", STAFF, OPEN, forms.Note, (QUOTE,), ALL,
             "primary", chargeable),
        Move("accept_quote", "quoted", "repairing", "同意报价", "Accept the quote", BUYER, OPEN, forms.Word, (WORK,), ALL,
             "primary"),
        Move("decline_quote", "quoted", "stored", "不同意，原件寄回", "Decline, send it back", BUYER, OPEN, forms.Word,
             (SENT,), ALL),
        Move("auto_decline", "quoted", "stored", "超时未确认，原件寄回", "Declined by time", CLOCK, None, None, (SENT,),
             ALL),
        Move("wait_parts", "repairing", "waiting_parts", "入库等配件", "Store, wait for parts", STAFF, HOUSE,
             mine.WaitParts, (PARTS,), ALL),
        Move("resume", "waiting_parts", "repairing", "配件到位，继续维修", "Parts are here", STAFF, HOUSE, forms.Note,
             (WORK,), ALL, "primary"),
        Move("finish", "repairing", "stored", "返修入库", "Store the repaired goods", STAFF, HOUSE, mine.Finish, (SENT,),
             ALL, "primary", parts_settled),
        Move("charge_paid", "stored", "stored", "登记收款", "Charge paid", STAFF, PAYMENTS,
             mine.Paid, (), (), "primary", unpaid),
        Move("ship_back", "stored", "shipped_back", "寄回买家", "Send back", STAFF, HOUSE, mine.SentBack, (RECEIVES,),
             ALL, "primary", ready_to_go),
        Move("confirm", "shipped_back", "received_back", "确认收货", "Confirm receipt", BUYER, OPEN, forms.Word, (CALL,),
             ALL, "primary"),
        Move("auto_confirm", "shipped_back", "received_back", "超时视为收货", "Received by time", CLOCK, None, None,
             (CALL,), ALL),
        Move("follow_up", "received_back", "done", "回访并结案", "Follow up and close", STAFF, OPEN, mine.FollowUp, (),
             ALL, "primary"),
        Move("withdraw", ("requested", "approval", "to_send"), "withdrawn", "撤销报修", "Withdraw", BUYER, OPEN,
             forms.Word, (), ALL, "danger"),
        Move("auto_close", "to_send", "closed", "逾期自动关闭", "Closed by time", CLOCK, None, None, (), ALL),
    ),
)
# fmt: on
