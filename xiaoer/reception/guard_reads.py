"""What the guard needs to know of talks: a rule's trial on past messages, warnings of incoming traps, fitting scripts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from xiaoer.customers.queries import mask_text
from xiaoer.guard import queries as guard
from xiaoer.guard.book import make_book
from xiaoer.guard.engine import Engine
from xiaoer.guard.reveal import reveal
from xiaoer.guard.rules import ALLOW, Context
from xiaoer.guard.shop_rules import Override, ShopRule, for_trial
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.text import segment
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rules
from xiaoer.reception import queries, scripts, variables
from xiaoer.reception.models import Conversation, Message, QuickReply
from xiaoer.reception.script_reads import day_of, setting_of, values_for, visible_scripts

TALKS_A_PAGE, SHOWN_A_PAGE, AROUND, LAST = 60, 12, 40, 80
MOSTLY = 0.5
"""A script fits a rule when at least this share of its rows of the requirements is the rule's."""
SHARED_WORDS = 2
COURTESY = frozenset(
    [
        "亲",
        "您",
        "您好",
        "我",
        "我们",
        "的",
        "哦",
        "了",
        "在",
        "是",
        "请",
        "会",
        "也",
        "都",
        "有",
        "可以",
        "给",
        "您的",
        "这",
        "就",
        "不",
    ]
)


@dataclass
class Trial:
    """One page of a trial: how many messages were looked at and matched, some of them to read, where to go on."""

    since: datetime
    most: int
    looked: int = 0
    matched: int = 0
    excused: int = 0
    items: list[dict[str, Any]] = field(default_factory=list)
    next: int | None = None


def trial(
    viewer: Viewer,
    shop: ShopFacts,
    *,
    rule: ShopRule | None,
    change: tuple[str, Override] | None,
    before: int | None,
    done: int,
    at: datetime,
) -> Trial:
    """Run a draft over the next stretch of the shop's messages, latest talks first, until the days or the most are
    used up. Talks are walked by their number: no message is read that does not belong to one of them.
    """
    found = rules(["guard_preview_days", "guard_preview_most"], shop=shop, at=at)
    since, most = at - found["guard_preview_days"].duration, int(found["guard_preview_most"].value)
    direction = _direction(rule, change)
    context = guard.with_book(guard.context_for(shop, at=at, direction=direction), None)
    tester = _Tester(context, rule, change)
    page = Trial(since, most)
    talks = _talks(viewer, shop.id, before)
    authors = ("buyer",) if direction == "in" else ("staff", "bot")
    for message in _messages([row.pk for row in talks], authors, since, most - done):
        page.looked += 1
        tester.look(message, page)
    older = bool(talks) and all(row.last_message_at is None or row.last_message_at < since for row in talks)
    if len(talks) == TALKS_A_PAGE and not older and done + page.looked < most:
        page.next = talks[-1].pk
    return page


def _direction(rule: ShopRule | None, change: tuple[str, Override] | None) -> str:
    if rule is not None:
        return rule.direction
    return "in" if change is not None and change[0].startswith("trap.") else "out"


def _talks(viewer: Viewer, shop_id: int, before: int | None) -> list[Conversation]:
    rows = queries.visible(viewer).filter(shop_id=shop_id).order_by("-pk").only("pk", "last_message_at")
    return list((rows.filter(pk__lt=before) if before is not None else rows)[:TALKS_A_PAGE])


def _messages(talks: list[int], authors: tuple[str, ...], since: datetime, most: int) -> QuerySet[Message]:
    rows = Message.objects.filter(conversation_id__in=talks, kind="text", author_kind__in=authors, at__gte=since)
    return rows.exclude(text="").order_by("-conversation_id", "-seq")[: max(0, most)]


class _Tester:
    """Puts one message to the rule, or to the shipped rule before and after the change."""

    def __init__(self, context: Context, rule: ShopRule | None, change: tuple[str, Override] | None) -> None:
        self.context, self.change = context, change
        self.engine: Engine | None = for_trial(rule) if rule is not None else None
        self.after = make_book(0, 0, "", [], {change[0]: change[1].model_dump()}) if change is not None else None

    def look(self, message: Message, page: Trial) -> None:
        if self.engine is not None:
            hit = next(iter(self.engine.check(message.text, self.context).rules), None)
        else:
            hit = self._changed(message.text, page)
        if hit is None:
            return
        page.matched += 1
        if len(page.items) < SHOWN_A_PAGE:
            page.items.append(_item(message, hit.span))

    def _changed(self, text: str, page: Trial) -> Any:
        """The finding of the shipped rule, or of the stricter level; counts those that the change lets pass."""
        assert self.change is not None and self.after is not None
        now = next((hit for hit in guard.check(text, self.context).rules if hit.id == self.change[0]), None)
        changed = guard.with_book(self.context, self.after)
        then = next((hit for hit in guard.check(text, changed).rules if hit.id == self.change[0]), None)
        page.excused += now is not None and then is None
        return then or now


def _item(message: Message, span: tuple[int, int]) -> dict[str, Any]:
    """The place in the talk, its words around the finding masked."""
    start, end = span
    text = message.text
    return {
        "conversation": message.conversation_id,
        "seq": message.seq,
        "author": message.author_kind,
        "before": mask_text(text[max(0, start - AROUND) : start]),
        "hit": mask_text(text[start:end]),
        "after": mask_text(text[end : end + AROUND]),
        "at": iso(message.at),
    }


# ------------------------------------------------------------------------------------------------ incoming traps


def alerts(viewer: Viewer, row: Conversation, shop: ShopFacts, *, at: datetime) -> list[dict[str, Any]]:
    """What the agent should know of the buyer's last messages: traps with a safe answer (R511), hidden text (R365)."""
    context = guard.context_for(shop, at=at, direction="in")
    rows = Message.objects.filter(conversation=row, seq__gt=row.seq - LAST, author_kind="buyer", kind="text")
    found: list[dict[str, Any]] = []
    for message in rows.order_by("seq"):
        verdict = guard.check(message.text, context)
        hidden = reveal(message.text)
        if verdict.verdict == ALLOW and hidden is None:
            continue
        whole = guard.check(hidden.text, context) if hidden is not None else verdict
        hits = {hit.id: hit.shown(viewer.language) for hit in (*verdict.rules, *whole.rules)}
        found.append(
            {
                "seq": message.seq,
                "rules": list(hits.values()),
                "hidden": hidden.shown(viewer.language) if hidden is not None else None,
            }
        )
    wanted = {hit["id"]: (hit["source"], hit["rewrite"] or "") for one in found for hit in one["rules"]}
    answers = fitting(viewer, shop, wanted, at=at, talk=row) if wanted else {}
    for one in found:
        for hit in one["rules"]:
            hit["script"] = answers.get(hit["id"])
    return found


# ------------------------------------------------------------------------------------------------ scripts that fit

_ROWS = re.compile(r"[RC]\d{2,4}")


def fitting(
    viewer: Viewer,
    shop: ShopFacts,
    wanted: Mapping[str, tuple[Iterable[str], str]],
    *,
    at: datetime,
    talk: Conversation | None,
) -> dict[str, dict[str, Any]]:
    """For each rule the shop's own script that says it well: tagged with the rule's id, else born of the same row of
    the requirements, the often used one first. One that the guard itself would stop is no advice.
    """
    if not wanted:
        return {}
    rows = visible_scripts(viewer, shop.id).order_by("-used", "pk")
    style = setting_of(shop.id).style
    usable = scripts.usable(list(rows[:400]), platform=shop.platform, today=day_of(at), style=style, peak=False)
    context = guard.context_for(shop, at=at)
    values = values_for(talk, viewer, at=at) if talk is not None else {}
    made: dict[str, dict[str, Any]] = {}
    for rule, (sources, better) in wanted.items():
        for row in _by_fit(usable, rule, set(sources), better):
            said = variables.fill(row.text, values).text
            if guard.check(said, context).verdict == ALLOW:
                made[rule] = {"id": row.pk, "title": row.title, "text": said}
                break
    return made


def _by_fit(rows: list[QuickReply], rule: str, sources: set[str], better: str) -> list[QuickReply]:
    tagged = [row for row in rows if rule in row.tags]
    wanted = {one for text in sources for one in _ROWS.findall(text) if one.startswith("R")}
    shares = [(row, _share(set(_ROWS.findall(row.origin)), wanted)) for row in rows if row not in tagged]
    related = [
        row
        for row, share in sorted(shares, key=lambda one: -one[1])
        if share == 1 or (share >= MOSTLY and _alike(row.text, better) >= SHARED_WORDS)
    ]
    return [*tagged, *related]


def _alike(one: str, other: str) -> int:
    """How many words two sentences share, words of courtesy aside."""
    return len((set(segment(one)) & set(segment(other))) - COURTESY)


def _share(rows: set[str], wanted: set[str]) -> float:
    """How much of what a script was born of is what the rule is about."""
    about = {one for one in rows if one.startswith("R")}
    return len(about & wanted) / len(about) if about else 0.0
