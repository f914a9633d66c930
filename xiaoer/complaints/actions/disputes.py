"""What each move of a rights dispute does (维权, flow 17)."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from xiaoer.complaints import forms
from xiaoer.complaints.actions import clocks, evidence, saying
from xiaoer.complaints.flow import DISPUTE
from xiaoer.complaints.models import Dispute
from xiaoer.complaints.reasons import ITEMS, REASONS
from xiaoer.complaints.rules import complaint_window
from xiaoer.kernel.access import Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import begin, move
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules


def register_dispute(
    order: OrderFacts, form: forms.Register, *, raised_at: datetime | None = None, by: Who, at: datetime
) -> Dispute:
    """新增登记 (R834), linked to its order. The platform's number once; one complaint per deal (R204), in its time (R205)."""
    if form.kind == "complaint":
        _require_right(order, min(raised_at or at, at), at)
    row = Dispute(
        shop_id=order.shop_id,
        order_id=order.id,
        customer_id=order.customer_id,
        platform_no=form.platform_no,
        kind=form.kind,
        reason=form.reason,
        claim=form.claim,
        claim_fen=form.claim_fen,
        raised_at=min(raised_at or at, at),
        opened_at=at,
        opened_by=str(by),
        state=DISPUTE.first,
        state_at=at,
        owner_id=by.id if by.kind == "staff" else None,
    )
    try:
        with atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise _known(order, form) from None
    begin(DISPUTE, row, by=by, at=at, for_buyer=False, details={"reason": form.reason, "kind": form.kind})
    clocks.follow(DISPUTE, row)
    return row


def _require_right(order: OrderFacts, raised_at: datetime, at: datetime) -> None:
    """R205: after the sixtieth day the right to complain about a deal is closed by itself."""
    found = rules(["complaint_from", "complaint_until"], shop=shop_facts(order.shop_id), at=at)
    first, last = (int(found[key].value) for key in ("complaint_from", "complaint_until"))
    window = complaint_window(order.paid_at or order.ordered_at, first, last)
    if window.standing(raised_at) == "over":
        ended = f"{window.ends.astimezone(BEIJING):%Y-%m-%d}"
        raise Conflict(
            "complaint_closed",
            f"订单 {order.order_no} 的投诉有效期已于 {ended} 结束，投诉权限已自动关闭（R205）；可登记为售后维权",
            f"The right to complain about order {order.order_no} closed by itself on {ended}; register a rights claim",
            current={"ended": iso(window.ends)},
        )


def _known(order: OrderFacts, form: forms.Register) -> Conflict:
    same = Dispute.objects.filter(shop_id=order.shop_id, platform_no=form.platform_no).exclude(platform_no="").first()
    if same is not None:
        return Conflict(
            "known_dispute",
            f"平台维权单号 {form.platform_no} 已登记为 {same.number}",
            f"The platform's number {form.platform_no} is already registered as {same.number}",
            current={"id": same.pk, "number": same.number},
        )
    held = Dispute.objects.filter(order_id=order.id, kind="complaint").first()
    number = held.number if held is not None else ""
    return Conflict(
        "one_complaint",
        f"每笔交易只有一次投诉机会，订单 {order.order_no} 的投诉已登记为 {number}（R204）",
        f"Each deal has one complaint; that of order {order.order_no} is registered as {number}",
        current={"id": held.pk if held else None, "number": number},
    )


def _step(
    row: Dispute, verb: str, by: Who, at: datetime, details: dict[str, Any] | None = None, **columns: Any
) -> None:
    move(DISPUTE, row, verb, by=by, at=at, details=details, **columns)
    clocks.follow(DISPUTE, row)


def _noted(row: Dispute, **more: Any) -> dict[str, Any]:
    return {**row.facts, **more}


def answer(row: Dispute, form: forms.Reply, *, by: Who, at: datetime) -> None:
    """网店的回复 (R835). The words pass the guard when they go out in writing."""
    if form.channel == "platform_chat":
        saying.require_sayable(row.shop_id, form.text, "text", at=at)
    _step(row, "answer", by, at, {"channel": form.channel}, reply=form.text)


def gather(row: Dispute, form: None, *, by: Who, at: datetime) -> None:
    _step(row, "gather", by, at)


def offer(row: Dispute, form: forms.Offer, *, by: Who, at: datetime) -> None:
    """R725, R726: what is offered, told by phone or in the chat."""
    if form.channel == "platform_chat":
        saying.require_sayable(row.shop_id, form.text, "text", at=at)
    told = {"solution": form.solution, "amount_fen": form.amount_fen, "channel": form.channel}
    past = [*row.facts.get("offers", []), {**told, "text": form.text, "by": str(by), "at": iso(at)}]
    _step(row, "offer", by, at, told, facts=_noted(row, offers=past))


def accept(row: Dispute, form: forms.Accepted, *, by: Who, at: datetime) -> None:
    """C22: her written words are kept with the case; an agreement counts as settled."""
    last = (row.facts.get("offers") or [{}])[-1]
    facts = _noted(row, written=form.written)
    evidence.store(row, "written", "platform_chat", form.written, (), by=by, at=at)
    amount = last.get("amount_fen")
    _step(row, "accept", by, at, None, facts=facts, outcome="settled", awarded_fen=amount, judged_at=at)


def decline(row: Dispute, form: forms.Declined, *, by: Who, at: datetime) -> None:
    """R727: thought over again, or given to a senior agent."""
    senior = row.senior or form.senior
    declined = [*row.facts.get("declined", []), {"note": form.note, "at": iso(at)}]
    _step(row, "decline", by, at, {"senior": form.senior}, senior=senior, facts=_noted(row, declined=declined))


def no_word(row: Dispute, form: None, *, by: Who, at: datetime) -> None:
    _step(row, "no_word", by, at)


def submit(row: Dispute, form: forms.Submit, *, by: Who, at: datetime) -> None:
    """The merchant's statement. A required piece that is missing must be explained."""
    held = evidence.held_items(row)
    lacking = [item for item in REASONS[row.reason].must if item not in held]
    if lacking and not form.missing:
        names = T("、".join(ITEMS[one].label.zh for one in lacking), ", ".join(ITEMS[one].label.en for one in lacking))
        raise Invalid(
            fields={
                "missing": T(
                    f"还缺必备凭证：{names.zh}；补齐，或写明为什么没有",
                    f"Required evidence is missing: {names.en}; add it or say why there is none",
                )
            },
            code="evidence_missing",
        )
    facts = _noted(row, missing=form.missing, lacking=lacking, submitted_at=iso(at))
    _step(row, "submit", by, at, {"lacking": lacking}, statement=form.statement, facts=facts)


def step_in(row: Dispute, form: forms.Word | None, *, by: Who, at: datetime) -> None:
    _step(row, "step_in", by, at, None, intervened=True)


def silent(row: Dispute, form: None, *, by: Who, at: datetime) -> None:
    """48 hours without an answer of the shop: the platform steps in (C46: our own deadline, its forecast)."""
    _step(row, "silent", by, at, None, intervened=True)


def judge(row: Dispute, form: forms.Judge, *, by: Who, at: datetime) -> None:
    if form.outcome == "won" and form.awarded_fen:
        raise Invalid(fields={"awarded_fen": T("胜诉没有判赔金额", "A dispute that was won awards nothing")})
    told = {"outcome": form.outcome, "awarded_fen": form.awarded_fen}
    facts = _noted(row, ruling=form.ruling)
    _step(row, "judge", by, at, told, **told, advanced=form.advanced, judged_at=at, facts=facts)


def execute(row: Dispute, form: forms.Execute, *, by: Who, at: datetime) -> None:
    facts = _noted(row, executed={"how": form.how, "reference": form.reference, "by": str(by), "at": iso(at)})
    _step(row, "execute", by, at, {"reference": form.reference}, facts=facts)


def close(row: Dispute, form: forms.Close, *, by: Who, at: datetime) -> None:
    """R836: department, person, penalty and assessment. The journal names the department, not the person."""
    _step(row, "close", by, at, {"department": form.department}, closed_at=at, **form.model_dump())


def withdraw(row: Dispute, form: forms.Word | None, *, by: Who, at: datetime) -> None:
    _step(row, "withdraw", by, at, None, closed_at=at)


def link_case(row: Dispute, flow: str, case_id: int, *, by: Who, at: datetime) -> None:
    """The after-sales case this dispute is about."""
    Dispute.objects.filter(pk=row.pk).update(case_flow=flow, case_id=case_id)
    row.case_flow, row.case_id = flow, case_id
