"""The dispute desk over HTTP (维权台): registering, desks, one dispute, every move, evidence, the pack, learning."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Body, File, Form, Router, Status
from ninja.files import UploadedFile
from pydantic import ValidationError

from xiaoer.aftersales import queries as aftersales
from xiaoer.complaints import actions, drafts, export, forms, packing, queries, showing, stats
from xiaoer.complaints.api.files import taken_in
from xiaoer.complaints.api.reviews import REGISTER_MOST, all_pages, staff_of
from xiaoer.complaints.api.schemas import (
    ClockIn,
    DisputeIn,
    DisputeOut,
    DisputePage,
    EvidenceIn,
    FileOut,
    OwnerIn,
)
from xiaoer.complaints.flow import DISPUTE
from xiaoer.complaints.models import Dispute
from xiaoer.complaints.reasons import ITEMS, REASONS
from xiaoer.complaints.rules import CHANNELS, DISPUTE_KINDS
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import invalid_from
from xiaoer.kernel.xlsx import XLSX
from xiaoer.orders.queries import facts_by_number
from xiaoer.people.queries import find_shop

router = Router()
USUAL_SPAN = timedelta(days=180)


@router.get("/disputes", response=DisputePage, summary="Disputes of a desk, the soonest clock first")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    desk: str = "open",
    state: str = "",
    reason: str = "",
    kind: str = "",
    order: int | None = None,
    q: str = "",
    cursor: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: todo, waiting (buyer or platform), closing, open, done, all. `state=open` is the desk open."""
    viewer = staff_of(request)
    if state in ("open", "done", "all"):
        desk, state = state, ""
    found, more = queries.page(
        viewer, "dispute", desk=desk, shop=shop, q=q, state=state, reason=reason, kind=kind, order_id=order,
        cursor=cursor, limit=limit,
    )  # fmt: skip
    return {"items": showing.dispute_rows(found, viewer.language), "next": more}


@router.get("/disputes/counts", response=dict[str, int], summary="How much waits at each desk")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return queries.counts(staff_of(request), "dispute", shop)


@router.get("/disputes/words", summary="Reasons with their checklists, kinds, channels")
def words(request: HttpRequest) -> dict[str, Any]:
    language = staff_of(request).language
    return {
        "reasons": [
            {
                "value": code,
                "label": one.label.say(language),
                "must": [ITEMS[item].label.say(language) for item in one.must],
                "tip": one.tip.say(language),
            }
            for code, one in REASONS.items()
        ],
        "kinds": [{"value": code, "label": label.say(language)} for code, label in DISPUTE_KINDS.items()],
        "channels": [{"value": code, "label": label.say(language)} for code, label in CHANNELS.items()],
        "items": [{"value": code, "label": one.label.say(language), "kind": one.kind} for code, one in ITEMS.items()],
    }


@router.get("/disputes/export", summary="The dispute register 维权登记表 (XLSX)")
def exported(
    request: HttpRequest, shop: int | None = None, desk: str = "all", reason: str = "", q: str = ""
) -> HttpResponse:
    viewer = staff_of(request)
    found = all_pages(viewer, "dispute", REGISTER_MOST, desk=desk, shop=shop, q=q, reason=reason)
    answer = HttpResponse(export.dispute_register(found, viewer), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="dispute-register.xlsx"'
    return answer


@router.get("/disputes/learning", summary="Won and lost by reason and by evidence (胜败学习)")
def learned(
    request: HttpRequest, shop: int | None = None, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Any]:
    viewer = staff_of(request)
    ends = until or clock.now()
    return stats.learning(viewer, shop=shop, since=since or ends - USUAL_SPAN, until=ends)


@router.post("/disputes/import", response=FileOut, summary="Register the day's disputes from a file (CSV or XLSX)")
def imported(request: HttpRequest, shop: Form[int], file: File[UploadedFile]) -> dict[str, Any]:
    """Columns 订单号 and 维权理由; also 维权单号, 类型, 买家陈述, 诉求金额, 发起时间."""
    viewer = staff_of(request)
    find_shop(viewer, shop)
    viewer.require(Perm.AFTERSALES_OPEN, shop)
    now = clock.now()

    def take(batch: Sequence[drafts.DisputeDraft], rejected: int) -> actions.Taken:
        with transaction():
            done = actions.take_disputes(shop, batch, source="file", rejected=rejected, by=viewer.who, at=now)
            for row in Dispute.objects.filter(pk__in=done.ids):
                _link(viewer, row, now)
            return done

    return taken_in(
        file, drafts.DISPUTE_COLUMNS, ("order_no", "reason"), lambda told: drafts.dispute_of(told, at=now), take,
        viewer.language,
    )  # fmt: skip


def _link(viewer: Viewer, row: Dispute, at: datetime) -> None:
    """The latest after-sales case of the order is what the dispute is about."""
    found, _ = aftersales.page(viewer, desk="all", order=row.order_id, limit=1)
    if found:
        flow, case = found[0]
        actions.link_case(row, flow, case.pk, by=viewer.who, at=at)


@router.post("/disputes", response={201: DisputeOut}, summary="Register a dispute (新增登记)")
def registered(request: HttpRequest, data: DisputeIn) -> Status[dict[str, Any]]:
    viewer = staff_of(request)
    find_shop(viewer, data.shop)
    viewer.require(Perm.AFTERSALES_OPEN, data.shop)
    try:
        form = forms.Register.model_validate(data.dict(exclude={"shop", "order_no", "raised_at"}))
    except ValidationError as error:
        raise invalid_from(error) from None
    number = data.order_no.strip()
    order = facts_by_number(data.shop, [number]).get(number)
    if order is None:
        text = T(
            f"没有订单 {number[:40]}，请核对订单号或先导入订单", f"No order {number[:40]}; check it or import it first"
        )
        raise Invalid(fields={"order_no": text})
    now = clock.now()
    with transaction():
        row = actions.register_dispute(order, form, raised_at=data.raised_at, by=viewer.who, at=now)
        _link(viewer, row, now)
    return Status(201, _shown(viewer, row.pk))


def _shown(viewer: Viewer, dispute_id: int) -> dict[str, Any]:
    return showing.dispute(queries.find(viewer, "dispute", dispute_id), viewer, clock.now())


@router.get("/disputes/{int:dispute_id}", response=DisputeOut, summary="One dispute")
def one(request: HttpRequest, dispute_id: int) -> dict[str, Any]:
    return _shown(staff_of(request), dispute_id)


@router.post("/disputes/{int:dispute_id}/evidence", response=DisputeOut, summary="Add a piece of evidence")
def evidence_added(request: HttpRequest, dispute_id: int, data: EvidenceIn) -> dict[str, Any]:
    viewer = staff_of(request)
    try:
        form = forms.AddEvidence.model_validate(data.dict())
    except ValidationError as error:
        raise invalid_from(error) from None
    with transaction():
        row = queries.find(viewer, "dispute", dispute_id)
        viewer.require(Perm.AFTERSALES_OPEN, row.shop_id)
        actions.add_evidence(row, form, by=viewer.who, at=clock.now())
    return _shown(viewer, dispute_id)


@router.delete(
    "/disputes/{int:dispute_id}/evidence/{int:evidence_id}", response=DisputeOut, summary="Take a piece out again"
)
def evidence_dropped(request: HttpRequest, dispute_id: int, evidence_id: int) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, "dispute", dispute_id)
        viewer.require(Perm.AFTERSALES_DECIDE, row.shop_id)
        actions.drop_evidence(row, evidence_id, by=viewer.who, at=clock.now())
    return _shown(viewer, dispute_id)


@router.post("/disputes/{int:dispute_id}/pack", summary="The evidence pack (一键举证包): ZIP with cover, parts, hashes")
def packed(request: HttpRequest, dispute_id: int) -> HttpResponse:
    """A POST because it leaves a line in the journal with the hash of the manifest."""
    viewer = staff_of(request)
    now = clock.now()
    row = queries.find(viewer, "dispute", dispute_id)
    viewer.require(Perm.AFTERSALES_OPEN, row.shop_id)
    viewer.require(Perm.ORDERS_VIEW, row.shop_id)
    made = packing.collect(row, viewer, now)
    with transaction():
        actions.pack_made(row, made.parts, made.manifest, by=viewer.who, at=now)
    answer = HttpResponse(made.data, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="evidence-{row.number}.zip"'
    answer["X-Manifest-SHA256"] = made.manifest
    return answer


@router.put("/disputes/{int:dispute_id}/clocks", response=DisputeOut, summary="Take over a due time of the platform")
def clock_set(request: HttpRequest, dispute_id: int, data: ClockIn) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, "dispute", dispute_id)
        viewer.require(Perm.AFTERSALES_DECIDE, row.shop_id)
        actions.set_platform_clock(DISPUTE, row, data.kind, data.due_at, by=viewer.who, at=clock.now())
    return _shown(viewer, dispute_id)


@router.put("/disputes/{int:dispute_id}/owner", response=DisputeOut, summary="Who handles it")
def owned(request: HttpRequest, dispute_id: int, data: OwnerIn) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, "dispute", dispute_id)
        viewer.require(Perm.AFTERSALES_DECIDE, row.shop_id)
        actions.set_owner(DISPUTE, row, data.owner, Perm.AFTERSALES_DECIDE, by=viewer.who, at=clock.now())
    return _shown(viewer, dispute_id)


@router.post("/disputes/{int:dispute_id}/{verb}", response=DisputeOut, summary="The next step; see the dispute's `can`")
def moved(request: HttpRequest, dispute_id: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = staff_of(request)
    with transaction():
        row = queries.find(viewer, "dispute", dispute_id)
        actions.perform(viewer, DISPUTE, row, verb, data, by=viewer.who, at=clock.now())
    return _shown(viewer, dispute_id)
