"""The guard where the talk is: trial of a rule on past messages, appeals, incoming traps, scripts that fit."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from xiaoer.customers.special_reads import warning as special_warning
from xiaoer.guard import actions as guard_actions
from xiaoer.guard import appeal_reads
from xiaoer.guard import queries as guard
from xiaoer.guard.actions.appeals import appeal
from xiaoer.guard.shop_rules import Override, ShopRule
from xiaoer.guard.turns import turns_of
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.clock import iso
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import facts_of, find_shop, shop_facts
from xiaoer.reception import guard_reads, queries
from xiaoer.reception.models import Conversation, Message
from xiaoer.reception.talk_context import talk_switches

router = Router()
HISTORY = 8


class ChangeIn(Schema):
    rule: str
    change: Override


class TrialIn(Schema):
    """A rule as it stands in the editor, or a change of a shipped one; where the last page ended."""

    rule: ShopRule | None = None
    override: ChangeIn | None = None
    before: int | None = None
    done: int = Field(0, ge=0)


class TrialOut(Schema):
    """A stretch of the trial. `matched` of `looked` messages would be found; `excused` would pass now."""

    looked: int
    matched: int
    excused: int
    items: list[dict[str, Any]]
    next: int | None
    since: str
    most: int


class AppealIn(Schema):
    """The words that were stopped or warned of, or the number of a message that was sent after a warning."""

    rule: str
    reason: str = Field(max_length=400)
    text: str = Field("", max_length=4000)
    seq: int | None = None


class HeededIn(Schema):
    """A draft that was put right after a hint, and the client id of the message that was sent instead."""

    text: str = Field(max_length=4000)
    key: str = Field(min_length=1, max_length=48)


@router.post("/guard/trial", response=TrialOut, summary="Live preview: a draft rule on the shop's last messages")
def trial(request: HttpRequest, shop: int, data: TrialIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    facts = facts_of(find_shop(viewer, shop))
    viewer.require(Perm.GUARD_EDIT, shop)
    if (data.rule is None) == (data.override is None):
        raise Invalid(fields={"rule": T("请给出一条规则或一项改动", "Give a rule or a change, one of the two")})
    change = (data.override.rule, data.override.change) if data.override is not None else None
    page = guard_reads.trial(
        viewer, facts, rule=data.rule, change=change, before=data.before, done=data.done, at=clock.now()
    )
    return {**vars(page), "since": iso(page.since)}


@router.get("/conversations/{int:pk}/guard-scripts", summary="The shop's scripts that say well what a rule would stop")
def fitting(request: HttpRequest, pk: int, rules: str) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = queries.find(viewer, pk)
    viewer.require(Perm.CHAT, row.shop_id)
    facts, at = shop_facts(row.shop_id), clock.now()
    asked = set(rules.split(",")[:20])
    known = {
        rule.id: (rule.source, rule.rewrite.zh if rule.rewrite else "")
        for rule, _ in guard.rules_for(guard.context_for(facts, at=at))
        if rule.id in asked
    }
    return {"items": guard_reads.fitting(viewer, facts, known, at=at, talk=row)}


@router.get("/conversations/{int:pk}/alerts", summary="Traps and hidden text in the buyer's last messages (R365, R511)")
def alerts(request: HttpRequest, pk: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    row = queries.find(viewer, pk)
    return {
        "items": guard_reads.alerts(viewer, row, shop_facts(row.shop_id), at=clock.now()),
        "special": special_warning(row.customer_id, viewer.language),
    }


@router.post("/conversations/{int:pk}/guard-appeal", summary="误拦申诉: the guard was wrong about these words")
def appealed(request: HttpRequest, pk: int, data: AppealIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    at = clock.now()
    with transaction():
        row = queries.find(viewer, pk)
        viewer.require(Perm.CHAT, row.shop_id)
        text = _own_words(row, data.seq, viewer.id) if data.seq is not None else data.text
        before = Message.objects.filter(conversation=row, kind="text")
        before = before.filter(seq__lt=data.seq) if data.seq is not None else before
        said = list(before.order_by("-seq").values_list("author_kind", "text")[:HISTORY])[::-1]
        turns = [{"from": "buyer" if author == "buyer" else "agent", "text": words} for author, words in said]
        mine, asked, unanswered = turns_of(turns, "out")
        context = guard.context_for(shop_facts(row.shop_id), at=at, history=mine[-4:])
        switches = context.switches | talk_switches(row.pk, row.customer_id)[0]
        verdict = guard.check(text, replace(context, asked=asked, unanswered=unanswered, switches=switches))
        made = appeal(
            row.shop_id,
            text=text,
            rule=data.rule,
            verdict=verdict,
            reason=data.reason,
            conversation_id=row.pk,
            history=[{"from": author, "text": words} for author, words in said],
            by=viewer.who,
            at=at,
        )
    return appeal_reads.brief(made, viewer)


def _own_words(row: Conversation, seq: int, staff: int | None) -> str:
    text = Message.objects.filter(conversation=row, seq=seq, author_kind="staff", author_id=staff).values_list("text")
    found = text.first()
    if found is None:
        raise Invalid(fields={"seq": T(f"第 {seq} 条不是您发送的消息", f"Message {seq} is not yours")})
    return str(found[0])


@router.post(
    "/conversations/{int:pk}/guard-heeded", summary="A hint was heeded: the words were put right before sending"
)
def heeded(request: HttpRequest, pk: int, data: HeededIn) -> dict[str, int]:
    """A near miss (险些违规). The server checks the draft itself; a draft without findings counts nothing."""
    viewer = viewer_of(request)
    at = clock.now()
    with transaction():
        row = queries.find(viewer, pk)
        viewer.require(Perm.CHAT, row.shop_id)
        verdict = guard.check(data.text, guard.context_for(shop_facts(row.shop_id), at=at))
        if verdict.verdict not in ("warn", "block"):
            return {"counted": 0}
        rows = guard_actions.record_hits(
            verdict,
            shop_id=row.shop_id,
            conversation_id=row.pk,
            text=data.text,
            outcome="reworded",
            key=data.key,
            by=viewer.who,
            at=at,
        )
    return {"counted": len(rows)}
