"""Cases for staff: desks, one case, opening for a buyer, every move, the register."""

from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Body, Router, Status
from pydantic import ValidationError

from xiaoer.aftersales import actions, export, queries, showing
from xiaoer.aftersales.answers import ZONE
from xiaoer.aftersales.api.schemas import BuyerOpenIn, CaseOut, CasePage, ClockIn, Counts, KindOut, NoteIn, OpenIn
from xiaoer.aftersales.kinds import KINDS
from xiaoer.aftersales.offering import offered
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.moving import invalid_from
from xiaoer.kernel.xlsx import XLSX
from xiaoer.orders import queries as orders

router = Router()
REGISTER_MOST = 5000


def staff_of(request: HttpRequest) -> Viewer:
    """Staff and machines; a buyer's token finds nothing here."""
    viewer = viewer_of(request)
    if viewer.kind == "buyer":
        raise NotFound()
    return viewer


@router.get("/cases", response=CasePage, summary="Cases of a desk, the soonest clock first")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    flow: str = "",
    state: str = "",
    desk: str = "open",
    q: str = "",
    order: int | None = None,
    customer: int | None = None,
    cursor: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: answer (待处理), dock (退货台), money (待退款), open, all. `q`: case or order number, waybill, nick."""
    viewer = staff_of(request)
    found, more = queries.page(
        viewer,
        flow=flow,
        desk=desk,
        cursor=cursor,
        limit=limit,
        shop=shop,
        state=state,
        q=q,
        order=order,
        customer=customer,
    )
    return {"items": showing.rows(found, viewer.language), "next": more}


@router.get("/cases/counts", response=Counts, summary="How many cases wait at each desk")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return queries.counts(staff_of(request), shop)


@router.get(
    "/cases/opening", summary="What may be asked for an order: kinds, reasons, pieces, amounts, who pays freight"
)
def may_open(request: HttpRequest, order: int) -> dict[str, Any]:
    viewer = staff_of(request)
    row = orders.find(viewer, order)
    viewer.require(Perm.AFTERSALES_VIEW, row.shop_id)
    return offered(orders.order_facts(row.pk), viewer.language, clock.now())


@router.get("/cases/kinds", response=list[KindOut], summary="Every after-sales flow, for filters and links")
def kinds(request: HttpRequest) -> list[dict[str, Any]]:
    language = staff_of(request).language
    return [{"name": one.name, "title": one.flow.label.say(language)} for one in KINDS.values()]


@router.get("/cases/export", summary="The register 售后退换货登记表 (XLSX)")
def exported(
    request: HttpRequest, shop: int | None = None, flow: str = "", state: str = "", desk: str = "all", q: str = ""
) -> HttpResponse:
    viewer = staff_of(request)
    found: list[Any] = []
    cursor: str | None = ""
    while cursor is not None and len(found) < REGISTER_MOST:
        part, cursor = queries.page(
            viewer, flow=flow, desk=desk, cursor=cursor, limit=queries.MOST, shop=shop, state=state, q=q
        )
        found += part
    answer = HttpResponse(export.register(found, viewer.language, ZONE), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="aftersales-register.xlsx"'
    return answer


@router.get("/cases/{flow}/{case_id}", response=CaseOut, summary="One case")
def one(request: HttpRequest, flow: str, case_id: int) -> dict[str, Any]:
    return shown(staff_of(request), flow, case_id)


def shown(viewer: Viewer, flow: str, case_id: int) -> dict[str, Any]:
    row = queries.find(viewer, flow, case_id)
    return showing.for_staff(queries.flow_named(flow), row, viewer, clock.now())


A = TypeVar("A", OpenIn, BuyerOpenIn)


def read(shape: type[A], body: dict[str, Any]) -> tuple[A, dict[str, Any]]:
    """The common part of an application, and what was typed into the flow's own form."""
    try:
        found = shape.model_validate(body)
    except ValidationError as error:
        raise invalid_from(error) from None
    return found, dict(found.model_extra or {})


@router.post("/cases/{flow}", response={201: CaseOut}, summary="Open a case for a buyer")
def opened(request: HttpRequest, flow: str, body: dict[str, Any] = Body(...)) -> Status[dict[str, Any]]:
    """`order`, and beside it the fields of the flow's own form (see `opening`): for a return `reason`, `lines`,
    `amount_fen`, `note`, `photos`. Optional: `goodwill` (take it although the time is over), `platform_no`."""
    viewer = staff_of(request)
    data, form = read(OpenIn, body)
    kind = queries.flow_named(flow).name
    row = orders.find(viewer, data.order)
    viewer.require(Perm.AFTERSALES_OPEN, row.shop_id)
    if data.goodwill:
        viewer.require(Perm.AFTERSALES_DECIDE, row.shop_id)
    extras = actions.Extras(data.goodwill, data.platform_no)
    with transaction():
        case = actions.open_any(viewer, kind, row.pk, form, at=clock.now(), extras=extras)
    return Status(201, shown(viewer, flow, case.pk))


@router.post("/cases/{flow}/{case_id}/notes", response=CaseOut, summary="Add an internal note")
def noted(request: HttpRequest, flow: str, case_id: int, data: NoteIn) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, flow, case_id)
        if viewer.kind == "token":  # a colleague who sees the case may comment; a machine's reading scope only reads
            viewer.require(Perm.AFTERSALES_OPEN, row.shop_id)
        actions.add_note(queries.flow_named(flow), row, data.text, by=viewer.who, at=clock.now())
    return shown(viewer, flow, case_id)


@router.put("/cases/{flow}/{case_id}/clocks", response=CaseOut, summary="Take over a due time from the platform")
def clock_set(request: HttpRequest, flow: str, case_id: int, data: ClockIn) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, flow, case_id)
        viewer.require(Perm.AFTERSALES_DECIDE, row.shop_id)
        actions.set_platform_clock(queries.flow_named(flow), row, data.kind, data.due_at, by=viewer.who, at=clock.now())
    return shown(viewer, flow, case_id)


@router.post("/cases/{flow}/{case_id}/{verb}", response=CaseOut, summary="Take the next step; see the case's `can`")
def moved(
    request: HttpRequest, flow: str, case_id: int, verb: str, data: dict[str, Any] = Body(default={})
) -> dict[str, Any]:
    """The body is the step's form. 409 when somebody was first or the step is not legal now."""
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, flow, case_id)
        actions.perform(viewer, queries.flow_named(flow), row, verb, data, by=viewer.who, at=clock.now())
    return shown(viewer, flow, case_id)
