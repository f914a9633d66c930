"""The supervisor's morning over HTTP: what waits, one click reminds, the agent answers."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from ninja import Body, Router
from pydantic import ValidationError

from xiaoer.aftersales import morning
from xiaoer.aftersales.actions import watching
from xiaoer.aftersales.api import finance_schemas as out
from xiaoer.aftersales.api.cases import staff_of
from xiaoer.aftersales.models import RegisterSign, Reminder
from xiaoer.aftersales.naming import actor_names
from xiaoer.aftersales.watch_flow import REMINDER, Answer
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.clock import iso
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound, Refusal
from xiaoer.kernel.moving import invalid_from
from xiaoer.kernel.paging import newest_first
from xiaoer.people.queries import names_of

router = Router()


def _watcher(request: HttpRequest) -> Viewer:
    """Who assigns work looks after it: supervisors and the owner."""
    viewer = staff_of(request)
    if not viewer.shops_with(Perm.CHAT_ASSIGN):
        raise NotFound()
    return viewer


@router.get("/morning", response=out.MorningOut, summary="Orders in refund or dispute, oldest first (R013, R014)")
def listed(request: HttpRequest, kind: str = "refund", shop: int | None = None, limit: int = 100) -> dict[str, Any]:
    """`kind`: refund, dispute, all, or the name of one flow."""
    viewer = _watcher(request)
    rows = [
        row
        for row in morning.page(viewer, wanted=kind, shop=shop, limit=limit)
        if viewer.may(Perm.CHAT_ASSIGN, row.shop)
    ]
    last = morning.latest_reminders([row.subject for row in rows])
    hands = morning.handlers(rows)
    times = dict(
        Reminder.objects.filter(subject__in=[row.subject for row in rows])
        .order_by()
        .values_list("subject")
        .annotate(Count("pk"))
    )
    told = _told(last.values(), viewer)
    return {
        "items": [
            _waiting(row, hands.get(row.subject), told.get(row.subject), times.get(row.subject, 0)) for row in rows
        ],
        "counts": morning.counts(viewer, shop),
        "agents": morning.agents_by_shop(viewer),
        "reviewed": _reviewed(viewer, clock.now()),
    }


def _waiting(row: morning.Waiting, agent: int | None, reminder: Any, times: int) -> dict[str, Any]:
    return {
        "subject": row.subject,
        "kind": row.kind,
        "kind_label": row.kind_label,
        "number": row.number,
        "shop": row.shop,
        "order_no": row.order_no,
        "nick": row.nick,
        "state": row.state,
        "state_label": row.state_label,
        "waits_for": row.waits_for,
        "opened_at": iso(row.opened_at),
        "since": iso(row.since),
        "due_at": iso(row.due_at),
        "amount_fen": row.amount_fen,
        "path": row.path,
        "agent": agent,
        "reminder": reminder,
        "reminders": times,
    }


def _told(rows: Any, viewer: Viewer) -> dict[str, dict[str, Any]]:
    found = list(rows)
    told = actor_names([row.asked_by for row in found], viewer.language)
    return {row.subject: _reminder(row, told, viewer.language) for row in found}


def _reminder(row: Reminder, told: dict[str, str], language: str) -> dict[str, Any]:
    name, _, pk = row.subject.partition(":")
    return {
        "id": row.pk,
        "subject": row.subject,
        "number": row.number,
        "shop": row.shop_id,
        "path": f"/cases/{name}/{pk}" if name not in morning.SOURCES else f"/{name}s/{pk}",
        "agent": row.agent_id,
        "agent_name": row.agent.name,
        "state": row.state,
        "state_label": REMINDER.state(row.state).label.say(language),
        "text": row.text,
        "waited_since": iso(row.waited_since),
        "asked_by": told.get(row.asked_by, ""),
        "asked_at": iso(row.asked_at),
        "due_at": iso(row.due_at),
        "late": row.late,
        "answered_at": iso(row.answered_at),
        "answer": row.answer,
    }


DAY = "day"


def _today(at: datetime) -> str:
    return f"{DAY}:{at.astimezone(BEIJING):%Y%m%d}"


def _reviewed(viewer: Viewer, at: datetime) -> dict[str, Any] | None:
    rows = RegisterSign.objects.filter(
        register="morning", subject=_today(at), shop_id__in=viewer.shops_with(Perm.CHAT_ASSIGN)
    )
    row = rows.order_by("-pk").first()
    return {"by": row.by_name, "at": iso(row.at)} if row is not None else None


@router.post("/morning/reviewed", response=out.Reviewed, summary="The day's review is done (R013): signed")
def reviewed(request: HttpRequest) -> dict[str, Any]:
    viewer, now = _watcher(request), clock.now()
    with transaction():
        for shop in viewer.shops_with(Perm.CHAT_ASSIGN):
            watching.sign(
                shop, "morning", _today(now), f"shop{shop}", "", by=viewer.who, by_name=viewer.who.name, at=now
            )
    found = _reviewed(viewer, now)
    assert found is not None
    return found


@router.post("/morning/remind", response=out.Reminded, summary="Remind the agents of these cases (R015)")
def reminded(request: HttpRequest, data: out.RemindIn) -> dict[str, Any]:
    """Without `agent` each reminder goes to whoever last worked on the case, else to the least busy agent."""
    viewer, now = _watcher(request), clock.now()
    found = []
    with transaction():
        for subject in dict.fromkeys(data.subjects):
            found.append({"subject": subject, **_remind(viewer, subject, data, now)})
    return {"results": found}


def _remind(viewer: Viewer, subject: str, data: out.RemindIn, now: datetime) -> dict[str, str]:
    try:
        with transaction():
            case = morning.find(viewer, subject)
            viewer.require(Perm.CHAT_ASSIGN, case.shop)
            agent = data.agent or morning.handlers([case]).get(subject) or morning.least_busy(case.shop)
            watching.remind(case, agent, data.text.strip(), by=viewer.who, at=now)
    except Refusal as no:
        text = next(iter(no.fields.values())) if no.fields else no.text
        return {"result": "refused", "why": text.say(viewer.language)}
    return {"result": "done", "why": ""}


@router.get("/nudges/mine", response=out.ReminderPage, summary="What I was reminded of and have not answered")
def mine(request: HttpRequest) -> dict[str, Any]:
    viewer = staff_of(request)
    rows = Reminder.objects.filter(agent_id=viewer.id or 0, state="asked", shop_id__in=viewer.shop_ids)
    found = list(rows.select_related("agent").order_by("asked_at", "pk")[:100])
    told = actor_names([row.asked_by for row in found], viewer.language)
    return {"items": [_reminder(row, told, viewer.language) for row in found], "next": None}


@router.post("/nudges/{int:reminder_id}/answer", response=out.ReminderOut, summary="Say what was done")
def answered(request: HttpRequest, reminder_id: int, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = staff_of(request)
    try:
        form = Answer.model_validate(data)
    except ValidationError as error:
        raise invalid_from(error) from None
    with transaction():
        watching.answer(viewer, watching.find(viewer, reminder_id), form, by=viewer.who, at=clock.now())
    row = watching.find(viewer, reminder_id)
    return _reminder(row, actor_names([row.asked_by], viewer.language), viewer.language)


@router.get("/nudges", response=out.ReminderPage, summary="Reminders given, newest first")
def given(request: HttpRequest, shop: int | None = None, cursor: str | None = None, limit: int = 50) -> dict[str, Any]:
    viewer = _watcher(request)
    shops = [one for one in viewer.shops_with(Perm.CHAT_ASSIGN) if shop in (None, one)]
    rows = Reminder.objects.filter(shop_id__in=shops).select_related("agent")
    found, more = newest_first(rows, "asked_at", cursor=cursor, limit=limit)
    told = actor_names([row.asked_by for row in found], viewer.language)
    return {"items": [_reminder(row, told, viewer.language) for row in found], "next": more}


@router.get("/nudges/counts", response=list[out.AgentCount], summary="How each agent answered since a day")
def counted(request: HttpRequest, since: datetime, shop: int | None = None) -> list[dict[str, Any]]:
    viewer = _watcher(request)
    shops = [one for one in viewer.shops_with(Perm.CHAT_ASSIGN) if shop in (None, one)]
    rows = Reminder.objects.filter(shop_id__in=shops, asked_at__gte=since).order_by().values("agent")
    found = list(
        rows.annotate(
            asked=Count("pk"),
            open=Count("pk", filter=Q(state="asked")),
            late=Count("pk", filter=Q(late=True)),
            answered=Count("pk", filter=~Q(state="asked")),
        ).order_by("agent")
    )
    told = names_of([one["agent"] for one in found])
    return [{**one, "name": told.get(one["agent"], "")} for one in found]
