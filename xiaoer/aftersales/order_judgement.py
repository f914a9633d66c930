"""The return policy asked for a real order (能退吗？到什么时候？谁付运费？): before applying, and beside the chat."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers
from xiaoer.aftersales import judgement_words as words
from xiaoer.aftersales.explaining import answer_of, own_case
from xiaoer.aftersales.flow import FLOWS
from xiaoer.aftersales.judgement_case import CATEGORIES, KINDS, NOTHING_SEEN, REASONS, Case, Condition, Line, Wanted
from xiaoer.aftersales.models import ReturnCase
from xiaoer.aftersales.reasons import REASONS as OWN_REASONS
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import LineFacts, OrderFacts
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rule

SAME = {
    "size": "no_reason",
    "not_wanted": "no_reason",
    "not_as_described": "quality",
    "fake": "quality",
    "wrong_goods": "wrong_item",
    "damaged": "damaged_in_transit",
}
"""Our reasons of an application -> the policy's reason; those that need a person's eye (agreed, other) have none."""
_CATEGORY = {"digital": "digital_download"}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about an order; an empty part means: the order's own, or the usual."""

    kind: str = ""
    reason: str = "no_reason"
    category: str = ""
    pieces: Mapping[int, int] | None = None
    evidence: Sequence[str] = ()
    condition: Condition = NOTHING_SEEN


def category_of(line: LineFacts) -> str:
    """The policy's category of a bought item; goods nobody classed are general."""
    found = _CATEGORY.get(line.category, line.category)
    return found if found in CATEGORIES else "general"


def judged(order: OrderFacts, question: Question, language: str, at: datetime, buyer: bool = False) -> dict[str, Any]:
    """The answer for an order with the labels a screen needs. The buyer reads the law, not our row numbers."""
    shop = shop_facts(order.shop_id)
    case = case_of(shop, order, question, at)
    found = own_case(case, shop)
    cited = [part.strip() for one in found.sources for part in re.split("[;；]", one)]
    law = [one for one in dict.fromkeys(cited) if "第" in one]
    why = found.explain(law) if buyer else found.explain()
    made = answer_of(found) | {"explain": why.both()}
    return made | {
        "order": order.id,
        "kind": case.kind,
        "reason": case.reason,
        "category": case.categories[0] if case.categories else "general",
        "categories": _labels(CATEGORIES, words.CATEGORIES, language),
        "kinds": _labels(KINDS, words.KINDS, language),
        "reasons": _labels(REASONS, words.REASONS, language),
        "needs_words": [words.NEEDS[one].say(language) for one in found.needs],
        "offers_words": [words.OFFERS[one].say(language) for one in found.offers],
        "points": [one.say(language) for one in found.why],
        "sources": law if buyer else list(found.sources),
        "say": words.said(found.allowed, found.why, found.needs, found.offers),
    }


def _labels(codes: Sequence[str], known: Mapping[str, T], language: str) -> list[dict[str, str]]:
    return [{"value": code, "label": known[code].say(language)} for code in codes]


def case_of(shop: ShopFacts, order: OrderFacts, question: Question, at: datetime) -> Case:
    """The order as the policy sees it: what is left of it, what was taken and granted before."""
    if order.status in ("waiting_payment", "closed"):
        raise Conflict(
            "nothing_left",
            "订单还没付款或已关闭，没有可退的商品",
            "The order is not paid or was closed: there is nothing to return",
        )
    left = answers.free_pieces(order)
    asked = {line: qty for line, qty in (question.pieces or left).items() if qty > 0}
    _check(left, asked)
    pieces = answers.pieces_of(order)
    reason = SAME.get(question.reason, question.reason)
    shipped = answers.is_shipped(order)
    kind = question.kind or _usual_kind(reason, shipped)
    category = _known(question.category, CATEGORIES, "category") if question.category else ""
    lines = tuple(
        Line(
            str(line.id),
            category or category_of(line),
            line.qty,
            line.paid_fen,
            pieces[line.id].gone,
            pieces[line.id].granted_fen,
            title=line.title,
        )
        for line in order.lines
    )
    return Case(
        platform=shop.platform,
        at=at,
        lines=lines,
        wanted=tuple(Wanted(str(line), qty) for line, qty in asked.items()),
        kind=_known(kind, KINDS, "kind"),
        reason=_known(reason, REASONS, "reason"),
        freight_fen=0 if order.free_shipping else order.freight_fen,
        free_shipping=answers.pays_no_freight(order),
        shipped_at=order.shipped_at,
        signed_at=order.signed_at,
        succeeded_at=order.succeeded_at,
        evidence=frozenset(question.evidence),
        condition=question.condition,
        earlier=_earlier(order),
        one_only=bool(rule("one_no_reason_return", shop=shop, at=at).value),
    )


def _usual_kind(reason: str, shipped: bool) -> str:
    if reason == "price_drop":
        return "price_difference"
    return "refund_only" if reason == "not_received" or not shipped else "return"


def _known(value: str, known: Sequence[str], name: str) -> str:
    if value not in known:
        several = ", ".join(known)
        zh, en = f"「{value}」不可用，请填其中之一：{several}", f"{value!r} cannot be used; give one of: {several}"
        raise Invalid(fields={name: T(zh, en)})
    return value


def _check(left: Mapping[int, int], asked: Mapping[int, int]) -> None:
    if not asked:
        raise Conflict("nothing_left", "订单里的商品都已在售后中或已退", "Every item of the order is in a case or back")
    for line, qty in asked.items():
        if qty > left.get(line, 0):
            zh, en = f"商品 {line} 最多还能申请 {left.get(line, 0)} 件", f"item {line}: {left.get(line, 0)} are left"
            raise Invalid(fields={"lines": T(f"{zh}，填写了 {qty}", f"{en}, not {qty}")})


def _earlier(order: OrderFacts) -> int:
    """No-reason returns the order already had (C50); dropped ones do not count."""
    codes = [code for code, reason in OWN_REASONS.items() if reason.no_reason]
    dropped = [state.name for state in FLOWS["return"].states if state.category == "dropped"]
    return ReturnCase.objects.filter(order_id=order.id, reason__in=codes).exclude(state__in=dropped).count()
