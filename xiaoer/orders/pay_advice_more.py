"""Instalments (信用卡分期) and free shipping granted in chat (酌情包邮): the two answers with many conditions. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import split
from xiaoer.orders.pay_advice import Advice, MoneyRules, Why, yuan


@dataclass(frozen=True, slots=True)
class Instalment:
    """One question: what is paid together (several orders of one ID count together), with which card, in what activity.

    None: nobody knows yet; the answer then says what to ask. `product` tmall is 天猫分期, another thing (C35, R168).
    """

    amounts_fen: Sequence[int]
    bank: str | None = None
    limit_fen: int | None = None
    activity: str = ""
    credit: bool | None = None
    product: str = "card"


def instalment(rules: MoneyRules, asked: Instalment) -> Advice:
    """能不能分期 (R336 to R339, R344, R497, C35): every condition that fails is named, not only the first."""
    total = sum(asked.amounts_fen)
    if asked.product == "tmall":
        return _own_product(total)
    against = _against(rules, asked, total)
    if against:
        say = T(
            "亲，这笔订单不能分期：" + against[0].text.zh + "。", "No instalments here: " + against[0].text.en + "."
        )
        if any(why.code == "activity" for why in against):
            say = T(
                "亲，活动商品不支持信用卡分期，但可以用信用卡一次付清哦。",
                "No instalments for items of this activity, but a credit card may pay at once.",
            )
        return Advice("no", say, tuple(against), {"total_fen": total})
    missing = _missing(asked)
    terms = tuple(_term(total, int(months)) for months in rules.instalment_terms)
    bank_fee = Why(
        "bank_fee",
        T(
            "每期金额是总额的平均数，分期手续费由发卡银行另收；卖家一次收到全款，与分期无关",
            "Plain division; the bank adds its own fee. The seller gets the whole sum at once",
        ),
        "R344",
    )
    if missing:
        listed, listed_en = "、".join(why.text.zh for why in missing), "; ".join(why.text.en for why in missing)
        say = T(f"亲，帮您确认一下：{listed}？", f"Let me check first: {listed_en}?")
        return Advice("ask", say, (*missing, bank_fee), {"total_fen": total}, terms)
    first = terms[0] if terms else None
    months = f"例如分 {first['months']} 期，每期约 {yuan(int(str(first['monthly_fen'])))}（" if first else "（"
    say = T(
        f"亲，可以分期。{months}手续费以银行为准）。",
        "Instalments are possible; the fee is the bank's.",
    )
    return Advice("yes", say, (bank_fee,), {"total_fen": total}, terms)


def _term(total: int, months: int) -> dict[str, object]:
    """Equal parts; the first takes what is left over, so that all months together are exactly the total."""
    parts = split(total, [1] * months)
    return {"months": months, "first_fen": parts[0], "monthly_fen": parts[-1], "sum_fen": sum(parts)}


def _own_product(total: int) -> Advice:
    why = Why(
        "after_receipt", T("天猫分期在确认收货后开始还款", "Repayment starts after the receipt is confirmed"), "R168"
    )
    other = Why("other_product", T("天猫分期与信用卡分期是两种产品", "Not the same as credit-card instalments"), "C35")
    say = T(
        "亲，天猫分期是确认收货后才开始还款的，能不能用以付款页面显示为准哦。",
        "Tmall's own instalments are repaid after receipt; the payment page shows whether you may use them.",
    )
    return Advice("ask", say, (why, other), {"total_fen": total})


def bare_bank(name: str) -> str:
    """ "中国农业银行", "农行", "农业银行" -> "农业"; 中国银行 stays itself."""
    text = name.strip().replace(" ", "")
    text = _SHORT.get(text, text)
    if text.startswith("中国") and text not in ("中国", "中国银行"):
        text = text.removeprefix("中国")
    return text.removesuffix("银行") or text


_SHORT = {
    "中行": "中国银行",
    "农行": "农业银行",
    "招行": "招商银行",
    "建行": "建设银行",
    "浦发": "浦发银行",
    "上海浦东发展银行": "浦发银行",
    "广东发展银行": "广发银行",
    "工行": "工商银行",
    "交行": "交通银行",
}


def _against(rules: MoneyRules, asked: Instalment, total: int) -> list[Why]:
    found = []
    if not rules.instalment_enabled:
        found.append(Why("off", T("本店未开通信用卡分期", "The shop has no instalments"), "instalment_enabled"))
    banned = next((name for name in rules.instalment_excluded_activities if name and name in asked.activity), None)
    if banned is not None:
        text = T(f"{banned}商品不支持分期，可以信用卡一次付清", f"{banned}: no instalments, card payment works")
        found.append(Why("activity", text, "instalment_excluded_activities"))
    if total < rules.instalment_min:
        text = T(
            f"合计 {yuan(total)}，不满 {yuan(rules.instalment_min)}；同一 ID 多笔一起付款可以合计",
            f"{yuan(total)} is below {yuan(rules.instalment_min)}; orders of one ID paid together count together",
        )
        found.append(Why("too_little", text, "instalment_min"))
    if asked.credit is False:
        found.append(Why("not_credit", T("分期必须用信用卡", "A credit card is needed"), "R336"))
    if asked.bank is not None and bare_bank(asked.bank) not in {bare_bank(one) for one in rules.instalment_banks}:
        text = T(f"{asked.bank}不在支持分期的银行里", f"{asked.bank} offers no instalments here")
        found.append(Why("bank", text, "instalment_banks"))
    if asked.limit_fen is not None and rules.instalment_limit_above_price and asked.limit_fen <= total:
        text = T(
            f"信用额度 {yuan(asked.limit_fen)} 必须大于 {yuan(total)}",
            f"The limit {yuan(asked.limit_fen)} must be more than {yuan(total)}",
        )
        found.append(Why("limit", text, "instalment_limit_above_price"))
    return found


def _missing(asked: Instalment) -> list[Why]:
    found = []
    if asked.credit is None:
        found.append(Why("ask_credit", T("是信用卡吗", "is it a credit card"), "R336"))
    if asked.bank is None:
        found.append(Why("ask_bank", T("是哪家银行的卡", "which bank's card"), "instalment_banks"))
    if asked.limit_fen is None:
        found.append(
            Why(
                "ask_limit", T("可用额度大于应付金额吗", "is its limit above the price"), "instalment_limit_above_price"
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class FreeShipping:
    """A buyer asks for free shipping. `page_free`: the item's page or an activity promises it."""

    goods_fen: int
    freight_fen: int
    page_free: bool = False
    carrier: str = ""
    special_price: bool = False


def free_shipping(rules: MoneyRules, asked: FreeShipping) -> Advice:
    """包邮 (R274, R275, R400, C30): what the page promises binds; else the agent may, where the shop switched it on."""
    if asked.page_free:
        why = Why("promised", T("页面或活动已承诺包邮，必须兑现，不再加收", "The page promises it: it binds"), "C30")
        say = T("亲，这款是包邮的，您直接付款就可以。", "Freight is free for this item, just pay.")
        return Advice("yes", say, (why,), {"freight_fen": 0, "cost_fen": asked.freight_fen})
    if rules.free_shipping_from and asked.goods_fen >= rules.free_shipping_from:
        text = T(f"满 {yuan(rules.free_shipping_from)} 包邮", f"Free from {yuan(rules.free_shipping_from)}")
        say = T(f"亲，您的订单已{text.zh}，邮费会改为 0。", f"{text.en}: the freight becomes 0.")
        why = Why("threshold", text, "free_shipping_from")
        return Advice("yes", say, (why,), {"freight_fen": 0, "cost_fen": asked.freight_fen})
    against = _no_free(rules, asked)
    if against:
        say = T(
            "亲，这笔订单按页面邮费计算，暂时不能包邮哦，感谢理解。",
            "The freight is as the page says; it cannot be free this time.",
        )
        return Advice("no", say, tuple(against), {"freight_fen": asked.freight_fen})
    why_list = [
        Why("agent", T("客服可酌情包邮，成本记录在订单上", "The agent may; the cost is logged"), "agent_free_shipping")
    ]
    zh, en = "亲，这次给您包邮，我马上改好邮费。", "The freight is on us this time; I change it now."
    if rules.free_shipping_deduct_on_return:
        text = T("非质量问题退货时扣回邮费，答应时就告诉买家", "Deducted on a no-fault return: say so now")
        why_list.append(Why("deduct", text, "free_shipping_deduct_on_return"))
        zh += f"如果非质量问题退货，会扣回邮费 {yuan(asked.freight_fen)} 哦。"
        en += f" A return without a fault deducts {yuan(asked.freight_fen)}."
    return Advice("yes", T(zh, en), tuple(why_list), {"freight_fen": 0, "cost_fen": asked.freight_fen})


def _no_free(rules: MoneyRules, asked: FreeShipping) -> list[Why]:
    found = []
    if not rules.agent_free_shipping:
        found.append(Why("off", T("本店没有开放客服酌情包邮", "Agents may not grant it here"), "agent_free_shipping"))
    excluded = next(
        (one for one in rules.free_shipping_excluded_carriers if one and one.lower() in asked.carrier.lower()), None
    )
    if excluded is not None:
        text = T(f"{excluded}不包邮", f"Not with {excluded}")
        found.append(Why("carrier", text, "free_shipping_excluded_carriers"))
    if asked.special_price and not rules.free_shipping_special_price:
        text = T("特价商品不包邮", "Not for special-price goods")
        found.append(Why("special", text, "free_shipping_special_price"))
    return found
