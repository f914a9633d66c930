"""Words that leave the house (发给买家的话): every area asks here before it writes or sends them.

The guard stands after orders and customers in the order of areas; it puts its check in when it loads, as the policy
area does with durations. Without a guard nothing is let out unseen: asking is then an error.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from pydantic import BaseModel

Check = Callable[[str, int, str, datetime, Iterable[str]], None]
_check: Check | None = None
TO_BUYER = ("explanation",)
"""Fields of moves' forms that a buyer reads (给买家的说明)."""


def use_check(check: Check) -> None:
    """Tell the kernel who looks at words before they leave: the guard calls this when it loads."""
    global _check
    _check = check


def require_sayable(text: str, *, shop_id: int, field: str, at: datetime, known: Iterable[str] = ()) -> None:
    """Refuse words that the guard stops, naming them, the reason and what to say instead, under `field`.

    `known` are the buyer's own order numbers and waybills, which she may be told.
    """
    if _check is None:
        raise RuntimeError("nobody checks what is said: the guard area is not loaded")
    if text.strip():
        _check(text, shop_id, field, at, known)


def require_form(form: BaseModel | None, *, shop_id: int, at: datetime) -> None:
    """The same for the fields of a form that the buyer will read."""
    for name in TO_BUYER:
        text = getattr(form, name, None)
        if isinstance(text, str):
            require_sayable(text, shop_id=shop_id, field=name, at=at)
