"""The only source of "now" (law 6).

The shop's clock is the machine's clock plus an offset. The offset is 0 except in the demo and in tests, where it
can be moved ahead so that deadlines can be watched. It stands in the database, so every process of an
installation reads the same time; the value is cached for half a second and set at once in the process that moves it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_offset = timedelta(0)
_read_at = 0.0
_frozen: datetime | None = None
CACHE_SECONDS = 0.5


def now() -> datetime:
    """The shop's time, aware, UTC, to the microsecond."""
    if _frozen is not None:
        return _frozen
    return datetime.now(UTC) + _current_offset()


def real_now() -> datetime:
    """The machine's time whatever the demo clock says: for session expiry and measurements only."""
    return datetime.now(UTC)


def _current_offset() -> timedelta:
    global _offset, _read_at
    if not _movable():
        return timedelta(0)
    tick = time.monotonic()
    if tick - _read_at > CACHE_SECONDS:
        _offset, _read_at = _stored_offset(), tick
    return _offset


def _movable() -> bool:
    from django.conf import settings

    return bool(settings.DEMO)


def _stored_offset() -> timedelta:
    from xiaoer.kernel.models import ClockOffset

    seconds = ClockOffset.objects.filter(pk=1).values_list("seconds", flat=True).first()
    return timedelta(seconds=seconds or 0)


def offset() -> timedelta:
    """How far the demo clock stands ahead of the machine's."""
    return _current_offset()


def set_offset(value: timedelta) -> None:
    """Move the demo clock; the demo moves it ahead step by step, and back only to the machine's time."""
    global _offset, _read_at
    from xiaoer.kernel.models import ClockOffset

    ClockOffset.objects.update_or_create(pk=1, defaults={"seconds": value.total_seconds()})
    _offset, _read_at = value, time.monotonic()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Tests: inside the block the shop's time stands still at `at`."""
    global _frozen
    if at.tzinfo is None:
        raise ValueError(f"{at!r} has no time zone; give an aware datetime")
    before, _frozen = _frozen, at
    try:
        yield
    finally:
        _frozen = before


def iso(at: datetime | None) -> str | None:
    """ISO 8601 in UTC with a Z, as every API answer writes times."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
