"""Summary and feedback, identity, and what is done to orders from a talk."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden
from xiaoer.orders import actions as order_actions
from xiaoer.orders import queries as orders
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import actions, drafting, identity, queries, queries_life, rules_life
from xiaoer.reception.actions.summaries import facts_of
from xiaoer.reception.models import Conversation

router = Router()


class TopicOut(Schema):
    key: str
    label: str


class DraftOut(Schema):
    topic: str
    text: str
    source: str = Field(description="facts | model")
    model_available: bool
    topics: list[TopicOut]
    problem: str = Field("", description="Why the model gave nothing; the text is the template then")


class DraftIn(Schema):
    model: bool = False


class SummaryIn(Schema):
    text: str
    topic: str = ""
    source: str = "facts"


class SummaryOut(Schema):
    id: int
    conversation: int
    topic: str
    text: str
    source: str
    by: str
    at: str


class SummaryNow(Schema):
    summary: SummaryOut | None


class FeedbackIn(Schema):
    """客户反馈: what the buyer says of goods or service, and what operations should do (R436, R447)."""

    kind: str
    text: str
    goods: str = ""
    suggestion: str = ""


class FeedbackOut(Schema):
    id: int
    shop: int
    customer: int
    conversation: int | None
    kind: str
    kind_label: str
    goods: str
    text: str
    suggestion: str
    by: str
    at: str


class KindCount(Schema):
    kind: str
    label: str
    count: int


class GoodsCount(Schema):
    goods: str
    count: int


class FeedbackPage(Schema):
    items: list[FeedbackOut]
    next: str | None = None
    kinds: list[KindCount]
    goods: list[GoodsCount]
    total: int
    choices: list[TopicOut]


class IdentityOut(Schema):
    """核实状态 in the buyer panel."""

    state: str = Field(description="verified | unverified | asked | wrong | other_account")
    label: str
    verified: bool
    how: str
    how_label: str
    at: str | None
    by_name: str
    scripts: list[str] = Field(description="What to say (R376, R377)")
    strength: str = Field(description="block | warn: what the shop's rule does without proof (C04)")
    why: str


class ProofIn(Schema):
    order_no: str = Field(max_length=40)
    phone_tail: str = Field(max_length=8)


class RemarkIn(Schema):
    flag: str
    text: str
    reason: str = Field("", max_length=200, description="Why without proof, where the rule only warns")


class UnmaskIn(Schema):
    reason: str
    override: str = Field("", max_length=200, description="Why without proof, where the rule only warns")


class Plain(Schema):
    receiver_name: str
    receiver_phone: str
    receiver_address: str


def _served(viewer: Viewer, conversation_id: int) -> Conversation:
    row = queries.find(viewer, conversation_id)
    viewer.require(Perm.CHAT, row.shop_id)
    if viewer.kind != "staff" or not (row.agent_id == viewer.id or viewer.may(Perm.CHAT_ASSIGN, row.shop_id)):
        raise Forbidden("只有接待客服或主管可以操作", "Only who serves the conversation or a supervisor may do this")
    return row


def _topics(language: str) -> list[dict[str, str]]:
    return [{"key": key, "label": label.say(language)} for key, label in rules_life.TOPICS.items()]


@router.post("/conversations/{int:conversation_id}/summary/draft", response=DraftOut, summary="A summary to edit")
def draft(request: HttpRequest, conversation_id: int, data: DraftIn) -> dict[str, Any]:
    """From facts; with `model`, written by the language model that the server was given, if any. Saves nothing."""
    viewer = viewer_of(request)
    at = clock.now()
    row = _served(viewer, conversation_id)
    made = facts_of(row, at=at, language=viewer.language)
    answer = {
        "topic": made.topic,
        "text": made.text,
        "source": "facts",
        "model_available": drafting.settings() is not None,
        "topics": _topics(viewer.language),
        "problem": "",
    }
    model = drafting.settings()
    if not data.model or model is None:
        return answer
    prompt = drafting.prompt_of(row, made.text)
    with transaction():
        actions.model_asked(row.pk, host=model.host, model=model.model, characters=len(prompt), by=viewer.who, at=at)
    text, problem = drafting.ask(model, prompt)  # the network, between two transactions
    with transaction():
        actions.model_answered(
            row.pk, ok=bool(text), characters=len(text), problem=problem, by=viewer.who, at=clock.now()
        )
    return {**answer, "text": text, "source": "model"} if text else {**answer, "problem": problem}


@router.get("/conversations/{int:conversation_id}/summary", response=SummaryNow, summary="The saved summary")
def summary(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    return {"summary": queries_life.summary_of(queries.find(viewer_of(request), conversation_id))}


@router.post("/conversations/{int:conversation_id}/summary", response={201: SummaryOut}, summary="Save it to the CRM")
def save(request: HttpRequest, conversation_id: int, data: SummaryIn) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    source = data.source if data.source in ("facts", "model") else "person"
    with transaction():
        row = _served(viewer, conversation_id)
        made = actions.save_summary(row.pk, data.text, topic=data.topic, source=source, by=viewer.who, at=clock.now())
    return Status(201, queries_life.shown_summary(made))


@router.post(
    "/conversations/{int:conversation_id}/feedback", response={201: FeedbackOut}, summary="Note feedback (R436)"
)
def note_feedback(request: HttpRequest, conversation_id: int, data: FeedbackIn) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    with transaction():
        row = _served(viewer, conversation_id)
        made = actions.note_feedback(
            row.pk,
            kind=data.kind,
            text=data.text,
            goods=data.goods,
            suggestion=data.suggestion,
            by=viewer.who,
            at=clock.now(),
        )
    return Status(201, queries_life.shown_feedback(made, viewer.language))


@router.get("/feedback", response=FeedbackPage, summary="Customers' feedback, compiled (R447)")
def feedback(
    request: HttpRequest, shop: int | None = None, kind: str = "", since: datetime | None = None, limit: int = 50
) -> dict[str, Any]:
    viewer = viewer_of(request)
    rows = queries_life.feedback_rows(viewer, shop=shop, kind=kind, since=since)
    found = rows.order_by("-at", "-pk")[: max(1, min(limit, 100))]
    return {
        "items": [queries_life.shown_feedback(one, viewer.language) for one in found],
        "next": None,
        "choices": [{"key": key, "label": one.say(viewer.language)} for key, one in rules_life.FEEDBACK_KINDS.items()],
        **queries_life.feedback_report(rows, viewer.language),
    }


# ------------------------------------------------------------------------------------------------ identity


def _identity(row: Conversation, language: str) -> dict[str, Any]:
    found = rule("same_account_check", shop=shop_facts(row.shop_id), at=clock.now())
    return identity.shown(row, language, {"strength": str(found.value), "why": found.explain.say(language)})


@router.get("/conversations/{int:conversation_id}/identity", response=IdentityOut, summary="Is she who ordered?")
def identity_now(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return _identity(queries.find(viewer, conversation_id), viewer.language)


@router.post("/conversations/{int:conversation_id}/identity", response=IdentityOut, summary="Compare what she typed")
def check_identity(request: HttpRequest, conversation_id: int, data: ProofIn) -> dict[str, Any]:
    """Order number and phone digits; an unknown number and wrong digits get the same answer. Wrong tries are counted."""
    viewer = viewer_of(request)
    at = clock.now()
    row = _served(viewer, conversation_id)
    actions.require_not_locked(row.shop_id, row.customer_id, data.order_no, at=at)
    with transaction():
        made = actions.check_order(row.pk, data.order_no, data.phone_tail, by=viewer.who, at=at)
        if made.result == "wrong":
            actions.note_wrong_proof(row.shop_id, row.customer_id, data.order_no, by=viewer.who, at=at)
    return _identity(row, viewer.language)


@router.post(
    "/conversations/{int:conversation_id}/identity/ask", response=IdentityOut, summary="She was asked to prove"
)
def ask_identity(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = _served(viewer, conversation_id)
        actions.asked_to_prove(row.pk, by=viewer.who, at=clock.now())
    return _identity(row, viewer.language)


def _cleared(viewer: Viewer, conversation_id: int, order_id: int, action: str, reason: str) -> Conversation:
    """The talk she serves, after the same-account rule has let the order action pass."""
    row = _served(viewer, conversation_id)
    orders.find(viewer, order_id)
    at = clock.now()
    answer = rule("same_account_check", shop=shop_facts(row.shop_id), at=at)
    actions.require_same_account(row, order_id, action, answer, reason=reason, by=viewer.who, at=at)
    return row


@router.post(
    "/conversations/{int:conversation_id}/orders/{int:order_id}/remark",
    response=IdentityOut,
    summary="Remark and flag on an order, from the talk: only for the account that ordered (C04)",
)
def remark(request: HttpRequest, conversation_id: int, order_id: int, data: RemarkIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = _cleared(viewer, conversation_id, order_id, "remark", data.reason)
        viewer.require(Perm.ORDERS_REMARK, row.shop_id)
        order_actions.remark(order_id, flag=data.flag, text=data.text, by=viewer.who, at=clock.now())
    return _identity(row, viewer.language)


@router.post(
    "/conversations/{int:conversation_id}/orders/{int:order_id}/unmask",
    response=Plain,
    summary="The plain receiver, from the talk: only for the account that ordered (R375)",
)
def unmask(request: HttpRequest, conversation_id: int, order_id: int, data: UnmaskIn) -> dict[str, str]:
    viewer = viewer_of(request)
    with transaction():
        row = _cleared(viewer, conversation_id, order_id, "unmask", data.override)
        viewer.require(Perm.ORDERS_UNMASK, row.shop_id)
        return order_actions.unmask(order_id, reason=data.reason, by=viewer.who, at=clock.now())
