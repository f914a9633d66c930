"""A shop's own rules: drafts, four-eyes publishing (四眼原则), roll-back. A published version is never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.models import Max
from django.db.transaction import atomic

from xiaoer.customers.queries import mask_text
from xiaoer.guard import forms
from xiaoer.guard.events import GuardDraftChanged, GuardRestored
from xiaoer.guard.flow import RULESET
from xiaoer.guard.models import GuardRuleset
from xiaoer.guard.packs import shipped
from xiaoer.guard.shop_rules import Override, ShopRule, check_override, clean
from xiaoer.kernel import moving
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts

MOST_RULES = 500
OPEN = ("draft", "submitted")


def open_draft(shop_id: int, *, by: Who, at: datetime) -> GuardRuleset:
    """The shop's draft; a new one is a copy of what is in force. Two who open at once get the same."""
    held = draft_of(shop_id)
    if held is not None:
        return held
    now = GuardRuleset.objects.filter(shop_id=shop_id, state="published").first()
    row = GuardRuleset(
        shop_id=shop_id,
        state=RULESET.first,
        state_at=at,
        base=now.version or 0 if now else 0,
        rules=now.rules if now else [],
        overrides=now.overrides if now else {},
        made_by=str(by),
        made_by_name=by.name[:64],
        made_at=at,
    )
    try:
        with atomic():
            row.save(force_insert=True)
    except IntegrityError:
        found = draft_of(shop_id)
        assert found is not None
        return found
    moving.begin(RULESET, row, by=by, at=at)
    return row


def draft_of(shop_id: int) -> GuardRuleset | None:
    return GuardRuleset.objects.filter(shop_id=shop_id, state__in=OPEN).first()


def put_rule(row: GuardRuleset, given: ShopRule, *, edits: int, by: Who, at: datetime) -> ShopRule:
    """Add a rule to the draft or change one. Refused with the sentence when it fails its own examples."""
    tidy = clean(given)
    if not tidy.id:
        tidy = tidy.model_copy(update={"id": _free_id(row)})
    stored = tidy.model_dump(mode="json")
    rules = [stored if one["id"] == tidy.id else one for one in row.rules]
    if stored not in rules:
        rules.append(stored)
    if len(rules) > MOST_RULES:
        raise Invalid(fields={"id": T(f"一个店铺最多 {MOST_RULES} 条规则", f"{MOST_RULES} rules a shop at most")})
    _write(row, edits, {"rules": rules}, GuardDraftChanged(rule=tidy.id, what="rule"), by, at)
    return tidy


def _free_id(row: GuardRuleset) -> str:
    """A number that no version of the shop ever used, so that hits of an older rule are not counted for a new one."""
    used = [one["id"] for rules in _all_rules(row.shop_id) for one in rules]
    numbers = [int(name[len("shop.r") :]) for name in used if name[len("shop.r") :].isdigit()]
    return f"shop.r{max(numbers, default=0) + 1}"


def _all_rules(shop_id: int) -> list[list[dict[str, Any]]]:
    return list(GuardRuleset.objects.filter(shop_id=shop_id).order_by("-pk").values_list("rules", flat=True)[:200])


def drop_rule(row: GuardRuleset, rule_id: str, *, edits: int, by: Who, at: datetime) -> None:
    if all(one["id"] != rule_id for one in row.rules):
        raise NotFound(f"草稿里没有规则 {rule_id}", f"The draft has no rule {rule_id}")
    rules = [one for one in row.rules if one["id"] != rule_id]
    _write(row, edits, {"rules": rules}, GuardDraftChanged(rule=rule_id, what="drop"), by, at)


def put_override(row: GuardRuleset, rule_id: str, change: Override, *, edits: int, by: Who, at: datetime) -> None:
    """Change a shipped rule for the shop: its level, or sayings that are excused."""
    rule = shipped().rule(rule_id)
    if rule is None:
        raise NotFound(f"没有内置规则 {rule_id}", f"There is no shipped rule {rule_id}")
    facts = shop_facts(row.shop_id)
    switches = frozenset(name for name, on in facts.switches.items() if on is True)
    tidy = check_override(rule, facts.platform, change, switches)
    overrides = {**row.overrides, rule_id: tidy.model_dump(mode="json")}
    _write(row, edits, {"overrides": overrides}, GuardDraftChanged(rule=rule_id, what="override"), by, at)


def drop_override(row: GuardRuleset, rule_id: str, *, edits: int, by: Who, at: datetime) -> None:
    if rule_id not in row.overrides:
        raise NotFound(f"草稿没有改动规则 {rule_id}", f"The draft does not change {rule_id}")
    overrides = {key: value for key, value in row.overrides.items() if key != rule_id}
    _write(row, edits, {"overrides": overrides}, GuardDraftChanged(rule=rule_id, what="restore"), by, at)


def _write(
    row: GuardRuleset, edits: int, values: Mapping[str, Any], payload: GuardDraftChanged, by: Who, at: datetime
) -> None:
    """Write the draft if nobody changed it since it was read; remember who touched it."""
    if row.state != "draft":
        label = RULESET.state(row.state).label
        raise Conflict(
            "not_legal_now",
            f"草稿现在是「{label.zh}」，退回后才能修改",
            f"The draft is {label.en!r}; send it back before changing it",
            current={"state": row.state},
        )
    editors = [*row.editors, str(by)] if str(by) not in row.editors else row.editors
    columns = {**values, "editors": editors, "edits": edits + 1}
    if GuardRuleset.objects.filter(pk=row.pk, state="draft", edits=edits).update(**columns) == 0:
        raise Conflict(
            "changed_meanwhile", "刚被别人修改过，请刷新后再试", "Somebody just changed it; reload", current={}
        )
    row.refresh_from_db()
    announce(payload, shop_id=row.shop_id, subject=f"guard_rules:{row.pk}", by=by, at=at)


def submit(row: GuardRuleset, form: Any, *, by: Who, at: datetime) -> None:
    """提交发布: somebody else is to look at it."""
    assert isinstance(form, forms.Note)
    if not changed(row):
        raise Refusal("nothing_changed", "草稿与生效版本相同，没有可发布的改动", "The draft changes nothing")
    moving.move(RULESET, row, "submit", by=by, at=at, note=form.note, answer="")


def changed(row: GuardRuleset) -> bool:
    now = GuardRuleset.objects.filter(shop_id=row.shop_id, state="published").first()
    return (row.rules, row.overrides) != ((now.rules, now.overrides) if now else ([], {}))


def send_back(row: GuardRuleset, form: Any, *, by: Who, at: datetime) -> None:
    """退回修改. The draft then follows the version that is in force now."""
    assert isinstance(form, forms.Answer)
    moving.move(RULESET, row, "send_back", by=by, at=at, answer=form.answer, base=_current_version(row.shop_id))


def publish(row: GuardRuleset, form: Any, *, by: Who, at: datetime) -> None:
    """发布: by somebody who did not edit it (四眼原则). The version before is replaced in the same moment."""
    moving.find_legal(RULESET, row, "publish")
    if str(by) in row.editors:
        raise Refusal(
            "four_eyes",
            f"这份草稿有您（{by.name}）的改动，须由另一位有发布权限的同事发布",
            f"You ({by.name}) edited this draft; another colleague must publish it",
        )
    now = _current_version(row.shop_id)
    if row.base != now:
        raise Conflict(
            "changed_meanwhile",
            f"草稿基于第 {row.base} 版，现在生效的是第 {now} 版；请退回核对后重新提交",
            f"The draft follows version {row.base}, now {now} is in force; send it back and look again",
            current={"version": now},
        )
    number = _replace(row.shop_id, at=at)
    moving.move(
        RULESET,
        row,
        "publish",
        by=by,
        at=at,
        details={"version": number},
        version=number,
        digest=digest_of(row),
        published_by=str(by),
        published_by_name=by.name[:64],
        published_at=at,
    )


def restore(row: GuardRuleset, note: str, *, by: Who, at: datetime) -> GuardRuleset:
    """回滚: an earlier version holds again, as a new number. Two had looked at it when it was published, so one may."""
    if row.version is None:
        raise Conflict(
            "not_legal_now", "只有发布过的版本可以回滚", "Only a published version", current={"state": row.state}
        )
    if row.state == "published":
        raise Refusal("nothing_changed", f"第 {row.version} 版正在生效", f"Version {row.version} is in force already")
    base = _current_version(row.shop_id)
    number = _replace(row.shop_id, at=at)
    made = GuardRuleset.objects.create(
        shop_id=row.shop_id,
        state="published",
        state_at=at,
        version=number,
        base=base,
        restores=row.version,
        rules=row.rules,
        overrides=row.overrides,
        digest=row.digest,
        editors=row.editors,
        note=note.strip(),
        made_by=str(by),
        made_by_name=by.name[:64],
        made_at=at,
        published_by=str(by),
        published_by_name=by.name[:64],
        published_at=at,
    )
    payload = GuardRestored(version=number, restores=row.version, reason=mask_text(made.note))
    announce(payload, shop_id=row.shop_id, subject=f"guard_rules:{made.pk}", by=by, at=at)
    return made


def drop(row: GuardRuleset, form: Any, *, by: Who, at: datetime) -> None:
    """放弃草稿."""
    moving.move(RULESET, row, "drop", by=by, at=at)


def _current_version(shop_id: int) -> int:
    return (
        GuardRuleset.objects.filter(shop_id=shop_id, state="published").values_list("version", flat=True).first() or 0
    )


def _replace(shop_id: int, *, at: datetime) -> int:
    """End what is in force; the number of the version that follows."""
    before = GuardRuleset.objects.filter(shop_id=shop_id, state="published").first()
    if before is not None:
        moving.move(RULESET, before, "supersede", by=SYSTEM, at=at, details={"version": before.version})
    return int(GuardRuleset.objects.filter(shop_id=shop_id).aggregate(n=Max("version"))["n"] or 0) + 1


def digest_of(row: GuardRuleset) -> str:
    """What the version says, as one number: two versions with the same one check alike."""
    text = json.dumps([row.rules, row.overrides], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


STEPS = {"submit": submit, "send_back": send_back, "publish": publish, "drop": drop}
