"""Words of parcels in trouble: kinds, answers, choices, and what the buyer is told in each state. Pure."""

from xiaoer.kernel.i18n import T

TROUBLE_REASONS: dict[str, T] = {
    "signed_not_received": T("显示签收但没收到", "Shown as signed, not received"),
    "lost": T("包裹丢失", "Lost on the way"),
    "stuck": T("物流长时间不更新", "Not moving for long"),
    "stranded_courier": T("滞留在网点", "Stuck at an outlet"),
    "damaged_in_transit": T("运输途中破损", "Broken on the way"),
}
"""丢件、签收未收到、滞留 (R232 to R234, R745)."""

AREA_REASONS: dict[str, T] = {
    "out_of_area": T("快递超区", "Out of area"),
    "blind_area": T("盲区（无网点）", "No outlet there"),
    "stranded": T("网点暂停滞留", "Stranded, outlet paused"),
}
"""The three kinds of R816: out of area (R817), blind area (R818), stranded (R819)."""

ASKED: dict[str, T] = {
    "asked": T("问过，没有", "Asked, not there"),
    "none": T("不适用", "Does not apply"),
}

ANSWERS: dict[str, T] = {
    "found": T("包裹已找到，继续派送", "Found, delivery goes on"),
    "delivered": T("坚称已送达，提供签收底单", "Says it was delivered, shows proof"),
    "lost": T("确认丢失", "Lost"),
    "broken": T("确认破损", "Broken"),
    "unclear": T("无法查清", "Cannot be cleared up"),
}

CHOICES: dict[str, T] = {
    "forward": T("改发其他快递", "Another courier"),
    "pickup": T("到网点自提", "Fetch it at an outlet"),
    "address": T("改收货地址", "Another address"),
    "send_back": T("退回并退款", "Send back and refund"),
}

CHECKLIST = T(
    "物流显示已签收。请先帮忙确认：物业/门卫有没有代收、家人或同事有没有代取、是否放在快递柜或驿站；都没有的话点“核实完毕”，我们马上联系快递查找",
    "The courier shows it as signed. Please look first: property office, family, colleagues, locker or pick-up point. "
    "If it is nowhere, say so and we ask the courier at once",
)

TROUBLE_TEXTS: dict[str, T] = {
    "opened": T("{opening}", "{opening_en}"),
    "buyer_checked": T(
        "已收到您的核实结果，正在联系快递核查签收情况", "Thank you for checking; we are asking the courier now"
    ),
    "courier_asked": T(
        "已要求快递核查，快递须在 {until} 前答复，我们会第一时间告诉您",
        "The courier was asked and must answer before {until}; we tell you at once",
    ),
    "answered": T(
        "快递答复：{answer}。客服正在为您安排处理", "The courier says: {answer}. We are arranging what follows"
    ),
    "found": T("包裹已找到：{answer}", "The parcel was found: {answer}"),
    "reshipping": T(
        "已为您安排补寄，最晚 {until} 前寄出，运费由我们承担",
        "The goods are sent once more before {until}, at our cost",
    ),
    "refund_granted": T("已同意退款 {amount}，等待打款", "A refund of {amount} was granted and is waiting for payment"),
    "claim_due": T("{outcome}", "{outcome_en}"),
    "claimed": T("{outcome}", "{outcome_en}"),
    "settled": T("{outcome}", "{outcome_en}"),
    "withdrawn": T("您已撤销反馈，如仍未收到包裹可再次反馈", "Withdrawn; tell us again should it still be missing"),
}

AREA_TEXTS: dict[str, T] = {
    "detected": T(
        "您的包裹因{kind}暂时无法派送，客服正在为您核实可行的办法",
        "Your parcel cannot be delivered for now ({kind_en}); we are looking for a way",
    ),
    "consulted": T(
        "您的包裹因{kind}无法派送，可选：改发其他快递{fee}、到网点自提{pickup}、改收货地址、退回并退款。请在 {until} 前告诉我们",
        "Your parcel cannot be delivered ({kind_en}). Choose: another courier{fee_en}, fetch it yourself{pickup}, "
        "another address, or send back and refund. Please tell us before {until}",
    ),
    "chosen": T("已记录您的选择：{choice}，正在为您办理", "You chose: {choice_en}. We are arranging it"),
    "forwarded": T("已改发{carrier}，运单号 {waybill}，请留意查收", "Now with {carrier}, waybill {waybill}"),
    "self_pickup": T("请到以下地点自提：{pickup_at}", "Please fetch it here: {pickup_at}"),
    "address_changed": T("快递已确认新的收货地址，请留意查收", "The courier confirmed the new address"),
    "returning": T("包裹正在退回，退回后为您办理退款", "The parcel is on its way back; the refund follows"),
    "done": T("已处理完毕，感谢您的耐心", "Settled. Thank you for your patience"),
    "closed": T("快递已恢复派送，请留意查收", "The courier delivers again"),
}

LABELS: dict[str, T] = {
    "checklist": T("买家核实", "The buyer looked at"),
    "courier_case": T("快递工单号", "Courier's case"),
    "demand": T("要求", "Demand"),
    "answer": T("答复", "Answer"),
    "where": T("找到的位置", "Where"),
    "claim_no": T("理赔单号", "Claim number"),
    "paid_fen": T("快递实赔", "Paid by the courier"),
    "fee_fen": T("改发费用", "Fee"),
    "seller_fen": T("卖家承担", "Borne by the seller"),
    "buyer_fen": T("买家承担", "Borne by the buyer"),
    "choice": T("买家选择", "The buyer chose"),
    "pickup": T("自提网点", "Outlet"),
    "refund_case": T("退款单", "Refund case"),
    "intact": T("完好", "Intact"),
}
