"""What a process remembers of the database for some seconds, so that a message costs no read.

Young values are used as they are; older ones are used once more while one thread fetches them anew, so that a
thousand callers never ask the database at the same moment; too old ones are not used at all.
"""

import logging
import threading
import time
from collections.abc import Callable, Hashable, Mapping
from typing import Generic, TypeVar

from xiaoer.kernel.lane import READERS, Miss, in_thread

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
log = logging.getLogger("xiaoer.remember")
GATHER = 0.25
"""Seconds in which those that grow old are gathered before they are read anew together."""


class Remembered(Generic[Key, Value]):
    """`get(key, slow)`: from memory, or `load(key)` when slow, or Miss when not.

    With `load_many`, those that grow old at about the same time are read anew together: two hundred open screens cost
    a handful of queries every few seconds, not a handful each.
    """

    def __init__(
        self,
        load: Callable[[Key], Value],
        *,
        young: float,
        old: float,
        most: int = 50_000,
        load_many: Callable[[list[Key]], Mapping[Key, Value]] | None = None,
    ) -> None:
        self._load, self._young, self._old, self._most = load, young, old, most
        self._load_many = load_many
        self._gathering = False
        self._known: dict[Key, tuple[float, Value]] = {}
        self._fetching: set[Key] = set()
        self._lock = threading.Lock()

    def get(self, key: Key, slow: bool) -> Value:
        entry = self._known.get(key)
        if entry is not None:
            age = time.monotonic() - entry[0]
            if age < self._young:
                return entry[1]
            if age < self._old:
                self._refresh(key)
                return entry[1]
        if not slow:
            raise Miss
        return self.fetch(key)

    def fetch(self, key: Key) -> Value:
        """Read anew, in the calling thread."""
        value = self._load(key)
        self.put(key, value)
        return value

    def put(self, key: Key, value: Value) -> None:
        """Somebody else has just read it."""
        if len(self._known) >= self._most:
            self._known.clear()
        before = self._known.get(key)
        if before is not None and before[1] == value:
            value = before[1]  # the same object stays: what was worked out for it need not be worked out again
        self._known[key] = (time.monotonic(), value)

    def forget(self, key: Key) -> None:
        self._known.pop(key, None)

    def _refresh(self, key: Key) -> None:
        with self._lock:
            if key in self._fetching:
                return
            self._fetching.add(key)
            if self._load_many is not None:
                if not self._gathering:
                    self._gathering = True
                    timer = threading.Timer(GATHER, READERS.submit, (self._fetch_many_quietly,))
                    timer.daemon = True
                    timer.start()
                return
        READERS.submit(self._fetch_quietly, key)

    def _fetch_many_quietly(self) -> None:
        assert self._load_many is not None
        with self._lock:
            keys, self._gathering = list(self._fetching), False
        try:
            found = in_thread(self._load_many, keys)
            for key in keys:
                if key in found:
                    self.put(key, found[key])
                else:
                    self.forget(key)
        except Exception:
            log.exception("could not read %s things anew", len(keys))
            for key in keys:
                self.forget(key)
        finally:
            with self._lock:
                self._fetching.difference_update(keys)

    def _fetch_quietly(self, key: Key) -> None:
        try:
            in_thread(self.fetch, key)
        except Exception:
            log.exception("could not read %r anew", key)
            self.forget(key)
        finally:
            with self._lock:
                self._fetching.discard(key)
