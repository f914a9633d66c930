"""What a message does to its conversation, greetings, opening hours, variables of quick replies. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

from xiaoer.kernel.calendar import Calendar, OpeningHours
from xiaoer.kernel.i18n import T
from xiaoer.reception.flow import QUEUED

NOTE = "note"
KINDS = ("text", "image", "file", NOTE, "card", "system")
STATUSES = {
    "online": T("在线", "Online"),
    "suspended": T("挂起", "Suspended"),
    "away": T("离开", "Away"),
    "offline": T("离线", "Offline"),
}
_UNSPOKEN = {"image": "[图片]", "file": "[文件]"}
BOT_NAME = "小二"

NOBODY = "nobody"
"""The audience of a talk that ended before anybody served it: only who sees all talks."""


class Served(Protocol):
    """Of a conversation what says whose it is."""

    state: str
    agent_id: int | None
    team_id: int | None
    guests: str


def audience(talk: Served) -> str | None:
    """Whose screens hear what is said in a talk: the same people to whom `queries.visible` lists it.

    The agent who serves it (or served it last); while it waits, its team, or everybody who chats (None). Colleagues
    asked in (`guests`) hear it too.
    """
    if talk.agent_id is not None:
        whose = f"staff:{talk.agent_id}"
    elif talk.state != QUEUED:
        whose = NOBODY
    elif talk.team_id is None:
        return None
    else:
        whose = f"team:{talk.team_id}"
    return f",{whose},{talk.guests}," if talk.guests else whose


# ------------------------------------------------------------------------------------------------ messages


def preview(kind: str, text: str, card: Mapping[str, Any] | None = None) -> str:
    """The line of a message in the list of conversations: at most 120 characters, on one line."""
    if kind in _UNSPOKEN and not text:
        return _UNSPOKEN[kind]
    if kind == "card" and not text:
        return f"[{(card or {}).get('title') or '卡片'}]"[:120]
    line = " ".join(text.split())
    return line if len(line) <= 120 else line[:119] + "…"


class Counted(Protocol):
    """Of a conversation what a message changes. Times are as their holder keeps them: the lane has SQLite's text."""

    waiting_since: Any
    first_waiting_at: Any
    first_reply_at: Any
    last_message_at: Any
    last_text: str
    last_author: str
    unread_agent: int
    unread_buyer: int


@dataclass(slots=True)
class Standing:
    """Of a conversation what the next message builds on, and what the list shows of it."""

    waiting_since: datetime | None
    first_waiting_at: datetime | None
    first_reply_at: datetime | None
    unread_agent: int
    unread_buyer: int
    last_message_at: datetime | None = None
    last_text: str = ""
    last_author: str = ""


SILENT = frozenset({NOTE, "system"})
"""Kinds that do not move the conversation in the list and end no wait."""
_SHOWN = ("last_message_at", "last_text", "last_author")
_COUNTED = {
    "buyer": (*_SHOWN, "waiting_since", "first_waiting_at", "unread_agent"),
    "staff": (*_SHOWN, "waiting_since", "first_reply_at", "unread_buyer"),
}


def count_in(
    talk: Counted, *, author: str, kind: str, text: str, card: Mapping[str, Any] | None, at: datetime | str
) -> None:
    """What one message does to its conversation.

    The buyer's first unanswered message starts her waiting; an agent's answer ends it. What the desk says by itself
    (bot, system) is never a human reply (C13). A note and a system line do not move the conversation in the list.
    """
    if kind in SILENT:
        return
    talk.last_message_at, talk.last_text, talk.last_author = at, preview(kind, text, card), author
    if author == "buyer":
        talk.waiting_since = talk.waiting_since or at
        talk.first_waiting_at = talk.first_waiting_at or at
        talk.unread_agent += 1
        return
    if author == "staff":
        talk.waiting_since = None
        talk.first_reply_at = talk.first_reply_at or at
    talk.unread_buyer += 1


def columns_after(
    now: Standing, *, author: str, kind: str, text: str, card: Mapping[str, Any] | None, at: datetime
) -> dict[str, Any]:
    """The conversation's columns after one message, as `count_in` counts it; none when it does not move."""
    if kind in SILENT:
        return {}
    after = replace(now)
    count_in(after, author=author, kind=kind, text=text, card=card, at=at)
    return {name: getattr(after, name) for name in _COUNTED.get(author, (*_SHOWN, "unread_buyer"))}


def clean_context(context: Mapping[str, Any] | None) -> dict[str, Any]:
    """Where the buyer came from: page, goods she looks at (焦点, R152), order she names. Only these, only short."""
    given = context or {}
    found: dict[str, Any] = {}
    for name, longest in (("page", 300), ("order_no", 40)):
        if isinstance(value := given.get(name), str) and value.strip():
            found[name] = value.strip()[:longest]
    goods = given.get("goods")
    if isinstance(goods, Mapping):
        kept: dict[str, Any] = {
            name: str(goods[name]).strip()[:120] for name in ("code", "title", "image") if goods.get(name)
        }
        price = goods.get("price_fen")
        if isinstance(price, int) and not isinstance(price, bool) and 0 <= price < 10**10:
            kept["price_fen"] = price
        if kept:
            found["goods"] = kept
    return found | _read(given)


def _read(given: Mapping[str, Any]) -> dict[str, Any]:
    """What she read and searched for in the help centre before she asked, latest first."""
    found: dict[str, Any] = {}
    read = given.get("read")
    if isinstance(read, list):
        kept = [
            {"key": str(one["key"])[:80], "title": str(one["title"]).strip()[:120]}
            for one in read[:5]
            if isinstance(one, Mapping) and one.get("key") and one.get("title")
        ]
        if kept:
            found["read"] = kept
    if isinstance(asked := given.get("asked"), str) and asked.strip():
        found["asked"] = asked.strip()[:80]
    return found


def clean_labels(labels: list[str], *, at_most: int = 12) -> list[str]:
    """Labels trimmed, no doubles, in the order given."""
    kept: dict[str, None] = {}
    for label in labels:
        text = " ".join(label.split())[:20]
        if text:
            kept.setdefault(text, None)
    return list(kept)[:at_most]


# ------------------------------------------------------------------------------------------------ opening hours

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY_NAMES = {
    "mon": T("周一", "Mon"),
    "tue": T("周二", "Tue"),
    "wed": T("周三", "Wed"),
    "thu": T("周四", "Thu"),
    "fri": T("周五", "Fri"),
    "sat": T("周六", "Sat"),
    "sun": T("周日", "Sun"),
}


def is_open(hours: Mapping[str, Any], at: datetime) -> bool:
    """Is the shop's chat staffed at `at`? A shop that names no hours is always open."""
    return Calendar(OpeningHours.from_json(hours)).is_open(at)


def hours_text(hours: Mapping[str, Any]) -> T:
    """每天 09:00-24:00, or day by day: neighbours with the same windows are named together."""
    days = hours.get("days") or {}
    if not days:
        return T("全天", "around the clock")
    runs: list[tuple[str, str, str]] = []
    for day in _DAYS:
        windows = "、".join(f"{a}-{b}" for a, b in days.get(day, []))
        if runs and runs[-1][2] == windows:
            runs[-1] = (runs[-1][0], day, windows)
        else:
            runs.append((day, day, windows))
    if len(runs) == 1 and runs[0][2]:
        return T(f"每天 {runs[0][2]}", f"daily {runs[0][2]}")
    named = [run for run in runs if run[2]]
    return T(
        "；".join(f"{_span(a, b, 'zh', '至')} {w}" for a, b, w in named),
        "; ".join(f"{_span(a, b, 'en', '-')} {w}" for a, b, w in named),
    )


def _span(first: str, last: str, language: str, dash: str) -> str:
    a, b = _DAY_NAMES[first].say(language), _DAY_NAMES[last].say(language)
    return a if first == last else f"{a}{dash}{b}"


def arrived(shop_name: str, agent_name: str) -> str:
    """The line with which an agent is introduced: shop and agent name and thanks (R154)."""
    return f"您好，我是{shop_name}的客服{agent_name}，感谢您的光临"


# ------------------------------------------------------------------------------------------------ clocks


def stale_now(last_message_at: datetime, due_at: datetime, window: timedelta) -> bool:
    """Has the silence just reached the window? (False when it was already said for this silence.)"""
    return due_at - 2 * window < last_message_at <= due_at - window
