"""Reads of reception, for a viewer: boxes of conversations, one conversation, its messages, pictures."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.customers.queries import customer_facts
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Perm, Viewer, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.moving import form_schema
from xiaoer.orders.queries import OrderFacts
from xiaoer.orders.rules import STATUS_NAMES, Status
from xiaoer.people.queries import names_of, team_names
from xiaoer.reception import flow, rules, signing
from xiaoer.reception.boxes import BOXES, box_counts, box_page
from xiaoer.reception.guide_reads import guide_of, guides_of
from xiaoer.reception.models import Conversation, Guest, Message
from xiaoer.reception.offline_reads import find_offline, offline_box, offline_counts, shown_offline
from xiaoer.reception.peak import in_peak
from xiaoer.reception.peak import mode_of as peak_mode
from xiaoer.reception.script_reads import Asked, find_quick_reply, quick_replies, shown_reply, stacked, values_for
from xiaoer.reception.serving import (
    InHand,
    QueuedFacts,
    ServedFacts,
    anybody_queued,
    come_back,
    first_words,
    in_hand,
    last_agent_of,
    last_agents_of,
    loads_of,
    lost_lines,
    next_in_queue,
    on_duty,
    queue_of,
    queued_among,
    queued_facts,
    served_facts,
    status_in,
    status_rows,
    waiting_in_line,
)
from xiaoer.reception.settings import RATING_CHANGE
from xiaoer.reception.upload_reads import attachments, find_upload, upload_facts, uploads_to_scan, uploads_unused
from xiaoer.reception.visitors import Visitor, read_token

__all__ = [
    "BOXES",
    "Asked",
    "Conversation",
    "InHand",
    "QueuedFacts",
    "ServedFacts",
    "anybody_queued",
    "attachments",
    "box_counts",
    "box_page",
    "come_back",
    "customer_facts",
    "find",
    "find_offline",
    "find_quick_reply",
    "find_upload",
    "first_words",
    "guide_of",
    "guides_of",
    "in_hand",
    "in_peak",
    "last_agent_of",
    "last_agents_of",
    "loads_of",
    "lost_lines",
    "messages_page",
    "next_in_queue",
    "offline_box",
    "offline_counts",
    "on_duty",
    "peak_mode",
    "queue_of",
    "queued_among",
    "queued_facts",
    "quick_replies",
    "served_facts",
    "shown_offline",
    "shown_reply",
    "stacked",
    "status_in",
    "status_rows",
    "team_names",
    "upload_facts",
    "uploads_to_scan",
    "uploads_unused",
    "values_for",
    "visible",
    "waiting_in_line",
]

_ALL = (Perm.CHAT_ALL, Perm.CHAT_ASSIGN)


def visible(viewer: Viewer) -> QuerySet[Conversation]:
    """What a viewer may see: all of a shop with CHAT_ALL or CHAT_ASSIGN; with CHAT her own and the queue; a buyer hers.

    The queue is that of her shops; a conversation that waits for a team is seen by that team. A talk in which a
    colleague asked her in is open to her while she is its guest.
    """
    rows = Conversation.objects.all()
    if viewer.kind == "buyer":
        return rows.filter(customer_id=viewer.customer_id or 0, shop_id__in=viewer.shop_ids)
    everything = [shop for shop, perms in viewer.shops.items() if any(perm in perms for perm in _ALL)]
    chats = [shop for shop in viewer.shops_with(Perm.CHAT) if shop not in everything]
    allowed = Q(shop_id__in=everything)
    if chats and viewer.kind == "staff":
        queue = Q(state=flow.QUEUED) & (Q(team=None) | Q(team_id__in=viewer.team_ids))
        asked_in = Q(pk__in=Guest.objects.filter(staff_id=viewer.id or 0, ended_at=None).values("conversation_id"))
        allowed |= Q(shop_id__in=chats) & (Q(agent_id=viewer.id) | queue | asked_in)
    return rows.filter(allowed)


def find(viewer: Viewer, conversation_id: int) -> Conversation:
    """The conversation, or 404 when the viewer may not see it."""
    row = visible(viewer).filter(pk=conversation_id).select_related("agent", "customer").first()
    if row is None:
        raise NotFound("没有找到这个会话", "There is no such conversation")
    return row


def standing_of(viewer: Viewer, row: Conversation) -> dict[str, Any]:
    """What the flow asks: does she serve it, does somebody else, what may she do in the shop."""
    own = viewer.kind == "staff" and row.agent_id is not None and row.agent_id == viewer.id
    others = row.agent_id is not None and not own
    return {"own": own, "others": others, "perms": viewer.shops.get(row.shop_id, frozenset())}


def mode_of(viewer: Viewer, row: Conversation) -> str:
    """How she stands to the talk: she serves it, was asked in as a guest, looks on, or it waits for somebody."""
    if viewer.kind == "staff" and row.agent_id is not None and row.agent_id == viewer.id:
        return "serve"
    if str(viewer.who) in row.guests.split(","):
        return "guest"
    return "queue" if row.state == flow.QUEUED else "watch"


def require_step(viewer: Viewer, row: Conversation, verb: str) -> None:
    """Refuse unless the step is legal now and this viewer may do it; only people serve buyers."""
    if viewer.kind != "staff":
        raise Invalid("接口令牌不能接待买家，请用员工账号", "A token cannot serve buyers; sign in as a person")
    viewer.require(Perm.CHAT, row.shop_id)
    flow.require_legal(verb, row.state, **standing_of(viewer, row))


def described(row: Conversation, viewer: Viewer) -> dict[str, Any]:
    """One conversation with the customer's facts and the buttons."""
    facts = customer_facts(row.customer_id)
    clock = next((d for d in deadlines.open_for(f"conversation:{row.pk}") if d.kind == "reply"), None)
    steps = flow.steps_for(row.state, **standing_of(viewer, row)) if viewer.kind == "staff" else []
    agent_name = names_of([row.agent_id]).get(row.agent_id, "") if row.agent_id else ""
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "customer": {
            "id": facts.id,
            "name": facts.name,
            "vip": facts.vip,
            "level": facts.level,
            "tags": list(facts.tags),
            "visitor": facts.visitor is not None,
            "first_seen_at": iso(facts.first_seen_at),
        },
        "agent": {"id": row.agent_id, "name": agent_name} if row.agent_id else None,
        "team": row.team_id,
        "state": row.state,
        "state_label": flow.STATE_NAMES[row.state].say(viewer.language),
        "subject": row.subject,
        "labels": row.labels,
        "context": row.context,
        "seq": row.seq,
        "unread": row.unread_agent,
        "last_text": row.last_text,
        "last_author": row.last_author,
        "outcome": row.outcome,
        "rating": row.rating,
        "rating_note": row.rating_note,
        "rating_reasons": row.rating_reasons,
        "nps": row.nps,
        "merged_into": row.merged_into_id,
        "mode": mode_of(viewer, row),
        "reply_due_at": iso(clock.due_at) if clock else None,
        **{name: iso(getattr(row, name)) for name in _TIMES},
        "can": [flow.button(step, form_schema(step.form, viewer.language), viewer.language) for step in steps],
    }


_TIMES = (
    "opened_at",
    "queued_at",
    "assigned_at",
    "closed_at",
    "waiting_since",
    "first_reply_at",
    "last_message_at",
    "rated_at",
    "invited_at",
    "snoozed_at",
    "snoozed_until",
)


# ------------------------------------------------------------------------------------------------ messages


def messages_page(
    row: Conversation, viewer: Viewer, *, before: int | None = None, after: int | None = None, limit: int = 50
) -> tuple[list[dict[str, Any]], int | None]:
    """Messages by number, oldest first; without `after` the latest ones. `next` is the `before` of the page above."""
    limit = max(1, min(limit, 100))
    rows = Message.objects.filter(conversation_id=row.pk)
    if viewer.kind == "buyer":
        rows = rows.exclude(kind=rules.NOTE)
    if after is not None:
        forward = list(rows.filter(seq__gt=after).order_by("seq")[:limit])
        return [shown(message, viewer) for message in forward], None
    if before is not None:
        rows = rows.filter(seq__lt=before)
    found = list(rows.order_by("-seq")[: limit + 1])
    page = found[:limit][::-1]
    return [shown(message, viewer) for message in page], page[0].seq if len(found) > limit else None


def shown(row: Message, viewer: Viewer) -> dict[str, Any]:
    """A message as the API shows it; a buyer sees no guard findings, no row numbers of staff, and signed pictures."""
    buyer = viewer.kind == "buyer"
    attachments = signing.all_signed(row.attachments) if buyer else row.attachments
    author_id = row.author_id if not buyer or row.author_kind == "buyer" else None
    return {
        "id": row.pk,
        "seq": row.seq,
        "client_id": row.client_id,
        "author": {"kind": row.author_kind, "id": author_id, "name": row.author_name},
        "kind": row.kind,
        "text": row.text,
        "attachments": attachments,
        "card": row.card,
        "at": iso(row.at),
        "guard": None if buyer else row.guard,
    }


# ------------------------------------------------------------------------------------------------ buyers


def viewer_of_visitor(token: str, now: datetime, language: str = "zh") -> tuple[Viewer, Visitor] | None:
    """The buyer behind a widget's token (`now` is real time); she holds no permission in the shop."""
    visitor = read_token(token, now.timestamp())
    if visitor is None:
        return None
    return buyer_viewer(visitor.shop_id, visitor.customer_id, "", language), visitor


def buyer_viewer(shop_id: int, customer_id: int, name: str, language: str) -> Viewer:
    """A buyer as a viewer: she sees her own things in that shop and holds no permission."""
    shops: dict[int, frozenset[Perm]] = {shop_id: frozenset()}
    return Viewer(Who("buyer", customer_id, name), shops, language, customer_id=customer_id)


def current_of(viewer: Viewer) -> Conversation | None:
    """The buyer's conversation that is not closed, else her last one."""
    rows = visible(viewer)
    return rows.exclude(state=flow.CLOSED).first() or rows.order_by("-last_message_at", "-pk").first()


def shown_to_buyer(row: Conversation) -> dict[str, Any]:
    """What a buyer may know of her conversation."""
    agent = names_of([row.agent_id]).get(row.agent_id, "") if row.agent_id else ""
    return {
        "id": row.pk,
        "state": row.state,
        "agent_name": agent,
        "seq": row.seq,
        "unread": row.unread_buyer,
        "opened_at": iso(row.opened_at),
        "closed_at": iso(row.closed_at),
        "rating": row.rating,
        "rating_note": row.rating_note,
        "rating_reasons": row.rating_reasons,
        "nps": row.nps,
        "rating_until": iso(row.rated_at + RATING_CHANGE) if row.rated_at is not None else None,
        "may_rate": row.agent_id is not None or row.first_reply_at is not None,
    }


def buyer_order(order: OrderFacts, language: str) -> dict[str, Any]:
    """A proved order on the buyer's page: no name, phone or address."""
    return {
        "id": order.id,
        "order_no": order.order_no,
        "status": order.status,
        "status_label": STATUS_NAMES[Status(order.status)].say(language),
        "ordered_at": iso(order.ordered_at),
        "created_at": iso(order.ordered_at),
        "paid_at": iso(order.paid_at),
        "shipped_at": iso(order.shipped_at),
        "signed_at": iso(order.signed_at),
        "payable_fen": order.payable_fen,
        "paid_fen": order.paid_fen,
        "freight_fen": order.freight_fen,
        "refunded_fen": order.refunded_fen,
        "carrier": order.carrier,
        "waybill": order.waybill,
        "lines": [
            {
                "id": line.id,
                "title": line.title,
                "sku": line.sku,
                "sku_code": line.sku_code,
                "qty": line.qty,
                "refunded_qty": line.refunded_qty,
                "price_fen": line.price_fen,
                "paid_fen": line.paid_fen,
            }
            for line in order.lines
        ],
    }
