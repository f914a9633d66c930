"""May it go back, until when, who pays (退换货判定)? One pure function over a case and the rows of the rules.

`judge(case, rules)` is the whole return policy: order, goods category, signing time, reason, evidence, platform and date
in; allowed, rule, window, freight, money, what must be shown and what is offered instead out, with the words that say
so. No clock, no database, no number: the rows in force come in as data. Sources: C08 (freight), C09 (168 hours), C20
(exchange), C21 (price difference), C32, C39, C50, C52, R081-R085, R176-R184, R233-R245, R284-R287, R739, R740.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from xiaoer.aftersales import judgement_words as words
from xiaoer.aftersales import rules as sums
from xiaoer.aftersales.judgement_case import (
    OWN_WILL,
    Case,
    Row,
    Rules,
    Wanted,
    money_back,
    no_reason_end,
    piece_of,
)
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.i18n import T


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer. `why` are whole sentences; `sources` the law and the rows they rest on."""

    allowed: bool
    rule: str
    why: tuple[T, ...]
    sources: tuple[str, ...]
    until: datetime | None = None
    outbound: str | None = None
    back: str | None = None
    refund_fen: int = 0
    needs: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    def explain(self, sources: Sequence[str] | None = None) -> T:
        """The answer in words, with the law and the rows cited."""
        cited = self.sources if sources is None else tuple(sources)
        return words.told(self.allowed, self.why, self.needs, self.offers, cited)


def judge(case: Case, rules: Rules) -> Judgement:
    """The return policy: every combination of kind, reason, goods and time has an answer."""
    found = _judged(case, rules)
    if "repair" not in found.offers or set(case.categories) & set(rules["repair_offered_goods"].value):
        return found
    return replace(found, offers=tuple(one for one in found.offers if one != "repair"))


def _judged(case: Case, rules: Rules) -> Judgement:
    if case.kind == "price_difference":
        return _price_difference(case, rules)
    if not case.shipped:
        return _unshipped(case, rules)
    if case.kind == "refund_only":
        if case.reason == "not_received":
            return _not_received(case, rules)
        return _goods_kept(case, rules) if case.reason in OWN_WILL else _claim(case, rules)
    if case.reason == "not_received":
        return _refused("goods_not_received", words.NOTHING_TO_SEND, ("R233", "R234"), "reship", "refund_application")
    return _no_reason(case, rules) if case.reason in OWN_WILL else _claim(case, rules)


def _refused(rule: str, why: T, sources: Sequence[str], *offers: str) -> Judgement:
    return Judgement(False, rule, (why,), tuple(dict.fromkeys(sources)), offers=offers)


def _wanting(case: Case, needs: Sequence[str]) -> tuple[str, ...]:
    """What is still to be shown: asked for and not there yet."""
    return tuple(one for one in dict.fromkeys(needs) if one not in case.evidence)


# --- nothing was shipped --------------------------------------------------------------------------------------------


def _unshipped(case: Case, rules: Rules) -> Judgement:
    row = rules["seller_answers_refund_unshipped"]
    rule = "seller_answers_refund_unshipped"
    if case.kind != "refund_only":
        return _refused(rule, words.NOT_SHIPPED, (row.source,), "refund_application")
    refund = money_back(case, with_freight=True)
    why = words.cancelled(refund, int(row.value))
    return Judgement(True, rule, (why,), (row.source,), refund_fen=refund)


# --- no reason ------------------------------------------------------------------------------------------------------


def _no_reason(case: Case, rules: Rules) -> Judgement:
    """Seven days without reason (七天无理由): goods, time, once per order where the shop says so, condition."""
    refusal = _excluded(case, rules) or _too_late(case, rules) or _once(case, rules)
    refusal = refusal or _confirmed(case, rules) or _spoilt(case, rules)
    if refusal is not None:
        return refusal
    end = no_reason_end(case, rules)
    freight = f"no_reason_{'free' if case.free_shipping else 'paid'}"
    outbound, back = rules[f"freight_outbound_{freight}"], rules[f"freight_back_{freight}"]
    window, condition = rules["no_reason_window"], rules["return_goods_condition"]
    hours = window.length // timedelta(hours=1)
    why = [words.in_window(end, hours), _freight_words(case, "no_reason", rules, outbound, back)]
    clock = rules["no_reason_clock"]
    sources = [window.source, clock.source, condition.source, outbound.source, back.source]
    if case.reason == "price_drop":
        why.insert(0, words.PRICE_DROP_IS_NO_REASON)
    refund, needs = 0, list(_condition_needs(case, rules))
    if case.kind == "exchange":
        needs += _reship_needs(rules)
        why.append(words.exchange_order())
        sources.append(rules["exchange_before_receipt"].source)
    else:
        refund = money_back(case, with_freight=False)
        why.append(words.refund(refund, case.freight_fen, given=False, free=case.free_shipping))
    until = end if case.reason == "no_reason" else None
    return Judgement(
        True,
        "no_reason_window",
        tuple(why),
        tuple(dict.fromkeys(sources)),
        until,
        str(outbound.value),
        str(back.value),
        refund,
        _wanting(case, needs),
        _rebuy(case, rules),
    )


def _excluded(case: Case, rules: Rules) -> Judgement | None:
    row = rules["no_reason_excluded_by_law"]
    for line in case.wanted_lines():
        item = sums.excluded(line.category, row.value)
        if item is not None:
            alone = len(case.wanted) == 1
            why = words.excluded(line.name, line.category, item, alone)
            return _refused("no_reason_excluded_by_law", why, (row.source,), "coupon", "platform_intervention")
    return None


def _too_late(case: Case, rules: Rules) -> Judgement | None:
    end = no_reason_end(case, rules)
    if end is None or case.at < end:
        return None
    row = rules["no_reason_window"]
    return _refused("no_reason_window", words.too_late(end), (row.source,), "repair", "coupon", "platform_intervention")


def _once(case: Case, rules: Rules) -> Judgement | None:
    if not case.one_only or case.earlier < 1:
        return None
    why = words.once(case.earlier)
    source = rules["one_no_reason_return"].source
    return _refused("one_no_reason_return", why, (source,), "coupon", "platform_intervention")


def _confirmed(case: Case, rules: Rules) -> Judgement | None:
    """Opened goods of a class that the buyer confirmed at purchase as not returnable once opened."""
    goods, law = rules["return_confirmed_goods"], rules.get("no_reason_excluded_if_confirmed")
    if law is None or case.condition.intact is not False or case.received_at is None:
        return None
    shown = "buyer_confirmation" in case.evidence
    for line in case.wanted_lines():
        if line.category in goods.value and (line.confirmed or shown):
            why = words.confirmed(line.name, line.category)
            rule = "no_reason_excluded_if_confirmed"
            return _refused(rule, why, (law.source, goods.source), "coupon", "repair", "platform_intervention")
    return None


def _spoilt(case: Case, rules: Rules) -> Judgement | None:
    """Goods that can no longer be sold again; each fact counts only where the category looks at it (R083-R085, R237)."""
    seen, row = case.condition, rules["return_goods_condition"]
    if case.received_at is None:
        return None
    box = rules["return_box_checked"]
    faults = [
        (seen.intact is False, "intact", ""),
        (seen.tags is False, "tags", rules["return_tags_checked"].source),
        (seen.washed is True, "washed", rules["return_unwashed_checked"].source),
        (seen.box is False and bool(set(case.categories) & set(box.value)), "box", box.source),
    ]
    found = [(name, source) for wrong, name, source in faults if wrong]
    if not found:
        return None
    sources = [row.source, *(source for _, source in found if source)]
    why = words.spoilt([name for name, _ in found], str(row.value))
    return _refused("return_goods_condition", why, sources, "partial_refund", "repair", "platform_intervention")


def _condition_needs(case: Case, rules: Rules) -> list[str]:
    """What nobody said about goods the buyer holds, and the category asks for."""
    if case.received_at is None:
        return []
    seen, here, needs = case.condition, set(case.categories), []
    if seen.intact is None or (seen.washed is None and here & set(rules["return_unwashed_checked"].value)):
        needs.append("inspection")
    if seen.tags is None and here & set(rules["return_tags_checked"].value):
        needs.append("tags")
    if seen.box is None and here & set(rules["return_box_checked"].value):
        needs.append("box")
    goods = here & set(rules["return_confirmed_goods"].value)
    if seen.intact is None and goods and "no_reason_excluded_if_confirmed" in rules:
        needs.append("buyer_confirmation")
    return needs


def _reship_needs(rules: Rules) -> list[str]:
    """Never ship the replacement before the goods are back (C20, R245)."""
    return [] if rules["exchange_before_receipt"].value else ["receipt_before_reship"]


def _rebuy(case: Case, rules: Rules) -> tuple[str, ...]:
    return ("return_and_rebuy",) if case.kind == "exchange" and rules["exchange_rebuy_offered"].value else ()


# --- somebody's fault -----------------------------------------------------------------------------------------------


def _claim_end(case: Case, rules: Rules) -> tuple[datetime | None, str]:
    """Until when a claim may be made: some days after success, longer for some goods; None while there is no success."""
    if case.succeeded_at is None:
        return None, "after_sale_window"
    longer = set(rules["after_sale_extended_goods"].value)
    rule = "after_sale_window_extended" if set(case.categories) <= longer else "after_sale_window"
    return case.succeeded_at + rules[rule].length, rule


def _late_claim(case: Case, rules: Rules) -> Judgement | None:
    end, rule = _claim_end(case, rules)
    if end is None or case.at < end:
        return None
    why = words.claim_too_late(end.astimezone(BEIJING), rules[rule].length.days)
    return _refused(rule, why, (rules[rule].source,), "repair", "coupon", "platform_intervention")


def _claim(case: Case, rules: Rules) -> Judgement:
    """Quality, wrong item, missing, broken on the way: the seller bears it, photos prove it (R081, R082, R742, R813)."""
    late = _late_claim(case, rules)
    if late is not None:
        return late
    fault = "courier" if case.reason == "damaged_in_transit" else "seller"
    outbound, back = rules[f"freight_outbound_{fault}_fault"], rules[f"freight_back_{fault}_fault"]
    photo = rules["quality_claim_photos"]
    needs = ["photo"] if photo.value else []
    sources = [outbound.source, back.source, photo.source]
    why = [words.CLAIMS[case.reason]]
    if case.reason in ("missing", "damaged_in_transit"):
        soon = rules["damage_report_request"]
        why.append(words.report_soon(int(soon.value)))
        sources.append(soon.source)
    if case.reason == "wrong_item" and (case.condition.intact is False or case.condition.washed is True):
        needs.append("inspection")
    refund = 0
    if case.kind == "exchange":
        if case.reason != "missing":
            needs += _reship_needs(rules)
            why.append(words.exchange_order())
            sources.append(rules["exchange_before_receipt"].source)
    else:
        refund = money_back(case, with_freight=outbound.value == "seller")
        why.append(words.refund(refund, case.freight_fen, given=outbound.value == "seller", free=case.free_shipping))
    moves = case.kind != "refund_only"
    if moves:
        why.append(_freight_words(case, fault, rules, outbound, back))
    offers = (*words.INSTEAD[case.reason], *_rebuy(case, rules))
    return Judgement(
        True,
        "quality_claim_photos" if photo.value else "after_sale_window",
        tuple(why),
        tuple(dict.fromkeys(sources)),
        outbound=str(outbound.value) if moves else None,
        back=str(back.value) if moves else None,
        refund_fen=refund,
        needs=_wanting(case, needs),
        offers=tuple(one for one in dict.fromkeys(offers) if one != case.kind),
    )


def _not_received(case: Case, rules: Rules) -> Judgement:
    """The parcel never came, or is said to be signed for (R233, R234): the courier is asked, the seller bears it."""
    late = _late_claim(case, rules)
    if late is not None:
        return late
    signed = case.received_at is not None
    needs = ["property_check", "courier_check"] if signed else ["courier_check"]
    refund = money_back(case, with_freight=rules["freight_outbound_courier_fault"].value == "seller")
    why = (
        words.SIGNED_NOT_RECEIVED if signed else words.ON_ITS_WAY,
        words.refund(refund, case.freight_fen, True, False),
    )
    sources = ("R233" if signed else "R234", rules["freight_outbound_courier_fault"].source)
    return Judgement(
        True,
        "freight_outbound_courier_fault",
        why,
        sources,
        refund_fen=refund,
        needs=_wanting(case, needs),
        offers=("reship",),
    )


def _goods_kept(case: Case, rules: Rules) -> Judgement:
    """Money back and the goods kept, without anybody's fault: only with the goods (platforms.md 2.9)."""
    end = no_reason_end(case, rules)
    open_still = (end is None or case.at < end) and _excluded(case, rules) is None
    offers = ["refund_application"] if open_still else ["coupon"]
    offers += ["partial_refund"] if case.received_at is not None else []
    source = rules["no_reason_window"].source
    why = words.goods_kept(open_still, case.received_at is not None)
    return _refused("refund_only_goods_kept", why, (source,), *offers, "platform_intervention")


# --- price difference -----------------------------------------------------------------------------------------------


def _price_difference(case: Case, rules: Rules) -> Judgement:
    """It is cheaper now (退差价): goods only, the same seven days, after the event, by the channel of the amount."""
    window = rules["price_difference_window"]
    if case.reason != "price_drop":
        why = words.WRONG_REASON
        return _refused("price_difference_reason", why, ("R284",), "refund_application", "partial_refund")
    end = no_reason_end(case, rules, "price_difference_window")
    if end is not None and case.at >= end:
        why = words.difference_too_late(end, window.length.days)
        return _refused("price_difference_window", why, (window.source,), "coupon")
    goods_only = rules["price_difference_includes_freight"]
    sources = [window.source, goods_only.source]
    known = [one for one in case.wanted if one.current_price_fen is not None]
    if not known:
        needs = _wanting(case, ["photo"])
        return Judgement(True, "price_difference_window", (words.PRICE_UNKNOWN,), tuple(sources), needs=needs)
    amount = _difference(case, known)
    if amount <= 0:
        return _refused("price_difference_window", words.NO_DROP, sources, "coupon")
    below, channel = rules["price_difference_transfer_below"], rules["price_difference_channel"]
    transfer = amount < int(below.value) and channel.value == "alipay_transfer"
    why_all = [words.difference(amount, end, transfer)]
    needs = () if len(known) == len(case.wanted) else _wanting(case, ["photo"])
    if needs:
        why_all.append(words.PRICE_PARTLY_UNKNOWN)
    after = rules["price_difference_after_event"]
    if after.value and case.promotion_ends_at is not None and case.at < case.promotion_ends_at:
        why_all.append(words.deferred(case.promotion_ends_at.astimezone(BEIJING)))
        sources.append(after.source)
    return Judgement(
        True,
        "price_difference_window",
        tuple(why_all),
        tuple(dict.fromkeys([*sources, below.source, channel.source])),
        refund_fen=amount,
        needs=needs,
        offers=("transfer" if transfer else "refund_application",),
    )


def _difference(case: Case, known: Sequence[Wanted]) -> int:
    """What was paid for the pieces less what they cost now; an item that became dearer takes nothing away."""
    pieces = {line.sku: piece_of(line) for line in case.lines}
    return sum(max(0, pieces[one.sku].worth(one.qty) - (one.current_price_fen or 0) * one.qty) for one in known)


def _freight_words(case: Case, fault: str, rules: Rules, outbound: Row, back: Row) -> T:
    if case.kind == "exchange":
        return words.exchange_freight(str(outbound.value), str(back.value))
    advance = str(rules["return_freight_advance"].value)
    return sums.freight_verdict(fault, case.free_shipping, str(outbound.value), str(back.value), advance, ()).why
