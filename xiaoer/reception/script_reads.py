"""Reads of scripts (话术): which a viewer may use, found by word and pinyin, filled with a conversation's values."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.customers.queries import customer_facts
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.text import keys_of, matches
from xiaoer.orders.queries import OrderFacts, orders_of_customer
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import freight, rules
from xiaoer.reception import greeting, guide, scripts, variables
from xiaoer.reception.models import Conversation, QuickReply, ReceptionSetting, Upload
from xiaoer.reception.peak import in_peak
from xiaoer.reception.upload_reads import upload_facts


def day_of(at: datetime) -> date:
    return at.astimezone(BEIJING).date()


def scope_of(row: QuickReply) -> str:
    if row.owner_id is not None:
        return "personal"
    return "team" if row.team_id is not None else "shop"


def setting_of(shop_id: int) -> ReceptionSetting:
    """How the shop receives; a shop that set nothing has the plain style."""
    return ReceptionSetting.objects.filter(shop_id=shop_id).first() or ReceptionSetting(shop_id=shop_id)


def visible_scripts(viewer: Viewer, shop_id: int) -> QuerySet[QuickReply]:
    """Her own, her teams', the shop's; who edits scripts sees those of every team."""
    mine = Q(owner_id=viewer.id) if viewer.kind == "staff" else Q(pk__in=[])
    team = Q(team=None) | Q(team_id__in=viewer.team_ids)
    if viewer.may(Perm.SCRIPTS_EDIT, shop_id):
        team = Q()
    return QuickReply.objects.filter(Q(shop_id=shop_id) & ((Q(owner=None) & team) | mine))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list of scripts can be asked. `manage` shows also what is not for use now."""

    q: str = ""
    category: str = ""
    tag: str = ""
    step: str = ""
    scope: str = ""
    platform: str = ""
    state: str = ""
    manage: bool = False


def quick_replies(viewer: Viewer, shop_id: int, asked: Asked, *, at: datetime) -> list[QuickReply]:
    """The scripts she may use in the shop, best answer to `q` first; unasked, the often used ones first."""
    rows = visible_scripts(viewer, shop_id)
    if not asked.manage:
        rows = rows.filter(Q(team=None) | Q(team_id__in=viewer.team_ids))
    for name in ("category", "step"):
        if value := getattr(asked, name):
            rows = rows.filter(**{name: value})
    found = list(rows.order_by("-used", "pk"))
    if not asked.manage:
        platform, style = shop_facts(shop_id).platform, setting_of(shop_id).style
        peak = in_peak(shop_id, at=at)
        found = scripts.usable(found, platform=platform, today=day_of(at), style=style, peak=peak)
    found = [row for row in found if _asked_for(row, asked, day_of(at))]
    if not asked.q.strip():
        return found
    query = asked.q.strip().removeprefix("/")
    scored = [(_score(query, row), place) for place, row in enumerate(found)]
    best = sorted((-score, place) for score, place in scored if score)
    return [found[place] for _, place in best]


def _asked_for(row: QuickReply, asked: Asked, today: date) -> bool:
    if asked.tag and asked.tag not in row.tags:
        return False
    if asked.scope and asked.scope != scope_of(row):
        return False
    if asked.platform and not scripts.fits_platform(row, asked.platform):
        return False
    return not asked.state or asked.state == scripts.standing(row, today)


def _score(query: str, row: QuickReply) -> int:
    """A shortcut typed whole beats everything else."""
    if row.shortcut and row.shortcut.lower() == query.lower():
        return 1000
    return matches(query, keys_of(row.title, row.shortcut, row.category, *row.tags, *_step_names(row), body=row.text))


def _step_names(row: QuickReply) -> list[str]:
    """The guide's words for what it does: a step leads to its scripts."""
    return [step.label.zh for step in guide.steps() if step.key == row.step]


def find_quick_reply(viewer: Viewer, reply_id: int) -> QuickReply:
    shops = {*viewer.shops_with(Perm.CHAT), *viewer.shops_with(Perm.SCRIPTS_EDIT)}
    row = QuickReply.objects.filter(pk=reply_id, shop_id__in=shops).first()
    if row is None or not visible_scripts(viewer, row.shop_id).filter(pk=reply_id).exists():
        raise NotFound("没有这条话术", "There is no such script")
    return row


def may_edit(viewer: Viewer, row: QuickReply) -> bool:
    if row.owner_id is not None:
        return viewer.kind == "staff" and row.owner_id == viewer.id
    return viewer.may(Perm.SCRIPTS_EDIT, row.shop_id)


# ------------------------------------------------------------------------------------------------ values


def values_for(row: Conversation, viewer: Viewer, *, at: datetime) -> dict[str, str]:
    """The values of the variables in one conversation; order facts of the buyer's latest order, if she proved it."""
    shop = shop_facts(row.shop_id)
    facts = customer_facts(row.customer_id)
    values = shop_values(shop, at=at)
    values |= {"agent": viewer.who.name, "buyer": "" if facts.visitor else facts.name}
    goods = row.context.get("goods") or {}
    values["product"] = str(goods.get("title") or "")
    price = goods.get("price_fen")
    if orders := orders_of_customer(row.customer_id, limit=1):
        values |= _order_values(orders[0], shop, at)
    values |= _free_shipping(shop, price if isinstance(price, int) else None, at)
    return values


def shop_values(shop: ShopFacts, *, at: datetime) -> dict[str, str]:
    """What the shop alone answers: name, hours, next opening, and what may be said of the ship time (C01)."""
    keys = ("ship_promise_mode", "ship_promise_cutoff", "ship_standard")
    found = rules(keys, shop=shop, at=at)
    zone = str(shop.hours.get("zone") or "Asia/Shanghai")
    promise = variables.ship_promise(
        found["ship_promise_mode"].value,
        cutoff=found["ship_promise_cutoff"].value,
        standard=found["ship_standard"].duration,
        at=at,
        zone=zone,
    )
    return {**greeting.values(shop.name, shop.hours, hotline=shop.hotline, at=at), "ship_promise": promise}


def _order_values(order: OrderFacts, shop: ShopFacts, at: datetime) -> dict[str, str]:
    line = order.lines[0] if order.lines else None
    free = order.freight_fen == 0
    back = freight("no_reason", free_shipping=free, shop=shop, at=at).back
    fault = freight("seller", free_shipping=free, shop=shop, at=at).back
    values = {
        "order_no": order.order_no,
        "carrier": order.carrier,
        "waybill": order.waybill,
        "freight_verdict": variables.freight_verdict(back, fault),
    }
    if line is not None:
        values |= {"product": line.title, "sku": line.sku}
    return values


def _free_shipping(shop: ShopFacts, price_fen: int | None, at: datetime) -> dict[str, str]:
    """The threshold of free shipping and what is missing to it, for the goods she looks at (R227)."""
    least: int = rules(["free_shipping_from"], shop=shop, at=at)["free_shipping_from"].value
    if least <= 0:
        return {}
    values = {"free_ship_from": variables.yuan(least)}
    if price_fen is not None and price_fen < least:
        values["free_ship_gap"] = variables.yuan(least - price_fen)
    return values


# ------------------------------------------------------------------------------------------------ shown


def shown_reply(
    row: QuickReply, viewer: Viewer, values: Mapping[str, str] | None = None, *, today: date
) -> dict[str, Any]:
    """A script as the API shows it; with a conversation's values also filled."""
    filled = variables.fill(row.text, values) if values is not None else None
    return {
        "id": row.pk,
        "scope": scope_of(row),
        "team": row.team_id,
        "title": row.title,
        "text": row.text,
        "category": row.category,
        "shortcut": row.shortcut,
        "tags": row.tags,
        "platforms": row.platforms,
        "style": row.style,
        "variant": row.variant,
        "step": row.step,
        "uploads": row.uploads,
        "attachments": attachments_of(row),
        "origin": row.origin,
        "valid_from": row.valid_from.isoformat() if row.valid_from else None,
        "valid_until": row.valid_until.isoformat() if row.valid_until else None,
        "state": scripts.standing(row, today),
        "variables": variables.variables_in(row.text),
        "used": row.used,
        "used_at": iso(row.used_at),
        "rendered": filled.text if filled else None,
        "missing": list(filled.missing) if filled else [],
        "may_edit": may_edit(viewer, row),
    }


def attachments_of(row: QuickReply) -> list[dict[str, Any]]:
    """The pictures and files that go with a script, as they stand in a message; one that is gone is left out."""
    if not row.uploads:
        return []
    held = {one.pk: one for one in Upload.objects.filter(pk__in=row.uploads, shop_id=row.shop_id)}
    return [upload_facts(held[pk]) for pk in row.uploads if pk in held]


@dataclass(frozen=True, slots=True)
class Stack:
    """Several scripts as one message (组合话术)."""

    text: str
    missing: list[str]
    attachments: list[dict[str, Any]]


def stacked(rows: Sequence[QuickReply], values: Mapping[str, str]) -> Stack:
    """Fill each and put them below one another; what stands in two of them is said once."""
    texts: dict[str, None] = {}
    missing: dict[str, None] = {}
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        filled = variables.fill(row.text, values)
        texts.setdefault(filled.text, None)
        missing.update(dict.fromkeys(filled.missing))
        found.update({one["id"]: one for one in attachments_of(row)})
    return Stack("\n".join(texts), list(missing), list(found.values()))


def doubles(
    shop_id: int, text: str, *, share: float, viewer: Viewer | None = None, but: int | None = None
) -> list[tuple[QuickReply, float]]:
    """Scripts of the shop that say (nearly) the same as a text. Personal ones of others are not looked at."""
    rows: Iterable[QuickReply] = (
        visible_scripts(viewer, shop_id)
        if viewer is not None
        else QuickReply.objects.filter(shop_id=shop_id, owner=None)
    )
    held = {row.pk: row for row in rows if row.pk != but}
    found = scripts.alike(text, ((pk, row.text) for pk, row in sorted(held.items())), share=share)
    return [(held[pk], likeness) for pk, likeness in found]
