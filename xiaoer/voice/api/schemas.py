"""Shapes of the telephone's answers."""

from typing import Any

from ninja import Field, Schema
from pydantic import AwareDatetime


class Person(Schema):
    id: int
    name: str


class Caller(Schema):
    """A buyer as the screen pop names her."""

    id: int
    name: str
    vip: int
    level: int
    tags: list[str]


class Candidate(Caller):
    how: str = Field(description="own | receiver | masked")
    how_label: str


class CallRow(Schema):
    """A line in the list of calls."""

    id: int
    shop: int
    direction: str
    direction_label: str
    state: str
    state_label: str
    number: str = Field(description="Masked")
    line: str
    customer: Caller | None
    matched: str = Field(description="exact | several | chosen | none")
    vip: int
    complaint: bool
    first: bool = Field(description="VIP or complaint: answered first (R697)")
    agent: Person | None
    team: str
    tried: int = Field(description="How many agents let it ring")
    started_at: str
    waiting_since: str | None
    wait_due_at: str | None = Field(description="When the service level is missed (20 s)")
    ring_since: str | None
    ring_due_at: str | None = Field(description="When the third ring is over")
    answered_at: str | None
    ended_at: str | None
    wait_seconds: int | None
    talk_seconds: int | None
    hold_seconds: int
    rings: int | None
    end_reason: str
    solved: bool | None
    topic: str
    topic_label: str
    wrapped: bool
    follow_ups: int
    recorded: bool
    callback_offered: bool
    mine: bool


class CallPage(Schema):
    items: list[CallRow]
    next: str | None = None


class FollowUpOut(Schema):
    """What is owed to a caller."""

    id: int
    shop: int
    call: int
    kind: str
    kind_label: str
    state: str
    text: str
    owner: Person | None
    due_at: str
    created_at: str
    late: bool
    done_at: str | None
    result: str
    number: str
    customer: Caller | None
    mine: bool


class FollowUpPage(Schema):
    items: list[FollowUpOut]
    next: str | None = None


class TalkBrief(Schema):
    id: int
    state: str
    agent: str
    last_text: str
    last_message_at: str | None


class AssistOut(Schema):
    id: int
    by: str
    consent: str
    link: str
    started_at: str
    ended_at: str | None


class Choice(Schema):
    value: str
    label: str


class CallOut(CallRow):
    """The screen pop (R696)."""

    matched_label: str
    note: str
    guide: str
    guide_done: list[int]
    order: int | None
    conversation: int | None
    candidates: list[Candidate]
    orders: list[dict[str, Any]] = Field(description="Her latest orders, as GET /orders shows them")
    talks: list[TalkBrief]
    earlier: list[CallRow]
    open_follow_ups: list[FollowUpOut]
    assists: list[AssistOut]
    assist_mode: str = Field(description="view_only | forbidden")
    can: list[str] = Field(description="take, note, link, guide, wrap, assist, unmask, listen")
    topics: list[Choice]


class NowOut(Schema):
    items: list[CallOut]
    next: str | None = None


class Counts(Schema):
    queue: int
    talking: int
    follow_ups: int
    late: int


class GuideOut(Schema):
    key: str
    title: str
    steps: list[str]
    source: str


class GuidePage(Schema):
    items: list[GuideOut]
    next: str | None = None


class LinkIn(Schema):
    customer: int | None = Field(description="null: nobody known")


class CallPatch(Schema):
    """Only what is given changes."""

    note: str = Field("", max_length=2000)
    topic: str = ""
    complaint: bool = False
    order: int | None = None
    conversation: int | None = None


class FollowUpIn(Schema):
    text: str = Field("", max_length=500)
    owner: int | None = Field(None, description="Left out: the agent herself")
    due_at: AwareDatetime | None = Field(None, description="Left out: the rule voice_follow_up_within")


class WrapIn(Schema):
    solved: bool
    topic: str = ""
    note: str = Field("", max_length=2000)
    follow_up: FollowUpIn | None = None


class GuideIn(Schema):
    guide: str
    done: list[int] = Field(max_length=50)


class AssistIn(Schema):
    consent: str = Field(max_length=200, description="The words with which the customer agreed")
    link: str = Field(max_length=500, description="https address of the view-only session; never a password")


class Why(Schema):
    reason: str = Field(max_length=120)


class Number(Schema):
    number: str


class Recording(Schema):
    url: str
