"""每日跟进 (R430, R737, R738; C29): entries are opened, made worse and cleared by a look-over; people take and end them."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import CLOCK, SYSTEM, Perm, Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events_pay, followup_scan, pay_forms
from xiaoer.orders.followup_rules import TOPICS, Trouble, troubles
from xiaoer.orders.models import FollowNote, FollowUp, Order
from xiaoer.orders.pay_flow import FOLLOW
from xiaoer.orders.pay_words import COMPENSATIONS, DESK_OF, KINDS, TOPIC_OF
from xiaoer.orders.rules import Status
from xiaoer.people.queries import agents_with, shop_facts
from xiaoer.policy.queries import rule

SWEEP = "followup_sweep"
SOON = timedelta(seconds=5)
"""The next look when one round was not enough."""


def sweep(shop_id: int, *, at: datetime) -> int:
    """Look the shop's orders over once, and again after `followup_sweep`. Returns how many entries changed."""
    shop = shop_facts(shop_id)
    numbers = followup_scan.numbers_of(shop, at)
    ids = followup_scan.candidates(shop_id, numbers, at)
    still_open = FollowUp.objects.filter(shop_id=shop_id, closed_at=None, topic__in=TOPICS).order_by("due_at", "id")
    known = [pk for pk in still_open.values_list("order_id", flat=True)[:1000] if pk not in set(ids)]
    changed = sum(look(part, shop_id, at=at) for part in _parts([*ids, *known]))
    pause = SOON if len(ids) > followup_scan.HELPING * 3 else rule("followup_sweep", shop=shop, at=at).duration
    deadlines.start(SWEEP, f"followup:{shop_id}", shop_id=shop_id, due_at=at + pause, at=at)
    return changed


def watch(shop_id: int, *, at: datetime) -> bool:
    """The shop has orders: see that somebody looks them over. False when it is so already."""
    subject = f"followup:{shop_id}"
    if deadlines.open_for(subject):
        return False
    deadlines.start(SWEEP, subject, shop_id=shop_id, due_at=at + SOON, at=at)
    return True


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[place : place + 200] for place in range(0, len(ids), 200)]


def look(order_ids: Sequence[int], shop_id: int, *, at: datetime) -> int:
    """Bring the entries of these orders in line with how the orders stand. Doing it twice changes nothing."""
    shop = shop_facts(shop_id)
    numbers = followup_scan.numbers_of(shop, at)
    rows = list(Order.objects.filter(pk__in=order_ids, shop_id=shop_id).prefetch_related("lines").order_by("pk"))
    stands = followup_scan.standings_of(rows, shop, numbers)
    held: dict[int, dict[str, FollowUp]] = {}
    ended: set[tuple[int, str]] = set()
    entries = FollowUp.objects.filter(order_id__in=[row.pk for row in rows]).select_related("shop", "order")
    for entry in entries.exclude(state="cleared"):
        if entry.closed_at is None:
            held.setdefault(entry.order_id, {})[entry.topic] = entry
        else:
            ended.add((entry.order_id, entry.kind))
    changed = 0
    for row in rows:
        wrong, mine = troubles(stands[row.pk], numbers.follow, at), held.get(row.pk, {})
        for topic in TOPICS:
            trouble, known = wrong.get(topic), mine.get(topic)
            if trouble is None:
                changed += known is not None and _clear(known, at=at)
            elif known is not None:
                changed += _worse(known, trouble, at=at)
            elif (row.pk, trouble.kind) not in ended:  # somebody has ended this very trouble: not again
                _open(row, trouble, by=SYSTEM, at=at)
                changed += 1
        changed += "system" in mine and row.status in _OVER and _clear(mine["system"], at=at)
    return changed


_OVER = (Status.SHIPPED, Status.SUCCEEDED, Status.CLOSED)


def _open(row: Order, trouble: Trouble, *, by: Who, at: datetime) -> FollowUp:
    entry = FollowUp.objects.create(
        shop_id=row.shop_id,
        order=row,
        customer_id=row.customer_id,
        topic=trouble.topic,
        kind=trouble.kind,
        state=FOLLOW.first,
        state_at=at,
        desk=DESK_OF[trouble.kind],
        since=trouble.since,
        due_at=_due(row, trouble, at),
        opened_at=at,
        opened_by=str(by),
    )
    moving.begin(FOLLOW, entry, by=by, at=at, details={"trouble": trouble.kind})
    _say(entry, by=by, at=at)
    return entry


def _due(row: Any, trouble: Trouble, at: datetime) -> datetime:
    """Until when somebody should have dealt with it; trouble found late has its 24 hours from now (R738)."""
    if trouble.due_at > at:
        return trouble.due_at
    return at + rule("stuck_order_handled", shop=shop_facts(row.shop_id), at=at).duration


def _worse(entry: FollowUp, trouble: Trouble, *, at: datetime) -> int:
    """The same topic, another kind of trouble: the clock and the desk follow, the owner stays."""
    if entry.kind == trouble.kind:
        return 0
    changed = FollowUp.objects.filter(pk=entry.pk, kind=entry.kind, closed_at=None).update(
        kind=trouble.kind, since=trouble.since, due_at=_due(entry, trouble, at), desk=DESK_OF[trouble.kind]
    )
    entry.kind = trouble.kind
    _say(entry, by=SYSTEM, at=at)
    return changed


def _clear(entry: FollowUp, *, at: datetime) -> int:
    moving.move(FOLLOW, entry, "clear", by=SYSTEM, at=at, closed_at=at)
    _say(entry, by=SYSTEM, at=at)
    return 1


def report_stuck(order_id: int, *, text: str, by: Who, at: datetime) -> FollowUp:
    """系统卡单 (R738): somebody reports an order that hangs in a system; once while it is open."""
    row = Order.objects.select_for_update(of=("self",)).select_related("shop").filter(pk=order_id).first()
    if row is None:
        raise NotFound("没有这张订单", "There is no such order")
    if not 2 <= len(text.strip()) <= 500:
        raise Invalid(fields={"text": T("请写明卡在哪里（2～500 字）", "Say where it hangs, in 2 to 500 characters")})
    if row.status in _OVER:
        raise Conflict(
            "order_over",
            f"订单 {row.order_no} 已发货或已结束，没有卡单",
            f"Order {row.order_no} has left or is over",
            current={"status": row.status},
        )
    held = FollowUp.objects.filter(order=row, topic="system", closed_at=None).select_related("shop", "order").first()
    due = at + rule("stuck_order_handled", shop=row.shop, at=at).duration
    entry = held or _open(row, Trouble("stuck", at, due), by=by, at=at)
    add_note(entry, text=text, by=by, at=at)
    return entry


def add_note(entry: FollowUp, *, text: str, by: Who, at: datetime) -> FollowNote:
    if not 1 <= len(text.strip()) <= 500:
        raise Invalid(fields={"text": T("请写 1～500 字", "Write 1 to 500 characters")})
    note = FollowNote.objects.create(entry=entry, text=text.strip(), by=str(by), by_name=by.name[:64], at=at)
    _say(entry, by=by, at=at)
    return note


def take(entry: FollowUp, form: Any, *, by: Who, at: datetime) -> None:
    moving.move(FOLLOW, entry, "take", by=by, at=at, owner_id=by.id)
    _say(entry, by=by, at=at)


def hand(entry: FollowUp, form: Any, *, by: Who, at: datetime) -> None:
    """指派: to a colleague of the shop."""
    assert isinstance(form, pay_forms.Hand)
    require_colleague(entry.shop_id, form.owner)
    moving.move(FOLLOW, entry, "hand", by=by, at=at, details={"owner": form.owner}, owner_id=form.owner)
    _say(entry, by=by, at=at)


def require_colleague(shop_id: int, staff_id: int) -> None:
    if staff_id not in agents_with(shop_id, Perm.ORDERS_VIEW):
        raise Invalid(
            fields={"owner": T("请选择本店能看订单的同事", "Choose a colleague of this shop who sees orders")}
        )


def agree(entry: FollowUp, form: Any, *, by: Who, at: datetime) -> None:
    """商定方案: a compensation becomes a proposal that after-sales reads (R737); nothing is paid here."""
    assert isinstance(form, pay_forms.Agree)
    amount = form.amount_fen or 0
    if form.kind in COMPENSATIONS and form.kind != "gift" and amount <= 0:
        raise Invalid(fields={"amount_fen": T("请填补偿金额", "Give the amount of the compensation")})
    solution = {"kind": form.kind, "amount_fen": amount, "text": form.text, "by_name": by.name, "at": at.isoformat()}
    moving.move(FOLLOW, entry, "agree", by=by, at=at, solution=solution)
    if entry.owner_id is None and by.kind == "staff":
        FollowUp.objects.filter(pk=entry.pk, owner=None).update(owner_id=by.id)
    if form.kind in COMPENSATIONS:
        payload = events_pay.CompensationProposed(entry=entry.pk, kind=form.kind, amount_fen=amount, trouble=entry.kind)
        subject = f"order:{entry.order_id}"
        announce(payload, shop_id=entry.shop_id, subject=subject, by=by, at=at, customer_id=entry.customer_id)
    _say(entry, by=by, at=at)


def escalate(entry: FollowUp, form: Any, *, by: Who, at: datetime) -> None:
    assert isinstance(form, pay_forms.Why)
    moving.move(FOLLOW, entry, "escalate", by=by, at=at, escalated_at=at, desk="supervisor")
    add_note(entry, text=form.text, by=by, at=at)


def finish(entry: FollowUp, form: Any, *, by: Who, at: datetime) -> None:
    assert isinstance(form, pay_forms.Result)
    moving.move(FOLLOW, entry, "finish", by=by, at=at, closed_at=at, result=form.result)
    _say(entry, by=by, at=at)


def by_clock(entry: FollowUp, *, at: datetime) -> bool:
    """Nobody dealt with it in 24 hours: it goes to the technicians (R738, C29). Firing twice does nothing."""
    if FOLLOW.find(entry.state, "auto_escalate") is None:
        return False
    moving.move(FOLLOW, entry, "auto_escalate", by=CLOCK, at=at, escalated_at=at, desk="supervisor")
    _say(entry, by=CLOCK, at=at)
    return True


def _say(entry: FollowUp, *, by: Who, at: datetime) -> None:
    kind, state = KINDS[entry.kind], FOLLOW.state(entry.state).label
    payload = events_pay.OrderFollowed(
        entry=entry.pk,
        topic=TOPIC_OF[entry.kind],
        trouble=entry.kind,
        state=entry.state,
        label=f"{kind.zh}，{state.zh}",
        label_en=f"{kind.en}, {state.en}",
    )
    subject = f"order:{entry.order_id}"
    announce(payload, shop_id=entry.shop_id, subject=subject, by=by, at=at, customer_id=entry.customer_id)
