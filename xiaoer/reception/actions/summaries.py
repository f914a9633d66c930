"""会话摘要: made of facts, edited by a person, kept with the talk and on the customer's timeline (R695, R790)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.customers import actions as customers
from xiaoer.customers.queries import mask_text
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import shorten
from xiaoer.orders.queries import orders_of_customer
from xiaoer.orders.rules import STATUS_NAMES, Status
from xiaoer.reception import events_life, rules_life
from xiaoer.reception.actions.conversations import get, tell
from xiaoer.reception.models import Conversation, Feedback, Message, Summary
from xiaoer.reception.settings_life import LONGEST_SUMMARY

_ASKED, _ORDERS, _READ = 3, 3, 200


@dataclass(frozen=True, slots=True)
class Draft:
    """A summary that nobody has saved yet."""

    topic: str
    text: str
    facts: dict[str, Any]


def facts_of(row: Conversation, *, at: datetime, outcome: str = "", language: str = "zh") -> Draft:
    """The template filled with what is known: class of question, first words, orders, cases, outcome."""
    lines = list(
        Message.objects.filter(conversation_id=row.pk)
        .order_by("seq")
        .values("author_kind", "kind", "text", "card")[:_READ]
    )
    said = [one["text"] for one in lines if one["author_kind"] == "buyer" and one["text"].strip()]
    answers = [one for one in lines if one["author_kind"] == "staff" and one["kind"] in ("text", "image")]
    cards = [one["card"] for one in lines if one["card"]]
    cases = [str(card.get("number")) for card in cards if card.get("flow") and card.get("number")]
    facts = rules_life.SummaryFacts(
        topic=rules_life.topic_of(said),
        asked=[shorten(mask_text(text), 60) for text in said[:_ASKED]],
        buyer_messages=sum(one["author_kind"] == "buyer" for one in lines),
        agent_messages=len(answers),
        minutes=max(0, int((at - row.opened_at).total_seconds() // 60)),
        orders=_orders(row, said),
        cases=list(dict.fromkeys(cases)),
        outcome=outcome or row.outcome or "solved",
        labels=row.labels,
    )
    kept = {"orders": [one.order_no for one in facts.orders], "cases": facts.cases, "minutes": facts.minutes}
    return Draft(facts.topic, rules_life.summary_text(facts, language), kept)


def _orders(row: Conversation, said: list[str]) -> list[rules_life.OrderLine]:
    """The orders she named in the talk, else the one she came with, else her latest."""
    owned = orders_of_customer(row.customer_id)
    words = " ".join(said) + " " + str(row.context.get("order_no", ""))
    named = [one for one in owned if one.order_no in words] or owned[:1]
    return [
        rules_life.OrderLine(
            one.order_no, STATUS_NAMES[Status(one.status)], shorten(one.lines[0].title, 20) if one.lines else ""
        )
        for one in named[:_ORDERS]
    ]


def save_summary(
    conversation_id: int, text: str, *, topic: str = "", source: str = "facts", by: Who, at: datetime
) -> Summary:
    """Keep it with the talk and put it on the customer's timeline; saving again writes a new one, the latest counts."""
    row = get(conversation_id)
    text = text.strip()
    if not text:
        raise Invalid(fields={"text": T("摘要不能为空", "The summary is empty")})
    if len(text) > LONGEST_SUMMARY:
        raise Invalid(fields={"text": T(f"最多 {LONGEST_SUMMARY} 字", f"{LONGEST_SUMMARY} characters at most")})
    if topic and topic not in rules_life.TOPICS:
        raise Invalid(fields={"topic": T(f"没有问题类型「{topic}」", f"There is no topic {topic!r}")})
    draft = facts_of(row, at=at)
    made = Summary.objects.create(
        conversation=row,
        topic=topic or draft.topic,
        text=mask_text(text),
        facts=draft.facts,
        source=source,
        by_id=by.id,
        by_name=by.name[:48],
        at=at,
    )
    customers.put_on_timeline(
        row.customer_id,
        kind="summary",
        subject=f"conversation:{row.pk}",
        text=made.text,
        details={"topic": made.topic, "source": source, **draft.facts},
        once=f"summary:{made.pk}",
        by=by,
        at=at,
    )
    payload = events_life.Summarised(conversation=row.pk, summary=made.pk, topic=made.topic, source=source)
    tell(row, payload, by=by, at=at, for_buyer=False)
    return made


def note_feedback(
    conversation_id: int, *, kind: str, text: str, goods: str = "", suggestion: str = "", by: Who, at: datetime
) -> Feedback:
    """Write down what the buyer says of goods or service, with a suggestion to operations (R436, R447)."""
    row = get(conversation_id)
    wrong: dict[str, T] = {}
    if kind not in rules_life.FEEDBACK_KINDS:
        wrong["kind"] = T(f"没有反馈类型「{kind}」", f"There is no kind of feedback {kind!r}")
    if not text.strip():
        wrong["text"] = T("请填写反馈内容", "Write down what the buyer said")
    if wrong:
        raise Invalid(fields=wrong)
    made = Feedback.objects.create(
        shop_id=row.shop_id,
        customer_id=row.customer_id,
        conversation=row,
        kind=kind,
        goods=goods.strip()[:80] or str((row.context.get("goods") or {}).get("title", ""))[:80],
        text=mask_text(text.strip())[:500],
        suggestion=mask_text(suggestion.strip())[:500],
        by_name=by.name[:48],
        by_id=by.id,
        at=at,
    )
    customers.put_on_timeline(
        row.customer_id,
        kind="feedback",
        subject=f"conversation:{row.pk}",
        text=made.text,
        details={"kind": kind, "goods": made.goods},
        once=f"feedback:{made.pk}",
        by=by,
        at=at,
    )
    announce(
        events_life.FeedbackNoted(feedback=made.pk, kind=kind, customer=row.customer_id),
        shop_id=row.shop_id,
        subject=f"feedback:{made.pk}",
        by=by,
        at=at,
        customer_id=row.customer_id,
    )
    return made


def model_asked(conversation_id: int, *, host: str, model: str, characters: int, by: Who, at: datetime) -> None:
    """The intent, written before the network is touched (law 5)."""
    row = get(conversation_id)
    payload = events_life.ModelAsked(conversation=row.pk, host=host, model=model, characters=characters)
    tell(row, payload, by=by, at=at, for_buyer=False)


def model_answered(conversation_id: int, *, ok: bool, characters: int, problem: str, by: Who, at: datetime) -> None:
    row = get(conversation_id)
    payload = events_life.ModelAnswered(conversation=row.pk, ok=ok, characters=characters, problem=problem)
    tell(row, payload, by=by, at=at, for_buyer=False)
