"""Reads of special marks (特殊客户), for those who deal with customers in the shop."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from xiaoer.customers.flow import SPECIAL
from xiaoer.customers.models import Customer, SpecialMark
from xiaoer.customers.queries import shops_of
from xiaoer.customers.rules import mask_text
from xiaoer.customers.special_words import ADVICE, KINDS, SERVE
from xiaoer.kernel import moving
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound

LIVE = ("active", "appealed")
ENDED = ("refused", "lifted", "expired")


def find(viewer: Viewer, pk: int) -> SpecialMark:
    row = SpecialMark.objects.filter(pk=pk, shop_id__in=shops_of(viewer)).select_related("buyer", "shop").first()
    if row is None:
        raise NotFound("没有这条特殊客户标记", "There is no such mark")
    return row


def asked(viewer: Viewer, *, shop: int | None, state: str, kind: str) -> QuerySet[SpecialMark]:
    """The list: of the shops in which she may look customers up."""
    shops = [one for one in shops_of(viewer) if shop is None or one == shop]
    rows = SpecialMark.objects.filter(shop_id__in=shops).select_related("buyer")
    if state:
        rows = rows.filter(state__in={"live": LIVE, "ended": ENDED}.get(state, (state,)))
    return rows.filter(kind=kind) if kind else rows


def mark_of(customer: Customer | int) -> SpecialMark | None:
    """The mark that holds now, if any."""
    pk = customer if isinstance(customer, int) else customer.pk
    return SpecialMark.objects.filter(buyer_id=pk, state__in=LIVE).select_related("buyer").first()


def warning(customer_id: int, language: str) -> dict[str, Any] | None:
    """What an agent sees beside the talk: the kind, why, how to serve; that it is no reason to refuse."""
    row = mark_of(customer_id)
    if row is None:
        return None
    return {
        "id": row.pk,
        "kind": row.kind,
        "label": KINDS[row.kind].say(language),
        "advice": ADVICE[row.kind].say(language),
        "serve": SERVE.say(language),
        "reason": mask_text(row.reason),
        "state": row.state,
        "state_label": SPECIAL.state(row.state).label.say(language),
    }


def shown(row: SpecialMark, viewer: Viewer) -> dict[str, Any]:
    language = viewer.language
    mine = row.put_by == str(viewer.who)
    can = moving.can(SPECIAL, row, viewer)
    for step in can:
        if step["verb"] == "confirm" and mine:
            step["disabled"] = "须由另一位同事确认" if language == "zh" else "Another colleague must confirm it"
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "customer": {"id": row.buyer_id, "name": row.buyer.display_name or row.buyer.nick, "nick": row.buyer.nick},
        "state": row.state,
        "state_label": SPECIAL.state(row.state).label.say(language),
        "kind": row.kind,
        "label": KINDS[row.kind].say(language),
        "advice": ADVICE[row.kind].say(language),
        "serve": SERVE.say(language),
        "reason": mask_text(row.reason),
        "evidence": [{**one, "text": mask_text(str(one.get("text", "")))} for one in row.evidence],
        "notes": [
            {**one, "label": next(m.label.say(language) for m in SPECIAL.moves if m.verb == one["verb"])}
            for one in row.notes
        ],
        "put_by": row.put_by_name,
        "at": iso(row.at),
        "clocks": moving.clocks_of(SPECIAL, row, language),
        "can": can,
    }
