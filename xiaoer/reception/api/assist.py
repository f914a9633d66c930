"""The assistant beside a talk over HTTP: offered answers, used, judged, drafted; and a talk made into knowledge."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from xiaoer.guard import queries as guard
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Refusal
from xiaoer.people.queries import shop_facts
from xiaoer.reception import assist_draft, assist_reads, drafting, queries
from xiaoer.reception.actions import assisting, contributing
from xiaoer.reception.api.colleagues import Done

router = Router()


class OfferOut(Schema):
    """An answer that can be put into the composer; the guard would let it out."""

    source: str = Field(description="article | script")
    ref: int
    kind: str
    title: str
    text: str
    missing: list[str] = Field(description="What is still to be typed")
    why: list[str]
    key: str
    guard: str = Field(description="allow | log | warn")
    attachments: list[dict[str, Any]]
    places: list[dict[str, Any]] = Field(description="Of a guided solution: its questions and ends")


class OffersOut(Schema):
    asked: str = Field(description="The question that was understood")
    items: list[OfferOut]
    drafts: bool = Field(description="A language model is set up")
    next: str | None = None


class OfferRef(Schema):
    source: str = Field(pattern="^(article|script)$")
    ref: int


class OfferRated(OfferRef):
    helped: bool


class DraftIn(Schema):
    q: str = Field("", max_length=200)


class DraftOut(Schema):
    """A reply to be read and changed before it is sent; `sources` are what it names."""

    text: str
    sources: list[str]
    verdict: str
    problem: str
    tokens: int


class ContributeIn(Schema):
    messages: list[int] = Field(min_length=1, max_length=40, description="seq of the chosen messages")
    title: str = Field("", max_length=120)


class ContributedOut(Schema):
    article: int


@router.get("/conversations/{int:conversation_id}/assist", response=OffersOut, summary="Answers to what she asks now")
def assist(request: HttpRequest, conversation_id: int, q: str = "") -> dict[str, Any]:
    """`q` asks in other words. Scripts come filled with this talk's values."""
    viewer = viewer_of(request)
    row = queries.find(viewer, conversation_id)
    asked, found = assist_reads.offers(viewer, row, asked=q, at=clock.now())
    items = [one.shown(viewer.language) for one in found]
    return {"asked": asked, "items": items, "drafts": drafting.settings() is not None}


@router.post(
    "/conversations/{int:conversation_id}/assist/used", response=Done, summary="An offered answer was inserted"
)
def used(request: HttpRequest, conversation_id: int, data: OfferRef) -> dict[str, bool]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        viewer.require(Perm.CHAT, row.shop_id)
        assisting.used_offer(row, data.source, data.ref, by=viewer.who, at=clock.now())
    return {"ok": True}


@router.post("/conversations/{int:conversation_id}/assist/rate", response=Done, summary="Fits, or does not")
def rate(request: HttpRequest, conversation_id: int, data: OfferRated) -> dict[str, bool]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        viewer.require(Perm.CHAT, row.shop_id)
        assisting.rated_offer(row, data.source, data.ref, data.helped, by=viewer.who, at=clock.now())
    return {"ok": True}


@router.post(
    "/conversations/{int:conversation_id}/assist/draft", response=DraftOut, summary="A reply by a language model"
)
def draft(request: HttpRequest, conversation_id: int, data: DraftIn) -> dict[str, Any]:
    """Only from the offered answers and the rules in force; checked by the guard; the network between two transactions."""
    viewer = viewer_of(request)
    row = queries.find(viewer, conversation_id)
    viewer.require(Perm.CHAT, row.shop_id)
    model = drafting.settings()
    if model is None:
        raise Refusal(
            "no_model",
            "没有配置语言模型（XIAOER_LLM_URL），请自己写",
            "No language model is set up (XIAOER_LLM_URL); write it yourself",
        )
    at, shop = clock.now(), shop_facts(row.shop_id)
    question, found = assist_reads.offers(viewer, row, asked=data.q, at=at)
    if not question:
        raise Refusal("nothing_asked", "买家还没有提问", "The buyer has not asked anything yet")
    prompt, names = assist_draft.prompt_of(question, found, shop, contributing.known_words(row), at)
    articles = [one.ref for one in found if one.source == "article"]
    with transaction():
        assisting.draft_asked(
            row, host=model.host, model=model.model, characters=len(prompt), articles=articles, by=viewer.who, at=at
        )
    told = drafting.converse(model, assist_draft.ORDERS, prompt)  # the network, between two transactions
    text, sources = assist_draft.cited(told.text, names)
    verdict = guard.check(text, guard.context_for(shop, at=at)).verdict if text else "allow"
    problem = told.problem or ("no_source" if text and not sources else "")
    with transaction():
        assisting.draft_answered(
            row,
            ok=not problem and verdict != "block",
            problem=problem,
            tokens=(told.tokens_in, told.tokens_out),
            cost_micros=assist_draft.cost_micros(told),
            verdict=verdict,
            by=viewer.who,
            at=clock.now(),
        )
    kept = "" if problem or verdict == "block" else text
    tokens = told.tokens_in + told.tokens_out
    return {"text": kept, "sources": sources, "verdict": verdict, "problem": problem, "tokens": tokens}


@router.post(
    "/conversations/{int:conversation_id}/contribute", response={201: ContributedOut}, summary="Make it knowledge"
)
def contribute(request: HttpRequest, conversation_id: int, data: ContributeIn) -> Status[dict[str, int]]:
    """The chosen messages as a draft of an article, without the buyer's name, numbers and address (R797)."""
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        viewer.require(Perm.KNOWLEDGE_WRITE, row.shop_id)
        article = contributing.contribute(row, data.messages, title=data.title, by=viewer.who, at=clock.now())
    return Status(201, {"article": article})
