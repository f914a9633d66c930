"""Words of repairs (返修): what is wrong, faults and causes, results, kinds of charge, texts for the buyer. Pure."""

from xiaoer.kernel.i18n import T

REPAIR_REASONS: dict[str, T] = {
    "no_power": T("无法开机/不通电", "Does not switch on"),
    "malfunction": T("功能异常", "Does not work as it should"),
    "broken_part": T("部件损坏", "A part is broken"),
    "noise": T("异响/漏水/漏气", "Noise, leak"),
    "seam": T("开线/开胶/拉链坏", "Seam, glue or zip"),
    "appearance": T("外观破损/变形", "Damaged or deformed outside"),
    "assembly": T("安装/调试问题", "Installation or adjustment"),
    "other_fault": T("其他故障", "Another fault"),
}
FAULTS: dict[str, T] = {
    "power": T("电源/电池", "Power or battery"),
    "board": T("主板/控制板", "Control board"),
    "motor": T("电机/传动", "Motor or drive"),
    "seal": T("密封/管路", "Seal or pipe"),
    "shell": T("外壳/结构件", "Shell or structure"),
    "wiring": T("线路/接口", "Wiring or connector"),
    "sewing": T("缝线/胶合/五金", "Sewing, glue or fittings"),
    "software": T("程序/设置", "Program or settings"),
    "no_fault": T("未发现故障", "No fault found"),
    "other": T("其他", "Other"),
}
"""故障点 (R654, R661)."""

CAUSES: dict[str, T] = {
    "material": T("材料/元件不良", "Bad material or component"),
    "workmanship": T("装配/做工不良", "Bad workmanship"),
    "design": T("设计缺陷", "Design defect"),
    "transport": T("运输损坏", "Damaged in transport"),
    "wear": T("正常磨损", "Normal wear"),
    "misuse": T("使用或安装不当", "Wrong use or installation"),
    "outside": T("外部原因（非本产品）", "Outside cause, not our product"),
    "unknown": T("原因不明", "Unknown"),
}
"""故障原因 (R661, R667). Those of `OURS` are the shop's to bear within the warranty."""

OURS = frozenset({"material", "workmanship", "design", "transport", "unknown"})

RESULTS: dict[str, T] = {
    "repaired": T("已修复", "Repaired"),
    "replaced": T("已换新", "Replaced by a new one"),
    "unrepairable": T("无法修复，原件寄回", "Cannot be repaired, goes back as it is"),
    "declined": T("买家不同意报价，原件寄回", "Quote declined, goes back as it is"),
    "no_fault": T("未发现故障，检测后寄回", "No fault found, goes back"),
}
CHARGES: dict[str, T] = {
    "inspection": T("检测费", "Inspection"),
    "labour": T("工时费", "Labour"),
    "part": T("配件费", "Part"),
    "on_site": T("上门费", "On-site visit"),
    "freight": T("寄回运费", "Freight back"),
}
CHANNELS: dict[str, T] = {
    "platform": T("平台补差价链接", "Top-up link of the platform"),
    "alipay": T("支付宝", "Alipay"),
    "wechat": T("微信", "WeChat"),
    "bank": T("银行转账", "Bank transfer"),
    "cash": T("上门现金/扫码", "Paid at the door"),
}
WHY_APPROVAL: dict[str, T] = {
    "over_time": T("已过保修期", "The warranty is over"),
    "long_over": T("过保已久，只能付费维修", "Long out of warranty: only against payment"),
    "no_warranty": T("商品没有保修约定", "The goods have no warranty"),
    "beyond_service": T("超出服务范围", "Beyond the service"),
    "unsolved": T("上门未能解决", "Not solved on site"),
}
SATISFIED: dict[str, T] = {
    "good": T("满意，使用正常", "Content, works well"),
    "fair": T("基本满意", "Fairly content"),
    "bad": T("不满意，需要跟进", "Not content, to be followed up"),
    "not_reached": T("未联系上", "Not reached"),
}

TEXTS: dict[str, T] = {
    "requested": T("报修已提交，我们会在 {until} 前答复。{warranty}", "Sent. We answer before {until}. {warranty_en}"),
    "approval": T("{warranty}，已提交上级审批", "{warranty_en}; the superior decides"),
    "to_send": T(
        "已同意返修，请在 {until} 前寄到：{address}。请附上写有 {number} 的纸条，拒收到付件",
        "Agreed. Please post the goods before {until} to: {address}. Put in a note with {number}; no freight collect",
    ),
    "buyer_sent": T("已收到运单号 {waybill}，等待仓库收货", "Waybill {waybill} noted; waiting for the warehouse"),
    "received": T("仓库已收货，正在检测", "The goods arrived and are being inspected"),
    "quoted": T(
        "检测完成，维修费 {charge}，请在 {until} 前确认：同意后开始维修，不同意原件寄回",
        "Inspected. The repair costs {charge}; please answer before {until}: we begin when you agree, "
        "else the goods go back as they are",
    ),
    "repairing": T("正在维修，预计 {until} 前完成", "Under repair, to be done before {until}"),
    "waiting_parts": T("维修中，等待配件，预计 {until} 前到", "Waiting for parts, expected before {until}"),
    "stored": T("{result}，已入库待寄回{unpaid}", "{result_en}, stored, to be sent back{unpaid_en}"),
    "shipped_back": T("已寄回，{carrier} 运单号 {back_waybill}", "Sent back by {carrier}, waybill {back_waybill}"),
    "received_back": T("感谢确认收货，稍后客服会回访使用情况", "Thank you; we will ask how it works"),
    "on_site": T("已安排技术人员上门：{visit}", "A technician is coming: {visit}"),
    "done": T("返修已完成，感谢您的耐心", "The repair is done. Thank you for your patience"),
    "refused": T("很抱歉，这次无法提供维修：{answer}", "We are sorry, no repair this time: {answer}"),
    "withdrawn": T("您已撤销报修，如有需要可再次申请", "Withdrawn; you may ask again"),
    "closed": T("未在期限内寄出，报修已关闭，可再次申请", "Not posted in time, closed; you may ask again"),
}
LABELS: dict[str, T] = {
    "serial": T("序列号", "Serial number"),
    "warranty": T("保修", "Warranty"),
    "why_approval": T("审批原因", "Why approval"),
    "fault": T("故障点", "Fault"),
    "cause": T("故障原因", "Cause"),
    "result": T("结果", "Result"),
    "charge_fen": T("收费", "Charge"),
    "technician": T("技术人员", "Technician"),
    "visit_at": T("上门时间", "Visit"),
    "qty": T("数量", "Quantity"),
    "satisfied": T("回访", "Follow-up"),
    "explanation": T("说明", "Explanation"),
    "number": T("单号", "Number"),
    "centre": T("服务中心", "Service centre"),
}
