"""Words of a wrong shipment (错发/漏发): what happened, who answers for it, what the buyer is told. Pure."""

from xiaoer.aftersales.words import BUYER
from xiaoer.kernel.i18n import T

WHAT: dict[str, T] = {
    "wrong": T("发错货（款式、颜色、尺码不对）", "Wrong goods (style, colour or size)"),
    "missing": T("少发/漏发", "Something is missing"),
    "swapped": T("串发（收到别人的包裹）", "Somebody else's parcel"),
}
WHERE_INSIDE: dict[str, T] = {
    "unpacked": T("还没打包", "Not packed yet"),
    "packed": T("已打包未出库", "Packed, not handed over"),
    "fetched": T("已从快递员处取回", "Fetched back from the courier"),
}
WHERE: dict[str, T] = {**WHERE_INSIDE, "left": T("已发出", "Left the house")}
BLAMED: dict[str, T] = {
    "warehouse": T("仓库拣货打包", "Picking and packing"),
    "clerk": T("打单", "Printing"),
    "agent": T("客服备注", "Agent's remark"),
    "supplier": T("供应商", "Supplier"),
    "courier": T("快递", "Courier"),
    "nobody": T("无法认定", "Nobody can tell"),
}
REMEDY: dict[str, T] = {
    "inside": T("仓内更正", "Put right inside"),
    "resend": T("补发", "Second shipment"),
    "refund": T("退款", "Refund"),
}
TEXTS: dict[str, T] = {
    "reported": T(
        "已收到您的反馈，我们会在 {until} 前核对称重和装箱记录并答复您",
        "Thank you. We check weight and packing record and answer before {until}",
    ),
    "inside": T("包裹还没发出，正在为您更正", "The parcel has not left; it is being put right"),
    "negotiating": T(
        "已核实，很抱歉给您添麻烦。我们会在 {until} 前与您商定补发或退款，费用由我们承担",
        "Confirmed, and we are sorry. A second shipment or a refund is agreed with you before {until}, at our cost",
    ),
    "awaiting_goods": T(
        "请在 {until} 前寄回错发的商品并填写运单号，运费由我们承担：{answer}",
        "Please post the wrong goods before {until} and type the waybill; we bear the freight: {answer}",
    ),
    "in_transit": T("已收到运单号 {waybill}，仓库收到后马上处理", "Waybill {waybill} noted; we act when it arrives"),
    "received": T("仓库已收到寄回的商品，正在核对", "The goods arrived and are being checked"),
    "inspected": T("核对完成，正在为您安排", "Checked; being arranged"),
    "second_shipment": T("正在为您补发，最迟 {until} 寄出", "The right goods are sent to you before {until}"),
    "second_sent": T(
        "补发已寄出，运单号 {second_waybill}，收到后请确认", "Sent, waybill {second_waybill}; please confirm"
    ),
    "refund_due": T("应退 {amount}，等待打款", "{amount} was granted and is waiting for payment"),
    "loss_due": T("已为您处理完毕，感谢您的耐心", "It is settled; thank you for your patience"),
    "done": T("已为您处理完毕，感谢您的耐心", "It is settled; thank you for your patience"),
    "dismissed": T("经核对没有发现错发或漏发：{answer}", "Nothing was found wrong: {answer}"),
    "withdrawn": BUYER["withdrawn"],
}
REMINDERS: dict[str, T] = {
    "wrong_goods_back": T("提醒：请在 {until} 前寄回错发的商品", "Reminder: post the wrong goods before {until}"),
    "wrong_confirmed": T("提醒：收到补发后请确认，{until} 自动完成", "Reminder: please confirm; done at {until}"),
}
LABELS: dict[str, T] = {
    "what": T("问题", "What happened"),
    "came_instead": T("实际收到", "What came instead"),
    "where": T("包裹位置", "Where it was"),
    "place": T("包裹位置", "Where it was"),
    "remedy": T("处理方式", "Remedy"),
    "keep_wrong": T("错发商品送给买家", "Buyer keeps what came"),
    "second_waybill": T("补发运单", "Second waybill"),
    "loss": T("损失合计", "Loss"),
    "loss_fen": T("损失合计", "Loss"),
    "blamed": T("责任环节", "Who answers for it"),
    "person": T("责任人", "Person"),
    "assessed": T("计入考核", "In the assessment"),
    "cause": T("原因", "Cause"),
}
CHOICES = {"what": WHAT, "where": WHERE, "place": WHERE, "remedy": REMEDY, "blamed": BLAMED}
