"""Parcels over HTTP: the courier desk, the parcels of an order, alerts, and the pushers' door."""

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock, paging
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.orders import parcel_poll, parcel_reads, queries, tasks_parcel
from xiaoer.orders.actions import parcel_alerts, parcels
from xiaoer.orders.models import Parcel
from xiaoer.orders.parcel_reports import Report, TraceLine, zoned
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

router = Router()
MOST_REPORTS = 200
MOST_LINES = 2_000


class ParcelOrderOut(Schema):
    id: int
    order_no: str
    customer: int
    nick: str


class AlertOut(Schema):
    """A parcel somebody must look after (物流异常). `answer_due_at`: until when the courier must answer (R746)."""

    id: int
    kind: str
    label: str
    state: str = Field(description="open | asked | answered | closed")
    owner: int | None
    owner_name: str
    answer: str
    answer_due_at: str | None
    outcome: str
    opened_at: str
    asked_at: str | None
    answered_at: str | None
    late_at: str | None
    told_at: str | None
    closed_at: str | None


class ParcelOut(Schema):
    """One waybill (运单). `first_scan_at` is the dispatch by the courier's record (R193)."""

    id: int
    shop: int
    direction: str = Field(description="outbound | return | exchange")
    carrier: str
    carrier_label: str
    waybill: str
    state: str
    state_label: str
    trouble: str
    code: str
    text: str
    place: str
    first_scan_at: str | None
    last_scan_at: str | None
    signed_at: str | None
    promised_at: str | None
    created_at: str
    changed_at: str
    orders: list[ParcelOrderOut]
    alerts: list[AlertOut]
    may: list[str]


class LineOut(Schema):
    id: int
    at: str
    text: str
    place: str
    code: str
    state: str
    state_label: str
    source: str


class Missed(Schema):
    """The promised time was missed (R747)."""

    promised_at: str
    late_seconds: int
    form: str
    amount_fen: int
    verified: bool


class ParcelDetail(ParcelOut):
    """With the whole trace, latest first, and the ready answer to a logistics enquiry (R160)."""

    traces: list[LineOut]
    history: list[AlertOut]
    answer: str
    answer_zh: str
    usual_days: list[int]
    estimate: list[str] | None
    promise_missed: Missed | None


class ParcelPage(Schema):
    items: list[ParcelOut]
    next: str | None = None


class ParcelList(Schema):
    items: list[ParcelDetail]
    next: str | None = None


class Counts(Schema):
    any: int
    late: int
    mine: int
    kinds: dict[str, int]
    labels: dict[str, str]
    ship_soon: int
    ship_late: int


class LateOrder(Schema):
    """A paid order that has not left. `owed_fen`: what it costs once late (R194)."""

    id: int
    shop: int
    order_no: str
    nick: str
    status: str
    fulfilment: str
    paid_at: str | None
    due_at: str
    late: bool
    late_seconds: int
    owed_fen: int
    form: str
    clicked: bool = Field(description="Somebody clicked ship, but the courier has no record (R193)")


class LatePage(Schema):
    items: list[LateOrder]
    next: str | None = None


class NewParcel(Schema):
    carrier: str
    waybill: str
    direction: str = "outbound"
    promised_at: datetime | None = None


class LineIn(Schema):
    at: datetime = Field(description="With a zone; without one it is Beijing time")
    text: str
    place: str = ""
    code: str = ""


class ReportIn(Schema):
    """What was reported of one waybill. `codes`: whose codes the lines carry, empty for the carrier's own."""

    waybill: str
    carrier: str = ""
    codes: str = Field("", description="kuaidi100 | cainiao | sf | yunda, or empty")
    lines: list[LineIn]


class ReportsIn(Schema):
    shop: int
    reports: list[ReportIn]


class ToldOut(Schema):
    waybill: str
    parcel: int | None
    added: int
    known: int
    problems: list[str]


class ToldPage(Schema):
    added: int
    known: int
    refused: int
    results: list[ToldOut]


class AlertMove(Schema):
    """What a move needs: `answer` (answered), `text` (tell), `outcome` (close)."""

    answer: str = ""
    text: str = ""
    outcome: str = ""


class Asked(Schema):
    result: str


@router.get("/parcels", response=ParcelPage, summary="Parcels: by state, alert, courier, waybill or order number")
def parcel_list(
    request: HttpRequest,
    shop: int | None = None,
    q: str = "",
    state: str = "",
    alert: str = "",
    carrier: str = "",
    direction: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    search = parcel_reads.Search(shop, q, state, alert, carrier, direction)
    rows, after = paging.newest_first(parcel_reads.ask(viewer, search), "changed_at", cursor=cursor, limit=limit)
    return {"items": parcel_reads.shown_many(rows, viewer), "next": after}


@router.get("/parcels/counts", response=Counts, summary="Open alerts by kind, and orders late to leave")
def parcel_counts(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    return parcel_reads.counts(viewer_of(request), shop=shop, at=clock.now())


@router.get("/parcels/late-orders", response=LatePage, summary="Paid orders that leave late, or soon will (R192)")
def late_orders(request: HttpRequest, when: str = "soon", shop: int | None = None) -> dict[str, Any]:
    return {"items": parcel_reads.late_list(viewer_of(request), shop=shop, when=when, at=clock.now()), "next": None}


@router.get("/parcels/{int:parcel_id}", response=ParcelDetail, summary="One parcel with its trace")
def one_parcel(request: HttpRequest, parcel_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return parcel_reads.detail(parcel_reads.find(viewer, parcel_id), viewer, at=clock.now())


@router.get("/orders/{int:order_id}/parcels", response=ParcelList, summary="The parcels of an order with their traces")
def order_parcels(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return {"items": parcel_reads.of_order(queries.find(viewer, order_id), viewer, at=clock.now()), "next": None}


@router.post("/orders/{int:order_id}/parcels", response=ParcelDetail, summary="Register one more parcel of an order")
def new_parcel(request: HttpRequest, order_id: int, data: NewParcel) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        order = queries.find(viewer, order_id)
        viewer.require(Perm.PARCELS_TRACE, order.shop_id)
        row = parcels.register(
            order.shop_id, waybill=data.waybill, carrier=data.carrier, order_ids=[order.pk], direction=data.direction,
            promised_at=zoned(data.promised_at) if data.promised_at else None, by=viewer.who, at=clock.now(),
        )  # fmt: skip
    return parcel_reads.detail(parcel_reads.find(viewer, row.pk), viewer, at=clock.now())


@router.post("/parcels/traces", response=ToldPage, summary="Take traces in: safe to repeat, any order of lines")
def take_traces(request: HttpRequest, data: ReportsIn) -> dict[str, Any]:
    """For a pusher with a token of scope `parcels.trace`. The same line (waybill, time, text) is one line."""
    viewer = viewer_of(request)
    viewer.require(Perm.PARCELS_TRACE, data.shop)
    lines = sum(len(one.lines) for one in data.reports)
    if len(data.reports) > MOST_REPORTS or lines > MOST_LINES:
        raise Invalid(
            fields={
                "reports": T(
                    f"一次最多 {MOST_REPORTS} 个运单、{MOST_LINES} 条轨迹，收到 {len(data.reports)} 个、{lines} 条",
                    f"At most {MOST_REPORTS} waybills with {MOST_LINES} lines, got {len(data.reports)} with {lines}",
                )
            }
        )
    reports = [
        Report(
            one.waybill,
            [TraceLine(zoned(line.at), line.text, line.place, line.code) for line in one.lines],
            one.carrier,
            one.codes,
        )
        for one in data.reports
    ]
    with transaction():
        told = parcels.take_traces(data.shop, reports, source="api", by=viewer.who, at=clock.now())
    return told_page(told, viewer.language)


def told_page(told: list[Any], language: str) -> dict[str, Any]:
    results = [
        {
            "waybill": one.waybill,
            "parcel": one.parcel_id,
            "added": one.added,
            "known": one.known,
            "problems": [problem.say(language) for problem in one.problems],
        }
        for one in told
    ]
    return {
        "added": sum(one.added for one in told),
        "known": sum(one.known for one in told),
        "refused": sum(len(one.problems) for one in told),
        "results": results,
    }


@router.post("/parcels/{int:parcel_id}/refresh", response=Asked, summary="Ask the courier's tracking service now")
def refresh(request: HttpRequest, parcel_id: int) -> dict[str, str]:
    """Needs an account at 快递100 in the environment; asked in the background, at most every half hour."""
    viewer = viewer_of(request)
    row = parcel_reads.find(viewer, parcel_id)
    viewer.require(Perm.ORDERS_VIEW, row.shop_id)
    if parcel_poll.account() is None:
        raise Conflict(
            "courier.no_account",
            "还没有配置快递100账号；请由管理员设置环境变量 XIAOER_KUAIDI100_CUSTOMER 和 XIAOER_KUAIDI100_KEY",
            "No account at 快递100: the administrator sets XIAOER_KUAIDI100_CUSTOMER and XIAOER_KUAIDI100_KEY",
        )
    _not_too_often(row)
    with transaction():
        tasks_parcel.refresh_parcel.enqueue(row.pk)
    return {"result": "queued"}


def _not_too_often(row: Parcel) -> None:
    at = clock.now()
    every: timedelta = rule("parcel_poll_every", shop=shop_facts(row.shop_id), at=at).duration
    if row.polled_at is not None and at - row.polled_at < every:
        minutes = int(every.total_seconds() // 60)
        raise Conflict(
            "courier.asked_lately",
            f"{minutes} 分钟内已查过，快递100要求同一单号间隔至少 {minutes} 分钟",
            f"Asked within {minutes} minutes; the tracking service locks numbers asked more often",
        )


@router.post("/parcel-alerts/{int:alert_id}/{verb}", response=ParcelDetail, summary="take, ask, answer, tell or close")
def move_alert(request: HttpRequest, alert_id: int, verb: str, data: AlertMove) -> dict[str, Any]:
    """take: mine now. ask: the courier was contacted. answer: what it says. tell: told to the buyer. close: the end."""
    viewer = viewer_of(request)
    moves = {
        "take": lambda **who: parcel_alerts.take(alert_id, **who),
        "ask": lambda **who: parcel_alerts.ask_courier(alert_id, **who),
        "answer": lambda **who: parcel_alerts.answered(alert_id, answer=data.answer, **who),
        "tell": lambda **who: parcel_alerts.tell_buyer(alert_id, zh=data.text, **who),
        "close": lambda **who: parcel_alerts.close(alert_id, outcome=data.outcome, **who),
    }
    with transaction():
        row = parcel_reads.find_alert(viewer, alert_id)
        viewer.require(Perm.AFTERSALES_OPEN, row.shop_id)
        if verb not in moves:
            raise Invalid(fields={"verb": T(f"没有操作「{verb}」", f"No move {verb!r}; use {', '.join(moves)}")})
        moves[verb](by=viewer.who, at=clock.now())
    return parcel_reads.detail(parcel_reads.find(viewer, row.parcel_id), viewer, at=clock.now())
