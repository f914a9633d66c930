"""Scripts (话术, 快捷短语): of the shop, of a team, of one's own; and the starter set."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from xiaoer.guard import queries as guard
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.reception import events, scripts, variables
from xiaoer.reception.actions.uploads import use_uploads
from xiaoer.reception.models import QuickReply
from xiaoer.reception.script_form import checked
from xiaoer.reception.script_reads import scope_of
from xiaoer.reception.starter import replies_for

__all__ = [
    "add_quick_reply",
    "change_quick_reply",
    "load_starter",
    "note_used",
    "remove_quick_reply",
    "require_sayable",
]


def add_quick_reply(
    shop_id: int,
    values: Mapping[str, Any],
    *,
    team: int | None = None,
    owner: int | None = None,
    by: Who,
    at: datetime,
) -> QuickReply:
    """A new script; with `owner` it is personal, with `team` the team's, else the shop's.

    Refused when the guard would stop it, when its shortcut is taken, and when one of the same shelf says the same.
    """
    clean = checked({"title": "", "text": "", **values}, shop_id=shop_id)
    require_sayable(clean["text"], clean.get("platforms") or [], shop_facts(shop_id))
    shelf = beside(shop_id, team, owner)
    _require_free_shortcut(shelf, clean.get("shortcut", ""), clean)
    _require_new(shelf, clean["text"], clean)
    row = QuickReply.objects.create(shop_id=shop_id, team_id=team, owner_id=owner, changed_at=at, **clean)
    use_uploads(row.uploads)
    _tell(row, events.QuickReplyAdded(title=row.title, scope=scope_of(row)), by, at)
    return row


def require_sayable(text: str, platforms: list[str], shop: ShopFacts) -> None:
    """Refuse a script that the guard would not let out, with its reason (R399): filled as it would be sent."""
    said = variables.fill(text, {**variables.SAMPLES, "shop": shop.name}).text
    context = guard.context_for(shop, known_numbers=(variables.SAMPLES["order_no"], variables.SAMPLES["waybill"]))
    verdict = guard.check(said, context)
    if verdict.verdict != "block" or (platforms and shop.platform not in platforms):
        return
    hit = next(one for one in verdict.rules if one.level == "block")
    words = said[hit.span[0] : hit.span[1]]
    raise Invalid(
        fields={
            "text": T(
                f"「{words}」发不出去：{hit.title.zh}。{hit.reason.zh}",
                f"{words!r} would be stopped: {hit.title.en}. {hit.reason.en}",
            )
        },
        code="guard_blocked",
    )


def beside(shop_id: int, team: int | None, owner: int | None) -> QuerySet[QuickReply]:
    """The scripts of the same shelf: the shop's, a team's, or a person's."""
    rows = QuickReply.objects.filter(shop_id=shop_id)
    rows = rows.filter(team=None) if team is None else rows.filter(team_id=team)
    return rows.filter(owner=None) if owner is None else rows.filter(owner_id=owner)


def _rivals(rows: QuerySet[QuickReply], clean: Mapping[str, Any]) -> list[QuickReply]:
    """Those that can stand in one list with it: same style, and a platform in common."""
    mine = set(clean.get("platforms") or [])
    found = rows.filter(style=clean.get("style", "")).order_by("pk")
    return [row for row in found if not mine or not row.platforms or mine & set(row.platforms)]


def _require_free_shortcut(rows: QuerySet[QuickReply], shortcut: str, clean: Mapping[str, Any]) -> None:
    if not shortcut:
        return
    held = next((row for row in _rivals(rows.filter(shortcut=shortcut), clean)), None)
    if held is not None:
        raise Invalid(
            fields={
                "shortcut": T(
                    f"快捷码「{shortcut}」已用于「{held.title}」，请换一个",
                    f"The shortcut {shortcut!r} belongs to {held.title!r}; choose another",
                )
            }
        )


def _require_new(rows: QuerySet[QuickReply], text: str, clean: Mapping[str, Any]) -> None:
    """Two scripts of one shelf that say the same are one (查重)."""
    mine = scripts.essence(text)
    held = next((row for row in _rivals(rows, clean) if mine and scripts.essence(row.text) == mine), None)
    if held is not None:
        raise Invalid(
            fields={
                "text": T(
                    f"与已有话术「{held.title}」内容相同，请直接修改那一条",
                    f"The same as {held.title!r}; change that one instead",
                )
            },
            code="double",
        )


def _tell(row: QuickReply, payload: Any, by: Who, at: datetime) -> None:
    """A personal script is its owner's, a team's the team's; the shop's is told to all."""
    audience = f"staff:{row.owner_id}" if row.owner_id else f"team:{row.team_id}" if row.team_id else None
    announce(payload, shop_id=row.shop_id, subject=f"quick_reply:{row.pk}", by=by, at=at, audience=audience)


def change_quick_reply(reply_id: int, values: Mapping[str, Any], *, by: Who, at: datetime) -> QuickReply:
    """Change what is given; the journal keeps before and after."""
    row = _get(reply_id)
    clean = checked(values, shop_id=row.shop_id, before=row)
    changes = {name: [getattr(row, name), value] for name, value in clean.items() if getattr(row, name) != value}
    if not changes:
        return row
    after = {name: clean.get(name, getattr(row, name)) for name in ("text", "platforms", "style", "shortcut")}
    if changes.keys() & {"text", "platforms"}:
        require_sayable(after["text"], after["platforms"], shop_facts(row.shop_id))
    shelf = beside(row.shop_id, row.team_id, row.owner_id).exclude(pk=row.pk)
    if "shortcut" in changes:
        _require_free_shortcut(shelf, after["shortcut"], after)
    if "text" in changes:
        _require_new(shelf, after["text"], after)
    same = QuickReply.objects.filter(pk=row.pk, changed_at=row.changed_at, text=row.text)
    if same.update(**clean, changed_at=at) == 0:
        raise Conflict(
            "changed_meanwhile", "刚被别人修改过，请刷新后再试", "Somebody just changed it; reload", current={}
        )
    row.refresh_from_db()
    use_uploads(row.uploads)
    shown = {name: [_plain(one) for one in pair] for name, pair in changes.items()}
    _tell(row, events.QuickReplyChanged(title=row.title, scope=scope_of(row), changes=shown), by, at)
    return row


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def remove_quick_reply(reply_id: int, *, by: Who, at: datetime) -> None:
    row = _get(reply_id)
    payload = events.QuickReplyRemoved(title=row.title, scope=scope_of(row), text=row.text)
    _tell(row, payload, by, at)
    QuickReply.objects.filter(pk=row.pk).delete()


def note_used(reply_ids: list[int], *, at: datetime) -> None:
    """Count a use: the scripts that are used come first in the list. Not journalled; the message itself is."""
    QuickReply.objects.filter(pk__in=reply_ids).update(used=F("used") + 1, used_at=at)


def load_starter(shop_id: int, *, by: Who, at: datetime) -> int:
    """Put the starter scripts for the shop's platform in place; those that are there already stay. Returns how many.

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
            platforms=list(one.platforms),
            style=one.style,
            variant=one.variant,
            step=one.step,
            tags=list(one.tags),
            origin=one.source,
            changed_at=at,
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
        raise NotFound("没有这条话术", "There is no such script")
    return row
