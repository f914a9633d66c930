"""The rules over HTTP: what holds for a shop, why, and what the shop may set instead."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.policy import actions, queries
from xiaoer.policy.rules import Answer, moment, plain

router = Router(tags=["policy 规则"])


class AlternativeOut(Schema):
    id: str
    value: Any
    value_text: str
    source: str
    trust: str
    note: str
    chosen: bool


class OverrideOut(Schema):
    value: Any
    alternative: str
    reason: str
    since: str
    by: str
    applies: bool


class RuleOut(Schema):
    key: str
    title: str
    value: Any
    value_text: str
    unit: str
    choices: list[dict[str, str]]
    source: str
    trust: str
    strength: str
    verified: bool
    valid_from: str
    valid_to: str | None
    layer: str
    layer_title: str
    origin: str
    freedom: str
    explain: str
    alternatives: list[AlternativeOut]
    override: OverrideOut | None


class RulesOut(Schema):
    shop: int
    platform: str
    at: str
    rules: list[RuleOut]


class SettingOut(Schema):
    value: Any
    value_text: str
    alternative: str
    reason: str
    valid_from: str
    valid_to: str | None
    by: str
    closed_by: str


class OverrideIn(Schema):
    value: Any = None
    alternative: str = ""
    reason: str


def shown(answer: Answer, language: str) -> dict[str, Any]:
    """An answer as JSON in the reader's language."""
    key = queries.book().key(answer.key)
    override = answer.override
    return {
        "key": answer.key,
        "title": answer.title.say(language),
        "value": plain(answer.value),
        "value_text": answer.value_text.say(language),
        "unit": answer.unit,
        "choices": [{"value": c, "label": key.text(c).say(language)} for c in key.choices],
        "source": answer.source,
        "trust": answer.trust,
        "strength": answer.strength,
        "verified": answer.verified,
        "valid_from": answer.valid_from.isoformat(),
        "valid_to": answer.valid_to.isoformat() if answer.valid_to else None,
        "layer": answer.layer,
        "layer_title": answer.layer_name.say(language),
        "origin": answer.origin,
        "freedom": answer.freedom,
        "explain": answer.explain.say(language),
        "alternatives": [
            {
                "id": a.id,
                "value": plain(a.value),
                "value_text": key.text(a.value).say(language),
                "source": a.source,
                "trust": a.trust,
                "note": a.note.say(language),
                "chosen": override is not None and override.alternative == a.id,
            }
            for a in answer.alternatives
        ],
        "override": override
        and {
            "value": plain(override.value),
            "alternative": override.alternative,
            "reason": override.reason,
            "since": clock.iso(override.valid_from),
            "by": override.by,
            "applies": answer.layer == "shop",
        },
    }


def _at(text: str) -> datetime:
    if not text:
        return clock.now()
    found = moment(text)
    if found is None:
        raise Invalid(
            fields={
                "at": T(
                    f"「{text}」不是时间，请按 2026-11-11 或 2026-11-11T12:00:00Z 填写",
                    f"{text!r} is no time; write it like 2026-11-11 or 2026-11-11T12:00:00Z",
                )
            }
        )
    return found


def _seen(viewer: Viewer, shop_id: int) -> queries.ShopLike:
    """Any member of the shop may read its rules; for all others the shop does not exist."""
    if shop_id not in viewer.shops:
        raise NotFound()
    return queries.shop_of(shop_id)


@router.get("/policy", response=RulesOut, summary="The rules in force for a shop, with source and explanation")
def list_rules(request: HttpRequest, shop: int, at: str = "", q: str = "") -> dict[str, Any]:
    viewer = viewer_of(request)
    found, when = _seen(viewer, shop), _at(at)
    answers = queries.rules_in_force(found, when)
    needle = q.strip().lower()
    if needle:
        answers = [a for a in answers if needle in f"{a.key} {a.title.zh} {a.title.en}".lower()]
    return {
        "shop": shop,
        "platform": found.platform,
        "at": clock.iso(when),
        "rules": [shown(answer, viewer.language) for answer in answers],
    }


@router.get("/policy/{key}", response=RuleOut, summary="One rule in force")
def one_rule(request: HttpRequest, key: str, shop: int, at: str = "") -> dict[str, Any]:
    viewer = viewer_of(request)
    return shown(queries.rule(key, shop=_seen(viewer, shop), at=_at(at)), viewer.language)


@router.get("/policy/{key}/history", response=list[SettingOut], summary="What the shop set before, newest first")
def rule_history(request: HttpRequest, key: str, shop: int) -> list[dict[str, Any]]:
    viewer = viewer_of(request)
    _seen(viewer, shop)
    known = queries.book().key(key)
    return [
        {
            "value": row.value,
            "value_text": known.text(queries.typed(known, row.value)).say(viewer.language),
            "alternative": row.chosen_alternative,
            "reason": row.reason,
            "valid_from": clock.iso(row.valid_from),
            "valid_to": clock.iso(row.valid_to),
            "by": row.by,
            "closed_by": row.closed_by,
        }
        for row in queries.history(shop, key)
    ]


@router.put("/policy/{key}", response=RuleOut, summary="Set a rule for the shop, or switch on an alternative")
def set_rule(request: HttpRequest, key: str, shop: int, data: OverrideIn) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    found = _seen(viewer, shop)
    viewer.require(Perm.POLICY_EDIT, shop)
    with transaction():
        actions.set_override(
            found, key, value=data.value, alternative=data.alternative, reason=data.reason, by=viewer.who, at=at
        )
    return shown(queries.rule(key, shop=found, at=at), viewer.language)


@router.delete("/policy/{key}", response=RuleOut, summary="Go back to the default rule")
def clear_rule(request: HttpRequest, key: str, shop: int, reason: str = "") -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    found = _seen(viewer, shop)
    viewer.require(Perm.POLICY_EDIT, shop)
    with transaction():
        actions.clear_override(found, key, reason=reason, by=viewer.who, at=at)
    return shown(queries.rule(key, shop=found, at=at), viewer.language)
