"""The order desk's service over HTTP: change, cancel, recall; remarks first; the list of open cases."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Body, Field, Router, Schema, Status

from xiaoer.kernel import clock, paging
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.orders import queries, service_reads, service_rules
from xiaoer.orders.actions.service import open_service, perform_service, typed_changes
from xiaoer.orders.actions.service_seen import read_remark
from xiaoer.orders.models_service import ServiceCase
from xiaoer.orders.service_flow import SERVICE_FLOWS

router = Router()


class OrderShort(Schema):
    id: int
    order_no: str
    fulfilment: str
    fulfilment_label: str


class Buyer(Schema):
    id: int
    nick: str


class ServiceRow(Schema):
    """A service case as a line of the list."""

    id: int
    number: str
    kind: str = Field(description="order_change | order_cancel | parcel_recall")
    kind_label: str
    state: str
    state_label: str
    category: str
    waits_for: str = Field(description="agent | buyer | clerk | warehouse | courier | aftersales | nobody")
    shop: int
    order: OrderShort
    customer: Buyer
    what: list[str]
    asked_when: str = Field(description="The fulfilment state when it was asked")
    asked_when_label: str
    refund_fen: int | None
    opened_at: str
    state_at: str
    due_at: str | None
    ended_at: str | None


class ServicePage(Schema):
    items: list[ServiceRow]
    next: str | None = None


class ServiceCounts(Schema):
    open: int
    agent: int
    buyer: int
    clerk: int
    warehouse: int
    courier: int
    aftersales: int


class TrackStep(Schema):
    verb: str
    at: str | None
    by: str


class SignedStep(Schema):
    verb: str
    label: str
    state: str
    state_label: str
    by: str
    at: str
    note: str
    data: dict[str, Any]


class ServiceOut(ServiceRow):
    """One service case with the steps that are legal now."""

    changes: list[dict[str, Any]]
    remark: str
    remark_plan: str = Field(description="The red-flag remark as the next step will write it")
    held: str = Field(description="papers or parcel, once they are back with the agent")
    facts: dict[str, Any]
    override: str
    same_account: bool
    conversation: int | None
    opened_by: str
    parent: int | None
    clocks: list[dict[str, Any]]
    can: list[dict[str, Any]]
    track: list[TrackStep] = Field(description="modify, remark, confirm, tell the clerk (R096)")
    steps: list[SignedStep]
    server_now: str


class Reader(Schema):
    name: str
    at: str
    times: int


class RemarkFirst(Schema):
    mark: str
    unread: bool
    flag: str
    flag_label: str
    text: str
    buyer_message: str
    readers: list[Reader]


class FlagOut(Schema):
    value: str
    label: str


class AskOut(Schema):
    """Something a buyer may ask for: allowed is yes, no or aftersales; `text` says what will happen."""

    ask: str
    kind: str
    label: str
    allowed: str
    text: str
    form: dict[str, Any] | None


class ServicePanel(Schema):
    """What stands first on an order's page."""

    order: int
    remark: RemarkFirst
    flags: list[FlagOut]
    cases: list[ServiceOut]
    asks: list[AskOut]
    customer: int
    server_now: str


class ReadIn(Schema):
    mark: str = Field(description="What she saw, from the panel's remark.mark", max_length=16)


class OpenIn(Schema):
    """A buyer's request. `customer_id` is the account that asks; another one needs `override`, a written reason."""

    changes: list[dict[str, Any]] = Field(default_factory=list, max_length=10)
    reason: str = Field("", max_length=200)
    customer_id: int | None = None
    override: str = Field("", max_length=200)
    conversation: int | None = None


class RuleOut(Schema):
    platforms: list[str]
    asks: list[str]
    stands: list[str]
    allowed: str
    opens: str
    hold: str
    acts: list[str]
    writes: str
    text: str
    sources: str


def staff_of(request: HttpRequest) -> Viewer:
    """Staff and machines; a buyer's token finds nothing here."""
    viewer = viewer_of(request)
    if viewer.kind == "buyer":
        raise NotFound()
    return viewer


@router.get("/order-service", response=ServicePage, summary="Service cases, latest first (改单与拦截)")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    kind: str = "",
    state: str = "",
    desk: str = "open",
    q: str = "",
    customer: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: open, all, or whose turn it is: agent, buyer, clerk, warehouse, courier, aftersales."""
    viewer = staff_of(request)
    found = service_reads.asked(viewer, shop=shop, kind=kind, state=state, desk=desk, q=q, customer=customer)
    rows, after = paging.newest_first(found, "opened_at", cursor=cursor, limit=limit)
    return {"items": [service_reads.shown_row(row, viewer.language) for row in rows], "next": after}


@router.get("/order-service/counts", response=ServiceCounts, summary="How many open cases wait for whom")
def counted(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return service_reads.counts(staff_of(request), shop)


@router.get("/order-service/rules", response=list[RuleOut], summary="The hidden-rules table (隐藏规则表)")
def rules_table(request: HttpRequest) -> list[dict[str, Any]]:
    language = staff_of(request).language
    names = ("platforms", "asks", "stands", "allowed", "opens", "hold", "acts", "writes", "sources")
    return [
        {**{name: getattr(row, name) for name in names}, "text": row.text.say(language)}
        for row in service_rules.table()
    ]


@router.get("/order-service/{int:case_id}", response=ServiceOut, summary="One service case")
def one(request: HttpRequest, case_id: int) -> dict[str, Any]:
    viewer = staff_of(request)
    return service_reads.shown_case(service_reads.find_service(viewer, case_id), viewer, clock.now())


@router.get("/orders/{int:order_id}/service", response=ServicePanel, summary="Remark first, cases, what may be asked")
def panel(request: HttpRequest, order_id: int) -> dict[str, Any]:
    viewer = staff_of(request)
    return service_reads.panel(queries.find(viewer, order_id), viewer, clock.now())


@router.post("/orders/{int:order_id}/remark-read", response=ServicePanel, summary="已阅: I have read the remark")
def read(request: HttpRequest, order_id: int, data: ReadIn) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, order_id)
        read_remark(row.pk, data.mark, by=viewer.who, at=clock.now())
    return service_reads.panel(queries.find(viewer, order_id), viewer, clock.now())


def opened(
    viewer: Viewer, order_id: int, kind: str, data: OpenIn, *, customer_id: int | None, at: datetime
) -> ServiceCase:
    """Open a case for somebody who may; the caller holds the transaction."""
    if kind not in SERVICE_FLOWS:
        names = "、".join(SERVICE_FLOWS)
        raise Invalid(fields={"kind": T(f"没有“{kind}”这种单，可选：{names}", f"One of {names}, not {kind!r}")})
    row = queries.find(viewer, order_id)
    viewer.require(Perm.AFTERSALES_OPEN if kind == "parcel_recall" else Perm.ORDERS_REMARK, row.shop_id)
    return open_service(
        kind,
        row.pk,
        changes=typed_changes(data.changes) if kind == "order_change" else (),
        reason=data.reason,
        customer_id=customer_id,
        override=data.override,
        may_override=viewer.may(Perm.POLICY_EDIT, row.shop_id),
        conversation=data.conversation,
        by=viewer.who,
        at=at,
    )


@router.post("/orders/{int:order_id}/service/{kind}", response={201: ServiceOut}, summary="A buyer asks: open a case")
def opening(request: HttpRequest, order_id: int, kind: str, data: OpenIn) -> Status[dict[str, Any]]:
    """409 `not_verified` when another account asks, `not_possible_now` by the rules, `remark_unread` before reading."""
    viewer = staff_of(request)
    with transaction():
        case = opened(viewer, order_id, kind, data, customer_id=data.customer_id, at=clock.now())
    return Status(201, service_reads.shown_case(service_reads.find_service(viewer, case.pk), viewer, clock.now()))


@router.post("/order-service/{int:case_id}/{verb}", response=ServiceOut, summary="Take the next step; see `can`")
def stepped(request: HttpRequest, case_id: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    """The body is the step's form. 409 when it is not legal now, somebody was first, or the remark is unread."""
    viewer = staff_of(request)
    with transaction():
        row = service_reads.find_service(viewer, case_id)
        perform_service(viewer, row, verb, data, by=viewer.who, at=clock.now())
    return service_reads.shown_case(service_reads.find_service(viewer, case_id), viewer, clock.now())
