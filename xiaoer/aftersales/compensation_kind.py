"""Compensation as the generic parts see it: words, clocks, form, facts of the case page."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import compensation_words as words
from xiaoer.aftersales.compensation_flow import COMPENSATION
from xiaoer.aftersales.compensation_forms import Propose
from xiaoer.aftersales.kind import Kind
from xiaoer.aftersales.models import CompensationCase
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.moving import form_schema
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts

_CHANNELS = {
    "cash": ("platform", "alipay", "wechat", "bank"),
    "freight": ("platform", "alipay", "wechat", "bank"),
    "points": ("points",),
    "coupon": ("coupon",),
    "gift": ("gift",),
}


def offer(shop: ShopFacts, order: OrderFacts, language: str, at: datetime) -> dict[str, Any]:
    """A compensation may be proposed for any paid order, whatever became of its goods."""
    return {
        "kind": COMPENSATION.name,
        "label": COMPENSATION.label.say(language),
        "form": form_schema(Propose, language),
        "takes_pieces": False,
    }


def facts(row: CompensationCase, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """Lines of the case page: how it is given, what it answers, who decides and why."""
    shown: list[tuple[T, str]] = [
        (words.LABELS["means"], words.MEANS[row.means].say(viewer.language)),
        (words.LABELS["gift"], row.gift),
        (words.LABELS["cause"], row.cause),
    ]
    if row.level:
        why = words.LEVEL_WHY[row.level_why].say(viewer.language)
        shown.append((words.LABELS["level"], f"{words.LEVELS[row.level].say(viewer.language)}（{why}）"))
    if viewer.kind == "buyer":
        shown = shown[:2]
    return [{"label": label.say(viewer.language), "value": value} for label, value in shown if value]


def values(row: CompensationCase) -> dict[str, str]:
    return {"means": words.MEANS[row.means].zh, "means_en": words.MEANS[row.means].en}


def initial(row: CompensationCase) -> dict[str, dict[str, Any]]:
    """The forms begin with what was proposed."""
    begins: dict[str, Any] = {"means": row.means, "amount_fen": row.requested_fen}
    return {"approve": begins, "amend": {**begins, "reason": row.reason, "note": row.note, "gift": row.gift}}


def more(row: CompensationCase, language: str) -> dict[str, Any]:
    return {
        "means": row.means,
        "gift": row.gift,
        "cause": row.cause,
        "level": row.level,
        "yuan": plain_yuan(row.requested_fen),
    }


def channels(row: CompensationCase) -> tuple[str, ...]:
    return _CHANNELS[row.means]


COMPENSATIONS = Kind(
    COMPENSATION,
    CompensationCase,
    "BC",
    Propose,
    words.TEXTS,
    internal=frozenset({"compensation_handed_in", "compensation_approval", "compensation_paid"}),
    hidden=words.HIDDEN,
    reasons=words.REASONS,
    labels=words.LABELS,
    choices=words.CHOICES,
    offer=offer,
    facts=facts,
    more=more,
    initial=initial,
    values=values,
    channels=channels,
)
