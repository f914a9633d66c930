"""催办 (R015): a supervisor reminds an agent of a case; recorded, followed, counted. And signatures on registers."""

from datetime import datetime

from xiaoer.aftersales import events_finance as events
from xiaoer.aftersales import morning
from xiaoer.aftersales.models import RegisterSign, Reminder
from xiaoer.aftersales.watch_flow import REMINDER, Answer
from xiaoer.kernel import moving
from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import names_of, shop_facts
from xiaoer.policy.queries import rule


def remind(case: morning.Waiting, agent_id: int, text: str, *, by: Who, at: datetime) -> Reminder:
    """提醒售后客服及时处理: one open reminder per case and agent."""
    if agent_id not in morning.agents_of(case.shop):
        raise Invalid(fields={"agent": T("请选择本店的售后客服", "Choose an after-sales agent of this shop")})
    known = Reminder.objects.filter(subject=case.subject, agent_id=agent_id, state="asked").first()
    if known is not None:
        raise Conflict(
            "reminded_already",
            f"{case.number} 已催办过，等待答复",
            f"{case.number}: a reminder waits for an answer already",
            current={"id": known.pk, "asked_at": known.asked_at.isoformat()},
        )
    due = at + rule("reminder_answered_within", shop=shop_facts(case.shop), at=at).duration
    row = Reminder.objects.create(
        shop_id=case.shop,
        order_id=case.order,
        customer_id=case.customer,
        subject=case.subject,
        number=case.number,
        agent_id=agent_id,
        state=REMINDER.first,
        state_at=at,
        text=text,
        case_state=case.state,
        waited_since=case.since,
        asked_by=str(by),
        asked_at=at,
        due_at=due,
    )
    details = {"number": case.number, "agent": agent_id} | ({"text": text} if text else {})
    moving.begin(REMINDER, row, by=by, at=at, details=details, for_buyer=False)
    return row


def answer(viewer: Viewer, row: Reminder, form: Answer, *, by: Who, at: datetime) -> None:
    """The agent says what she did; only she answers what was asked of her."""
    if viewer.id != row.agent_id:
        name = names_of([row.agent_id]).get(row.agent_id, "")
        raise Forbidden(f"这条催办由{name}答复", f"{name} answers this reminder")
    move = moving.find_legal(REMINDER, row, "answer")
    moving.require_actor(move, viewer, row.shop_id)
    _end(row, "answer", form.answer, by=by, at=at)


def _end(row: Reminder, verb: str, text: str, *, by: Who, at: datetime) -> None:
    details = {"number": row.number} | ({"text": text} if text else {})
    late = at > row.due_at
    moving.move(REMINDER, row, verb, by=by, at=at, details=details, answered_at=at, answer=text, late=late or row.late)


def case_moved(subject: str, *, by: Who, at: datetime) -> int:
    """The case went on: what was asked for is done. Returns how many reminders ended."""
    rows = list(Reminder.objects.filter(subject=subject, state="asked").select_related("shop"))
    for row in rows:
        _end(row, "settle", "", by=by, at=at)
    return len(rows)


def unanswered(reminder_id: int, *, by: Who, at: datetime) -> None:
    """Her time ran out: counted and said; the reminder stays open."""
    row = Reminder.objects.filter(pk=reminder_id, state="asked").select_related("agent").first()
    if row is None or not Reminder.objects.filter(pk=row.pk, late=False).update(late=True):
        return
    payload = events.ReminderLate(number=row.number, agent=row.agent.name)
    announce(payload, shop_id=row.shop_id, subject=f"reminder:{row.pk}", by=by, at=at)


def find(viewer: Viewer, reminder_id: int) -> Reminder:
    row = Reminder.objects.filter(pk=reminder_id, shop_id__in=viewer.shop_ids).select_related("shop", "agent").first()
    if row is None or (row.agent_id != viewer.id and row.shop_id not in viewer.shop_ids):
        raise NotFound("没有这条催办", "There is no such reminder")
    return row


def sign(
    shop_id: int, register: str, subject: str, place: str, note: str, *, by: Who, by_name: str, at: datetime
) -> RegisterSign:
    """签字: appended, never changed; the same person signs one place of a row once."""
    known = RegisterSign.objects.filter(register=register, subject=subject, place=place, by=str(by)).first()
    if known is not None:
        return known
    row = RegisterSign.objects.create(
        shop_id=shop_id, register=register, subject=subject, place=place, note=note, by=str(by), by_name=by_name, at=at
    )
    announce(events.RegisterSigned(register_name=register, place=place), shop_id=shop_id, subject=subject, by=by, at=at)
    return row
