"""What the desk says by itself: the greeting by platform, style and state, and when people are back. Pure."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.i18n import T
from xiaoer.reception import variables
from xiaoer.reception.rules import BOT_NAME, hours_text

STATES: dict[str, T] = {
    "open": T("营业时间", "Open"),
    "peak": T("高峰模式", "Peak mode"),
    "offline": T("非营业时间", "Closed"),
}


@dataclass(frozen=True, slots=True)
class Template:
    """One shipped greeting; without platforms and style it serves every shop."""

    state: str
    style: str
    platforms: tuple[str, ...]
    text: str
    source: str


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    data = tomllib.loads(files("xiaoer.reception").joinpath("greetings.toml").read_text("utf-8"))
    return tuple(
        Template(row["state"], row.get("style", ""), tuple(row.get("platforms", ())), row["text"], row["source"])
        for row in data["greeting"]
    )


def template_for(state: str, *, platform: str, style: str) -> str:
    """The shipped text for a state: that of the shop's style, else of its platform, else the plain one."""
    fitting = [
        row
        for row in templates()
        if row.state == state and row.style in ("", style) and (not row.platforms or platform in row.platforms)
    ]
    return max(fitting, key=lambda row: (bool(row.style), bool(row.platforms))).text


def state_of(*, open_now: bool, peak: bool) -> str:
    if not open_now:
        return "offline"
    return "peak" if peak else "open"


def next_opening(hours: Mapping[str, Any], at: datetime) -> datetime | None:
    """The next opening after `at`; None while open, and for a shop that never opens."""
    calendar = variables.calendar_of(hours)
    if calendar.is_open(at):
        return None
    try:
        return calendar.next_open(at)
    except Refusal:
        return None


def values(shop_name: str, hours: Mapping[str, Any], *, hotline: str = "", at: datetime) -> dict[str, str]:
    """The variables a greeting may use."""
    opening = next_opening(hours, at)
    said = variables.when_text(opening, at, str(hours.get("zone") or "Asia/Shanghai")).zh if opening else ""
    hours_zh = hours_text(hours).zh
    return {"shop": shop_name, "agent": BOT_NAME, "hours": hours_zh, "next_open": said, "hotline": hotline}


def compose(own: str, shipped: str, facts: Mapping[str, str], *, state: str, own_is_open: bool = True) -> str:
    """The greeting: the shop's own text, else the shipped one.

    A shop that wrote only its open greeting still tells outside its hours when people answer.
    """
    if not own.strip():
        return variables.fill(shipped, {"buyer": "亲", **facts}).text
    text = variables.fill(own, {"buyer": "亲", **facts}).text
    if state == "offline" and own_is_open:
        back = f"客服{facts['next_open']}上班后" if facts.get("next_open") else "上班后"
        text += (
            f"\n现在是非工作时间，人工客服服务时间：{facts.get('hours', '')}。您可以先留言，{back}会第一时间回复您。"
        )
    return text
