"""Reads of appeals (误拦申诉): the reviewer's box, and what an agent asked herself."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.guard.books import book_of
from xiaoer.guard.flow import APPEAL
from xiaoer.guard.models import GuardAppeal
from xiaoer.guard.packs import shipped
from xiaoer.kernel import moving
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.i18n import T


def visible(viewer: Viewer) -> QuerySet[GuardAppeal]:
    """All of the shops whose guard she looks after, and her own."""
    return GuardAppeal.objects.filter(
        Q(shop_id__in=viewer.shops_with(Perm.GUARD_VIEW))
        | Q(staff_id=(viewer.id or 0) if viewer.kind == "staff" else 0, shop_id__in=viewer.shop_ids)
    ).select_related("staff")


def find(viewer: Viewer, pk: int) -> GuardAppeal:
    row = visible(viewer).filter(pk=pk).select_related("shop", "staff").first()
    if row is None:
        raise NotFound("没有这条申诉", "There is no such appeal")
    return row


def asked(viewer: Viewer, *, shop: int | None, state: str, mine: bool, rule: str) -> QuerySet[GuardAppeal]:
    rows = visible(viewer)
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if state:
        rows = rows.filter(state__in=("upheld", "false_alarm", "withdrawn") if state == "done" else (state,))
    if mine:
        rows = rows.filter(staff_id=viewer.id or 0)
    if rule:
        rows = rows.filter(rule=rule)
    return rows


def rule_title(shop_id: int, rule_id: str) -> T:
    """A rule's name, shipped or the shop's; a rule that is gone is called by its id."""
    rule = shipped().rule(rule_id)
    if rule is None:
        book = book_of(shop_id)
        rule = book.engine.rule(rule_id) if book is not None and book.engine is not None else None
    return rule.title if rule is not None else T(rule_id, rule_id)


def brief(row: GuardAppeal, viewer: Viewer) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "state": row.state,
        "state_label": APPEAL.state(row.state).label.say(viewer.language),
        "rule": row.rule,
        "rule_title": rule_title(row.shop_id, row.rule).say(viewer.language),
        "level": row.level,
        "text": row.text,
        "span": row.span,
        "staff": {"id": row.staff_id, "name": row.staff.name},
        "reason": row.reason,
        "answer": row.answer,
        "decided_by": row.decided_by_name,
        "decided_at": iso(row.decided_at),
        "improved": row.improved,
        "at": iso(row.at),
    }


def shown(row: GuardAppeal, viewer: Viewer) -> dict[str, Any]:
    """One appeal whole: the text, what was said before it, the rule as it stands."""
    rule = shipped().rule(row.rule)
    book = book_of(row.shop_id)
    if rule is None and book is not None and book.engine is not None:
        rule = book.engine.rule(row.rule)
    language = viewer.language
    can = [
        step for step in moving.can(APPEAL, row, viewer) if (step["verb"] == "withdraw") == (row.staff_id == viewer.id)
    ]
    return {
        **brief(row, viewer),
        "history": row.history,
        "conversation": row.conversation_id,
        "rule_reason": rule.reason.say(language) if rule else "",
        "rule_penalty": rule.penalty.say(language) if rule and rule.penalty else None,
        "rule_source": list(rule.source) if rule else [],
        "rule_match": list(rule.match) if rule else [],
        "rule_no_match": list(rule.no_match) if rule else [],
        "may_improve": row.state == "false_alarm" and not row.improved and viewer.may(Perm.GUARD_EDIT, row.shop_id),
        "clocks": moving.clocks_of(APPEAL, row, language),
        "can": can,
    }
