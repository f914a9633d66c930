"""Words and judgements of complaints (投诉): channels, classes, grades, the three levels. Pure."""

from dataclasses import dataclass

from xiaoer.kernel.i18n import T

WAYS: dict[str, T] = {
    "chat": T("在线聊天", "Chat"),
    "phone": T("电话", "Phone"),
    "email": T("电子邮件", "E-mail"),
    "ticket": T("工单", "Ticket"),
    "platform": T("平台转办", "From the platform"),
    "authority": T("12315/市场监管", "12315, market supervision"),
    "association": T("消费者协会", "Consumer association"),
    "media": T("媒体/舆情", "Media"),
}
"""How a complaint came (R750); the last four come from outside and are answered in writing."""
OUTSIDE = ("platform", "authority", "association", "media")
AUTHORITIES: dict[str, T] = {code: WAYS[code] for code in OUTSIDE}

KINDS: dict[str, T] = {
    "order": T("订单（未收到、延误、错漏）", "Order: not received, late, wrong or missing"),
    "account": T("账户与系统", "Account and system"),
    "payment": T("支付与退款", "Payment and refund"),
    "quality": T("商品质量", "Goods quality"),
    "aftersales": T("售后服务", "After-sales service"),
    "attitude": T("服务态度", "Attitude"),
    "promise": T("承诺未兑现", "A promise not kept"),
    "difficult": T("难以沟通的客户", "Cannot be talked with"),
    "other": T("其他", "Other"),
}
"""Problem classes (R718-R721, R753); `difficult` is C27's case."""
PRIORITIES: dict[int, T] = {
    0: T("P0 特急", "P0 critical"),
    1: T("P1 紧急", "P1 urgent"),
    2: T("P2 一般", "P2 normal"),
    3: T("P3 低", "P3 low"),
}
LEVELS: dict[int, T] = {1: T("一级·客服", "Level 1: agent"), 2: T("二级·主管", "Level 2: supervisor"),
                        3: T("三级·店主", "Level 3: owner")}  # fmt: skip
TOP = max(LEVELS)
_OF_KIND = {"order": 1, "payment": 1, "account": 1, "quality": 2, "aftersales": 2, "promise": 1, "attitude": 2,
            "difficult": 1}  # fmt: skip
"""C24: logistics and payment high; technical medium-high; the rest P2 or P3."""
WHO_HELPS: dict[str, T] = {
    "order": T("联系仓库、快递对接核对出入库和轨迹；物流异常一般为高优先级（R718）",
               "Ask warehouse and courier desk for stock and traces; trouble with parcels is usually urgent (R718)"),
    "account": T("先分清技术故障还是操作问题；故障转技术部门（R719）",
                 "Tell a fault from a mistake; faults go to the technicians (R719)"),
    "payment": T("先核对系统流水，再请财务配合（R720）", "Check the record first, then work with finance (R720)"),
    "quality": T("请买家提供照片或视频，尽快定责；必要时取回损坏件鉴定（R721、R666）",
                 "Ask for photos or videos and decide who is liable; fetch the broken part if needed (R721, R666)"),
    "difficult": T("售前可请同事或主管协助；售后必须及时上报主管（R024、R071、C27）",
                   "Pre-sales may ask for help; after-sales must report to the supervisor (R024, R071, C27)"),
}  # fmt: skip

RISES: dict[str, T] = {
    "repeat": T("同一问题多次投诉", "The same problem again"),
    "threat": T("扬言投诉或曝光", "Threatens to go public"),
    "difficult": T("难以沟通", "Cannot be talked with"),
    "authority": T("超出权限", "Beyond her authority"),
    "asked": T("买家要求上级处理", "The buyer asks for a superior"),
    "late": T("逾期未处理", "Not handled in time"),
    "level_failed": T("上一级处理不到位", "The level below did not do its work"),
    "outside": T("外部转办", "Came from outside"),
    "safety": T("涉及人身安全", "Safety"),
}
"""Why a complaint rose a level. `late` and `level_failed` are faults of the levels themselves (R458)."""
FAULTS = ("late", "level_failed")
LIABLE: dict[str, T] = {
    "shop": T("本店责任", "We are liable"),
    "courier": T("快递责任", "The courier"),
    "supplier": T("供应商责任", "The supplier"),
    "buyer": T("买家误解或使用不当", "The buyer's misunderstanding"),
    "none": T("无法认定", "Cannot be decided"),
}
BASES: dict[str, T] = {
    "platform": T("平台《争议处理规则》", "The platform's rules for disputes"),
    "law": T("《消费者权益保护法》", "Consumer Protection Law"),
    "both": T("平台规则与《消费者权益保护法》", "Both"),
    "promise": T("本店承诺", "The shop's own promise"),
}
"""By what responsibility was judged (R760)."""
SOLUTIONS: dict[str, T] = {
    "refund": T("退款", "Refund"),
    "return": T("退货退款", "Return and refund"),
    "exchange": T("换货", "Exchange"),
    "reship": T("补发", "Reship"),
    "compensation": T("补偿", "Compensation"),
    "repair": T("维修", "Repair"),
    "apology": T("致歉并改进", "Apology and improvement"),
    "explanation": T("解释说明", "Explanation"),
}
TRIGGERS: dict[str, str] = {"compensation": "compensation", "return": "return", "refund": "refund_only"}
"""Solutions for which the desk opens the after-sales case by itself, and which flow it is (R763)."""
WORDS: dict[str, T] = {
    "satisfied": T("满意", "Satisfied"),
    "accepts": T("接受", "Accepts it"),
    "unsatisfied": T("不满意", "Not satisfied"),
    "no_answer": T("未联系上", "Not reached"),
}
"""The buyer's own word at the end."""
RULINGS: dict[str, T] = {
    "advanced": T("平台垫付退款", "The platform advanced the refund"),
    "enforced": T("平台强制履约", "The platform enforced it"),
    "dismissed": T("平台驳回投诉", "The platform dismissed it"),
}
STANDARDS: dict[str, T] = {
    "handling": T("投诉处理规范", "Handling"),
    "manners": T("接待礼仪规范", "Manners"),
    "procedure": T("接待程序规范", "Procedure"),
    "result": T("结果落实规范", "Result carried out"),
    "records": T("接待与记录规范", "Reception and records"),
}
"""The five targets of a standard complaint (投诉规范化, R460)."""


@dataclass(frozen=True, slots=True)
class Grade:
    """How urgent a complaint is, on which level it begins, and why it does not begin on the first."""

    priority: int
    level: int
    rises: tuple[str, ...] = ()


def grade(
    kind: str, channel: str, *, safety: bool, threat: bool, amount_fen: int, high_fen: int, repeats: bool
) -> Grade:
    """R753: type and urgency. Safety and media are P0, authorities and high amounts at least P1; a repeat, a threat,
    a difficult buyer and whatever comes from outside is the supervisor's at once (R657, R277, R071)."""
    priority = _OF_KIND.get(kind, 3)
    if safety or channel == "media":
        priority = 0
    elif channel in OUTSIDE or threat or amount_fen >= high_fen:
        priority = min(priority, 1)
    why = [
        name
        for name, holds in (
            ("safety", safety),
            ("outside", channel in OUTSIDE),
            ("threat", threat),
            ("repeat", repeats),
            ("difficult", kind == "difficult"),
        )
        if holds
    ]
    return Grade(priority, 2 if why else 1, tuple(why))
