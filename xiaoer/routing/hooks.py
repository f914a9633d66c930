"""Places where later areas tell routing what it must know of them (班次、上岗证), without routing importing them.

Routing's own roster and certificates answer (`roster.py`) until an area that knows more registers its query, once, in
its `reactions.py` or `timers.py`. Nobody registered: everybody passes.
"""

from collections.abc import Callable, Collection
from datetime import datetime

Allowed = Callable[[int, Collection[int], datetime], Collection[int] | None]
"""(shop, staff ids, at) -> those who may; None when the shop keeps no such list."""
_HOOKS: dict[str, Allowed] = {}
ROSTER, CERTIFICATE = "roster", "certificate"


def answers(question: str) -> Callable[[Allowed], Allowed]:
    """Register who answers `roster` or `certificate`."""

    def register(query: Allowed) -> Allowed:
        _HOOKS[question] = query
        return query

    return register


def allowed(question: str, shop_id: int, staff_ids: Collection[int], at: datetime) -> frozenset[int]:
    """Those of the given people who may; all of them where nobody keeps a list."""
    query = _HOOKS.get(question)
    found = None if query is None else query(shop_id, staff_ids, at)
    return frozenset(staff_ids if found is None else found)
