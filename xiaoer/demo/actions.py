"""Moving the demo's clock: "later" (过一会儿), so that deadlines can be watched."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from xiaoer.demo.events import ClockMoved
from xiaoer.kernel import clock
from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Forbidden, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event

FURTHEST = timedelta(days=90)
"""How far one press may go; further, and every case of the demo would be closed at once."""


def require_demo(is_demo: bool) -> None:
    if not is_demo:
        raise Forbidden("只有演示店铺可以拨动时钟", "Only the demo's clock can be moved", code="not_demo")


BEIJING = ZoneInfo("Asia/Shanghai")


def opening_time(real: datetime) -> datetime:
    """When the demo begins: now, or half past three in the afternoon when the shop would be closed or half asleep."""
    local = real.astimezone(BEIJING)
    if 10 <= local.hour < 22:
        return real
    return local.replace(hour=15, minute=30, second=0, microsecond=0).astimezone(UTC)


PAUSE = timedelta(minutes=1)


def resume_clock(*, at: datetime) -> None:
    """The demo's time stood still while it was switched off: go on from the last thing that happened.

    Without this a demo that slept a night would wake to find every case closed by time. `at` is the machine's time.
    """
    last = Event.objects.order_by("-number").values_list("at", flat=True).first()
    if last is not None and at + clock.offset() > last + PAUSE:
        clock.set_offset(last + timedelta(seconds=1) - at)


def later(viewer: Viewer, seconds: int, *, by: Who, at: datetime) -> None:
    """Move the shop's clock ahead by whole seconds and tell every shop of the viewer's."""
    if not 1 <= seconds <= FURTHEST.total_seconds():
        raise Invalid(
            fields={"seconds": T(f"请填 1 秒到 90 天之间，收到 {seconds} 秒", f"1 second to 90 days, got {seconds} s")}
        )
    ahead = clock.offset() + timedelta(seconds=seconds)
    clock.set_offset(ahead)
    for shop_id in viewer.shop_ids:
        announce(
            ClockMoved(seconds=seconds, offset=int(ahead.total_seconds())),
            shop_id=shop_id,
            subject=f"shop:{shop_id}",
            by=by,
            at=at + timedelta(seconds=seconds),
        )
