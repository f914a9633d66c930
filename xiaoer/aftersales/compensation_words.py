"""The words of compensation (补偿): how it is given, what for, who decides, what the buyer is told. Pure."""

from xiaoer.kernel.i18n import T

MEANS: dict[str, T] = {
    "cash": T("现金", "Cash"),
    "coupon": T("优惠券", "Coupon"),
    "points": T("积分", "Points"),
    "gift": T("赠品", "Gift"),
    "freight": T("运费补偿", "Freight"),
}
REASONS: dict[str, T] = {
    "late": T("延迟发货", "Shipped late"),
    "shortage": T("缺货/卡单", "Out of stock or stuck"),
    "quality": T("商品瑕疵", "A flaw of the goods"),
    "wrong": T("错发/漏发", "Wrong or missing goods"),
    "courier": T("快递问题", "Trouble with the courier"),
    "service": T("服务失误", "A mistake of our service"),
    "channel_delay": T("退款渠道延迟", "The payment channel is late"),
    "freight": T("退换运费", "Freight of a return or exchange"),
    "goodwill": T("店铺关怀", "Goodwill"),
}
DEFECTS = frozenset({"late", "shortage", "quality", "wrong", "courier", "service"})
"""Proven faults of ours: only these may be made good where the cause is a review (C12, R831)."""

LEVELS: dict[str, T] = {
    "": T("权限内", "Within the limit"),
    "supervisor": T("主管审批", "Supervisor decides"),
    "owner": T("店主审批", "Owner decides"),
}
LEVEL_WHY: dict[str, T] = {
    "limit": T("超过提交人的权限", "Over the proposer's limit"),
    "review": T("起因是评价，须上级审批", "The cause is a review: a superior decides"),
    "budget": T("超过本月预算", "Over this month's budget"),
    "supervisor": T("超过主管权限", "Over the supervisor's limit"),
    "order": T("补偿合计超过订单实付", "All compensation together is more than the order paid"),
    "system": T("系统建议，须有人审批", "Suggested by the system: a person decides"),
}
TEXTS: dict[str, T] = {
    "proposed": T("", ""),
    "granted": T(
        "卖家为您申请的补偿 {amount}（{means}）正在发放", "A compensation of {amount} ({means_en}) is on its way"
    ),
    "executed": T("补偿 {amount}（{means}）已发放，请查收", "The compensation of {amount} ({means_en}) was given"),
}
"""Only what was granted is told: a proposal is no promise."""
HIDDEN = frozenset({"proposed", "approval", "owner_approval", "refused", "withdrawn", "revoked"})
for _state in HIDDEN:
    TEXTS[_state] = T("", "")

LABELS: dict[str, T] = {
    "means": T("形式", "Form"),
    "gift": T("内容", "What"),
    "cause": T("起因", "Cause"),
    "level": T("审批", "Who decides"),
    "level_why": T("须审批的原因", "Why"),
    "spoken": T("意见", "Opinion"),
}
CHOICES = {"means": MEANS, "reason": REASONS, "level": LEVELS, "level_why": LEVEL_WHY}
