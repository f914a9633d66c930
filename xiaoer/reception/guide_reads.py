"""The guide of a talk as agents and quality read it (接待流程, R028-R033)."""

from collections.abc import Iterable, Mapping
from typing import Any

from xiaoer.kernel.clock import iso
from xiaoer.people.queries import names_of
from xiaoer.reception import guide
from xiaoer.reception.models import Conversation, GuideTick, Message, QuickReply

MOST = 400
"""Messages looked at: the last ones of a very long talk."""


def _scripts(shop_id: int) -> list[tuple[str, str]]:
    """The shop's scripts that do a step: whoever sends one has done it."""
    rows = QuickReply.objects.filter(shop_id=shop_id).exclude(step="").order_by("pk")
    return list(rows.values_list("step", "text"))


def _ticks(conversation_ids: Iterable[int]) -> dict[int, dict[str, guide.Done]]:
    rows = list(GuideTick.objects.filter(conversation__in=list(conversation_ids)).order_by("pk"))
    names = names_of(row.staff_id for row in rows)
    found: dict[int, dict[str, guide.Done]] = {}
    for row in rows:
        how = "manual" if row.done else "undone"
        tick = guide.Done(how, row.seq, names.get(row.staff_id, ""), iso(row.at) or "")
        found.setdefault(row.conversation_id, {})[row.step] = tick
    return found


def reading_of(row: Conversation) -> guide.Reading:
    """What the messages of one talk show, with what was ticked by hand."""
    messages = Message.objects.filter(conversation_id=row.pk).only("seq", "author_kind", "kind", "text")
    latest = list(messages.order_by("-seq")[:MOST])[::-1]
    return guide.read(latest, scripts=_scripts(row.shop_id), ticks=_ticks([row.pk]).get(row.pk))


def guide_of(row: Conversation, language: str) -> dict[str, Any]:
    """The checklist of one talk: every step with how it was done, the next one, and what should be minded."""
    found = reading_of(row)
    main = [step for step in guide.steps() if step.main]
    return {
        "conversation": row.pk,
        "steps": [_shown(step, found.done, language) for step in guide.steps()],
        "next": found.next,
        "done": sum(step.key in found.done for step in main),
        "of": len(main),
        "needs_empathy": found.needs_empathy,
        "upset_at": found.upset_at,
        "thin_recommendation": found.thin_recommendation,
    }


def _shown(step: guide.Step, done: Mapping[str, guide.Done], language: str) -> dict[str, Any]:
    one = done.get(step.key)
    return {
        "key": step.key,
        "main": step.main,
        "label": step.label.say(language),
        "hint": step.hint.say(language),
        "find": step.label.zh,
        "done": one is not None,
        "how": one.how if one else None,
        "seq": one.seq if one and one.how != "manual" else None,
        "by": one.by if one else "",
        "at": one.at or None if one else None,
    }


def guides_of(rows: Iterable[Conversation]) -> dict[int, guide.Reading]:
    """The guide of several talks, for quality (质检): who skipped which step."""
    return {row.pk: reading_of(row) for row in rows}
