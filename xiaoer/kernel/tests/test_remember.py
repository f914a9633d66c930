"""What a process remembers for some seconds: read anew together, forgotten when it is gone."""

import time

import pytest

from xiaoer.kernel.lane import Miss
from xiaoer.kernel.remember import Remembered


def until(said: list[list[str]], many: int) -> None:
    end = time.monotonic() + 5
    while len(said) < many and time.monotonic() < end:
        time.sleep(0.01)


@pytest.mark.django_db(transaction=True)  # the reading threads look at their connections
def test_those_that_grow_old_together_are_read_together() -> None:
    asked: list[list[str]] = []
    world = {"a": 1, "b": 2, "c": 3}

    def many(keys: list[str]) -> dict[str, int]:
        asked.append(sorted(keys))
        return {key: world[key] for key in keys if key in world}

    kept = Remembered(world.__getitem__, young=0.0, old=60.0, load_many=many)
    with pytest.raises(Miss):
        kept.get("a", False)
    assert [kept.get(key, True) for key in "abc"] == [1, 2, 3]
    del world["c"]
    world["a"] = 10
    assert [kept.get(key, False) for key in "abc"] == [1, 2, 3], "used once more while they are read anew"
    until(asked, 1)
    time.sleep(0.05)
    assert asked[0] == ["a", "b", "c"] and kept.get("a", False) == 10
    with pytest.raises(Miss):
        kept.get("c", False)


def test_what_did_not_change_stays_the_same_object() -> None:
    kept: Remembered[str, list[int]] = Remembered(lambda key: [1, 2], young=60, old=60)
    first = kept.fetch("a")
    again = kept.fetch("a")
    assert again == first and again is not first
    assert kept.get("a", False) is first
