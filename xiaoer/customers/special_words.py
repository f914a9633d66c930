"""Kinds of special customers and how to serve them (特殊客户). Never a reason to refuse service. Pure."""

from xiaoer.kernel.i18n import T

KINDS: dict[str, T] = {
    "claimant": T("职业索赔", "professional claimant"),
    "extortion": T("差评勒索", "review extortion"),
    "swap": T("调包、骗退", "swapped returns"),
    "abuse": T("辱骂骚扰", "abuse and harassment"),
    "care": T("需要特别照顾", "needs special care"),
}
ADVICE: dict[str, T] = {
    "claimant": T(
        "发票、发货时间、付款方式、绝对化用语按安全话术回答；先看完全文（含隐藏文字）再回复，不私下承诺",
        "Answer on invoices, shipping times, payment and claims with the safe scripts; read the whole text first",
    ),
    "extortion": T(
        "不谈“改评价给补偿”，保留聊天记录，按售后规则处理，并告知主管",
        "Never trade compensation for a review; keep the talk, follow the after-sales rules, tell the supervisor",
    ),
    "swap": T(
        "退货须开箱验货并拍照，核对序号与重量后再退款",
        "Returns are opened and photographed; check number and weight before the refund",
    ),
    "abuse": T(
        "保持礼貌，不回骂；连续辱骂时请主管接手，不得挂断或拉黑",
        "Stay polite; ask the supervisor to take over, never hang up or block",
    ),
    "care": T(
        "请放慢节奏、耐心确认，优先安排电话或主管跟进",
        "Slow down, confirm patiently, offer a call or the supervisor first",
    ),
}
SERVE = T(
    "照常接待、照常售后：标记只提醒更谨慎，不是拒绝服务的理由",
    "Serve and help as always: the mark asks for care, it is no reason to refuse",
)
