"""The shop's clock: stands still in tests, can be moved ahead in the demo, and is the machine's everywhere else."""

from datetime import UTC, datetime, timedelta

import pytest

from xiaoer.kernel import clock
from xiaoer.kernel.testing import NOON

DAY = timedelta(days=1)


def test_it_stands_still_where_it_is_put() -> None:
    with clock.frozen(NOON):
        assert clock.now() == NOON
        with clock.frozen(NOON + DAY):
            assert clock.now() == NOON + DAY
        assert clock.now() == NOON
    with pytest.raises(ValueError, match="no time zone"), clock.frozen(datetime(2026, 1, 1)):
        pass


@pytest.mark.django_db
def test_only_the_demo_can_move_it(settings: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_offset", timedelta(0))
    monkeypatch.setattr(clock, "_read_at", 0.0)
    settings.DEMO = True  # type: ignore[attr-defined]  # pytest-django's settings
    clock.set_offset(3 * DAY)
    assert abs(clock.now() - clock.real_now() - 3 * DAY) < timedelta(seconds=5)
    monkeypatch.setattr(clock, "_offset", timedelta(0))
    monkeypatch.setattr(clock, "_read_at", 0.0)
    assert clock.offset() == 3 * DAY, "another process reads it from the database"
    clock.set_offset(timedelta(0))
    assert clock.offset() == timedelta(0), "and it can be put right again"
    clock.set_offset(DAY)
    settings.DEMO = False  # type: ignore[attr-defined]  # pytest-django's settings
    assert clock.offset() == timedelta(0), "outside the demo the stored offset counts for nothing"


def test_times_are_written_in_utc() -> None:
    assert clock.iso(datetime(2026, 11, 11, 4, 0, 1, 500000, tzinfo=UTC)) == "2026-11-11T04:00:01.500000Z"
    assert clock.iso(None) is None
