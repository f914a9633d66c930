"""Reads of reception, for a viewer: boxes of conversations, one conversation, its messages, pictures."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.customers.queries import customer_facts
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Perm, Viewer, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import form_schema
from xiaoer.kernel.text import keys_of, matches
from xiaoer.orders.queries import OrderFacts, orders_of_customer
from xiaoer.orders.rules import STATUS_NAMES, Status
from xiaoer.people.queries import ShopFacts, names_of, shop_facts, team_names
from xiaoer.reception import flow, rules, signing
from xiaoer.reception.boxes import BOXES, box_counts, box_page
from xiaoer.reception.models import Conversation, Message, QuickReply, Upload
from xiaoer.reception.serving import (
    QueuedFacts,
    ServedFacts,
    last_agent_of,
    loads_of,
    next_in_queue,
    queued_facts,
    served_facts,
    status_rows,
)
from xiaoer.reception.visitors import Visitor, read_token

__all__ = [
    "BOXES",
    "Conversation",
    "QueuedFacts",
    "ServedFacts",
    "box_counts",
    "box_page",
    "customer_facts",
    "find",
    "last_agent_of",
    "loads_of",
    "messages_page",
    "next_in_queue",
    "queued_facts",
    "served_facts",
    "status_rows",
    "team_names",
    "visible",
]

_ALL = (Perm.CHAT_ALL, Perm.CHAT_ASSIGN)


def visible(viewer: Viewer) -> QuerySet[Conversation]:
    """What a viewer may see: all of a shop with CHAT_ALL or CHAT_ASSIGN; with CHAT her own and the queue; a buyer hers.

    The queue is that of her shops; a conversation that waits for a team is seen by that team.
    """
    rows = Conversation.objects.all()
    if viewer.kind == "buyer":
        return rows.filter(customer_id=viewer.customer_id or 0, shop_id__in=viewer.shop_ids)
    everything = [shop for shop, perms in viewer.shops.items() if any(perm in perms for perm in _ALL)]
    chats = [shop for shop in viewer.shops_with(Perm.CHAT) if shop not in everything]
    allowed = Q(shop_id__in=everything)
    if chats and viewer.kind == "staff":
        queue = Q(state=flow.QUEUED) & (Q(team=None) | Q(team_id__in=viewer.team_ids))
        allowed |= Q(shop_id__in=chats) & (Q(agent_id=viewer.id) | queue)
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


# ------------------------------------------------------------------------------------------------ pictures


def upload_facts(row: Upload) -> dict[str, Any]:
    """A picture as it stands in a message's attachments."""
    return {"id": row.pk, "url": f"/uploads/{row.pk}", "mime": row.mime, "width": row.width, "height": row.height}


def attachments(upload_ids: Iterable[int], *, shop_id: int, customer_id: int | None) -> list[dict[str, Any]]:
    """The pictures a message or a case may carry: of that shop; for a buyer (`customer_id`) only her own."""
    wanted = list(dict.fromkeys(upload_ids))
    rows = Upload.objects.filter(pk__in=wanted, shop_id=shop_id)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    found = {row.pk: row for row in rows}
    if missing := [pk for pk in wanted if pk not in found]:
        text = T(f"图片 {missing[0]} 不存在，请重新上传", f"There is no picture {missing[0]}; upload it again")
        raise Invalid(fields={"attachments": text})
    return [upload_facts(found[pk]) for pk in wanted]


def find_upload(ref: str, viewer: Viewer | None, ticket: str) -> Upload:
    """The picture by number or key, or 404. Staff of the shop see it; a buyer her own and those sent to her.

    `ticket` is the signature of a signed address; it stands for the buyer it was given to.
    """
    by_number = ref.isascii() and ref.isdigit() and len(ref) < 19
    row = Upload.objects.filter(pk=int(ref)).first() if by_number else Upload.objects.filter(key=ref).first()
    if row is not None and ticket and signing.opens(ticket, row.pk):
        return row
    if row is not None and viewer is not None and row.shop_id in viewer.shops and _concerns(row, viewer):
        return row
    raise NotFound(
        "没有这张图片，或链接已过期，请刷新页面", "No such picture, or the link has run out; reload the page"
    )


_SEES_PICTURES = (Perm.CHAT, Perm.CHAT_ALL, Perm.CHAT_ASSIGN, Perm.AFTERSALES_VIEW)
"""Pictures stand in talks and in cases: a post or a token that reaches neither has no business with them."""


def _concerns(row: Upload, viewer: Viewer) -> bool:
    if viewer.kind != "buyer":
        own = viewer.kind == "staff" and row.staff_id == viewer.id
        return own or any(viewer.may(perm, row.shop_id) for perm in _SEES_PICTURES)
    return row.customer_id == viewer.customer_id or _sent_to(row, viewer)


def _sent_to(row: Upload, viewer: Viewer) -> bool:
    """Did an agent send it to this buyer? (A picture in an internal note was not sent to her.)"""
    sent = Message.objects.filter(conversation__customer_id=viewer.customer_id or 0).exclude(author_kind="buyer")
    found = sent.exclude(kind=rules.NOTE).exclude(attachments=[]).values_list("attachments", flat=True)
    return any(one.get("id") == row.pk for attachments in found for one in attachments)


# ------------------------------------------------------------------------------------------------ quick replies


def quick_replies(viewer: Viewer, shop_id: int, *, q: str = "", category: str = "") -> list[QuickReply]:
    """The sentences she may use in the shop, best answer to `q` first; unasked, the often used ones first."""
    mine = Q(owner_id=viewer.id) if viewer.kind == "staff" else Q(pk__in=[])
    ours = Q(owner=None) & (Q(team=None) | Q(team_id__in=viewer.team_ids))
    rows = QuickReply.objects.filter(Q(shop_id=shop_id) & (ours | mine))
    if category:
        rows = rows.filter(category=category)
    found = list(rows.order_by("-used", "pk"))
    if not q.strip():
        return found
    query = q.strip().removeprefix("/")
    scored = [(_score(query, row), place) for place, row in enumerate(found)]
    best = sorted((-score, place) for score, place in scored if score)
    return [found[place] for _, place in best]


def _score(query: str, row: QuickReply) -> int:
    """A shortcut typed whole beats everything else."""
    if row.shortcut and row.shortcut.lower() == query.lower():
        return 1000
    return matches(query, keys_of(row.title, row.shortcut, row.category, body=row.text))


def find_quick_reply(viewer: Viewer, reply_id: int) -> QuickReply:
    row = QuickReply.objects.filter(pk=reply_id, shop_id__in=viewer.shops_with(Perm.CHAT)).first()
    if row is None:
        row = QuickReply.objects.filter(pk=reply_id, shop_id__in=viewer.shops_with(Perm.SCRIPTS_EDIT)).first()
    hidden = row is not None and (
        (row.owner_id is not None and row.owner_id != viewer.id)
        or (row.team_id is not None and row.team_id not in viewer.team_ids and not _edits(viewer, row.shop_id))
    )
    if row is None or hidden:
        raise NotFound("没有这条快捷短语", "There is no such quick reply")
    return row


def _edits(viewer: Viewer, shop_id: int) -> bool:
    return viewer.may(Perm.SCRIPTS_EDIT, shop_id)


def values_for(row: Conversation, viewer: Viewer) -> dict[str, str]:
    """The values of the variables in one conversation; order facts of the buyer's latest order."""
    shop: ShopFacts = shop_facts(row.shop_id)
    facts = customer_facts(row.customer_id)
    values = {"shop": shop.name, "agent": viewer.who.name, "buyer": "" if facts.visitor else facts.name}
    if orders := orders_of_customer(row.customer_id, limit=1):
        order = orders[0]
        values |= {"order_no": order.order_no, "carrier": order.carrier, "waybill": order.waybill}
    return values


def shown_reply(row: QuickReply, viewer: Viewer, values: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A quick reply as the API shows it; with the conversation's values also filled."""
    scope = "personal" if row.owner_id is not None else ("team" if row.team_id is not None else "shop")
    filled = rules.fill(row.text, values) if values is not None else None
    return {
        "id": row.pk,
        "scope": scope,
        "team": row.team_id,
        "title": row.title,
        "text": row.text,
        "category": row.category,
        "shortcut": row.shortcut,
        "variables": rules.variables_in(row.text),
        "used": row.used,
        "rendered": filled.text if filled else None,
        "missing": list(filled.missing) if filled else [],
        "may_edit": row.owner_id == viewer.id if scope == "personal" else _edits(viewer, row.shop_id),
    }
