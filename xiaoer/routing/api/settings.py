"""How a shop routes: stages with the numbers in force, topics and skill groups, accounts, peak mode, decisions."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound
from xiaoer.people.queries import find_shop
from xiaoer.routing import actions, queries, reads
from xiaoer.routing.api.talks import DecisionOut

router = Router()


class RuleOut(Schema):
    key: str
    title: str
    value: Any
    value_text: str
    explain: str
    layer: str


class StageOut(Schema):
    """A stage of the decision and the rules that steer it."""

    name: str
    title: str
    text: str
    rules: list[RuleOut]


class TopicOut(Schema):
    key: str
    name: str
    name_en: str
    words: list[str]
    side: str = Field(description="pre | after | ''")
    team: int | None
    urgent: bool
    complex: bool
    active: bool


class TeamOut(Schema):
    id: int
    name: str
    kind: str
    members: list[str]


class NamedOut(Schema):
    id: int
    name: str


class ModeOut(Schema):
    peak: bool
    hold: str = Field(description="auto | on | off")
    auto: bool = Field(description="Switched by the length of the queue")
    since: str | None
    by: str
    waiting: int = 0


class LearnedOut(Schema):
    on: bool
    corrections: int
    least: int
    examples: int
    right: int | None = Field(description="How often right on corrections it had not seen, percent")
    at: str | None


class SettingsOut(Schema):
    shop: int
    profile: str
    nobody: str
    stages: list[StageOut]
    topics: list[TopicOut]
    own_topics: bool = Field(description="False: the starter's topics hold until the shop copies them")
    teams: list[TeamOut]
    people: list[NamedOut]
    proxy: int | None
    main: int | None
    mode: ModeOut
    learned: LearnedOut
    sorted: dict[str, dict[str, int]] = Field({}, description="Talks per topic in seven days, and corrected ones")


class TopicIn(Schema):
    key: str | None = None
    name: str | None = None
    name_en: str | None = None
    words: list[str] | None = None
    side: str | None = None
    team: int | None = None
    urgent: bool | None = None
    complex: bool | None = None
    active: bool | None = None


class AccountsIn(Schema):
    proxy: int | None = None
    main: int | None = None


class ModeIn(Schema):
    hold: str


class LoadedOut(Schema):
    topics: int
    teams: int


class TryIn(Schema):
    text: str = Field(max_length=600)


class TriedOut(Schema):
    topic: str
    topic_label: str
    sure: int
    words: list[str]
    how: str


class LogRow(DecisionOut):
    buyer: str


class LogPage(Schema):
    items: list[LogRow]
    next: int | None = None


def _editor(request: HttpRequest, shop: int) -> Viewer:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT_ASSIGN, shop)
    return viewer


@router.get("/routing/settings", response=SettingsOut, summary="How the shop routes, with the numbers in force")
def settings(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    queries.require_watcher(viewer, shop)
    at = clock.now()
    week = reads.sorted_lately(shop, at - timedelta(days=7))
    return {**queries.settings_of(shop, viewer, at=at), "sorted": week}


@router.post("/routing/starter", response=LoadedOut, summary="Starter topics and the nine skill groups (R801)")
def starter(request: HttpRequest, shop: int) -> dict[str, int]:
    viewer = _editor(request, shop)
    viewer.require(Perm.STAFF_EDIT, shop)
    with transaction():
        topics, teams = actions.load_starter(find_shop(viewer, shop), by=viewer.who, at=clock.now())
    return {"topics": topics, "teams": teams}


@router.post("/routing/topics", response={201: TopicOut}, summary="A topic of the shop's own")
def add_topic(request: HttpRequest, shop: int, data: TopicIn) -> Status[dict[str, Any]]:
    viewer = _editor(request, shop)
    with transaction():
        row = actions.add_topic(shop, data.dict(exclude_unset=True), by=viewer.who, at=clock.now())
    return Status(201, _topic(row))


@router.patch("/routing/topics/{key}", response=TopicOut, summary="Change a topic's words, side, team")
def change_topic(request: HttpRequest, shop: int, key: str, data: TopicIn) -> dict[str, Any]:
    viewer = _editor(request, shop)
    with transaction():
        row = queries.find_topic(shop, key)
        row = actions.change_topic(row, data.dict(exclude_unset=True), by=viewer.who, at=clock.now())
    return _topic(row)


def _topic(row: Any) -> dict[str, Any]:
    names = ("key", "name", "name_en", "words", "side", "urgent", "complex", "active")
    return {**{name: getattr(row, name) for name in names}, "team": row.team_id}


@router.post("/routing/try", response=TriedOut, summary="What would these words be sorted as?")
def try_words(request: HttpRequest, shop: int, data: TryIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    queries.require_watcher(viewer, shop)
    return queries.tried(shop, data.text, viewer, at=clock.now())


@router.put("/routing/accounts", response=AccountsIn, summary="Proxy and main account")
def accounts(request: HttpRequest, shop: int, data: AccountsIn) -> dict[str, Any]:
    viewer = _editor(request, shop)
    with transaction():
        row = actions.choose_accounts(shop, proxy=data.proxy, main=data.main, by=viewer.who, at=clock.now())
    return {"proxy": row.proxy_id, "main": row.main_id}


@router.post("/routing/train", response=LearnedOut, summary="Let the classifier learn from the corrections")
def train(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = _editor(request, shop)
    at = clock.now()
    with transaction():
        actions.train(shop, by=viewer.who, at=at)
    learned: dict[str, Any] = queries.settings_of(shop, viewer, at=at)["learned"]
    return learned


@router.get("/routing/mode", response=ModeOut, summary="Peak mode as it stands")
def mode(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    if shop not in viewer.shops:
        raise NotFound("没有这个店铺", "There is no such shop")
    return {**queries.peak(shop), "waiting": queries.waiting_now(shop)}


@router.post("/routing/mode", response=ModeOut, summary="Hold peak mode on or off, or leave it to the queue (R775)")
def set_mode(request: HttpRequest, shop: int, data: ModeIn) -> dict[str, Any]:
    viewer = _editor(request, shop)
    at = clock.now()
    with transaction():
        actions.hold_peak(shop, data.hold, by=viewer.who, at=at)
    return {**queries.peak(shop), "waiting": queries.waiting_now(shop)}


@router.get("/routing/decisions", response=LogPage, summary="The latest decisions of a shop")
def decisions(request: HttpRequest, shop: int, before: int | None = None, limit: int = 30) -> dict[str, Any]:
    viewer = viewer_of(request)
    queries.require_watcher(viewer, shop)
    rows, after = queries.recent(viewer, shop, before=before, limit=max(1, min(limit, 100)))
    items = [queries.shown_decision(row, viewer.language) for row in rows]
    buyers = reads.buyers_of([item["conversation"] for item in items])
    return {"items": [{**item, "buyer": buyers.get(item["conversation"], "")} for item in items], "next": after}
