"""Reads of a shop's rules: the page of all rules, versions, what differs between two of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from xiaoer.guard.book import Book
from xiaoer.guard.books import book_of
from xiaoer.guard.flow import RULESET
from xiaoer.guard.models import GuardAppeal, GuardRuleset
from xiaoer.guard.packs import shipped
from xiaoer.guard.penalties import stakes
from xiaoer.guard.rules import LEVEL_NAMES, Context, Rule
from xiaoer.kernel import moving
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.people.queries import ShopFacts, facts_of, find_shop


def visible(viewer: Viewer) -> QuerySet[GuardRuleset]:
    """Versions of the shops whose guard the viewer looks after."""
    return GuardRuleset.objects.filter(shop_id__in=viewer.shops_with(Perm.GUARD_VIEW))


def find(viewer: Viewer, pk: int) -> GuardRuleset:
    row = visible(viewer).filter(pk=pk).select_related("shop").first()
    if row is None:
        raise NotFound("没有这个规则版本", "There is no such version")
    return row


def page(viewer: Viewer, shop_id: int, *, context: Context, at: datetime) -> dict[str, Any]:
    """Everything on the rules' page: what is in force, the draft, what waits to be learnt from appeals."""
    facts = facts_of(find_shop(viewer, shop_id))
    viewer.require(Perm.GUARD_VIEW, shop_id)
    now = GuardRuleset.objects.filter(shop_id=shop_id, state="published").first()
    draft = GuardRuleset.objects.filter(shop_id=shop_id, state__in=("draft", "submitted")).first()
    return {
        "shop": shop_id,
        "platform": facts.platform,
        "may_edit": viewer.may(Perm.GUARD_EDIT, shop_id),
        "may_publish": viewer.may(Perm.POLICY_EDIT, shop_id),
        "published": shown(now, viewer) if now else None,
        "draft": shown(draft, viewer) if draft else None,
        "shipped": shipped_rules(facts, context, viewer.language, at=at),
        "lessons": _lessons(shop_id),
    }


def _lessons(shop_id: int) -> dict[str, int]:
    """False alarms that no draft has learnt from yet, by rule."""
    found: dict[str, int] = {}
    rows = GuardAppeal.objects.filter(shop_id=shop_id, state="false_alarm", improved="").order_by("-at")
    for rule in rows.values_list("rule", flat=True)[:500]:
        found[rule] = found.get(rule, 0) + 1
    return found


def shipped_rules(facts: ShopFacts, context: Context, language: str, *, at: datetime) -> list[dict[str, Any]]:
    """The shipped rules as they stand on the shop's platform, with what the shop changed in force."""
    book: Book | None = book_of(facts.id)
    rules = shipped().rules
    found = stakes(facts, book, (rule.id for rule in rules), at=at)
    own = book.levels if book is not None else {}
    made = []
    for rule in rules:
        level = rule.level_for(facts.platform, context.switches)
        stake = found[rule.id]
        made.append(
            {
                **described(rule, language),
                "shipped_level": level,
                "level": own.get(rule.id) or level,
                "level_name": LEVEL_NAMES[own.get(rule.id) or level].say(language),
                "in_force": rule.in_force(context.day),
                "points": stake.points,
                "fen": stake.fen,
                "every": stake.every,
                "override": _override(book, rule.id),
            }
        )
    order = {"block": 0, "warn": 1, "log": 2, "allow": 3}
    return sorted(made, key=lambda row: (row["direction"] != "out", order[row["level"]], row["id"]))


def _override(book: Book | None, rule: str) -> dict[str, Any] | None:
    change = book.overrides.get(rule) if book is not None else None
    return change.model_dump(mode="json") if change is not None else None


def described(rule: Rule, language: str) -> dict[str, Any]:
    """A shipped rule in words."""
    return {
        "id": rule.id,
        "kind": rule.kind,
        "direction": rule.direction,
        "title": rule.title.say(language),
        "reason": rule.reason.say(language),
        "rewrite": rule.rewrite.say(language) if rule.rewrite else None,
        "penalty": rule.penalty.say(language) if rule.penalty else None,
        "source": list(rule.source),
        "pack": rule.pack,
        "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
        "valid_to": rule.valid_to.isoformat() if rule.valid_to else None,
        "match": list(rule.match),
        "no_match": list(rule.no_match),
    }


def brief(row: GuardRuleset, viewer: Viewer) -> dict[str, Any]:
    """A version in the list of versions."""
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "state": row.state,
        "state_label": RULESET.state(row.state).label.say(viewer.language),
        "version": row.version,
        "base": row.base,
        "restores": row.restores,
        "note": row.note,
        "answer": row.answer,
        "rules_count": len(row.rules),
        "overrides_count": len(row.overrides),
        "made_by": row.made_by_name,
        "made_at": iso(row.made_at),
        "published_by": row.published_by_name,
        "published_at": iso(row.published_at),
        "state_at": iso(row.state_at),
    }


def shown(row: GuardRuleset, viewer: Viewer) -> dict[str, Any]:
    """A version whole, with the steps that are legal now."""
    mine = str(viewer.who) in row.editors
    can = [step for step in moving.can(RULESET, row, viewer) if step["verb"] != "supersede"]
    for step in can:
        if step["verb"] == "publish" and mine:
            step["disabled"] = (
                "您改过这份草稿，须由另一位同事发布" if viewer.language == "zh" else "You edited it: another must"
            )
    return {
        **brief(row, viewer),
        "edits": row.edits,
        "rules": row.rules,
        "overrides": row.overrides,
        "edited_by_me": mine,
        "may_restore": row.state == "superseded" and viewer.may(Perm.POLICY_EDIT, row.shop_id),
        "diff": diff(before_of(row), row),
        "can": can,
    }


def before_of(row: GuardRuleset) -> GuardRuleset | None:
    """The version that this one was made from."""
    return GuardRuleset.objects.filter(shop_id=row.shop_id, version=row.base).first() if row.base else None


def diff(old: GuardRuleset | None, new: GuardRuleset) -> list[dict[str, Any]]:
    """What changed, rule by rule: added, removed, or the fields with before and after."""
    was, now = _by_id(old), _by_id(new)
    found: list[dict[str, Any]] = []
    for key in sorted({*was, *now}):
        before, after = was.get(key), now.get(key)
        if before == after:
            continue
        what = "added" if before is None else "removed" if after is None else "changed"
        fields = [
            {"field": name, "before": (before or {}).get(name), "after": (after or {}).get(name)}
            for name in sorted({*(before or {}), *(after or {})})
            if (before or {}).get(name) != (after or {}).get(name) and (before is None or after is None) is False
        ]
        kind, _, rule = key.partition(":")
        title = (after or before or {}).get("title_zh", "")
        found.append({"kind": kind, "rule": rule, "what": what, "title": title, "fields": fields})
    return found


def _by_id(row: GuardRuleset | None) -> dict[str, dict[str, Any]]:
    if row is None:
        return {}
    made = {f"rule:{one['id']}": one for one in row.rules}
    return made | {f"override:{rule}": change for rule, change in row.overrides.items()}
