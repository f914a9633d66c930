"""Answers beside a talk (助手): from the buyer's last words the best articles and scripts, filled, passed by the guard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max

from xiaoer.guard import queries as guard
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import shorten
from xiaoer.knowledge import markdown, searching, trees
from xiaoer.knowledge import queries as knowledge
from xiaoer.knowledge.search_blocks import Document
from xiaoer.knowledge.search_engine import Engine, scratch
from xiaoer.knowledge.vectors import here
from xiaoer.orders.queries import OrderFacts, orders_of_customer
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import scripts, variables
from xiaoer.reception.anonymous import without_numbers
from xiaoer.reception.models import Conversation, Message, QuickReply
from xiaoer.reception.peak import in_peak
from xiaoer.reception.script_reads import attachments_of, day_of, setting_of, values_for, visible_scripts

LOOKED_AT, LONGEST_QUESTION, LONGEST_ANSWER = 30, 160, 500
LEAST_SCRIPT = 0.3
"""A script says at least so much of the question; an article is chosen by the search itself."""
WHY = {
    "title": T("问的就是这个", "This very question"),
    "text": T("内容提到", "Speaks of it"),
    "meaning": T("意思相近", "Means much the same"),
    "goods": T("她在看的商品", "The goods she looks at"),
    "platform": T("本平台规则", "Of this platform"),
    "stage": T("订单正在这一步", "Her order is at this stage"),
    "script": T("话术库", "Script library"),
    "helped": T("大家觉得有用", "Others found it useful"),
}


@dataclass(slots=True)
class Offer:
    """One answer that can be put into the composer."""

    source: str
    ref: int
    kind: str
    title: str
    text: str
    score: float
    missing: list[str] = field(default_factory=list)
    why: list[str] = field(default_factory=list)
    key: str = ""
    guard: str = "allow"
    attachments: list[dict[str, Any]] = field(default_factory=list)
    places: list[dict[str, Any]] = field(default_factory=list)

    def shown(self, language: str) -> dict[str, Any]:
        return {
            "source": self.source,
            "ref": self.ref,
            "kind": self.kind,
            "title": self.title,
            "text": self.text,
            "missing": self.missing,
            "why": [WHY[name].say(language) for name in self.why if name in WHY],
            "key": self.key,
            "guard": self.guard,
            "attachments": self.attachments,
            "places": self.places,
        }


def asked_in(row: Conversation) -> str:
    """What the buyer asks now: her words since somebody last answered, else her last ones."""
    latest = Message.objects.filter(conversation_id=row.pk, kind__in=("text", "image"))
    lines = list(latest.order_by("-seq").values_list("author_kind", "text")[:LOOKED_AT])
    turn: list[str] = []
    for author, text in lines:
        if author == "buyer" and text.strip():
            turn.append(text.strip())
        elif author == "staff" and turn:
            break
    return shorten(" ".join(reversed(turn[:4])), LONGEST_QUESTION)


def stage_of(order: OrderFacts | None) -> str:
    """Where her latest order stands, in the words of knowledge."""
    if order is None:
        return "before"
    if order.paid_at is None:
        return "unpaid"
    if order.signed_at is not None or order.succeeded_at is not None:
        return "received"
    return "shipped" if order.shipped_at is not None else "paid"


def offers(viewer: Viewer, row: Conversation, *, asked: str = "", at: datetime) -> tuple[str, list[Offer]]:
    """The question that was understood, and the answers to it, best first. Nothing is written."""
    question = " ".join(asked.split())[:LONGEST_QUESTION] or asked_in(row)
    if not question:
        return "", []
    shop = shop_facts(row.shop_id)
    order = next(iter(orders_of_customer(row.customer_id, limit=1)), None)
    code = str((row.context.get("goods") or {}).get("code") or "")
    context = searching.Context(shop.platform, (code,) if code else (), stage_of(order))
    most = int(rule("knowledge_assist_offers", shop=shop, at=at).value)
    values = values_for(row, viewer, at=at)
    plain = without_numbers(question)  # a phone or an address says nothing about what she asks
    found = _articles(plain, shop, context, values, at) + _scripts(viewer, shop, plain, values, at)
    found.sort(key=lambda one: (-one.score, one.source, one.ref))
    known = [order.order_no, order.waybill] if order else []
    allowed = list(_passed(found, shop, known, most, at))
    return question, allowed


def _articles(
    question: str, shop: ShopFacts, context: searching.Context, values: dict[str, str], at: datetime
) -> list[Offer]:
    found = searching.find(
        searching.Asker((shop.id,)),
        question,
        at=at,
        context=context,
        filters=searching.Filters(source="article"),
        limit=10,
        plain=True,
    )
    held = knowledge.texts_of([hit.ref for hit in found.items])
    made = []
    for hit in found.items:
        one = held.get(hit.ref)
        if one is None or (one.audience != "buyer" and one.kind != "script"):  # what is for staff is not said to buyers
            continue
        filled = variables.fill(_answer(one, question), values)
        helped = one.helped > one.not_helped
        made.append(
            Offer(
                "article",
                hit.ref,
                one.kind,
                one.title,
                filled.text,
                hit.score,
                list(filled.missing),
                [*hit.why, *(["helped"] if helped else [])],
                one.key,
                places=[place.shown() for place in trees.places_of(one.body)] if one.kind == "tree" else [],
            )
        )
    return made


def _answer(one: knowledge.Text, question: str) -> str:
    """What of an article is said to a buyer: a script whole, the nearest pair of a FAQ, else its answer in a sentence."""
    if one.kind == "script":
        return markdown.plain(one.body)
    if one.kind == "faq":
        pairs = trees.pairs_of(one.body)
        best = max(pairs, key=lambda pair: _common(question, str(pair["question"])), default=None)
        if best is not None and not (
            one.summary and _common(question, one.title) > _common(question, str(best["question"]))
        ):
            return shorten(markdown.plain_of(best["answer"]), LONGEST_ANSWER)
    if one.kind == "steps":
        return shorten(markdown.plain(one.body), LONGEST_ANSWER)
    return one.summary or shorten(markdown.plain(one.body), LONGEST_ANSWER)


def _common(one: str, other: str) -> float:
    """How many of the pairs of neighbouring characters two short texts share."""
    mine = {one[n : n + 2] for n in range(len(one) - 1)}
    theirs = {other[n : n + 2] for n in range(len(other) - 1)}
    return len(mine & theirs) / (len(theirs) or 1)


def _scripts(viewer: Viewer, shop: ShopFacts, question: str, values: dict[str, str], at: datetime) -> list[Offer]:
    """Scripts she may use now, found by the same engine as articles."""
    rows = visible_scripts(viewer, shop.id)
    stamp = rows.aggregate(n=Count("pk"), last=Max("changed_at"), newest=Max("pk"))
    if not stamp["n"]:
        return []
    held = list(rows.order_by("pk")[:2000])
    engine = _engine((shop.id, viewer.id, *map(str, stamp.values())), tuple(_Line(one) for one in held))
    words, meaning = engine.scores(question)
    usable = scripts.usable(
        held, platform=shop.platform, today=day_of(at), style=setting_of(shop.id).style, peak=in_peak(shop.id, at=at)
    )
    may = {one.pk for one in usable}
    made = []
    for place, one in enumerate(held):
        near = float(meaning[place]) if meaning is not None else 0.0
        score = float(words.score[place]) + max(0.0, near - 0.3)
        if one.pk not in may or score < LEAST_SCRIPT:
            continue
        filled = variables.fill(one.text, values)
        made.append(
            Offer(
                "script",
                one.pk,
                "script",
                one.title,
                filled.text,
                score * 0.9,
                list(filled.missing),
                ["script"],
                attachments=attachments_of(one),
            )
        )
    return sorted(made, key=lambda one: -one.score)[:6]


class _Line:
    """A script as the engine takes it in; equal lines are the same key of the cache."""

    __slots__ = ("body", "head")

    def __init__(self, row: QuickReply) -> None:
        self.head = "\n".join([row.title, row.category, *row.tags])
        self.body = variables.fill(row.text, variables.SAMPLES).text

    def __hash__(self) -> int:
        return hash((self.head, self.body))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Line) and (self.head, self.body) == (other.head, other.body)


@lru_cache(maxsize=32)
def _engine(stamp: tuple[Any, ...], lines: tuple[_Line, ...]) -> Engine:
    return scratch([Document(n, one.head, one.body) for n, one in enumerate(lines)], model=here())


def _passed(found: Sequence[Offer], shop: ShopFacts, known: Iterable[str], most: int, at: datetime) -> Iterable[Offer]:
    """Those the guard lets out; what it would stop is not offered, what it warns of says so."""
    context = guard.context_for(shop, known_numbers=[one for one in known if one], at=at)
    said: set[str] = set()
    left = most
    for one in found:
        if not left:
            return
        if not one.text.strip() or one.text in said:
            continue
        verdict = guard.check(one.text, context).verdict
        if verdict == "block":
            continue
        said.add(one.text)
        one.guard = verdict
        left -= 1
        yield one
