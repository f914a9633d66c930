"""Follow-up calls (跟踪回访): planned with an owner, drafted, called within the cap, what is owed is answered or reported."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import F

from xiaoer.care import call_forms as forms
from xiaoer.care import call_reads, events
from xiaoer.care.actions.saying import refuse_contact, require_sayable
from xiaoer.care.call_flow import CARE_CALL
from xiaoer.care.call_rules import TWICE, first_topic, words_for
from xiaoer.care.models import CallNote, CareCall, CareFile, CareLetter
from xiaoer.complaints.actions import open_complaint
from xiaoer.complaints.complaint_forms import Open
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import SYSTEM, Viewer, Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import begin, find_legal, move, parse_form, require_actor, subject_of
from xiaoer.orders.queries import facts_by_id
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

_WITHOUT_FILE = ("complaint", "activity")
"""Kinds whose topic is given: nothing has to be drafted before the call."""


def plan(
    shop_id: int,
    customer_id: int,
    kind: str,
    source: str,
    *,
    start: datetime,
    about: str = "",
    order_id: int | None = None,
    round: int = 1,
    until: datetime | None = None,
    call_at: datetime | None = None,
    by: Who,
    at: datetime,
) -> CareCall | None:
    """Plan one follow-up in the window of its kind (C25), once for its source. None when there is nothing to plan."""
    earliest, latest = call_reads.window_of(shop_id, kind, round, start, at)
    latest = until or latest
    known = CareCall.objects.filter(source=source, kind=kind, round=round).exists()
    if known or latest <= at or call_reads.asked_not(customer_id):
        return None
    used = call_reads.topics_of(customer_id)
    topic = first_topic(kind, used)
    row = CareCall.objects.create(
        shop_id=shop_id,
        customer_id=customer_id,
        order_id=order_id,
        state=CARE_CALL.first,
        state_at=at,
        owner_id=call_reads.owner_of(shop_id, at),
        kind=kind,
        round=round,
        source=source,
        about=about[:200],
        topic=topic,
        words=words_for(topic, shop_facts(shop_id).name, about),
        call_from=earliest,
        call_until=latest,
        call_at=call_at,
        planned_at=at,
    )
    begin(CARE_CALL, row, by=by, at=at, for_buyer=False, details={"care_kind": kind, "round": round})
    _until(row, "care_call", latest, at)
    if kind in _WITHOUT_FILE:
        move(CARE_CALL, row, "draft", by=SYSTEM, at=at)
    _follow(row)
    return row


def _until(row: CareCall, kind: str, due_at: datetime, at: datetime) -> None:
    """A clock of the table with another end than its rule's."""
    clock = next(one for one in CARE_CALL.clocks() if one.kind == kind)
    warn = deadlines.warnings_of(at, due_at, clock.warn)
    subject = subject_of(CARE_CALL, row)
    deadlines.start(kind, subject, shop_id=row.shop_id, due_at=due_at, at=at, warn_at=warn)


def _follow(row: CareCall) -> None:
    """Its place in the list: the soonest clock, the appointment when that is sooner; an open one is never without."""
    running = deadlines.open_for(subject_of(CARE_CALL, row))
    due = None if CARE_CALL.state(row.state).final else running[0].due_at if running else row.state_at
    CareCall.objects.filter(pk=row.pk).update(due_at=due)
    row.due_at = due


def _step(
    row: CareCall, verb: str, by: Who, at: datetime, details: dict[str, Any] | None = None, **columns: Any
) -> None:
    final = CARE_CALL.state(find_legal(CARE_CALL, row, verb).target).final
    move(CARE_CALL, row, verb, by=by, at=at, details=details, **columns, **({"ended_at": at} if final else {}))
    _follow(row)


def draft(row: CareCall, form: forms.Draft, *, by: Who, at: datetime) -> None:
    """R633, R634: the file is made, what to say next and when is thought over. R642: not what was said before."""
    if form.topic in call_reads.topics_of(row.customer_id, but=row.pk):
        raise Invalid(
            fields={
                "topic": T(
                    "这个话题上次回访聊过了，请换一个（R642）", "This was talked about the last time: another one"
                )
            }
        )
    require_sayable(row.shop_id, form.words, "words", at=at)
    told = {"needs": form.needs, "interests": form.interests, "best_time": form.best_time, "changed_at": at}
    CareFile.objects.update_or_create(
        customer_id=row.customer_id, defaults=told,
        create_defaults={**told, "shop_id": row.shop_id, "made_by": str(by), "made_at": at},
    )  # fmt: skip
    _step(row, "draft", by, at, {"topic": form.topic}, topic=form.topic, words=form.words, call_at=form.call_at)


def _require_may_call(row: CareCall, at: datetime) -> None:
    """C47: the same cap as for watched orders, and not again too soon after a missed try."""
    where = call_reads.standing_of(row, at)
    if not where.may:
        refuse_contact(where)


def _note(row: CareCall, *, reached: bool, by: Who, at: datetime, **said: Any) -> None:
    CallNote.objects.create(
        shop_id=row.shop_id,
        customer_id=row.customer_id,
        call=row,
        kind=row.kind,
        reached=reached,
        by=str(by),
        at=at,
        **said,
    )


def _spoke(row: CareCall, form: Any, at: datetime, by: Who, **more: Any) -> dict[str, Any]:
    """She was reached: the record of the call, and the columns that follow."""
    _require_may_call(row, at)
    _note(row, reached=True, by=by, at=at, running=form.running, opinion=form.opinion, points=form.points, **more)
    return {"reached_at": at, "tries": F("tries") + 1, "tried_at": at}


def reached(row: CareCall, form: forms.Reached, *, by: Who, at: datetime) -> None:
    """R635 to R638. After a purchase, a repair or a service the second call is planned at once (R641)."""
    told = _spoke(row, form, at, by, satisfaction=form.satisfaction, handled=form.handled)
    _step(row, "reached", by, at, {"satisfaction": form.satisfaction}, satisfaction=form.satisfaction, **told)
    _second(row, at)


def _second(row: CareCall, at: datetime) -> None:
    if row.kind in TWICE and row.round == 1:
        plan(
            row.shop_id, row.customer_id, row.kind, row.source, start=at, about=row.about, order_id=row.order_id,
            round=2, by=SYSTEM, at=at,
        )  # fmt: skip


def missed(row: CareCall, form: forms.Missed, *, by: Who, at: datetime) -> None:
    """Not reached: kept, tried again later, and given up after the rule's number of tries (C47)."""
    _require_may_call(row, at)
    _note(row, reached=False, by=by, at=at, points="", handled=form.why)
    tries = row.tries + 1
    _step(row, "missed", by, at, {"missed": form.why, "tries": tries}, tries=tries, tried_at=at)
    if tries >= int(rule("follow_up_tries", shop=shop_facts(row.shop_id), at=at).value):
        _step(row, "give_up", SYSTEM, at)


def owes(row: CareCall, form: forms.Owes, *, by: Who, at: datetime) -> None:
    """R637, R704: what she wants is kept; the time she was told is the clock."""
    if form.promised_at is not None and form.promised_at <= at:
        raise Invalid(fields={"promised_at": T("答复时间须晚于现在", "The promised time must lie ahead")})
    told = _spoke(row, form, at, by, demand=form.demand)
    due = form.promised_at or at + rule("ticket_solution", shop=shop_facts(row.shop_id), at=at).duration
    _step(row, "owes", by, at, {"promised_at": iso(due)}, demand=form.demand, promised_at=due, **told)
    _until(row, "care_promise", due, at)
    _follow(row)


def noticed(row: CareCall, form: forms.Noticed, *, by: Who, at: datetime) -> None:
    _step(row, "noticed", by, at, None, **_spoke(row, form, at, by))


def posted(row: CareCall, form: forms.Letter, *, by: Who, at: datetime) -> None:
    """R644, R646: the letter goes into the register."""
    require_sayable(row.shop_id, form.text, "text", at=at)
    CareLetter.objects.create(
        shop_id=row.shop_id, customer_id=row.customer_id, call=row, by=str(by), at=at, **form.model_dump()
    )
    _step(row, "posted", by, at, {"letter": form.kind})


def complain(row: CareCall, form: forms.Complain, *, by: Who, at: datetime) -> None:
    """R637: a complaint that comes up on the call becomes a complaint sheet, with the facts that are known."""
    told = _spoke(row, form, at, by, demand=form.demand) if row.state in ("ready", "again") else {}
    order = facts_by_id([row.order_id])[row.order_id] if row.order_id else None
    sheet = Open(channel="phone", kind=form.kind, problem=form.points, demand=form.demand)
    made = open_complaint(row.shop_id, row.customer_id, sheet, order=order, by=by, at=at)
    _step(row, "complain", by, at, {"complaint": made.number}, complaint_id=made.pk, demand=form.demand, **told)


def answer(row: CareCall, form: forms.Answer, *, by: Who, at: datetime) -> None:
    _answered(row, "answer", form, by, at)


def tell(row: CareCall, form: forms.Answer, *, by: Who, at: datetime) -> None:
    _answered(row, "tell", form, by, at)


def _answered(row: CareCall, verb: str, form: forms.Answer, by: Who, at: datetime) -> None:
    """She waits for this: no cap. The answer is a call in the register too."""
    _note(row, reached=True, by=by, at=at, points=form.solution, handled=form.solution, satisfaction=form.satisfaction)
    _step(row, verb, by, at, None, solution=form.solution, satisfaction=form.satisfaction)
    _second(row, at)


def report(row: CareCall, form: forms.Report, *, by: Who, at: datetime) -> None:
    """R639: to the supervisor, within two days at the latest."""
    _step(row, "report", by, at, {"note": form.note})


def reported(row: CareCall, form: None, *, by: Who, at: datetime) -> None:
    _step(row, "reported", by, at)


def solve(row: CareCall, form: forms.Solution, *, by: Who, at: datetime) -> None:
    """R640: the customer is told on the day the solution was found."""
    _step(row, "solve", by, at, None, solution=form.solution)
    days = int(rule("follow_up_tell_within", shop=shop_facts(row.shop_id), at=at).value)
    day = at.astimezone(BEIJING).date() + timedelta(days=days)
    _until(row, "care_tell", datetime.combine(day, time.min, BEIJING), at)
    _follow(row)


def postpone(row: CareCall, form: forms.Postpone, *, by: Who, at: datetime) -> None:
    if not at < form.call_at <= row.call_until:
        last = f"{row.call_until.astimezone(BEIJING):%m-%d %H:%M}"
        raise Invalid(fields={"call_at": T(f"须在 {last} 之前", f"Before {last} (Beijing)")})
    _step(row, "postpone", by, at, {"note": form.note}, call_at=form.call_at)


def declined(row: CareCall, form: forms.Refused, *, by: Who, at: datetime) -> None:
    """She does not want to be called: never again, by nobody (C47)."""
    _note(row, reached=True, by=by, at=at, points=form.note)
    made = {"shop_id": row.shop_id, "made_by": str(by), "made_at": at}
    CareFile.objects.update_or_create(
        customer_id=row.customer_id, defaults={"no_calls": True, "changed_at": at},
        create_defaults={**made, "no_calls": True, "changed_at": at},
    )  # fmt: skip
    _step(row, "declined", by, at)


def cancel(row: CareCall, form: forms.Cancel, *, by: Who, at: datetime) -> None:
    _step(row, "cancel", by, at, {"note": form.note})


VERBS: dict[str, Callable[..., None]] = {
    "draft": draft,
    "reached": reached,
    "missed": missed,
    "owes": owes,
    "noticed": noticed,
    "posted": posted,
    "complain": complain,
    "answer": answer,
    "tell": tell,
    "report": report,
    "solve": solve,
    "postpone": postpone,
    "declined": declined,
    "cancel": cancel,
}


def perform_call(viewer: Viewer, row: CareCall, verb: str, data: dict[str, Any], *, by: Who, at: datetime) -> None:
    moves = [step for step in CARE_CALL.moves if step.verb == verb]
    if moves:
        require_actor(moves[0], viewer, row.shop_id)
    step = find_legal(CARE_CALL, row, verb)
    if verb not in VERBS:
        raise Forbidden("这一步由系统完成", "The system does this step")
    VERBS[verb](row, parse_form(step, data), by=by, at=at)


def call_due(row: CareCall, kind: str, due_at: datetime, *, by: Who, at: datetime) -> None:
    """A clock ran out: two days without a solution report it by themselves (R639); the others tell who is late."""
    if kind == "care_report" and CARE_CALL.find(row.state, "reported") is not None:
        return reported(row, None, by=by, at=at)
    _follow(row)
    payload = events.CallLate(number=row.number, clock=kind, due_at=iso(due_at) or "")
    announce(payload, shop_id=row.shop_id, subject=subject_of(CARE_CALL, row), by=by, at=at)


def require_open(row: CareCall) -> None:
    if row.ended_at is not None:
        raise Conflict("not_now", "这张回访已经结束", "This follow-up has ended", current={"state": row.state})
