"""A shop's topics and skill groups (问题分类、技能组): the starter copied, words changed, a topic added."""

import re
from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import normal
from xiaoer.people import actions as people
from xiaoer.people.queries import Shop, team_kinds, team_names
from xiaoer.routing import events
from xiaoer.routing.models import Topic
from xiaoer.routing.rules import AFTER, PRE
from xiaoer.routing.starter import starter

_MOST_TOPICS, _MOST_WORDS, _LONGEST = 30, 80, 20
_KEY = re.compile(r"[a-z][a-z0-9_]{1,23}")


def load_starter(shop: Shop, *, by: Who, at: datetime) -> tuple[int, int]:
    """Put the starter topics and the nine skill groups (R801) into a shop; what is there already stays."""
    teams = 0
    names, kinds = set(team_names(shop.pk).values()), set(team_kinds(shop.pk).values())
    for one in starter()["team"]:
        if one["name"][0] not in names and one["kind"] not in kinds:
            people.make_team(shop, name=one["name"][0], kind=one["kind"], by=by, at=at)
            teams += 1
    by_kind = {kind: team for team, kind in sorted(team_kinds(shop.pk).items(), reverse=True)}
    fresh = [
        Topic(
            shop_id=shop.pk,
            key=one["key"],
            name=one["name"][0],
            name_en=one["name"][1],
            words=one["words"],
            side=one["side"],
            team_id=by_kind.get(one["team"]),
            urgent=one.get("urgent", False),
            complex=one.get("complex", False),
            place=place,
        )
        for place, one in enumerate(starter()["topic"])
    ]
    known = set(Topic.objects.filter(shop_id=shop.pk).values_list("key", flat=True))
    added = Topic.objects.bulk_create([one for one in fresh if one.key not in known])
    if teams or added:
        said = events.StarterLoaded(topics=len(added), teams=teams)
        announce(said, shop_id=shop.pk, subject=f"shop:{shop.pk}", by=by, at=at)
    return len(added), teams


def add_topic(shop_id: int, values: dict[str, Any], *, by: Who, at: datetime) -> Topic:
    """A topic of the shop's own."""
    if Topic.objects.filter(shop_id=shop_id).count() >= _MOST_TOPICS:
        raise Conflict("too_many_topics", f"最多 {_MOST_TOPICS} 个分类", f"{_MOST_TOPICS} topics at most")
    clean = checked(shop_id, values)
    key = str(values.get("key") or "")
    if not _KEY.fullmatch(key):
        raise Invalid(
            fields={
                "key": T(f"代号「{key}」用小写字母开头，2～24 位字母数字", f"{key!r}: 2 to 24 small letters, digits")
            }
        )
    if Topic.objects.filter(shop_id=shop_id, key=key).exists():
        raise Invalid(fields={"key": T(f"代号「{key}」已存在", f"There is already a topic {key!r}")})
    if "name" not in clean:
        raise Invalid(fields={"name": T("请填写名称", "Give it a name")})
    last = Topic.objects.filter(shop_id=shop_id).order_by("-place").values_list("place", flat=True).first() or 0
    row = Topic.objects.create(shop_id=shop_id, key=key, place=last + 1, **clean)
    _tell(row, {"name": ["", row.name]}, by=by, at=at)
    return row


def change_topic(row: Topic, values: dict[str, Any], *, by: Who, at: datetime) -> Topic:
    """Set what is given; the sorting of new talks follows at once."""
    clean = checked(row.shop_id, values)
    changes = {name: [_said(getattr(row, name)), _said(to)] for name, to in clean.items() if getattr(row, name) != to}
    if changes:
        Topic.objects.filter(pk=row.pk).update(**clean)
        _tell(row, changes, by=by, at=at)
    return Topic.objects.get(pk=row.pk)


def checked(shop_id: int, values: dict[str, Any]) -> dict[str, Any]:
    """The columns to write, or which field is wrong and why."""
    clean: dict[str, Any] = {}
    wrong: dict[str, T] = {}
    for name in ("name", "name_en"):
        if values.get(name) is not None:
            clean[name] = str(values[name]).strip()
    if "name" in clean and not 1 <= len(clean["name"]) <= 24:
        wrong["name"] = T("名称 1～24 个字", "A name of 1 to 24 characters")
    if len(clean.get("name_en", "")) > 40:
        wrong["name_en"] = T("英文名最多 40 个字符", "At most 40 characters")
    if values.get("words") is not None:
        clean["words"] = list(dict.fromkeys(word.strip() for word in values["words"] if normal(word).strip()))
        long = next((word for word in clean["words"] if len(word) > _LONGEST), "")
        if long:
            wrong["words"] = T(f"「{long[:20]}…」超过 {_LONGEST} 个字", f"{long[:20]!r}… is longer than {_LONGEST}")
        elif len(clean["words"]) > _MOST_WORDS:
            wrong["words"] = T(f"最多 {_MOST_WORDS} 个词", f"{_MOST_WORDS} words at most")
    if values.get("side") is not None:
        clean["side"] = values["side"]
        if clean["side"] not in ("", PRE, AFTER):
            wrong["side"] = T("可选：售前 pre、售后 after、不分", "pre, after or empty")
    if "team" in values:
        clean["team_id"] = values["team"]
        if clean["team_id"] is not None and clean["team_id"] not in team_names(shop_id):
            wrong["team"] = T("本店没有这个小组", "There is no such team in this shop")
    clean |= {name: values[name] for name in ("urgent", "complex", "active") if values.get(name) is not None}
    if wrong:
        raise Invalid(fields=wrong)
    return clean


def _said(value: Any) -> str:
    return "、".join(value) if isinstance(value, list) else str(value)


def _tell(row: Topic, changes: dict[str, list[str]], *, by: Who, at: datetime) -> None:
    said = events.TopicChanged(topic=row.key, changes=changes)
    announce(said, shop_id=row.shop_id, subject=f"shop:{row.shop_id}", by=by, at=at)
