"""Peak mode (高峰模式, R775): by hand, or by the length of the queue with two thresholds so that it does not flap."""

from datetime import datetime

from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules as policy
from xiaoer.reception import actions as reception
from xiaoer.reception.queries import peak_mode, waiting_in_line
from xiaoer.routing.rules import peak_after

HOLDS = ("auto", "on", "off")


def follow_queue(shop_id: int, *, at: datetime) -> None:
    """Switch by the length of the queue, unless a person holds it on or off."""
    mode = peak_mode(shop_id)
    if mode.hold != "auto":
        return
    found = policy(["peak_auto", "peak_queue_on", "peak_queue_off"], shop=shop_facts(shop_id), at=at)
    on, off = int(found["peak_queue_on"].value), int(found["peak_queue_off"].value)
    waiting = waiting_in_line(shop_id, on)
    peak = bool(found["peak_auto"].value) and peak_after(mode.peak, waiting, on=on, off=off)
    if peak != mode.peak:
        reception.set_mode(shop_id, peak=peak, hold="auto", auto=True, waiting=waiting, by=SYSTEM, at=at)


def hold_peak(shop_id: int, hold: str, *, by: Who, at: datetime) -> None:
    """A supervisor holds it on or off, or leaves it to the queue again."""
    if hold not in HOLDS:
        raise Invalid(fields={"hold": T(f"高峰模式可选 auto、on、off，收到 {hold}", f"auto, on or off, got {hold!r}")})
    peak = peak_mode(shop_id).peak if hold == "auto" else hold == "on"
    reception.set_mode(shop_id, peak=peak, hold=hold, auto=False, by=by, at=at)
    follow_queue(shop_id, at=at)
