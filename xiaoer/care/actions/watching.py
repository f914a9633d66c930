"""A watched order from its success to the end of its days: signs, contacts within the cap, what came of them."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db.models import F

from xiaoer.care import events, forms, queries
from xiaoer.care.actions.saying import refuse_contact, require_sayable
from xiaoer.care.flow import ORDER_WATCH
from xiaoer.care.models import OrderWatch, WatchContact, WatchSign
from xiaoer.care.rules import NEWS
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import CLOCK, SYSTEM, Viewer, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Forbidden
from xiaoer.kernel.events import announce
from xiaoer.kernel.moving import begin, find_legal, move, parse_form, require_actor, subject_of
from xiaoer.orders.parcel_facts import still_since
from xiaoer.orders.queries import OrderFacts, facts_by_id
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule


def open_watches(order_ids: Iterable[int], *, by: Who, at: datetime) -> int:
    """Watch the orders that succeeded within the rule's days and are not watched yet (R807). Returns how many."""
    orders = [one for one in facts_by_id(order_ids).values() if one.status == "succeeded" and one.succeeded_at]
    known = set(OrderWatch.objects.filter(order_id__in=[one.id for one in orders]).values_list("order_id", flat=True))
    return sum(_open(one, by=by, at=at) for one in orders if one.id not in known)


def _open(order: OrderFacts, *, by: Who, at: datetime) -> bool:
    assert order.succeeded_at is not None
    until = order.succeeded_at + rule("order_watch", shop=shop_facts(order.shop_id), at=at).duration
    if until <= at:
        return False
    row = OrderWatch.objects.create(
        shop_id=order.shop_id,
        order_id=order.id,
        customer_id=order.customer_id,
        state=ORDER_WATCH.first,
        state_at=at,
        opened_at=at,
        until=until,
        due_at=until,
    )
    begin(ORDER_WATCH, row, by=by, at=at, for_buyer=False)
    deadlines.start("order_watch", subject_of(ORDER_WATCH, row), shop_id=row.shop_id, due_at=until, at=at)
    if order.shipped_at is not None and order.signed_at is None:
        notice(row, "unsigned", f"order:{order.id}", "", by=by, at=at)
        still(row, at=at)
    return True


def still(row: OrderWatch, *, at: datetime) -> None:
    """R806: a parcel on its way without a new scan for the rule's time is an anomaly; else it is looked at again then."""
    since = still_since(row.order_id)
    if since is None or row.ended_at is not None:
        return
    due = since + rule("order_watch_stale", shop=shop_facts(row.shop_id), at=at).duration
    if due <= at:
        notice(row, "stale", f"order:{row.order_id}", "", by=SYSTEM, at=at)
        return
    subject = subject_of(ORDER_WATCH, row)
    deadlines.start("order_watch_stale", subject, shop_id=row.shop_id, due_at=due, at=at)


def _follow(row: OrderWatch) -> None:
    running = [one for one in deadlines.open_for(subject_of(ORDER_WATCH, row)) if one.kind != "order_watch_stale"]
    due = running[0].due_at if running else None
    OrderWatch.objects.filter(pk=row.pk).update(due_at=due)
    row.due_at = due


def notice(row: OrderWatch, kind: str, ref: str, note: str, *, by: Who, at: datetime) -> bool:
    """An anomaly: noted once while it is open; the order goes onto the contact list. False when it was known."""
    _, fresh = WatchSign.objects.get_or_create(
        watch=row, kind=kind, handled_at=None, defaults={"ref": ref, "note": note[:200], "at": at}
    )
    if not fresh:
        return False
    found = [*row.found, kind]
    OrderWatch.objects.filter(pk=row.pk).update(found=found)
    row.found = found
    payload = events.WatchSigned(number=row.number, sign=kind, ref=ref)
    announce(payload, shop_id=row.shop_id, subject=subject_of(ORDER_WATCH, row), by=by, at=at)
    if ORDER_WATCH.find(row.state, "notice") is not None:
        move(ORDER_WATCH, row, "notice", by=SYSTEM, at=at, details={"sign": kind})
        _follow(row)
    return True


def news(row: OrderWatch, kind: str, ref: str, *, by: Who, at: datetime) -> None:
    """Where the parcel is: told on the page. Signed for, the worry about it ends by itself."""
    OrderWatch.objects.filter(pk=row.pk).update(news=kind)
    row.news = kind
    payload = events.WatchSigned(number=row.number, sign=kind, ref=ref)
    announce(payload, shop_id=row.shop_id, subject=subject_of(ORDER_WATCH, row), by=by, at=at)
    assert kind in NEWS


def _handled(row: OrderWatch, at: datetime) -> None:
    WatchSign.objects.filter(watch=row, handled_at=None).update(handled_at=at)


def mark(row: OrderWatch, form: forms.Mark, *, by: Who, at: datetime) -> None:
    WatchSign.objects.get_or_create(
        watch=row, kind="seen", handled_at=None, defaults={"ref": str(by), "note": form.note, "at": at}
    )
    found = list(dict.fromkeys([*row.found, "seen"]))
    move(ORDER_WATCH, row, "mark", by=by, at=at, details={"note": form.note}, found=found)
    _follow(row)


def contact(row: OrderWatch, form: forms.Contact, *, by: Who, at: datetime) -> None:
    """R806 within C47: the buyer is contacted, the words pass the guard, the outcome is kept."""
    where = queries.standing_of(row, at)
    if not where.may:
        refuse_contact(where)
    require_sayable(row.shop_id, form.text, "text", at=at)
    WatchContact.objects.create(
        watch=row, customer_id=row.customer_id, by=str(by), at=at,
        channel=form.channel, text=form.text, outcome=form.outcome, note=form.note,
    )  # fmt: skip
    told_ = {"channel": form.channel, "outcome": form.outcome}
    columns: dict[str, Any] = {"contacts": F("contacts") + 1, "contacted_at": at}
    if form.outcome in ("fine", "solved", "do_not"):
        _handled(row, at)
        columns["found"] = []
    move(ORDER_WATCH, row, "contact", by=by, at=at, details=told_, **columns)
    _follow(row)


def solve(row: OrderWatch, form: forms.Solve, *, by: Who, at: datetime) -> None:
    _handled(row, at)
    move(ORDER_WATCH, row, "solve", by=by, at=at, details={"note": form.note}, found=[])
    _follow(row)


def hand_on(row: OrderWatch, form: forms.HandOn, *, by: Who, at: datetime) -> None:
    move(ORDER_WATCH, row, "hand_on", by=by, at=at, details={"note": form.note}, ended_at=at, due_at=None)


def end(row: OrderWatch, form: None, *, by: Who, at: datetime) -> None:
    move(ORDER_WATCH, row, "end", by=by, at=at, ended_at=at, due_at=None)


def close_order(order_ids: Iterable[int], *, by: Who, at: datetime) -> int:
    """The order was closed (refunded in full): nothing is left to watch."""
    rows = queries.open_of_orders(order_ids)
    for row in rows:
        move(ORDER_WATCH, row, "close", by=by, at=at, ended_at=at, due_at=None)
    return len(rows)


VERBS: dict[str, Callable[..., None]] = {
    "mark": mark,
    "contact": contact,
    "solve": solve,
    "hand_on": hand_on,
    "end": end,
}


def perform(viewer: Viewer, row: OrderWatch, verb: str, data: dict[str, Any], *, by: Who, at: datetime) -> None:
    """Check who asks, whether it is legal now, what was typed; then do it."""
    moves = [step for step in ORDER_WATCH.moves if step.verb == verb]
    if moves:
        require_actor(moves[0], viewer, row.shop_id)
    step = find_legal(ORDER_WATCH, row, verb)
    if verb not in VERBS:
        raise Forbidden("这一步由系统完成", "The system does this step")
    VERBS[verb](row, parse_form(step, data), by=by, at=at)


def by_clock(row: OrderWatch, *, at: datetime) -> bool:
    """The days are over. Firing twice does nothing."""
    if ORDER_WATCH.find(row.state, "end") is None:
        return False
    end(row, None, by=CLOCK, at=at)
    return True


def late(row: OrderWatch, clock: str, due_at: datetime, *, by: Who, at: datetime) -> None:
    _follow(row)
    payload = events.WatchLate(number=row.number, clock=clock, due_at=iso(due_at) or "")
    announce(payload, shop_id=row.shop_id, subject=subject_of(ORDER_WATCH, row), by=by, at=at)
