"""Parcels in trouble (物流异常): who looks after them, what the courier says, what the buyer is told (R745, R746)."""

from collections import Counter
from datetime import datetime

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Role, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.saying import require_sayable
from xiaoer.orders import events_parcel as events
from xiaoer.orders import parcel_clock
from xiaoer.orders.models import Order, Parcel, ParcelAlert
from xiaoer.orders.parcel_clock import ANSWER
from xiaoer.orders.parcel_states import ALERT_NAMES, FINAL, MOVED_ON, NOT_YET, Standing, State, alert_of
from xiaoer.people.queries import agents_of, shop_facts
from xiaoer.policy.queries import rule

OUTCOMES = {
    "moved": T("已恢复运输", "It moves again"),
    "signed": T("已签收", "Signed for"),
    "reshipped": T("已补发", "Sent again"),
    "refunded": T("已退款", "Refunded"),
    "returned": T("已退回", "Came back"),
    "claimed": T("已向快递索赔", "Claimed from the courier"),
    "worse": T("升级处理", "Became worse"),
    "none": T("无需处理", "Nothing to do"),
}
_State = ParcelAlert.State


def subject(alert_id: int) -> str:
    return f"parcel_alert:{alert_id}"


def raise_alert(parcel: Parcel, kind: str, *, by: Who, at: datetime) -> ParcelAlert | None:
    """One open alert of a kind per parcel; None when it stands already. The courier's clock starts (R746: 48 h)."""
    if ParcelAlert.objects.filter(parcel=parcel, kind=kind, closed_at=None).exists():
        return None
    row = ParcelAlert.objects.create(
        shop_id=parcel.shop_id, parcel=parcel, kind=kind, owner_id=_least_busy(parcel.shop_id), opened_at=at
    )
    due = at + rule("courier_answers", shop=shop_facts(parcel.shop_id), at=at).duration
    deadlines.start(ANSWER, subject(row.pk), shop_id=row.shop_id, due_at=due, at=at)
    payload = events.AlertOpened(
        alert=row.pk, kind=kind, owner=row.owner_id, answer_due_at=iso(due) or "", orders=_orders(parcel)
    )
    _say(payload, parcel, by=by, at=at)
    return row


def follow(parcel: Parcel, before: tuple[str, str], stands: Standing, *, by: Who, at: datetime) -> None:
    """New lines came: trouble raises an alert, movement and arrival end what they answer."""
    wanted = alert_of(stands.state, stands.trouble)
    arrived = stands.state in FINAL
    for row in ParcelAlert.objects.filter(parcel=parcel, closed_at=None).order_by("pk"):
        if row.kind == wanted:
            continue
        if arrived or (row.kind in MOVED_ON and stands.state not in NOT_YET and not wanted):
            outcome = {State.SIGNED: "signed", State.RETURNED: "returned"}.get(stands.state, "moved")
            _move(row, _State.CLOSED, {"closed_at": at, "outcome": outcome}, by=by, at=at)
    if wanted and before != (stands.state, stands.trouble):
        raise_alert(parcel, wanted, by=by, at=at)


def worse(parcel: Parcel, kinds: tuple[str, ...], *, by: Who, at: datetime) -> None:
    """A milder alert gives way to a worse one."""
    for row in ParcelAlert.objects.filter(parcel=parcel, kind__in=kinds, closed_at=None).order_by("pk"):
        _move(row, _State.CLOSED, {"closed_at": at, "outcome": "worse"}, by=by, at=at)


def take(alert_id: int, *, by: Who, at: datetime) -> ParcelAlert:
    """接手: the caller looks after it from now on."""
    row = _get(alert_id)
    if row.owner_id == by.id or by.kind != "staff":
        return row
    _move(row, row.state, {"owner_id": by.id}, by=by, at=at)
    return _get(alert_id)


def ask_courier(alert_id: int, *, by: Who, at: datetime) -> ParcelAlert:
    """催快递: the courier was contacted and asked for a solution; its clock starts anew (R746)."""
    row = _get(alert_id)
    _move(row, _State.ASKED, {"asked_at": at}, by=by, at=at, allowed=(_State.OPEN, _State.ASKED, _State.ANSWERED))
    due = at + rule("courier_answers", shop=shop_facts(row.shop_id), at=at).duration
    deadlines.start(ANSWER, subject(row.pk), shop_id=row.shop_id, due_at=due, at=at)
    return _get(alert_id)


def answered(alert_id: int, *, answer: str, by: Who, at: datetime) -> ParcelAlert:
    """快递答复: what the courier says; its clock ends."""
    text = answer.strip()
    if not 2 <= len(text) <= 300:
        raise Invalid(
            fields={"answer": T("请写明快递的答复（2～300 字）", "What did the courier say, 2 to 300 characters")}
        )
    row = _get(alert_id)
    changes = {"answer": text, "answered_at": at}
    _move(row, _State.ANSWERED, changes, by=by, at=at, allowed=(_State.OPEN, _State.ASKED, _State.ANSWERED))
    deadlines.settle(subject(row.pk), ANSWER, at=at)
    return _get(alert_id)


def tell_buyer(alert_id: int, *, zh: str, en: str = "", by: Who, at: datetime) -> ParcelAlert:
    """反馈买家: reception writes it into her talk (R746)."""
    text = zh.strip()
    if not 2 <= len(text) <= 500:
        raise Invalid(fields={"text": T("请写给买家的话（2～500 字）", "What the buyer is told, 2 to 500 characters")})
    row = _get(alert_id)
    if row.closed_at is not None:
        raise _over(row)
    for words in (text, en):
        require_sayable(words, shop_id=row.parcel.shop_id, field="text", at=at, known=(row.parcel.waybill,))
    ParcelAlert.objects.filter(pk=row.pk).update(told_at=at)
    payload = events.ParcelNews(alert=row.pk, zh=text, en=en.strip() or text, orders=_orders(row.parcel))
    _say(payload, row.parcel, by=by, at=at)
    return _get(alert_id)


def not_heard(alert_id: int, *, by: Who, at: datetime) -> None:
    """What was to be told reached no talk of hers: the alert does not say that she was told."""
    row = _get(alert_id)
    if ParcelAlert.objects.filter(pk=row.pk).exclude(told_at=None).update(told_at=None):
        _say(events.ParcelNewsUnheard(alert=row.pk, orders=_orders(row.parcel)), row.parcel, by=by, at=at)


def close(alert_id: int, *, outcome: str, by: Who, at: datetime) -> ParcelAlert:
    """结束: how it ended."""
    if outcome not in OUTCOMES:
        raise Invalid(fields={"outcome": T(f"没有结果「{outcome}」", f"No outcome {outcome!r}: {', '.join(OUTCOMES)}")})
    row = _get(alert_id)
    _move(row, _State.CLOSED, {"closed_at": at, "outcome": outcome}, by=by, at=at)
    return _get(alert_id)


def courier_late(alert_id: int, *, due_at: datetime, by: Who, at: datetime) -> None:
    """The courier's clock ran out: the owner must press, the list shows it red."""
    row = _get(alert_id)
    if row.closed_at is not None or row.answered_at is not None:
        return
    ParcelAlert.objects.filter(pk=row.pk, late_at=None).update(late_at=due_at)
    payload = events.AlertLate(alert=row.pk, kind=row.kind, due_at=iso(due_at) or "", owner=row.owner_id)
    _say(payload, row.parcel, by=by, at=at)


def _move(
    row: ParcelAlert,
    to: str,
    changes: dict[str, object],
    *,
    by: Who,
    at: datetime,
    allowed: tuple[str, ...] = (_State.OPEN, _State.ASKED, _State.ANSWERED),
) -> None:
    if row.state not in allowed or row.closed_at is not None:
        raise _over(row)
    here = ParcelAlert.objects.filter(pk=row.pk, state=row.state, closed_at=None)
    if not here.update(state=to, **changes):
        raise _over(_get(row.pk))
    if to == _State.CLOSED:
        deadlines.settle(subject(row.pk), at=at)
    owner = changes.get("owner_id", row.owner_id)
    payload = events.AlertChanged(
        alert=row.pk,
        kind=row.kind,
        before=row.state,
        after=to,
        outcome=str(changes.get("outcome", "")),
        owner=owner if isinstance(owner, int) else None,
        orders=_orders(row.parcel),
    )
    _say(payload, row.parcel, by=by, at=at)


def _over(row: ParcelAlert) -> Conflict:
    label = ALERT_NAMES[row.kind]
    state = _State(row.state).label
    return Conflict(
        "alert.wrong_state",
        f"「{label.zh}」现在是“{state}”，请刷新后再处理",
        f"The alert {label.en!r} is {row.state!r} by now; load it again",
        current={"state": row.state, "outcome": row.outcome},
    )


def _least_busy(shop_id: int) -> int | None:
    """The after-sales agent with the fewest open alerts."""
    found = [one.id for one in agents_of(shop_id) if Role.AFTER_SALES in one.roles]
    open_now = ParcelAlert.objects.filter(shop_id=shop_id, closed_at=None, owner_id__in=found)
    busy = Counter(open_now.values_list("owner_id", flat=True))
    return min(found, key=lambda one: (busy[one], one), default=None)


def _orders(parcel: Parcel) -> list[int]:
    return sorted(parcel.links.values_list("order_id", flat=True))


def _get(alert_id: int) -> ParcelAlert:
    row = ParcelAlert.objects.select_related("parcel").filter(pk=alert_id).first()
    if row is None:
        raise NotFound("没有这条物流异常", "There is no such alert")
    return row


def _say(payload: events.ParcelEvent, parcel: Parcel, *, by: Who, at: datetime) -> None:
    buyer = Order.objects.filter(pk__in=parcel.links.values("order_id")).order_by("pk").first()
    announce(
        payload,
        shop_id=parcel.shop_id,
        subject=parcel_clock.subject(parcel.pk),
        by=by,
        at=at,
        customer_id=buyer.customer_id if buyer else None,
    )
