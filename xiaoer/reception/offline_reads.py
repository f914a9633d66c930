"""Offline messages (离线留言) as the workbench and the buyer see them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from xiaoer.customers.queries import mask_phone
from xiaoer.kernel import moving, paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import ShopFacts, names_of
from xiaoer.policy.queries import rule
from xiaoer.reception import greeting, variables
from xiaoer.reception.models import OfflineMessage, ReceptionSetting
from xiaoer.reception.offline_flow import CONTACT_KINDS, CONTACT_TIMES, OFFLINE

BOXES = {"open": ("new", "claimed"), "done": ("answered", "dropped")}


def offline_for(viewer: Viewer) -> QuerySet[OfflineMessage]:
    """Those of the shops in which she chats; a buyer's own."""
    if viewer.kind == "buyer":
        return OfflineMessage.objects.filter(customer_id=viewer.customer_id or 0, shop_id__in=viewer.shop_ids)
    return OfflineMessage.objects.filter(shop_id__in=viewer.shops_with(Perm.CHAT))


def find_offline(viewer: Viewer, message_id: int) -> OfflineMessage:
    row = offline_for(viewer).filter(pk=message_id).select_related("shop").first()
    if row is None:
        raise NotFound("没有这条离线留言", "There is no such offline message")
    return row


def offline_box(
    viewer: Viewer, *, box: str = "open", shop: int | None = None, cursor: str | None = None, limit: int = 50
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of a box: open ones by what was promised first, finished ones by what was finished last."""
    if box not in (*BOXES, "mine"):
        known = "open、mine、done"
        raise Invalid(fields={"box": T(f"没有「{box}」，可选：{known}", f"No box {box!r}; one of {known}")})
    rows = offline_for(viewer).filter(state__in=BOXES["done" if box == "done" else "open"])
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if box == "mine":
        rows = rows.filter(agent_id=viewer.id)
    rows = rows.select_related("shop", "customer")
    if box == "done":
        found, after = paging.newest_first(rows, "promised_at", cursor=cursor, limit=limit)
    else:
        found, after = paging.soonest_first(rows, "promised_at", cursor=cursor, limit=limit)
    return [shown_offline(row, viewer, names) for names in [_names(found)] for row in found], after


def _names(rows: Iterable[OfflineMessage]) -> dict[int, str]:
    return names_of(row.agent_id for row in rows if row.agent_id)


def offline_counts(viewer: Viewer, shop: int | None = None) -> dict[str, int]:
    """How many stand open, by state."""
    rows = offline_for(viewer).filter(state__in=BOXES["open"])
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    return {"new": found.get("new", 0), "claimed": found.get("claimed", 0)}


def shown_offline(row: OfflineMessage, viewer: Viewer, names: dict[int, str] | None = None) -> dict[str, Any]:
    """One offline message for staff; the contact masked."""
    names = names if names is not None else _names([row])
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "customer": {"id": row.customer_id, "name": row.name or row.customer.nick},
        "conversation": row.conversation_id,
        "agent": {"id": row.agent_id, "name": names.get(row.agent_id, "")} if row.agent_id else None,
        "state": row.state,
        "state_label": OFFLINE.state(row.state).label.say(viewer.language),
        "text": row.text,
        "contact_kind": row.contact_kind,
        "contact": mask_phone(row.contact),
        "contact_time": CONTACT_TIMES[row.contact_time].say(viewer.language),
        "note": row.note,
        "promised_at": iso(row.promised_at),
        "at": iso(row.at),
        "state_at": iso(row.state_at),
        "can": moving.can(OFFLINE, row, viewer),
    }


# ------------------------------------------------------------------------------------------------ the buyer's form


def promised_at(shop: ShopFacts, *, at: datetime) -> datetime:
    """By when people answer what is left now: so much opening time from now on."""
    within = rule("offline_answer_within", shop=shop, at=at).duration
    return variables.calendar_of(shop.hours).add(at, within)


def shown_to_buyer(
    row: OfflineMessage | None, shop: ShopFacts, language: str, *, at: datetime
) -> dict[str, Any] | None:
    """Her own message: what becomes of it and by when."""
    if row is None:
        return None
    said = variables.when_text(row.promised_at, at, _zone(shop))
    promise = T(f"已收到您的留言，客服将在 {said.zh} 前回复您", f"We have your message and answer by {said.en}")
    if row.state in BOXES["done"]:
        promise = T("您的留言已处理，如有需要请继续留言", "Your message was dealt with; write again if you need to")
    return {
        "id": row.pk,
        "state": row.state,
        "state_label": OFFLINE.state(row.state).label.say(language),
        "promised_at": iso(row.promised_at),
        "promise": promise.say(language),
        "contact": mask_phone(row.contact),
        "conversation": row.conversation_id,
    }


def form_for(shop: ShopFacts, viewer: Viewer, *, at: datetime) -> dict[str, Any]:
    """What the chat bubble needs to offer the form (离线留言表单)."""
    opening = greeting.next_opening(shop.hours, at)
    said = variables.when_text(opening, at, _zone(shop)) if opening else None
    back = T(f"客服将在 {said.zh} 上班后回复您", f"We are back {said.en}") if said else T("", "")
    language = viewer.language
    held = offline_for(viewer).filter(state__in=BOXES["open"]).order_by("-pk").first()
    setting = ReceptionSetting.objects.filter(shop_id=shop.id).first()
    return {
        "ask": opening is not None and (setting is None or setting.offline_form),
        "next_open": iso(opening),
        "promise": back.say(language),
        "contact_kinds": [{"name": name, "label": text.say(language)} for name, text in CONTACT_KINDS.items()],
        "times": [{"name": name, "label": text.say(language)} for name, text in CONTACT_TIMES.items()],
        "open": shown_to_buyer(held, shop, language, at=at),
    }


def _zone(shop: ShopFacts) -> str:
    return str(shop.hours.get("zone") or "Asia/Shanghai")
