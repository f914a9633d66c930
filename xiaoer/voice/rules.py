"""Rings, who takes a waiting call, what a link may look like (振铃、ACD 排队、链接). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import SplitResult, parse_qsl, urlsplit

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T

DIRECTIONS = {"inbound": T("来电", "Incoming"), "outbound": T("去电", "Outgoing")}
TOPICS = {
    "": T("未分类", "Not sorted"),
    "presales": T("售前咨询", "Before buying"),
    "logistics": T("物流", "Delivery"),
    "aftersales": T("退换货", "Return or exchange"),
    "payment": T("支付", "Payment"),
    "technical": T("技术问题", "Technical"),
    "complaint": T("投诉", "Complaint"),
    "other": T("其他", "Other"),
}
FOLLOW_UPS = {"unsolved": T("未解决跟进", "Not solved yet"), "callback": T("回拨漏接电话", "Call back a lost call")}
MATCHES = {
    "exact": T("号码唯一匹配", "The number is known once"),
    "several": T("多位客户匹配，请选择", "Several customers have this number"),
    "chosen": T("由客服确认", "Confirmed by the agent"),
    "none": T("未匹配到客户", "Nobody known by this number"),
}


def band_of(vip: int, complaint: bool) -> int:
    """VIP buyers and complaints are answered first (R697)."""
    return 0 if vip > 0 or complaint else 1


def rings_in(ringing: timedelta, ring: timedelta) -> int:
    """How often it rang: the first ring begins at once, the fourth after three whole rings (R698)."""
    if ringing <= timedelta(0):
        return 1
    whole, rest = divmod(ringing, ring)
    return max(whole + (1 if rest else 0), 1)


# ------------------------------------------------------------------------------------------------ who takes the call


@dataclass(frozen=True, slots=True)
class Seat:
    """An agent as the call queue sees her. `calls`: calls in her hand; `chats`: open conversations over all shops."""

    id: int
    name: str
    status: str
    calls: int = 0
    chats: int = 0
    teams: frozenset[int] = frozenset()
    supervises: bool = False
    last_call_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Who gets the call, why, and why the others do not."""

    seat: Seat | None
    reason: str
    refused: tuple[tuple[int, str], ...]


WHY_NOT: dict[str, T] = {
    "offline": T("离线", "offline"),
    "away": T("离开", "away"),
    "suspended": T("挂起", "suspended"),
    "on_call": T("正在通话", "on a call"),
    "off_team": T("不在该小组", "not in the team"),
    "supervisor": T("主管不接待客户", "supervisors receive nobody"),
    "let_it_ring": T("已振铃未接", "let it ring"),
}
WHY: dict[str, T] = {
    "same_agent": T("客户上次由她接听", "spoke with this caller last"),
    "free": T("没有在接待的会话", "serves nobody now"),
    "fewest_chats": T("在接待会话最少", "has the fewest conversations"),
    "nobody": T("没有可接听的客服", "nobody can answer"),
    "taken": T("客服主动接起", "taken from the queue"),
}


def why_not(seat: Seat, *, team: int | None, tried: Sequence[int], supervisors_receive: bool) -> str:
    """Why she cannot take the call; "" when she can. A call takes all of an agent: two at once are impossible."""
    if seat.supervises and not supervisors_receive:
        return "supervisor"
    if seat.calls:
        return "on_call"
    if seat.status != "online":
        return seat.status
    if team is not None and team not in seat.teams:
        return "off_team"
    return "let_it_ring" if seat.id in tried else ""


def choose(
    seats: Iterable[Seat],
    *,
    team: int | None,
    tried: Sequence[int] = (),
    last_agent: int | None = None,
    supervisors_receive: bool = False,
) -> Choice:
    """Who spoke with this caller last, when she can; else who serves the fewest, then who had no call the longest."""
    able, refused = [], []
    for seat in seats:
        reason = why_not(seat, team=team, tried=tried, supervisors_receive=supervisors_receive)
        if reason:
            refused.append((seat.id, reason))
        else:
            able.append(seat)
    if not able:
        return Choice(None, "nobody", tuple(refused))
    own = next((seat for seat in able if seat.id == last_agent), None)
    if own is not None:
        return Choice(own, "same_agent", tuple(refused))
    first = min(
        able, key=lambda seat: (seat.chats, seat.last_call_at.timestamp() if seat.last_call_at else 0.0, seat.id)
    )
    return Choice(first, "free" if first.chats == 0 else "fewest_chats", tuple(refused))


# ------------------------------------------------------------------------------------------------ links

_SECRET_NAMES = ("password", "passwd", "pwd", "pass", "secret", "verifycode", "smscode", "密码", "验证码")


def check_link(link: str, field: str) -> str:
    """An https address without anything secret in it: a recording's, or a screen-sharing session's (C19)."""
    text = link.strip()
    parts = _split(text)
    if parts is None or parts.scheme not in ("https", "http") or not parts.hostname:
        shown = text[:60]
        raise Invalid(
            fields={field: T(f"“{shown}”不是可用的链接，请填 https:// 开头的地址", f"{shown!r} is no https address")}
        )
    if parts.username or parts.password or _names_secret(parts.query) or _names_secret(parts.fragment):
        raise Invalid(
            fields={
                field: T(
                    "链接里带有账号或密码，请去掉后再填；任何情况下都不收集客户的账号密码（C19）",
                    "The address holds an account or a password: take it out; we never collect credentials (C19)",
                )
            }
        )
    return text


def _split(text: str) -> SplitResult | None:
    try:
        return urlsplit(text) if len(text) <= 500 else None
    except ValueError:
        return None


def _names_secret(query: str) -> bool:
    return any(name.lower() in _SECRET_NAMES for name, _ in parse_qsl(query, keep_blank_values=True))
