"""The buyer's side (买家端): the widget calls these with `Authorization: Buyer <token>`, from any site."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, File, Router, Schema
from ninja.files import UploadedFile
from ninja.security import HttpBearer

from xiaoer.kernel import clock, events
from xiaoer.kernel.access import Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T, language_of
from xiaoer.orders.queries import orders_of_customer
from xiaoer.people.queries import ShopFacts, shop_by_slug
from xiaoer.reception import actions, queries, rules
from xiaoer.reception.actions.uploads import Belongs
from xiaoer.reception.api.conversations import MessagePage
from xiaoer.reception.api.uploads import UploadOut, receive
from xiaoer.reception.api.uploads import shown as shown_upload
from xiaoer.reception.greeting_reads import greeting_of
from xiaoer.reception.models import Conversation
from xiaoer.reception.offline_reads import form_for
from xiaoer.reception.settings import TOKEN_LIFE
from xiaoer.reception.signing import signed
from xiaoer.reception.visitors import Visitor, make_token

router = Router(tags=["buyer 买家"])


class BuyerAuth(HttpBearer):
    """Buyers: `Authorization: Buyer <visitor token>`; no cookie, so other sites' pages may call."""

    openapi_scheme = "Buyer"

    def __call__(self, request: HttpRequest) -> Viewer | None:
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, secret.strip()) if kind.lower() == "buyer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Viewer | None:
        language = language_of(request.headers.get("Accept-Language", ""))
        found = queries.viewer_of_visitor(token, clock.real_now(), language)
        if found is None:
            return None
        request.visitor = found[1]  # type: ignore[attr-defined]  # the key that stands in her token
        return found[0]


def buyer_of(request: HttpRequest) -> Viewer:
    """The buyer who calls; for other areas' buyer endpoints too."""
    viewer = viewer_of(request)
    if viewer.kind != "buyer" or viewer.customer_id is None:
        raise NotFound()
    return viewer


class SessionIn(Schema):
    shop: str = Field(description="The shop's address name")
    visitor: str | None = Field(None, max_length=64, description="What an earlier session answered")


class ShopOut(Schema):
    name: str
    slug: str
    platform: str
    hours: str
    open: bool
    hotline: str


class TalkOut(Schema):
    """A conversation as the buyer sees it."""

    id: int
    state: str
    agent_name: str
    seq: int
    unread: int
    opened_at: str
    closed_at: str | None
    rating: int | None
    rating_note: str
    rating_reasons: list[str]
    nps: int | None
    rating_until: str | None = Field(description="Until when she may change her rating")
    may_rate: bool


class AskField(Schema):
    name: str
    label: str
    pattern: str
    hint: str


class OfflineChoice(Schema):
    name: str
    label: str


class OfflineForm(Schema):
    """离线留言表单: whether to offer it, what is promised, and her own unanswered message."""

    ask: bool
    next_open: str | None
    promise: str
    contact_kinds: list[OfflineChoice]
    times: list[OfflineChoice]
    open: dict[str, Any] | None


class BuyerSession(Schema):
    token: str
    visitor: str
    name: str
    proved: bool = Field(description="She has shown that an order is hers")
    conversation: TalkOut | None
    greeting: str
    shop: ShopOut
    event: int = Field(description="Follow the stream from here")
    order_fields: list[AskField] = Field(description="What proving an order asks for")
    offline: OfflineForm


class OpenIn(Schema):
    context: dict[str, Any] = Field({}, description="page, goods {code, title, price_fen}, order_no")


class ProveIn(Schema):
    order_no: str = Field(max_length=40)
    phone_tail: str = Field(max_length=8)


class RatingIn(Schema):
    stars: int
    note: str = Field("", max_length=400)
    reasons: list[str] = Field([], max_length=8, description="Keys of the card's reasons")
    nps: int | None = Field(None, description="0 to 10, when the card asks")
    conversation: int | None = None


class LineOut(Schema):
    id: int
    title: str
    sku: str
    sku_code: str
    qty: int
    refunded_qty: int
    price_fen: int | None
    paid_fen: int


class BuyerOrder(Schema):
    """A proved order; no name, phone or address."""

    id: int
    order_no: str
    status: str
    status_label: str
    ordered_at: str
    created_at: str
    paid_at: str | None
    shipped_at: str | None
    signed_at: str | None
    payable_fen: int
    paid_fen: int
    freight_fen: int
    refunded_fen: int
    carrier: str
    waybill: str
    lines: list[LineOut]


class OrderPage(Schema):
    items: list[BuyerOrder]
    next: str | None = None


class ProvedOut(Schema):
    token: str
    visitor: str
    conversation: int | None
    order: BuyerOrder
    orders: list[BuyerOrder]
    event: int


class BuyerMessages(MessagePage):
    conversation: TalkOut | None = None


def _token(shop_id: int, customer_id: int, visitor: str) -> str:
    ends = clock.real_now() + TOKEN_LIFE
    return make_token(Visitor(shop_id, customer_id, visitor, int(ends.timestamp())))


@router.post("/buyer/session", auth=None, response=BuyerSession, summary="A visit begins")
def session(request: HttpRequest, data: SessionIn) -> dict[str, Any]:
    """With a token that still holds she stays who she is; else the visitor key, else a new visitor."""
    shop = shop_by_slug(data.shop)
    at = clock.now()
    known = BuyerAuth()(request)
    if known is not None and known.shop_ids == [shop.id]:
        visitor: str = request.visitor.visitor  # type: ignore[attr-defined]  # put there by BuyerAuth
        customer = queries.customer_facts(known.customer_id or 0)
    else:
        with transaction():
            address = request.META.get("REMOTE_ADDR", "")
            customer, visitor = actions.start_visit(shop.id, visitor=data.visitor or "", address=address, at=at)
    language = language_of(request.headers.get("Accept-Language", ""))
    viewer = queries.buyer_viewer(shop.id, customer.id, customer.name, language)
    talk = queries.current_of(viewer)
    hours = rules.hours_text(shop.hours)
    open_now = rules.is_open(shop.hours, at)
    return {
        "token": _token(shop.id, customer.id, visitor),
        "visitor": visitor,
        "name": customer.name,
        "proved": customer.visitor is None,
        "conversation": queries.shown_to_buyer(talk) if talk is not None and talk.state != "closed" else None,
        "greeting": greeting_of(shop, at=at),
        "shop": _shop(shop, hours.say(language), open_now),
        "event": events.last_number(),
        "order_fields": _order_fields(language),
        "offline": form_for(shop, viewer, at=at),
    }


def _shop(shop: ShopFacts, hours: str, open_now: bool) -> dict[str, Any]:
    names = {"name": shop.name, "slug": shop.slug, "platform": shop.platform, "hotline": shop.hotline}
    return {**names, "hours": hours, "open": open_now}


def _order_fields(language: str) -> list[dict[str, str]]:
    number = T("订单编号", "Order number")
    where = T("在平台“我的订单”里可以找到", "You find it under “my orders”")
    tail = T("收货手机尾号", "Last four digits of the receiver's phone")
    why = T("下单时填写的收货手机后四位", "Of the phone given for delivery")
    return [
        {"name": "order_no", "label": number.say(language), "pattern": r"\S{4,40}", "hint": where.say(language)},
        {"name": "phone_tail", "label": tail.say(language), "pattern": r"\d{4}", "hint": why.say(language)},
    ]


@router.post("/buyer/conversation", auth=BuyerAuth(), response=TalkOut, summary="Open a conversation, or the open one")
def conversation(request: HttpRequest, data: OpenIn) -> dict[str, Any]:
    viewer = buyer_of(request)
    with transaction():
        row, _ = actions.open_conversation(
            viewer.shop_ids[0], viewer.customer_id or 0, by=viewer.who, at=clock.now(), context=data.context
        )
    return queries.shown_to_buyer(row)


def _talk(viewer: Viewer, conversation: int | None) -> Conversation | None:
    return queries.find(viewer, conversation) if conversation is not None else queries.current_of(viewer)


@router.get("/buyer/messages", auth=BuyerAuth(), response=BuyerMessages, summary="Messages of a conversation")
def messages(
    request: HttpRequest,
    conversation: int | None = None,
    before: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """Without `conversation`: the current one, else the last one. Notes of the staff are never among them."""
    viewer = buyer_of(request)
    row = _talk(viewer, conversation)
    if row is None:
        return {"items": [], "next": None, "conversation": None}
    items, above = queries.messages_page(row, viewer, before=before, after=after, limit=limit)
    return {"items": items, "next": above, "conversation": queries.shown_to_buyer(row)}


@router.post("/buyer/read", auth=BuyerAuth(), summary="She has seen everything")
def read(request: HttpRequest) -> dict[str, int]:
    viewer = buyer_of(request)
    with transaction():
        row = _talk(viewer, None)
        return {"read": actions.read(row.pk, "buyer", by=viewer.who, at=clock.now()) if row is not None else 0}


@router.post("/buyer/uploads", auth=BuyerAuth(), response=UploadOut, summary="Send a picture or file (multipart)")
def upload(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    viewer = buyer_of(request)
    belongs = Belongs(viewer.shop_ids[0], customer_id=viewer.customer_id)
    return signed(shown_upload(receive(file, belongs, by=viewer.who)))


@router.post("/buyer/prove", auth=BuyerAuth(), response=ProvedOut, summary="Prove an order by number and phone tail")
def prove(request: HttpRequest, data: ProveIn) -> dict[str, Any]:
    """One answer for an unknown number and for wrong digits (C38); wrong tries are counted."""
    viewer = buyer_of(request)
    shop_id, customer_id, at = viewer.shop_ids[0], viewer.customer_id or 0, clock.now()
    order_no, tail = data.order_no.strip(), data.phone_tail.strip()
    actions.require_not_locked(shop_id, customer_id, order_no, at=at)
    with transaction():
        proved = actions.prove(shop_id, customer_id, order_no, tail, by=viewer.who, at=at)
        if proved is None:
            actions.note_wrong_proof(shop_id, customer_id, order_no, by=viewer.who, at=at)
    if proved is None:
        raise Invalid(
            "订单号与手机尾号对不上，请核对后再试；也可以直接问客服",
            "Order number and phone digits do not match; check them, or ask us in the chat",
            code="not_proved",
        )
    visitor: str = request.visitor.visitor  # type: ignore[attr-defined]  # put there by BuyerAuth
    return {
        "token": _token(shop_id, proved.customer.id, visitor),
        "visitor": visitor,
        "conversation": proved.conversation,
        "order": queries.buyer_order(proved.order, viewer.language),
        "orders": [queries.buyer_order(one, viewer.language) for one in orders_of_customer(proved.customer.id)],
        "event": events.last_number(),
    }


@router.get("/buyer/orders", auth=BuyerAuth(), response=OrderPage, summary="Orders of the proved account")
def orders(request: HttpRequest) -> dict[str, Any]:
    viewer = buyer_of(request)
    found = orders_of_customer(viewer.customer_id or 0)
    return {"items": [queries.buyer_order(order, viewer.language) for order in found], "next": None}


@router.post("/buyer/rating", auth=BuyerAuth(), response=TalkOut, summary="One to five stars")
def rating(request: HttpRequest, data: RatingIn) -> dict[str, Any]:
    viewer = buyer_of(request)
    with transaction():
        row = _talk(viewer, data.conversation)
        if row is None:
            raise NotFound("还没有可以评价的会话", "There is no conversation to rate yet")
        row = actions.rate(
            row.pk, data.stars, data.note, reasons=data.reasons, nps=data.nps, by=viewer.who, at=clock.now()
        )
    return queries.shown_to_buyer(row)
