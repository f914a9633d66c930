"""Money before and after payment: what may be changed, what a buyer may pay with, and who gets what back. Pure.

Each answer is an `Advice`: yes, no or ask (something must be found out first), exact fen, a sentence that may be sent,
and every reason with the rule it rests on. Nothing is executed here: prices are changed in the platform's back end, the
platform refunds, and the bank takes its own fee.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import Fen, format_yuan, percent_of, split


@dataclass(frozen=True, slots=True)
class MoneyRules:
    """The dated rules of a shop as plain values; the names are the policy keys."""

    price_change_item: bool
    price_change_freight: bool
    coupons_per_order: int
    instalment_enabled: bool
    instalment_min: int
    instalment_limit_above_price: bool
    instalment_banks: tuple[str, ...]
    instalment_excluded_activities: tuple[str, ...]
    instalment_terms: tuple[int, ...]
    card_fee: Decimal
    card_fee_to_buyer: bool
    agent_free_shipping: bool
    free_shipping_excluded_carriers: tuple[str, ...]
    free_shipping_special_price: bool
    free_shipping_from: int
    free_shipping_deduct_on_return: bool
    payment_methods: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """One reason, with the policy key or the row it rests on."""

    code: str
    text: T
    rule: str


@dataclass(frozen=True, slots=True)
class Advice:
    """`verdict` yes | no | ask; `fen` the amounts; `say` may be sent as it is; `why` every reason."""

    verdict: str
    say: T
    why: tuple[Why, ...]
    fen: Mapping[str, int] = field(default_factory=dict)
    parts: tuple[Mapping[str, object], ...] = ()


def yuan(fen: int) -> str:
    return format_yuan(fen, "") + " 元"


def _no(say: T, *why: Why, **fen: int) -> Advice:
    return Advice("no", say, why, fen)


PAID = Why("paid", T("订单已付款，金额不能再改", "Paid: amounts can no longer be changed"), "R500")
LATER = T(
    "亲，订单已经付款，金额不能再改了；有差价的话可以收到货后走退款申请。",
    "The order is paid and its amounts are fixed; a difference goes through a refund request.",
)


def postage_change(rules: MoneyRules, *, goods_fen: int, freight_fen: int, wanted_fen: int, paid: bool) -> Advice:
    """改邮费 (R219, R500): before payment, where the platform lets the seller."""
    fen = {"goods_fen": goods_fen, "freight_fen": wanted_fen, "total_fen": goods_fen + wanted_fen}
    fen["change_fen"] = wanted_fen - freight_fen
    if paid:
        return _no(LATER, PAID)
    if not rules.price_change_freight:
        why = Why("freight_fixed", T("本平台付款前也不能改邮费", "The freight is fixed here"), "price_change_freight")
        return _no(T("亲，邮费由系统计算，不能修改哦。", "The freight is computed by the system and fixed."), why)
    say = T(
        f"请稍等，我马上为您改好，改好邮费后系统会立刻通知您的。改后合计 {yuan(fen['total_fen'])}。",
        f"One moment, I change it; the system tells you at once. The new total is {yuan(fen['total_fen'])}.",
    )
    text = T(
        "付款前可以改邮费；改好前请买家先不要付款", "The freight may be changed before payment; she waits with paying"
    )
    return Advice("yes", say, (Why("freight_free", text, "price_change_freight"),), fen)


def price_change(rules: MoneyRules, *, goods_fen: int, freight_fen: int, wanted_fen: int, paid: bool) -> Advice:
    """改价 (C37): the item's price; on Tmall never, on Taobao before payment."""
    if paid:
        return _no(LATER, PAID)
    if not rules.price_change_item:
        why = Why(
            "price_fixed", T("本平台不能改商品价格（C37）", "Item prices are fixed here (C37)"), "price_change_item"
        )
        say = T(
            "亲，商品价格是系统统一的，客服不能修改；页面上的优惠您都可以享受。",
            "Prices are set by the system and cannot be changed; all offers of the page are yours.",
        )
        return _no(say, why)
    total = wanted_fen + freight_fen
    text = T("付款前可以改价，改好前请买家先不要付款", "The price may be changed before payment; she waits with paying")
    say = T(
        f"请稍等，改好后您会看到应付 {yuan(total)}，到时再付款哦。",
        f"One moment; you will see {yuan(total)} to pay, please pay then.",
    )
    fen = {
        "goods_fen": wanted_fen,
        "freight_fen": freight_fen,
        "total_fen": total,
        "change_fen": wanted_fen - goods_fen,
    }
    return Advice("yes", say, (Why("price_free", text, "price_change_item"),), fen)


def coupon(rules: MoneyRules, *, lines_fen: Sequence[int], coupons: Sequence[tuple[int, int]]) -> Advice:
    """店铺优惠券 (R212): as many as the rule allows on one order, never split over orders. `coupons`: value, from.

    The best ones that fit are taken; the value is spread over the lines to the fen, for a later partial refund.
    """
    goods = sum(lines_fen)
    fit = sorted((value for value, least in coupons if goods >= least and value > 0), reverse=True)
    used = fit[: rules.coupons_per_order]
    off = min(sum(used), goods)
    rule = Why(
        "coupons_per_order",
        T(
            f"一笔订单最多用 {rules.coupons_per_order} 张，一张券只用于一笔订单，不能拆分",
            f"At most {rules.coupons_per_order} per order; one coupon serves one order and is not split",
        ),
        "coupons_per_order",
    )
    if not off:
        nothing = Why("none_fits", T("没有满足使用门槛的券", "No coupon's threshold is reached"), "R212")
        say = T(
            "亲，这笔订单还没有达到优惠券的使用门槛哦。",
            "This order does not reach the coupon's threshold yet.",
        )
        return _no(say, rule, nothing, total_fen=goods)
    shares = split(off, lines_fen)
    parts = tuple(
        {"line": n + 1, "goods_fen": fen, "coupon_fen": share, "pay_fen": fen - share}
        for n, (fen, share) in enumerate(zip(lines_fen, shares, strict=True))
    )
    say = T(
        f"亲，这笔订单可用 {yuan(off)} 的优惠券，券后 {yuan(goods - off)}。一笔订单最多用 {rules.coupons_per_order} 张哦。",
        f"A coupon of {yuan(off)} fits: {yuan(goods - off)} to pay. At most {rules.coupons_per_order} per order.",
    )
    fen = {"coupon_fen": off, "total_fen": goods - off, "used": len(used), "unused": len(coupons) - len(used)}
    return Advice("yes", say, (rule,), fen, parts)


def card_fee(rules: MoneyRules, *, total_fen: int, excluded_fen: int, card_fen: int | None = None) -> Advice:
    """信用卡手续费 (R170, R171): a share of what the card paid, freight included; never the buyer's.

    `total_fen` counts the freight; `excluded_fen` are red packets, points and vouchers; `card_fen` says what the card
    really paid when another method took part of the rest.
    """
    left = max(total_fen - excluded_fen, 0)
    base = left if card_fen is None else min(card_fen, left)
    fee = percent_of(base, rules.card_fee)
    shown = f"{rules.card_fee.normalize():f}"
    why = (
        Why(
            "card_part",
            T(
                f"{yuan(base)} × {shown}% = {yuan(fee)}，含邮费，不含红包、积分、购物券",
                f"{yuan(base)} x {shown}% = {yuan(fee)}: freight counts; red packets, points, vouchers do not",
            ),
            "card_fee",
        ),
        Why(
            "seller_pays",
            T("手续费由卖家承担，不得向买家收取", "The seller pays it, never the buyer"),
            "card_fee_to_buyer",
        ),
    )
    say = T("亲，信用卡付款不需要您承担手续费的。", "You pay no fee for paying by credit card.")
    return Advice("yes", say, why, {"base_fen": base, "fee_fen": fee, "buyer_fee_fen": 0})


REFUND_PARTS: dict[str, tuple[T, T]] = {
    "bank_fen": (T("银行卡/余额", "Bank card or balance"), T("原路退回付款账户", "back to the paying account")),
    "card_fen": (T("信用卡", "Credit card"), T("退回信用卡额度", "back to the credit card")),
    "points_fen": (T("积分", "Points"), T("退回积分，不折现金", "back as points, never as cash")),
    "red_packet_fen": (T("红包", "Red packet"), T("退回红包账户，过期以平台为准", "back to the red packets")),
    "voucher_fen": (T("购物券", "Voucher"), T("按购物券规则退回", "back by the voucher's rules")),
}
"""What a payment may consist of, and where that part goes back."""


def refund_split(*, paid: Mapping[str, int], refund_fen: int, by_other: bool = False) -> Advice:
    """退款拆分 (R221, R210): each part of the payment goes back where it came from; points stay points.

    A partial refund is split over the parts by their share of the payment, largest remainder first, so that the parts
    are exactly the refund. Paid by somebody else: the money goes to the payer, not to the buyer.
    """
    names = [name for name in REFUND_PARTS if paid.get(name, 0) > 0]
    whole = sum(paid[name] for name in names)
    if not names or refund_fen > whole:
        text = T(
            f"实付只有 {yuan(whole)}，退不了 {yuan(refund_fen)}", f"Only {yuan(whole)} was paid, not {yuan(refund_fen)}"
        )
        return _no(text, Why("too_much", text, "R221"), paid_fen=whole)
    shares = split(refund_fen, [paid[name] for name in names])
    parts = tuple(
        {
            "part": name,
            "label": REFUND_PARTS[name][0].both(),
            "to": (PAYER if by_other and name in ("bank_fen", "card_fen") else REFUND_PARTS[name][1]).both(),
            "fen": share,
        }
        for name, share in zip(names, shares, strict=True)
    )
    said = "，".join(
        f"{REFUND_PARTS[name][0].zh} {yuan(share)}" for name, share in zip(names, shares, strict=True) if share
    )
    english = ", ".join(
        f"{REFUND_PARTS[name][0].en} {yuan(share)}" for name, share in zip(names, shares, strict=True) if share
    )
    why = [Why("same_way", T("按付款构成原路退回，积分退积分", "Each part goes back the way it came"), "R221")]
    tail, tail_en = "积分不能折成现金。" if "points_fen" in names else "", ""
    if by_other:
        why.append(Why("payer", T("代付订单的退款到代付人账户", "A refund goes to the one who paid"), "R210"))
        tail += "代付的部分会退到代付人的账户哦。"
        tail_en = " What somebody else paid goes back to that person."
    say = T(f"亲，这笔退款会分开退回：{said}。{tail}", f"The refund goes back in parts: {english}.{tail_en}")
    return Advice("yes", say, tuple(why), {name: Fen(share) for name, share in zip(names, shares, strict=True)}, parts)


PAYER = T("退回代付人的账户", "back to the person who paid")


def pay_by_other(rules: MoneyRules) -> Advice:
    """找人代付 (R387, R210)."""
    if "friend" not in rules.payment_methods:
        why = Why("not_offered", T("本店未开通找人代付", "The shop has not switched this on"), "payment_methods")
        return _no(T("亲，本店暂时不支持找人代付哦。", "Somebody else cannot pay in this shop."), why)
    why = Why("payer", T("退款会退到代付人账户，先告诉买家", "A refund goes to the payer: say so first"), "R210")
    say = T(
        "亲，可以的。拍下后选择“找人代付”，把链接发给对方付款即可；以后如有退款会退到代付人的账户。",
        "Yes: choose pay-by-another after ordering and send the link. A refund later goes to the one who paid.",
    )
    return Advice("yes", say, (why,))
