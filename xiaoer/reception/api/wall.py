"""The supervisor's wall over HTTP (大屏): one answer for the screen, and the conversations behind each number."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.reception import behind, facts, limits, wall

router = Router()


class Spread(Schema):
    n: int
    mean: float | None
    p50: float | None
    p90: float | None


class Speeds(Schema):
    frt: Spread = Field(description="首次响应: first human answers, seconds")
    art: Spread = Field(description="平均响应: every human answer, seconds")


class SpeedOut(Schema):
    minutes: int = Field(description="What `now` means")
    now: Speeds
    today: Speeds


class NowOut(Schema):
    queue: int
    serving: int
    waiting: int
    longest_since: str | None
    p50: int | None = Field(description="Median of the running waits, seconds")
    p90: int | None
    late: int = Field(description="Waiting longer than the slow-reply alarm")
    alarm_after: int
    stale: int = Field(description="Open, silent, nobody waits: to be finished (R068)")
    stale_after: int


class WallAgent(Schema):
    id: int
    name: str
    status: str
    status_label: str
    since: str | None
    load: int
    cap: int
    waiting: int
    longest_since: str | None


class ArrivalsOut(Schema):
    """Buyers who came, by quarter of an hour of the Beijing day."""

    today: list[int]
    usual: list[float] = Field(description="Average of the same weekday in the last weeks")
    days: int = Field(description="How many of those days are known")
    quarter: int
    so_far: int
    usual_so_far: float
    expected: int = Field(description="The whole day, as it goes")


class DayOut(Schema):
    counted: int
    good: int
    late: int
    pending: int
    left_out: dict[str, int]
    at: str | None


class SourceOut(Schema):
    key: str
    title: str
    text: str
    source: str
    verified: bool


class TwinOut(Schema):
    """A platform's metric, counted by the platform's own rule."""

    metric: str
    title: str
    unit: str
    kind: str = Field(description="rate (percent) | average (seconds)")
    value: float | None
    line: float
    days: int
    counted: int
    late: int
    today: DayOut
    expected: int
    left: int = Field(description="So many more late units by the end of the day break the line")
    needed: int
    standing: str = Field(description="none | fine | tight | under | lost")
    says: str
    formula: str
    left_out: str
    hours: str
    sources: list[SourceOut]


class WallOut(Schema):
    shop: int
    platform: str
    at: str
    now: NowOut
    speed: SpeedOut
    agents: list[WallAgent]
    arrivals: ArrivalsOut
    twins: list[TwinOut]


class PersonOut(Schema):
    id: int
    name: str


class BuyerOut(PersonOut):
    vip: int


class TalkBehind(Schema):
    conversation: int
    customer: BuyerOut
    agent: PersonOut | None
    state: str
    state_label: str
    waiting_since: str | None
    last_message_at: str | None
    last_text: str
    labels: list[str]


class TalksBehind(Schema):
    items: list[TalkBehind]
    next: str | None = None


class RoundBehind(Schema):
    """One unit of a figure: a round, or the rounds of a session or of a buyer."""

    conversation: int
    customer: BuyerOut
    agent: PersonOut | None
    started_at: str
    ended_at: str | None
    seconds: int
    rounds: int
    seq: int
    state: str
    state_label: str
    why: str


class RoundsBehind(Schema):
    items: list[RoundBehind]
    counts: dict[str, int]
    total: int
    next: str | None = None


class ClocksOut(Schema):
    """The reply clocks of a shop as a screen counts with them, in seconds of open time."""

    shop: int
    greeting_target: int
    first_human_reply: int
    first_human_reply_urgent: int
    follow_up_reply: int
    slow_reply_alarm: int
    stale_window: int
    hours: list[tuple[str, str]] = Field(description="Open stretches around now; empty: always open")


class ClocksPage(Schema):
    items: list[ClocksOut]
    next: str | None = None


def _shop(request: HttpRequest, shop: int) -> ShopFacts:
    viewer_of(request).require(Perm.CHAT_ALL, shop)
    return shop_facts(shop)


@router.get("/wall", response=WallOut, summary="The wall of one shop (大屏)")
def wall_now(request: HttpRequest, shop: int) -> dict[str, Any]:
    return wall.wall_of(viewer_of(request), _shop(request, shop), clock.now())


@router.get("/wall/conversations", response=TalksBehind, summary="Live conversations behind a number")
def wall_talks(request: HttpRequest, shop: int, list: str, agent: int | None = None) -> dict[str, Any]:
    """`list`: queue, serving, waiting, late, stale."""
    language = viewer_of(request).language
    return {"items": behind.talks_behind(_shop(request, shop), list, agent, language, clock.now()), "next": None}


@router.get("/wall/rounds", response=RoundsBehind, summary="Rounds behind a figure")
def wall_rounds(
    request: HttpRequest,
    shop: int,
    metric: str,
    day: date | None = None,
    state: str = "",
    quarter: int | None = None,
) -> dict[str, Any]:
    """`metric`: one of the wall's twins, or frt, art, arrivals. `state`: good, late, pending, left_out."""
    at, language = clock.now(), viewer_of(request).language
    return behind.rounds_behind(_shop(request, shop), metric, day or facts.today(at), state, quarter, language, at)


@router.get("/reply-clocks", response=ClocksPage, summary="Reply clocks and opening hours of her shops")
def reply_clocks(request: HttpRequest) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    seeing = {Perm.CHAT, Perm.CHAT_ALL, Perm.CHAT_ASSIGN}
    shops = [pk for pk, perms in viewer.shops.items() if perms & seeing]
    return {"items": [limits.shown_clocks(shop_facts(pk), at) for pk in shops], "next": None}
