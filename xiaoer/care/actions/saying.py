"""Refusals before a buyer is contacted: words that the guard stops, and the harassment cap (C47)."""

from datetime import datetime
from typing import NoReturn

from xiaoer.care.rules import WHY, Standing
from xiaoer.complaints.actions.saying import require_sayable as require_sayable
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict


def refuse_contact(where: Standing) -> NoReturn:
    """Why not now, and the earliest time."""
    zh, en = WHY[where.why]
    if where.not_before is not None:
        told = _told(where.not_before)
        zh, en = f"{zh}，最早 {told} 可以联系", f"{en}; not before {told} (Beijing)"
    raise Conflict("not_now", zh, en, current={"why": where.why, "not_before": iso(where.not_before)})


def _told(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%m-%d %H:%M}"
