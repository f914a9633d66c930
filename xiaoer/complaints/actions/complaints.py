"""What each step of a complaint does (投诉单, flow 19): taken in with an owner, answered, verified, solved, closed."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from xiaoer.aftersales.actions import open_any
from xiaoer.complaints import complaint_forms as forms
from xiaoer.complaints import queries
from xiaoer.complaints.actions import clocks, saying
from xiaoer.complaints.complaint_flow import COMPLAINT
from xiaoer.complaints.complaint_rules import OUTSIDE, TOP, TRIGGERS, grade
from xiaoer.complaints.models import Complaint
from xiaoer.kernel.access import Perm, Viewer, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import begin, move, subject_of
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import agents_with, shop_facts
from xiaoer.policy.queries import rule, rules
from xiaoer.reception.actions import use_uploads

LEVEL_PERMS = {1: Perm.AFTERSALES_DECIDE, 2: Perm.CHAT_ASSIGN, 3: Perm.SHOP_EDIT}
"""Who may hold a complaint on each of the three levels (R431, R458)."""


def open_complaint(
    shop_id: int,
    customer_id: int,
    form: forms.Open,
    *,
    order: OrderFacts | None = None,
    conversation: int | None = None,
    by: Who,
    at: datetime,
) -> Complaint:
    """接待一起 (R461): graded, on its level, with an owner and its clocks from the first second."""
    shop = shop_facts(shop_id)
    found = rules(["complaint_high_amount", "complaint_repeat_window"], shop=shop, at=at)
    before = queries.earlier(customer_id, form.kind, at - found["complaint_repeat_window"].duration)
    amount = max(form.claim_fen or 0, order.paid_fen if order is not None else 0)
    graded = grade(
        form.kind, form.channel, safety=form.safety, threat=form.threat, amount_fen=amount,
        high_fen=int(found["complaint_high_amount"].value), repeats=before is not None,
    )  # fmt: skip
    told = form.model_dump(exclude={"goods"})
    row = Complaint.objects.create(
        **told,
        shop_id=shop_id,
        customer_id=customer_id,
        order_id=order.id if order is not None else None,
        conversation_id=conversation,
        goods=form.goods or (order.lines[0].title if order is not None and order.lines else ""),
        priority=graded.priority,
        level=graded.level,
        rises=[{"why": why, "level": graded.level, "at": iso(at)} for why in graded.rises],
        repeat_of=before.pk if before is not None else None,
        owner_id=owner_of(shop_id, graded.level, by),
        state=COMPLAINT.first,
        state_at=at,
        opened_at=at,
        opened_by=str(by),
    )
    details = {"kind": row.kind, "way": row.channel, "priority": str(row.priority), "level": row.level,
               "repeats": before is not None}  # fmt: skip
    begin(COMPLAINT, row, by=by, at=at, for_buyer=False, details=details)
    if row.priority <= 1:
        due = at + rule("complaint_first_answer_urgent", shop=shop, at=at).duration
        clocks.start_until(COMPLAINT, row, "complaint_first", due, at=at)
    if row.channel in OUTSIDE:
        due = row.outside_due or at + rule("complaint_authority_answers", shop=shop, at=at).duration
        clocks.start_until(COMPLAINT, row, "complaint_closing", due, at=at)
    clocks.follow(COMPLAINT, row)
    return row


def owner_of(shop_id: int, level: int, by: Who) -> int | None:
    """Somebody of the level: who takes it in when she stands there, else the first; never nobody while there is one."""
    for step in range(level, TOP + 1):
        able = sorted(agents_with(shop_id, LEVEL_PERMS[step]))
        above = agents_with(shop_id, LEVEL_PERMS[step + 1]) if step < TOP else []
        able = [one for one in able if one not in above] or able
        if by.kind == "staff" and by.id in able:
            return by.id
        if able:
            return able[0]
    return by.id if by.kind == "staff" else None


def _step(
    row: Complaint, verb: str, by: Who, at: datetime, details: dict[str, Any] | None = None, **columns: Any
) -> None:
    move(COMPLAINT, row, verb, by=by, at=at, details=details, **columns)
    clocks.follow(COMPLAINT, row)


def _noted(row: Complaint, name: str, entry: dict[str, Any], by: Who, at: datetime) -> dict[str, Any]:
    """`facts` with one more entry under a name: answers, offers, refusals are kept, never overwritten."""
    return {**row.facts, name: [*row.facts.get(name, []), {**entry, "by": str(by), "at": iso(at)}]}


def _said(row: Complaint, text: str, channel: str, at: datetime) -> None:
    if channel == "platform_chat":
        saying.require_sayable(row.shop_id, text, "text", at=at)


def answer(row: Complaint, form: forms.Answer, *, by: Who, at: datetime) -> None:
    _said(row, form.text, form.channel, at)
    facts = _noted(row, "answers", form.model_dump(), by, at)
    _step(row, "answer", by, at, {"channel": form.channel}, first_answer_at=row.first_answer_at or at, facts=facts)


def ask(row: Complaint, form: forms.Ask, *, by: Who, at: datetime) -> None:
    _said(row, form.text, "platform_chat", at)
    facts = _noted(row, "asked", {"text": form.text}, by, at)
    _step(row, "ask", by, at, None, first_answer_at=row.first_answer_at or at, facts=facts)


def completed(row: Complaint, form: forms.Completed, *, by: Who, at: datetime) -> None:
    photos = _pictures(row, form.photos)
    _step(row, "completed", by, at, None, facts=_noted(row, "completed", {"text": form.text}, by, at), photos=photos)


def _pictures(row: Complaint, ids: list[int]) -> list[int]:
    use_uploads(ids)
    return list(dict.fromkeys([*row.photos, *ids]))


def verify(row: Complaint, form: forms.Verify, *, by: Who, at: datetime) -> None:
    facts = {**row.facts, "records": form.records, "basis": form.basis}
    told = {"liable": form.liable, "records": form.records}
    _step(
        row, "verify", by, at, told, finding=form.finding, liable=form.liable, dispute_point=form.dispute_point,
        facts=facts, photos=_pictures(row, form.photos),
    )  # fmt: skip


def offer(row: Complaint, form: forms.Offer, *, by: Who, at: datetime) -> None:
    if form.solution in TRIGGERS and row.order_id is None:
        text = T("这张投诉单没有关联订单，不能退款或补偿；请选其他方案", "No order is linked: choose another solution")
        raise Invalid(fields={"solution": text})
    _said(row, form.text, form.channel, at)
    told = {"solution": form.solution, "amount_fen": form.amount_fen, "channel": form.channel}
    _step(row, "offer", by, at, told, facts=_noted(row, "offers", form.model_dump(), by, at))


def confirm(row: Complaint, form: forms.Confirm, *, by: Who, at: datetime) -> None:
    """Her written word is kept (C22), and the compensation she agreed to is opened by itself (R763)."""
    last = row.facts["offers"][-1]
    case = _triggered(row, last, by=by, at=at)
    facts = {**row.facts, "written": form.written}
    _step(row, "confirm", by, at, {"solution": last["solution"]}, facts=facts, **case)


def _triggered(row: Complaint, offered: dict[str, Any], *, by: Who, at: datetime) -> dict[str, Any]:
    if offered["solution"] != "compensation" or row.order_id is None or not offered["amount_fen"]:
        return {}
    data = {"means": "cash", "amount_fen": offered["amount_fen"], "reason": "service", "note": offered["text"][:200],
            "cause": subject_of(COMPLAINT, row)}  # fmt: skip
    case = open_any(Viewer(by, {row.shop_id: frozenset()}), "compensation", row.order_id, data, at=at)
    return {"case_flow": "compensation", "case_id": case.pk}


def decline(row: Complaint, form: forms.Decline, *, by: Who, at: datetime) -> None:
    _step(row, "decline", by, at, None, facts=_noted(row, "declined", {"note": form.note}, by, at))
    _ask_again(row, at)


def explain(row: Complaint, form: forms.Explain, *, by: Who, at: datetime) -> None:
    _said(row, form.text, form.channel, at)
    _step(row, "explain", by, at, {"channel": form.channel}, facts=_noted(row, "answers", form.model_dump(), by, at))


def execute(row: Complaint, form: forms.Execute, *, by: Who, at: datetime) -> None:
    facts = {**row.facts, "executed": {**form.model_dump(), "by": str(by), "at": iso(at)}}
    _step(row, "execute", by, at, {"reference": form.reference}, facts=facts)


def overdue(row: Complaint, form: None, *, by: Who, at: datetime) -> None:
    """R766, C46: no solution in its time. Our own deadline: it rises a level, and the platform may step in."""
    _step(row, "overdue", by, at, {"risen": "late"}, **_risen(row, "late", "", by, at))


def ruled(row: Complaint, form: forms.Ruled, *, by: Who, at: datetime) -> None:
    facts = {**row.facts, "ruling": form.model_dump()}
    told = {"ruling": form.ruling, "amount_fen": form.amount_fen}
    _step(row, "ruled", by, at, told, facts=facts)


def rise(row: Complaint, form: forms.Rise, *, by: Who, at: datetime) -> None:
    """上报 (R071, R458): the next of the three levels holds it now."""
    level = min(row.level + 1, TOP)
    _step(row, "rise", by, at, {"risen": form.why, "level": level}, **_risen(row, form.why, form.note, by, at))


def _risen(row: Complaint, why: str, note: str, by: Who, at: datetime) -> dict[str, Any]:
    level = min(row.level + 1, TOP)
    told = {"why": why, "note": note, "level": level, "from": row.owner_id, "by": str(by), "at": iso(at)}
    owner = row.owner_id if level == row.level else owner_of(row.shop_id, level, by)
    return {"level": level, "owner_id": owner or row.owner_id, "rises": [*row.rises, told]}


def close(row: Complaint, form: forms.Close, *, by: Who, at: datetime) -> None:
    """处理完结一起 (R461). A buyer who is not satisfied on a lower level is heard by the next one first (R458)."""
    if form.buyer_word == "unsatisfied" and row.level < TOP:
        raise Invalid(
            fields={
                "buyer_word": T(
                    "买家不满意，请先「上报上级」由上一级处理后再结案",
                    "The buyer is not satisfied: report it upwards before closing",
                )
            }
        )
    told = {"department": form.department, "word": form.buyer_word}
    _step(row, "close", by, at, told, closed_at=at, **form.model_dump())


def withdraw(row: Complaint, form: forms.Withdraw | None, *, by: Who, at: datetime) -> None:
    _step(row, "withdraw", by, at, {"note": form.note} if form else None, closed_at=at)


def no_facts(row: Complaint, form: None, *, by: Who, at: datetime) -> None:
    _step(row, "no_facts", by, at)


def no_word(row: Complaint, form: None, *, by: Who, at: datetime) -> None:
    _step(row, "no_word", by, at)
    _ask_again(row, at)


def _ask_again(row: Complaint, at: datetime) -> None:
    """Another solution is wanted: the clock that makes it rise runs anew."""
    due = at + rule("complaint_escalates", shop=shop_facts(row.shop_id), at=at).duration
    clocks.start_until(COMPLAINT, row, "complaint_answer", due, at=at)
    clocks.follow(COMPLAINT, row)


VERBS: dict[str, Callable[..., None]] = {
    "answer": answer,
    "ask": ask,
    "completed": completed,
    "verify": verify,
    "offer": offer,
    "confirm": confirm,
    "decline": decline,
    "explain": explain,
    "execute": execute,
    "overdue": overdue,
    "ruled": ruled,
    "rise": rise,
    "close": close,
    "withdraw": withdraw,
    "no_facts": no_facts,
    "no_word": no_word,
}
