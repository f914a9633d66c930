"""The complaint desk over HTTP (投诉台): taking in, desks, one complaint, every step, the check, figures, contacts."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Body, Router, Schema, Status
from pydantic import BaseModel, ValidationError

from xiaoer.aftersales.naming import actor_names
from xiaoer.complaints import actions, complaint_forms, complaint_showing, queries
from xiaoer.complaints.api.reviews import staff_of
from xiaoer.complaints.api.schemas import CaseBaseOut
from xiaoer.complaints.complaint_flow import COMPLAINT
from xiaoer.complaints.models import Authority, News
from xiaoer.customers.queries import find_by_nick
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import form_schema, invalid_from
from xiaoer.orders.queries import OrderFacts, facts_by_number
from xiaoer.people.queries import find_shop
from xiaoer.reception import queries as reception

F = TypeVar("F", bound=BaseModel)
router = Router()
USUAL_SPAN = timedelta(days=90)
_MOST_BESIDE = 200


class ComplaintRow(CaseBaseOut):
    channel: str
    channel_label: str
    kind: str
    kind_label: str
    goods: str
    problem: str
    demand: str
    claim_fen: int | None
    safety: bool
    threat: bool
    repeats: bool
    priority: int
    priority_label: str
    level: int
    level_label: str
    opened_at: str
    closed_at: str | None
    buyer_word: str
    buyer_word_label: str


class ComplaintPage(Schema):
    items: list[ComplaintRow]
    next: str | None = None


class ComplaintOut(ComplaintRow):
    opened_by: str
    outside: str
    outside_no: str
    outside_due: str | None
    conversation: int | None
    repeat_of: int | None
    first_answer_at: str | None
    liable_label: str
    basis_label: str
    dispute_point: str
    finding: str
    photos: list[dict[str, Any]]
    said: list[dict[str, Any]]
    written: str
    ruling: str
    executed: dict[str, Any] | None
    case: dict[str, Any] | None
    rises: list[dict[str, Any]]
    help: str
    department_label: str
    root_cause: str
    improvement: str
    inspected: dict[str, Any] | None
    may_inspect: bool
    initial: dict[str, dict[str, Any]]
    clocks: list[dict[str, Any]]
    can: list[dict[str, Any]]
    timeline: list[dict[str, Any]]
    visited: list[str]
    server_now: str


class HolderIn(Schema):
    """Who handles it: never nobody (R461)."""

    owner: int


def read(form: type[F], data: dict[str, Any]) -> F:
    try:
        return form.model_validate(data)
    except ValidationError as error:
        raise invalid_from(error) from None


def _shown(viewer: Viewer, pk: int) -> dict[str, Any]:
    return complaint_showing.one(queries.find(viewer, "complaint", pk), viewer, clock.now())


@router.get("/complaints", response=ComplaintPage, summary="Complaints of a desk: the most urgent first (R754)")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    desk: str = "todo",
    kind: str = "",
    channel: str = "",
    level: int | None = None,
    customer: int | None = None,
    q: str = "",
    cursor: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: todo, waiting (for the buyer), risen, open, done, all."""
    viewer = staff_of(request)
    found, more = queries.page(
        viewer, "complaint", desk=desk, shop=shop, q=q, kind=kind, channel=channel, level=level,
        customer_id=customer, cursor=cursor, limit=limit,
    )  # fmt: skip
    return {"items": complaint_showing.rows(found, viewer.language), "next": more}


@router.get("/complaints/counts", response=dict[str, int], summary="How much stands at each desk")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return queries.counts(staff_of(request), "complaint", shop)


@router.get("/complaints/words", summary="Channels, classes, levels, and the form of a new complaint")
def words(request: HttpRequest) -> dict[str, Any]:
    language = staff_of(request).language
    return {
        **complaint_showing.words(language),
        "form": form_schema(complaint_forms.Open, language),
        "inspect": form_schema(complaint_forms.Inspect, language),
        "authority": form_schema(complaint_forms.AuthorityIn, language),
        "talk": form_schema(complaint_forms.Talk, language),
        "news_form": form_schema(complaint_forms.NewsIn, language),
    }


@router.get("/complaints/figures", summary="Complaints of a span: classes, levels, causes (投诉统计)")
def figures(
    request: HttpRequest, shop: int | None = None, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Any]:
    ends = until or clock.now()
    return complaint_showing.figures(staff_of(request), shop, since or ends - USUAL_SPAN, ends)


@router.post("/complaints", response={201: ComplaintOut}, summary="Take a complaint in (受理投诉)")
def opened(request: HttpRequest, data: dict[str, Any] = Body(...)) -> Status[dict[str, Any]]:
    """Beside the fields of the form: `shop`, and `order_no`, `nick` or `conversation` to say who complains."""
    viewer = staff_of(request)
    given = dict(data)
    who = {name: given.pop(name, None) for name in ("shop", "order_no", "nick", "conversation")}
    shop = find_shop(viewer, int(who["shop"] or 0)).pk
    viewer.require(Perm.AFTERSALES_OPEN, shop)
    form = read(complaint_forms.Open, given)
    order = _order(shop, str(who["order_no"] or "").strip())
    talk = (
        reception.visible(viewer).filter(pk=who["conversation"], shop_id=shop).first() if who["conversation"] else None
    )
    customer = _customer(shop, order, talk, str(who["nick"] or "").strip())
    with transaction():
        row = actions.open_complaint(
            shop, customer, form, order=order, conversation=talk.pk if talk is not None else None,
            by=viewer.who, at=clock.now(),
        )  # fmt: skip
    return Status(201, _shown(viewer, row.pk))


def _order(shop: int, number: str) -> OrderFacts | None:
    order = facts_by_number(shop, [number]).get(number) if number else None
    if number and order is None:
        raise Invalid(
            fields={"order_no": T(f"没有订单 {number[:40]}，请核对订单号", f"No order {number[:40]}; check it")}
        )
    return order


def _customer(shop: int, order: OrderFacts | None, talk: Any, nick: str) -> int:
    if order is not None:
        return order.customer_id
    if talk is not None:
        return int(talk.customer_id)
    found = find_by_nick(shop, nick) if nick else None
    if found is None:
        text = T(
            f"没有客户「{nick[:40]}」，请填订单号或旺旺ID" if nick else "请填订单号或旺旺ID，才知道是谁投诉",
            "Type an order number or a known buyer's name",
        )
        raise Invalid(fields={"nick": text})
    return found.id


@router.get("/complaints/{int:complaint_id}", response=ComplaintOut, summary="One complaint")
def one(request: HttpRequest, complaint_id: int) -> dict[str, Any]:
    return _shown(staff_of(request), complaint_id)


@router.put("/complaints/{int:complaint_id}/owner", response=ComplaintOut, summary="Who handles it; never nobody")
def owned(request: HttpRequest, complaint_id: int, data: HolderIn) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, "complaint", complaint_id)
        viewer.require(Perm.CHAT_ASSIGN, row.shop_id)
        actions.set_owner(COMPLAINT, row, data.owner, Perm.AFTERSALES_OPEN, by=viewer.who, at=clock.now())
    return _shown(viewer, complaint_id)


@router.post("/complaints/{int:complaint_id}/inspect", response=ComplaintOut, summary="Check it against the standard")
def inspected(request: HttpRequest, complaint_id: int, data: dict[str, Any] = Body(...)) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, "complaint", complaint_id)
        viewer.require(Perm.QUALITY, row.shop_id)
        actions.inspect(row, read(complaint_forms.Inspect, data), by=viewer.who, at=clock.now())
    return _shown(viewer, complaint_id)


@router.post("/complaints/{int:complaint_id}/{verb}", response=ComplaintOut, summary="The next step; see its `can`")
def moved(
    request: HttpRequest, complaint_id: int, verb: str, data: dict[str, Any] = Body(default={})
) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, "complaint", complaint_id)
        actions.perform(viewer, COMPLAINT, row, verb, data, by=viewer.who, at=clock.now())
    return _shown(viewer, complaint_id)


def _shops(viewer: Viewer, shop: int | None) -> list[int]:
    return [one for one in viewer.shops_with(Perm.AFTERSALES_VIEW) if shop in (None, one)]


@router.get("/authorities", summary="Contacts at authorities (监管联络登记, R457)")
def authorities(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    viewer = staff_of(request)
    rows = list(
        Authority.objects.filter(shop_id__in=_shops(viewer, shop)).order_by("kind", "name", "pk")[:_MOST_BESIDE]
    )
    people = actor_names([one["by"] for row in rows for one in row.talks], viewer.language)
    return {"items": [complaint_showing.authority(row, people, viewer.language) for row in rows], "next": None}


@router.post("/authorities", summary="Put one into the register")
def authority_added(request: HttpRequest, shop: int = Body(...), data: dict[str, Any] = Body(...)) -> dict[str, Any]:
    viewer = staff_of(request)
    find_shop(viewer, shop)
    viewer.require(Perm.AFTERSALES_DECIDE, shop)
    with transaction():
        form = read(complaint_forms.AuthorityIn, data)
        row = actions.add_authority(shop, form, by=viewer.who, at=clock.now())
    return complaint_showing.authority(row, {}, viewer.language)


@router.post("/authorities/{int:authority_id}/talks", summary="Note a word with them")
def authority_talked(request: HttpRequest, authority_id: int, data: dict[str, Any] = Body(...)) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = Authority.objects.filter(pk=authority_id, shop_id__in=_shops(viewer, None)).first()
        if row is None:
            raise NotFound("没有这个联络单位", "There is no such contact")
        viewer.require(Perm.AFTERSALES_DECIDE, row.shop_id)
        actions.talked(row, read(complaint_forms.Talk, data), by=viewer.who, at=clock.now())
    row.refresh_from_db()
    people = actor_names([one["by"] for one in row.talks], viewer.language)
    return complaint_showing.authority(row, people, viewer.language)


@router.get("/news", summary="News of the trade and changes of rules (行业动态登记, R501)")
def news(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    viewer = staff_of(request)
    rows = News.objects.filter(shop_id__in=_shops(viewer, shop)).order_by("-happened_on", "-pk")[:_MOST_BESIDE]
    return {"items": [complaint_showing.news(row, viewer.language) for row in rows], "next": None}


@router.post("/news", summary="Register a development")
def news_added(request: HttpRequest, shop: int = Body(...), data: dict[str, Any] = Body(...)) -> dict[str, Any]:
    viewer = staff_of(request)
    find_shop(viewer, shop)
    viewer.require(Perm.AFTERSALES_OPEN, shop)
    with transaction():
        row = actions.add_news(shop, read(complaint_forms.NewsIn, data), by=viewer.who, at=clock.now())
    return complaint_showing.news(row, viewer.language)
