"""Ready sentences (快捷短语): of the shop, of a team, of one's own; and the starter set."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.reception import events, rules
from xiaoer.reception.models import QuickReply
from xiaoer.reception.starter import replies_for

FIELDS = ("title", "text", "category", "shortcut")
_LONGEST = {"title": 60, "text": 2000, "category": 32, "shortcut": 24}


def scope_of(row: QuickReply) -> str:
    if row.owner_id is not None:
        return "personal"
    return "team" if row.team_id is not None else "shop"


def checked(values: Mapping[str, str]) -> dict[str, str]:
    """The values trimmed, or a refusal that names each wrong one."""
    clean = {name: value.strip() for name, value in values.items()}
    wrong: dict[str, T] = {}
    for name in ("title", "text"):
        if name in clean and not clean[name]:
            wrong[name] = T("必填", "Required")
    for name, value in clean.items():
        if len(value) > _LONGEST[name]:
            wrong[name] = T(f"最多 {_LONGEST[name]} 字，现在 {len(value)} 字", f"At most {_LONGEST[name]} characters")
    if unknown := rules.unknown_variables(clean.get("text", "")):
        known = "、".join(f"{{{name}}} {label.zh}" for name, label in rules.VARIABLES.items())
        wrong["text"] = T(
            f"不认识的变量 {{{unknown[0]}}}，可用：{known}",
            f"Unknown variable {{{unknown[0]}}}; known: {', '.join(rules.VARIABLES)}",
        )
    if wrong:
        raise Invalid(fields=wrong)
    return clean


def add_quick_reply(
    shop_id: int,
    values: Mapping[str, str],
    *,
    team: int | None = None,
    owner: int | None = None,
    by: Who,
    at: datetime,
) -> QuickReply:
    """A new sentence; with `owner` it is personal, with `team` the team's, else the shop's."""
    clean = checked({"title": "", "text": "", **values})
    _require_free_shortcut(_beside(shop_id, team, owner), clean.get("shortcut", ""))
    row = QuickReply.objects.create(shop_id=shop_id, team_id=team, owner_id=owner, **clean)
    _tell(row, events.QuickReplyAdded(title=row.title, scope=scope_of(row)), by, at)
    return row


def _beside(shop_id: int, team: int | None, owner: int | None) -> QuerySet[QuickReply]:
    """The sentences of the same shelf: the shop's, a team's, or a person's."""
    rows = QuickReply.objects.filter(shop_id=shop_id)
    rows = rows.filter(team=None) if team is None else rows.filter(team_id=team)
    return rows.filter(owner=None) if owner is None else rows.filter(owner_id=owner)


def _require_free_shortcut(rows: QuerySet[QuickReply], shortcut: str) -> None:
    if shortcut and (held := rows.filter(shortcut=shortcut).first()) is not None:
        raise Invalid(
            fields={
                "shortcut": T(
                    f"快捷码「{shortcut}」已用于「{held.title}」，请换一个",
                    f"The shortcut {shortcut!r} belongs to {held.title!r}; choose another",
                )
            }
        )


def _tell(row: QuickReply, payload: Any, by: Who, at: datetime) -> None:
    """A personal sentence is its owner's, a team's the team's; the shop's is told to all."""
    audience = f"staff:{row.owner_id}" if row.owner_id else f"team:{row.team_id}" if row.team_id else None
    announce(payload, shop_id=row.shop_id, subject=f"quick_reply:{row.pk}", by=by, at=at, audience=audience)


def change_quick_reply(reply_id: int, values: Mapping[str, str], *, by: Who, at: datetime) -> QuickReply:
    """Change what is given; the journal keeps before and after."""
    row = _get(reply_id)
    clean = checked({name: value for name, value in values.items() if name in FIELDS})
    changes = {name: [getattr(row, name), value] for name, value in clean.items() if getattr(row, name) != value}
    if not changes:
        return row
    if "shortcut" in changes:
        _require_free_shortcut(_beside(row.shop_id, row.team_id, row.owner_id).exclude(pk=row.pk), clean["shortcut"])
    same = QuickReply.objects.filter(pk=row.pk, **{name: before for name, (before, _) in changes.items()})
    if same.update(**{name: after for name, (_, after) in changes.items()}) == 0:
        raise Conflict(
            "changed_meanwhile", "刚被别人修改过，请刷新后再试", "Somebody just changed it; reload", current={}
        )
    row.refresh_from_db()
    _tell(row, events.QuickReplyChanged(title=row.title, scope=scope_of(row), changes=changes), by, at)
    return row


def remove_quick_reply(reply_id: int, *, by: Who, at: datetime) -> None:
    row = _get(reply_id)
    payload = events.QuickReplyRemoved(title=row.title, scope=scope_of(row), text=row.text)
    _tell(row, payload, by, at)
    QuickReply.objects.filter(pk=row.pk).delete()


def note_used(reply_id: int, *, at: datetime) -> None:
    """Count a use: the sentences that are used come first in the list. Not journalled; the message itself is."""
    QuickReply.objects.filter(pk=reply_id).update(used=F("used") + 1, used_at=at)


def load_starter(shop_id: int, *, by: Who, at: datetime) -> int:
    """Put the starter sentences for the shop's platform in place; those that are there already stay. Returns how many.

    `source` is the key in the starter file, so loading twice adds nothing and edits of the shop are kept.
    """
    shop = shop_facts(shop_id)
    held = set(QuickReply.objects.filter(shop_id=shop_id, owner=None).values_list("source", flat=True))
    fresh = [
        QuickReply(
            shop_id=shop_id,
            title=one.title,
            text=one.text,
            category=one.category,
            shortcut=one.shortcut,
            source=one.key,
        )
        for one in replies_for(shop.platform)
        if one.key not in held
    ]
    QuickReply.objects.bulk_create(fresh)
    if fresh:
        payload = events.QuickRepliesLoaded(count=len(fresh))
        announce(payload, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return len(fresh)


def _get(reply_id: int) -> QuickReply:
    row = QuickReply.objects.filter(pk=reply_id).first()
    if row is None:
        raise NotFound("没有这条快捷短语", "There is no such quick reply")
    return row
