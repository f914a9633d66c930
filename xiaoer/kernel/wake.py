"""Wake whoever follows the journal, at once, in this process.

Listeners are plain callables that must not block (set an event, schedule a task). Other processes are told by
the database (NOTIFY on PostgreSQL) or find out at their next short poll.
"""

import logging
from collections.abc import Callable

_listeners: list[Callable[[], None]] = []
log = logging.getLogger("xiaoer.wake")


def on_journal(listener: Callable[[], None]) -> Callable[[], None]:
    """Call `listener` after each commit that wrote journal rows. Returns a function that takes it off again."""
    _listeners.append(listener)

    def off() -> None:
        if listener in _listeners:
            _listeners.remove(listener)

    return off


def journal_grew() -> None:
    """Said after commit by whoever appended to the journal."""
    for listener in tuple(_listeners):
        try:
            listener()
        except Exception:  # one dead listener must not silence the others
            log.exception("a journal listener failed")
