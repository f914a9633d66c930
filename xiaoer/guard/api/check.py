"""The outgoing-message check over HTTP."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from xiaoer.guard import queries
from xiaoer.guard.given import switches_of
from xiaoer.guard.models import GuardHit
from xiaoer.guard.penalties import shown as with_stakes
from xiaoer.guard.rules import LEVEL_NAMES
from xiaoer.guard.turns import turns_of
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.paging import newest_first
from xiaoer.people.queries import facts_of, find_shop

router = Router()


class CheckIn(Schema):
    """A text as it stands in the composer; `history` is what was said just before: own texts, or objects with `from`
    (buyer or agent) and `text`, by which an answer is read with its question; `context` what is known of the talk, as
    on the command line: identity_verified, free_shipping, cod_enabled, in_stock (true or false), order_state."""

    shop: int
    text: str = Field(max_length=5000)
    conversation: int | None = None
    history: list[str | dict[str, str]] = Field(default=[], max_length=20)
    known_numbers: list[str] = Field(default=[], max_length=50)
    context: dict[str, bool | str] = Field(default={}, max_length=20)


def _context(viewer: Viewer, shop_id: int, **parts: Any) -> queries.Context:
    shop = find_shop(viewer, shop_id)
    return queries.context_for(facts_of(shop), at=clock.now(), **parts)


@router.post("/guard/check", summary="Check a text before it is sent: block, warn, log or allow")
def check(request: HttpRequest, data: CheckIn) -> dict[str, Any]:
    """A hint while typing: it writes nothing. The message lane checks again when the message is sent."""
    viewer = viewer_of(request)
    try:
        own, asked, unanswered = turns_of(data.history, "out")
    except ValueError as wrong:
        raise Invalid(fields={"history": T(f"读不懂：{wrong}", str(wrong))}) from None
    context = _context(viewer, data.shop, history=own, known_numbers=data.known_numbers)
    switches = context.switches | switches_of(data.context)
    context = replace(context, asked=asked, unanswered=unanswered, switches=switches)
    viewer.require(Perm.CHAT, data.shop)
    facts = facts_of(find_shop(viewer, data.shop))
    return with_stakes(queries.check(data.text, context), facts, context.book, viewer.language, at=clock.now())


@router.get("/guard/rules", summary="The rules that hold in a shop, with examples")
def rules(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    language = viewer.language
    rows = [
        {
            "id": rule.id,
            "kind": rule.kind,
            "direction": rule.direction,
            "level": level,
            "level_name": LEVEL_NAMES[level].say(language),
            "title": rule.title.say(language),
            "reason": rule.reason.say(language),
            "rewrite": rule.rewrite.say(language) if rule.rewrite else None,
            "penalty": rule.penalty.say(language) if rule.penalty else None,
            "source": list(rule.source),
            "pack": rule.pack,
            "match": list(rule.match),
            "no_match": list(rule.no_match),
        }
        for rule, level in queries.rules_for(_context(viewer, shop))
    ]
    return {"items": rows, "next": None}


@router.get("/guard/hits", summary="What the check found in a shop, latest first")
def hits(
    request: HttpRequest,
    shop: int,
    rule: str = "",
    outcome: str = "",
    staff: int | None = None,
    conversation: int | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    found = queries.hits_for(viewer, shop, rule=rule, outcome=outcome, staff_id=staff, conversation_id=conversation)
    rows, after = newest_first(found, "at", cursor=cursor, limit=limit)
    return {"items": [_hit(row) for row in rows], "next": after}


def _hit(row: GuardHit) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "conversation": row.conversation_id,
        "staff": {"id": row.staff.pk, "name": row.staff.name} if row.staff else None,
        "rule": row.rule,
        "level": row.level,
        "outcome": row.outcome,
        "reason": row.reason,
        "excerpt": row.excerpt,
        "at": clock.iso(row.at),
    }
