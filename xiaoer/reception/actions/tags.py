"""The shop's list of tags and their colours (标签库)."""

from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.reception import events_life
from xiaoer.reception.models import ShopTag
from xiaoer.reception.settings_life import MOST_TAGS, TAG_COLOURS


def put_tag(shop_id: int, name: str, colour: str, *, by: Who, at: datetime) -> ShopTag:
    """Add a tag, or give it another colour."""
    name = " ".join(name.split())
    wrong: dict[str, T] = {}
    if not 1 <= len(name) <= 20:
        wrong["name"] = T("标签名 1～20 字", "A tag has 1 to 20 characters")
    if colour not in TAG_COLOURS:
        wrong["colour"] = T(f"没有颜色「{colour}」", f"There is no colour {colour!r}")
    if ShopTag.objects.filter(shop_id=shop_id).count() >= MOST_TAGS:
        wrong["name"] = T(f"最多 {MOST_TAGS} 个标签", f"{MOST_TAGS} tags at most")
    if wrong:
        raise Invalid(fields=wrong)
    tag, fresh = ShopTag.objects.get_or_create(shop_id=shop_id, name=name, defaults={"colour": colour})
    if fresh:
        _say(shop_id, [name], [], by=by, at=at)
    elif tag.colour != colour:
        ShopTag.objects.filter(pk=tag.pk).update(colour=colour)
        tag.colour = colour
        _say(shop_id, [name], [], by=by, at=at)
    return tag


def drop_tag(tag: ShopTag, *, by: Who, at: datetime) -> None:
    """Out of the list; talks and customers that carry the word keep it."""
    ShopTag.objects.filter(pk=tag.pk).delete()
    _say(tag.shop_id, [], [tag.name], by=by, at=at)


def _say(shop_id: int, added: list[str], removed: list[str], *, by: Who, at: datetime) -> None:
    payload = events_life.TagsChanged(added=added, removed=removed)
    announce(payload, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
