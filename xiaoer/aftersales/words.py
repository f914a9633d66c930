"""What buyers are told at each stage, and how the details of a step are labelled. Pure."""

from collections.abc import Mapping
from typing import Any

from xiaoer.aftersales.reasons import CHANNELS, FAULTS, PARCEL_REFUSALS, REASONS, REFUSALS
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.orders.carriers import CARRIERS

BUYER: dict[str, T] = {
    "requested": T(
        "申请已提交，卖家会在 {until} 前处理，逾期系统自动同意",
        "Sent. The seller answers before {until}; silence counts as agreement",
    ),
    "refused": T(
        "卖家拒绝了申请：{answer}。您可以在 {until} 前修改申请或申请平台介入",
        "The seller refused: {answer}. You may amend it or call in the platform before {until}",
    ),
    "escalated": T("已申请平台介入，请等待平台处理", "The platform was called in; please wait for its decision"),
    "approved": T(
        "退款协议达成，等待买家退货：请在 {until} 前寄回商品并填写运单号。{freight}。"
        "请放入售后服务卡或写有订单号的纸条，拒收到付件",
        "Agreed, waiting for your return. Please post the goods and type the waybill number before {until}. {freight}. "
        "Put in the service card or a note with the order number; no freight collect",
    ),
    "in_transit": T(
        "已收到退货运单号 {waybill}，卖家会在 {until} 前确认收货并退款。请核对运单号，填错会影响运费险理赔",
        "Waybill {waybill} noted. The seller confirms and refunds before {until}. Please check the number: "
        "a wrong one voids the freight insurance",
    ),
    "received": T("仓库已收到您的退货，正在验货", "Your goods arrived and are being inspected"),
    "inspected": T("验货完成，正在核对退款金额", "Inspection is done; the amount is being checked"),
    "disputed": T(
        "验货发现问题：{answer}。您可以在 {until} 前同意收回商品或申请平台介入，逾期商品将寄回给您",
        "The goods failed inspection: {answer}. Agree to take them back or call in the platform before {until}; "
        "afterwards they are sent back to you",
    ),
    "sending_back": T("商品将寄回给您", "The goods will be sent back to you"),
    "refund_granted": T(
        "卖家已同意退款 {amount}，等待打款", "A refund of {amount} was granted and is waiting for payment"
    ),
    "refunded": T("退款 {amount} 已完成，请留意到账", "{amount} was refunded; watch for its arrival"),
    "returned_to_buyer": T("商品已寄回，运单号 {back_waybill}", "The goods were sent back, waybill {back_waybill}"),
    "withdrawn": T("您已撤销申请，如有需要可在售后期内重新申请", "Withdrawn; you may ask again while the time runs"),
    "closed": T("售后申请已关闭", "The request is closed"),
}
BUYER |= {"granted": BUYER["refund_granted"], "executed": BUYER["refunded"]}


def buyer_text(text: T, values: Mapping[str, str], due: bool = True) -> T:
    """One sentence for the buyer, its places filled; without a running clock the part about time is left general."""
    soon = {} if due else {"until": T("约定时间", "the agreed time")}
    zh = {**values, **{key: one.zh for key, one in soon.items()}}
    en = {**values, **{key: one.en for key, one in soon.items()}, "freight": values.get("freight_en", "")}
    return T(_tidy(text.zh.format_map(_Blank(zh))), _tidy(text.en.format_map(_Blank(en))))


class _Blank(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


def _tidy(text: str) -> str:
    return (
        text.replace("：。", "。").replace(": .", ".").replace("。。", "。").replace("。.", "。").replace(". . ", ". ")
    )


REMINDERS: dict[str, T] = {
    "buyer_ships": T(
        "提醒：请在 {until} 前寄回商品并填写退货运单号，逾期申请将自动关闭",
        "Reminder: post the goods and type the waybill number before {until}, or the request closes",
    ),
    "buyer_amends": T(
        "提醒：请在 {until} 前修改申请或申请平台介入，逾期申请将自动关闭",
        "Reminder: amend the request or call in the platform before {until}, or it closes",
    ),
    "buyer_decides": T(
        "提醒：请在 {until} 前答复验货结果，逾期商品将寄回给您",
        "Reminder: answer the inspection before {until}, or the goods are sent back",
    ),
}

_LABELS: dict[str, T] = {
    "reason": T("原因", "Reason"),
    "amount_fen": T("金额", "Amount"),
    "before_fen": T("原金额", "Before"),
    "pieces": T("件数", "Pieces"),
    "goodwill": T("店铺通融", "Goodwill"),
    "responsibility": T("责任方", "Whose fault"),
    "freight_back": T("退货运费承担", "Return freight borne by"),
    "why": T("理由", "Reason"),
    "text": T("说明", "Explanation"),
    "ruling": T("平台判定", "Platform's ruling"),
    "from": T("关闭前状态", "State before"),
    "carrier": T("快递公司", "Carrier"),
    "waybill": T("运单号", "Waybill"),
    "before": T("更正前", "Before"),
    "advanced_fen": T("垫付运费", "Freight advanced"),
    "requested": T("申请件数", "Asked"),
    "received": T("实收件数", "Received"),
    "damaged": T("破损件数", "Damaged"),
    "verdict": T("验货结论", "Verdict"),
    "goods_fen": T("应退货款", "Goods"),
    "freight_out_fen": T("应退发货运费", "Outbound freight"),
    "freight_back_fen": T("应退退货运费", "Return freight"),
    "channel": T("渠道", "Channel"),
    "reference": T("流水号", "Reference"),
}
_VERDICTS = {"pass": T("合格", "Passed"), "partial": T("部分合格", "Partly"), "fail": T("不合格", "Failed")}
_PAYERS = {"seller": T("卖家", "Seller"), "buyer": T("买家", "Buyer")}


_CHOICES: dict[str, Mapping[str, T]] = {
    "reason": {code: one.label for code, one in REASONS.items()},
    "responsibility": FAULTS,
    "why": {**REFUSALS, **PARCEL_REFUSALS},
    "verdict": _VERDICTS,
    "freight_back": _PAYERS,
    "channel": CHANNELS,
    "carrier": {code: one.label for code, one in CARRIERS.items()},
}
Choices = Mapping[str, Mapping[str, T]]
NO_CHOICES: Choices = {}
NO_LABELS: Mapping[str, T] = {}


def _value(name: str, value: Any, language: str, choices: Choices) -> str:
    if name.endswith("_fen"):
        return format_yuan(int(value))
    if isinstance(value, bool):
        return T("是", "yes").say(language) if value else T("否", "no").say(language)
    label = choices.get(name, _CHOICES.get(name, {})).get(str(value))
    return label.say(language) if label else str(value)


def detail_lines(
    details: Mapping[str, Any], language: str, labels: Mapping[str, T] = NO_LABELS, choices: Choices = NO_CHOICES
) -> list[dict[str, str]]:
    """The details of a step for a timeline: labelled, in words, without what is empty or zero.

    `labels` and `choices` are the flow's own; the common ones stand above.
    """
    known = {**_LABELS, **labels}
    return [
        {"label": known[name].say(language), "value": _value(name, value, language, choices)}
        for name, value in details.items()
        if name in known and value not in ("", None, False, 0)
    ]
