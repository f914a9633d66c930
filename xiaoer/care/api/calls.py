"""Follow-ups over HTTP (跟踪回访): the call list, one follow-up, its steps; clerk, activities, figures, summaries."""

from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.http import HttpRequest
from ninja import Body, Router, Schema, Status
from pydantic import AwareDatetime, BaseModel, ValidationError

from xiaoer.aftersales.naming import actor_names
from xiaoer.care import actions, call_forms, call_reads, call_showing
from xiaoer.care.call_rules import KINDS
from xiaoer.care.models import CareActivity, CareSummary, CareTracker
from xiaoer.customers import queries as customers
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict, NotFound
from xiaoer.kernel.moving import form_schema, invalid_from
from xiaoer.people.queries import agents_with, find_shop, names_of

F = TypeVar("F", bound=BaseModel)
router = Router()
USUAL_SPAN = timedelta(days=30)
_MOST = 100
_MOST_INVITED = 300


class CallRow(Schema):
    id: int
    number: str
    shop: int
    state: str
    state_label: str
    category: str
    waits_for: str
    state_at: str
    due_at: str | None
    owner: dict[str, Any] | None
    customer: dict[str, Any]
    order: dict[str, Any] | None
    kind: str
    kind_label: str
    round: int
    about: str
    topic_label: str
    call_from: str
    call_until: str
    call_at: str | None
    tries: int
    reached_at: str | None
    satisfaction: int | None
    planned_at: str
    ended_at: str | None


class CallPage(Schema):
    items: list[CallRow]
    next: str | None = None


class CallOut(CallRow):
    words: str
    demand: str
    solution: str
    promised_at: str | None
    complaint: int | None
    conversation: int | None
    may_call: dict[str, Any]
    file: dict[str, Any] | None
    notes: list[dict[str, Any]]
    clocks: list[dict[str, Any]]
    can: list[dict[str, Any]]
    initial: dict[str, dict[str, Any]]
    visited: list[str]
    timeline: list[dict[str, Any]]
    may_assign: bool
    server_now: str


class HolderIn(Schema):
    owner: int


class TrackerIn(Schema):
    shop: int
    clerk: int
    deputy: int | None = None
    deputy_until: AwareDatetime | None = None


def _staff(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if viewer.kind == "buyer":
        raise NotFound()
    return viewer


def _read(form: type[F], data: dict[str, Any]) -> F:
    try:
        return form.model_validate(data)
    except ValidationError as error:
        raise invalid_from(error) from None


def _shown(viewer: Viewer, pk: int) -> dict[str, Any]:
    return call_showing.one(call_reads.find(viewer, pk), viewer, clock.now())


@router.get("/care-calls", response=CallPage, summary="Follow-ups of a desk, the soonest first")
def listed(
    request: HttpRequest,
    shop: int | None = None,
    desk: str = "call",
    kind: str = "",
    mine: bool = False,
    q: str = "",
    cursor: str = "",
    limit: int = 50,
) -> dict[str, Any]:
    """`desk`: plan (to be drafted), call, owed, reported (to the supervisor), open, done, all."""
    viewer = _staff(request)
    found, more = call_reads.page(viewer, desk=desk, shop=shop, kind=kind, mine=mine, q=q, cursor=cursor, limit=limit)
    return {"items": call_showing.rows(found, viewer), "next": more}


@router.get("/care-calls/counts", response=dict[str, int], summary="How much stands at each desk")
def counts(request: HttpRequest, shop: int | None = None) -> dict[str, int]:
    return call_reads.counts(_staff(request), shop)


@router.get("/care-calls/words", summary="Kinds, and the forms of the page")
def words(request: HttpRequest) -> dict[str, Any]:
    language = _staff(request).language
    return {
        "kinds": [{"value": code, "label": label.say(language)} for code, label in KINDS.items()],
        "plan": form_schema(call_forms.Plan, language),
        "note": form_schema(call_forms.Note, language),
        "activity": form_schema(call_forms.Activity, language),
        "summary": form_schema(call_forms.Summary, language),
    }


@router.get("/care-calls/figures", summary="Reach, satisfaction, in time (回访指标)")
def figures(
    request: HttpRequest, shop: int | None = None, since: datetime | None = None, until: datetime | None = None
) -> dict[str, Any]:
    viewer = _staff(request)
    ends = until or clock.now()
    shops = [one for one in viewer.shops_with(Perm.AFTERSALES_VIEW) if shop in (None, one)]
    return call_showing.figures(call_reads.figures_between(shops, since or ends - USUAL_SPAN, ends), viewer.language)


@router.post("/care-calls", response={201: CallOut}, summary="Plan a follow-up by hand (R705)")
def planned(
    request: HttpRequest, customer: int = Body(...), data: dict[str, Any] = Body(...)
) -> Status[dict[str, Any]]:
    viewer = _staff(request)
    buyer = customers.find(viewer, customer)
    viewer.require(Perm.AFTERSALES_OPEN, buyer.shop_id)
    form, now = _read(call_forms.Plan, data), clock.now()
    with transaction():
        row = actions.plan(
            buyer.shop_id, buyer.pk, "service", f"asked:{buyer.pk}:{now.timestamp():.0f}", start=now, about=form.about,
            call_at=form.call_at, by=viewer.who, at=now,
        )  # fmt: skip
    if row is None:
        raise Conflict("asked_not", "这位客户不愿被回访", "This customer does not want to be called")
    return Status(201, _shown(viewer, row.pk))


@router.post("/care-calls/notes", summary="Register a call with a customer (电话登记, R645)")
def noted(request: HttpRequest, customer: int = Body(...), data: dict[str, Any] = Body(...)) -> dict[str, Any]:
    viewer = _staff(request)
    buyer = customers.find(viewer, customer)
    viewer.require(Perm.AFTERSALES_OPEN, buyer.shop_id)
    with transaction():
        row = actions.note_call(buyer.shop_id, buyer.pk, _read(call_forms.Note, data), by=viewer.who, at=clock.now())
    return {"id": row.pk}


@router.get("/care-calls/tracker", summary="Who does the follow-up, who stands in (跟踪业务员)")
def tracker(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = _staff(request)
    find_shop(viewer, shop)
    row = CareTracker.objects.filter(shop_id=shop).first()
    able = agents_with(shop, Perm.AFTERSALES_OPEN)
    return {
        "clerk": row.clerk if row else None,
        "deputy": row.deputy if row else None,
        "deputy_until": row.deputy_until if row else None,
        "holder": call_reads.owner_of(shop, clock.now()),
        "people": [{"value": staff, "label": name} for staff, name in sorted(names_of(able).items())],
        "may": viewer.may(Perm.CHAT_ASSIGN, shop),
    }


@router.put("/care-calls/tracker", summary="Appoint her; name a deputy while she is away (R632, R647)")
def tracker_set(request: HttpRequest, data: TrackerIn) -> dict[str, Any]:
    viewer = _staff(request)
    find_shop(viewer, data.shop)
    viewer.require(Perm.CHAT_ASSIGN, data.shop)
    with transaction():
        actions.set_tracker(data.shop, data.clerk, data.deputy, data.deputy_until, by=viewer.who, at=clock.now())
    return tracker(request, data.shop)


@router.get("/care-activities", summary="Activities announced by telephone (活动通知)")
def activities(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    viewer = _staff(request)
    shops = [one for one in viewer.shops_with(Perm.AFTERSALES_VIEW) if shop in (None, one)]
    rows = CareActivity.objects.filter(shop_id__in=shops).order_by("-held_at", "-pk")[:_MOST]
    return {"items": [call_showing.activity(row, viewer.language) for row in rows], "next": None}


@router.post("/care-activities", summary="Announce one to the customers of a tag or by name (R643)")
def activity_announced(request: HttpRequest, shop: int = Body(...), data: dict[str, Any] = Body(...)) -> dict[str, Any]:
    viewer = _staff(request)
    find_shop(viewer, shop)
    viewer.require(Perm.AFTERSALES_OPEN, shop)
    form = _read(call_forms.Activity, data)
    chosen = set(customers.ids_by_nick(shop, [one for one in form.nicks.splitlines() if one.strip()]).values())
    if form.tag:
        tagged = customers.ask(viewer, shop=shop, tag=form.tag).order_by("-last_seen_at", "-pk")
        chosen |= set(tagged.values_list("pk", flat=True)[:_MOST_INVITED])
    with transaction():
        row = actions.announce_activity(shop, form, sorted(chosen), by=viewer.who, at=clock.now())
    return call_showing.activity(row, viewer.language)


@router.get("/care-summaries", summary="Filed summaries of months and years (小结、总结)")
def summaries(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    viewer = _staff(request)
    shops = [one for one in viewer.shops_with(Perm.AFTERSALES_VIEW) if shop in (None, one)]
    rows = list(CareSummary.objects.filter(shop_id__in=shops).order_by("-period", "-pk")[:_MOST])
    told = actor_names([row.by for row in rows], viewer.language)
    return {"items": [call_showing.summary(row, told, viewer.language) for row in rows], "next": None}


@router.post("/care-summaries", summary="File a summary with the figures of its period (R648)")
def summary_filed(request: HttpRequest, shop: int = Body(...), data: dict[str, Any] = Body(...)) -> dict[str, Any]:
    viewer = _staff(request)
    find_shop(viewer, shop)
    viewer.require(Perm.CHAT_ASSIGN, shop)
    with transaction():
        row = actions.file_summary(shop, _read(call_forms.Summary, data), by=viewer.who, at=clock.now())
    return call_showing.summary(row, actor_names([row.by], viewer.language), viewer.language)


@router.get("/care-calls/{int:call_id}", response=CallOut, summary="One follow-up")
def one(request: HttpRequest, call_id: int) -> dict[str, Any]:
    return _shown(_staff(request), call_id)


@router.put("/care-calls/{int:call_id}/owner", response=CallOut, summary="Give it to a colleague (R647)")
def owned(request: HttpRequest, call_id: int, data: HolderIn) -> dict[str, Any]:
    viewer = _staff(request)
    with transaction():
        row = call_reads.find(viewer, call_id)
        viewer.require(Perm.CHAT_ASSIGN, row.shop_id)
        actions.set_call_owner(row, data.owner, by=viewer.who, at=clock.now())
    return _shown(viewer, call_id)


@router.post("/care-calls/{int:call_id}/{verb}", response=CallOut, summary="The next step; see `can`")
def moved(request: HttpRequest, call_id: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    """409 `not_now` when the harassment cap or the quiet hours forbid the call (C47)."""
    viewer = _staff(request)
    with transaction():
        row = call_reads.find(viewer, call_id)
        actions.perform_call(viewer, row, verb, data, by=viewer.who, at=clock.now())
    return _shown(viewer, call_id)
