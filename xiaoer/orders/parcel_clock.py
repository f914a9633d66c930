"""How long a parcel may be silent, with the rules in force; whether a shop's courier data is live. Reads only."""

from datetime import datetime, timedelta

from xiaoer.orders.models import CourierDesk, Parcel
from xiaoer.orders.parcel_states import FINAL, State, silence_key
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules

SILENCE, LOST, ANSWER, PROMISE, LATE_SHIP, POLL = (
    "parcel_silence",
    "parcel_lost",
    "courier_answer",
    "parcel_promise",
    "late_ship",
    "parcel_poll",
)


def subject(parcel_id: int) -> str:
    return f"parcel:{parcel_id}"


def silent_since(row: Parcel) -> datetime:
    """The last news of a parcel, or since when we know of it."""
    return max(row.last_scan_at, row.created_at) if row.last_scan_at is not None else row.created_at


def due_times(row: Parcel, *, at: datetime) -> dict[str, datetime]:
    """When silence falls due and when the parcel counts as lost; nothing for one that has arrived."""
    state = State(row.state)
    key = silence_key(state)
    if state in FINAL or not key:
        return {}
    found = rules([key, "parcel_lost_after"], shop=shop_facts(row.shop_id), at=at)
    since = silent_since(row)
    return {SILENCE: since + found[key].duration, LOST: since + found["parcel_lost_after"].duration}


def fed(shop_id: int, *, at: datetime) -> bool:
    """Whether the shop receives its couriers' traces: only then silence means something."""
    row = CourierDesk.objects.filter(pk=shop_id).only("fed_at").first()
    if row is None or row.fed_at is None:
        return False
    fresh: timedelta = rules(["parcel_feed_fresh"], shop=shop_facts(shop_id), at=at)["parcel_feed_fresh"].duration
    return at - row.fed_at <= fresh
