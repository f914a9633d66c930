"""Search across messages over HTTP."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel.access import viewer_of
from xiaoer.reception import searching
from xiaoer.reception.api.conversations import PersonOut

router = Router()


class SaidBy(Schema):
    kind: str
    name: str


class Hit(Schema):
    message: int
    seq: int
    conversation: int = Field(description="Where to jump: a merged talk leads to the one that stayed")
    found_in: int
    shop: int
    customer: PersonOut
    agent: PersonOut | None
    author: SaidBy
    kind: str
    at: str
    text: str = Field(description="A piece of the message around the first hit")
    marks: list[list[int]] = Field(description="[from, to] in `text`, not overlapping")


class HitPage(Schema):
    items: list[Hit]
    next: str | None = Field(None, description="May follow an empty page: what was looked through is bounded")


@router.get("/messages/search", response=HitPage, summary="Search what was said, newest first")
def search(
    request: HttpRequest,
    q: str,
    shop: int | None = None,
    agent: int | None = None,
    author: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    cursor: str | None = None,
    limit: int = 30,
) -> dict[str, Any]:
    """Characters, two-character words, Traditional, pinyin (tuihuo), initials (th). Only talks she may see."""
    wanted = searching.Search(q, shop, agent, author, since, until)
    items, after = searching.found(viewer_of(request), wanted, cursor=cursor, limit=limit)
    return {"items": items, "next": after}
