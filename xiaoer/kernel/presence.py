"""Whose pages are open: the stream tells, every few seconds, who has a screen in this process (在线页面).

Kept by nobody here; an area registers a handler and writes down what it needs, e.g. that an agent's line is lost.
"""

import logging
from collections.abc import Callable

log = logging.getLogger("xiaoer.presence")
Handler = Callable[[frozenset[int]], None]
_handlers: list[Handler] = []


def on_pages(handler: Handler) -> Handler:
    """Register `handler(staff ids)`; it is called in a thread, also when nobody has a page open."""
    if handler.__qualname__ not in {known.__qualname__ for known in _handlers}:
        _handlers.append(handler)
    return handler


def tell(staff_ids: frozenset[int]) -> None:
    """Said by the stream of each process."""
    for handler in tuple(_handlers):
        try:
            handler(staff_ids)
        except Exception:  # the next round tells again
            log.exception("presence could not be noted")
