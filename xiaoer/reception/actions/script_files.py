"""Scripts from a file (导入话术): good rows in, bad rows back with their reasons."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import platform_names, team_names
from xiaoer.reception import guide, scripts
from xiaoer.reception.actions.quick_replies import add_quick_reply, beside, change_quick_reply
from xiaoer.reception.events_words import ScriptsImported
from xiaoer.reception.script_form import FIELDS

_BETWEEN = re.compile(r"[、,，;；|/\s]+")
_SHOP = ("", "shop", "店铺", "全店")
_PERSONAL = ("personal", "个人", "我的")


@dataclass(slots=True)
class Imported:
    """What came of a file: rejected rows keep their number, what stood there, and why."""

    added: int = 0
    changed: int = 0
    same: int = 0
    rejected: list[tuple[int, dict[str, str], str]] = field(default_factory=list)


def import_scripts(
    shop_id: int, rows: list[tuple[int, dict[str, str]]], *, only_personal: bool, language: str, by: Who, at: datetime
) -> Imported:
    """Each row by itself: a bad one never loses the good ones beside it, as every refusal comes before its row's writes.

    A row whose title (and style) stands on its shelf already changes that script. Who may not edit the shop's scripts
    brings in personal ones only.
    """
    found = Imported()
    for number, values in rows:
        try:
            _one(shop_id, values, found, only_personal=only_personal, by=by, at=at)
        except Refusal as refusal:
            found.rejected.append((number, values, _why(refusal, language)))
    payload = ScriptsImported(added=found.added, changed=found.changed, rejected=len(found.rejected))
    announce(payload, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return found


def _why(refusal: Refusal, language: str) -> str:
    fields = getattr(refusal, "fields", None) or {}
    if fields:
        return "；".join(f"{name}: {text.say(language)}" for name, text in fields.items())
    return refusal.text.say(language)


def _one(shop_id: int, row: Mapping[str, str], found: Imported, *, only_personal: bool, by: Who, at: datetime) -> None:
    team, owner = _shelf(shop_id, row.get("scope", ""), only_personal, by)
    values = _values(row)
    held = beside(shop_id, team, owner).filter(title=values["title"], style=values.get("style", ""))
    if (known := held.order_by("pk").first()) is None:
        add_quick_reply(shop_id, values, team=team, owner=owner, by=by, at=at)
        found.added += 1
        return
    after = change_quick_reply(known.pk, values, by=by, at=at)
    if all(getattr(known, name) == getattr(after, name) for name in FIELDS):
        found.same += 1
    else:
        found.changed += 1


def _shelf(shop_id: int, scope: str, only_personal: bool, by: Who) -> tuple[int | None, int | None]:
    said = scope.strip()
    if said in _PERSONAL or (only_personal and not said):
        return None, by.id
    if only_personal:
        raise Invalid(fields={"scope": T("您只能导入个人话术", "You may import personal scripts only")})
    if said in _SHOP:
        return None, None
    name = said.removeprefix("team:").removeprefix("小组:").removeprefix("小组：").strip()
    team = next((pk for pk, known in team_names(shop_id).items() if known == name), None)
    if team is None:
        raise Invalid(fields={"scope": T(f"没有范围或小组「{said}」", f"No scope or team {said!r}")})
    return team, None


_PLATFORMS = {label: value for value, label in platform_names().items()}
_STYLES = {text.zh: name for name, text in scripts.STYLES.items()}


def _values(row: Mapping[str, str]) -> dict[str, Any]:
    """The cells as fields: lists split, Chinese names turned into ours; a column that is not there stays as it is."""
    steps = {step.label.zh: step.key for step in guide.steps()}
    values: dict[str, Any] = {"title": "", **{k: v for k, v in row.items() if k not in ("scope", "used")}}
    for name in ("tags", "platforms"):
        if name in values:
            values[name] = [one for one in _BETWEEN.split(values[name]) if one]
    if "platforms" in values:
        values["platforms"] = [_PLATFORMS.get(one, one) for one in values["platforms"]]
    for name, known in (("style", _STYLES), ("step", steps)):
        if name in values:
            values[name] = known.get(values[name], values[name])
    values["title"] = values["title"].strip()
    return values
