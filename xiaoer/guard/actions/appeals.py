"""误拦申诉: an agent says that the guard was wrong, a reviewer decides, the rule learns from it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from xiaoer.customers.queries import mask_text
from xiaoer.guard import forms
from xiaoer.guard.actions import rulesets
from xiaoer.guard.flow import APPEAL
from xiaoer.guard.models import GuardAppeal, GuardRuleset
from xiaoer.guard.packs import shipped
from xiaoer.guard.rules import Verdict
from xiaoer.guard.shop_rules import Override, ShopRule, fold
from xiaoer.kernel import moving
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid, NotFound, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import shorten

REASON, TEXT, HISTORY = 300, 1000, 8


def appeal(
    shop_id: int,
    *,
    text: str,
    rule: str,
    verdict: Verdict,
    reason: str,
    conversation_id: int | None,
    history: Sequence[dict[str, str]],
    by: Who,
    at: datetime,
) -> GuardAppeal:
    """Say that a rule wrongly stopped or warned of a text. The rule must really have spoken about it."""
    hit = next((one for one in verdict.rules if one.id == rule), None)
    if hit is None:
        raise Invalid(
            fields={"rule": T(f"这条消息没有触发规则 {rule}", f"The rule {rule} did not speak about this text")}
        )
    reason = reason.strip()
    if not 4 <= len(reason) <= REASON:
        raise Invalid(
            fields={"reason": T(f"请写明为什么是误拦（4～{REASON} 字）", f"Say why, in 4 to {REASON} characters")}
        )
    assert by.id is not None
    row = GuardAppeal(
        shop_id=shop_id,
        state=APPEAL.first,
        state_at=at,
        rule=rule,
        level=hit.level,
        verdict=verdict.verdict,
        text=mask_text(text[:TEXT]),
        span=list(hit.span),
        history=[{"from": one["from"], "text": mask_text(shorten(one["text"], 200))} for one in history[-HISTORY:]],
        digest=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        conversation_id=conversation_id,
        staff_id=by.id,
        reason=reason,
        at=at,
    )
    try:
        with atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Refusal(
            "appealed_already", "这句话的申诉还在复核中，请等待答复", "This text is already being reviewed"
        ) from None
    moving.begin(APPEAL, row, by=by, at=at, details={"staff": by.id, "rule": rule})
    return row


def uphold(row: GuardAppeal, form: Any, *, by: Who, at: datetime) -> None:
    """维持: the rule is right, and the agent reads why."""
    _decide(row, "uphold", form, by, at)


def excuse(row: GuardAppeal, form: Any, *, by: Who, at: datetime) -> None:
    """确认误拦: counted as a false alarm; the sentence waits as an example that the rule must not match."""
    _decide(row, "excuse", form, by, at)


def _decide(row: GuardAppeal, verb: str, form: Any, by: Who, at: datetime) -> None:
    assert isinstance(form, forms.Judgement)
    moving.find_legal(APPEAL, row, verb)
    if by.id == row.staff_id and by.kind == "staff":
        raise Refusal("own_appeal", "不能复核自己的申诉，请由另一位同事处理", "You cannot review your own appeal")
    moving.move(
        APPEAL,
        row,
        verb,
        by=by,
        at=at,
        details={"staff": row.staff_id, "rule": row.rule},
        answer=form.answer,
        decided_by=str(by),
        decided_by_name=by.name[:64],
        decided_at=at,
    )


def withdraw(row: GuardAppeal, form: Any, *, by: Who, at: datetime) -> None:
    """撤回: by who appealed."""
    moving.find_legal(APPEAL, row, "withdraw")
    if by.id != row.staff_id:
        raise Refusal("not_yours", "只有申诉人可以撤回", "Only who appealed may withdraw it")
    moving.move(APPEAL, row, "withdraw", by=by, at=at, details={"staff": row.staff_id, "rule": row.rule})


def improve(row: GuardAppeal, saying: str, *, by: Who, at: datetime) -> GuardRuleset:
    """用于改进规则: put the lesson of a false alarm into the shop's draft, where a second person publishes it.

    A rule of the shop gets the sentence as an example that it must not match and `saying` as an exception; a shipped
    rule gets `saying` as an exception of the shop.
    """
    if row.state != "false_alarm":
        raise Refusal("not_legal_now", "只有确认误拦的申诉可以用于改进规则", "Only a false alarm teaches a rule")
    saying = saying.strip()
    if fold(saying) not in fold(row.text):
        text = T(f"「{saying}」不在这句话里，请从原句中选取", f"{saying!r} does not stand in the sentence")
        raise Invalid(fields={"saying": text})
    draft = rulesets.open_draft(row.shop_id, by=by, at=at)
    if shipped().rule(row.rule) is not None:
        known = Override.model_validate(draft.overrides.get(row.rule, {"reason": f"误拦申诉 {row.pk} 确认"}))
        change = known.model_copy(update={"exceptions": [*known.exceptions, saying]})
        rulesets.put_override(draft, row.rule, change, edits=draft.edits, by=by, at=at)
    else:
        stored = next((one for one in draft.rules if one["id"] == row.rule), None)
        if stored is None:
            raise NotFound(f"规则 {row.rule} 已不在草稿里", f"The rule {row.rule} is no longer in the draft")
        rule = ShopRule.model_validate(stored)
        wider = {"unless": [*rule.unless, saying], "no_match": [*rule.no_match, row.text]}
        rulesets.put_rule(draft, rule.model_copy(update=wider), edits=draft.edits, by=by, at=at)
    GuardAppeal.objects.filter(pk=row.pk).update(improved="draft")
    row.improved = "draft"
    draft.refresh_from_db()
    return draft


STEPS = {"uphold": uphold, "excuse": excuse, "withdraw": withdraw}
