"""A shop's own rules over HTTP: the page, the draft, the tester, versions, publishing, roll-back."""

from typing import Any

from django.http import HttpRequest
from ninja import Body, Router, Schema
from pydantic import Field

from xiaoer.guard import books, queries, ruleset_reads
from xiaoer.guard.actions import rulesets
from xiaoer.guard.book import make_book
from xiaoer.guard.flow import RULESET
from xiaoer.guard.forms import Note
from xiaoer.guard.models import GuardRuleset
from xiaoer.guard.penalties import shown as with_stakes
from xiaoer.guard.shop_rules import Override, ShopRule, clean
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.moving import find_legal, parse_form, require_actor
from xiaoer.kernel.paging import newest_first
from xiaoer.people.queries import facts_of, find_shop

router = Router()


class RuleIn(Schema):
    """A rule as it stands in the editor; `edits` is the draft's counter that was read."""

    edits: int
    rule: ShopRule


class OverrideIn(Schema):
    edits: int
    change: Override


class TryIn(Schema):
    """A sentence for the tester. With `draft` the shop's draft is asked, with `rule` also this unsaved rule."""

    text: str = Field(max_length=2000)
    direction: str = "out"
    draft: bool = False
    rule: ShopRule | None = None


@router.get("/guard/book", summary="All rules of a shop: shipped, changed, its own; the draft; what may be done")
def book(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    at = clock.now()
    context = queries.context_for(facts_of(find_shop(viewer, shop)), at=at)
    return ruleset_reads.page(viewer, shop, context=context, at=at)


def _editor(viewer: Viewer, shop: int) -> None:
    find_shop(viewer, shop)
    viewer.require(Perm.GUARD_EDIT, shop)


def _draft(shop: int) -> GuardRuleset:
    row = rulesets.draft_of(shop)
    if row is None:
        raise Conflict("no_draft", "草稿已被处理，请重新开始编辑", "The draft is gone; begin a new one", current={})
    return row


@router.post("/guard/draft", summary="Open the shop's draft: the same one for everybody")
def open_draft(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        _editor(viewer, shop)
        row = rulesets.open_draft(shop, by=viewer.who, at=clock.now())
    return ruleset_reads.shown(row, viewer)


@router.put("/guard/draft/rules", summary="Add or change a rule; refused when it fails its own examples")
def put_rule(request: HttpRequest, shop: int, data: RuleIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        _editor(viewer, shop)
        row = _draft(shop)
        rulesets.put_rule(row, data.rule, edits=data.edits, by=viewer.who, at=clock.now())
    return ruleset_reads.shown(row, viewer)


@router.delete("/guard/draft/rules/{rule}", summary="Take a rule out of the draft")
def drop_rule(request: HttpRequest, rule: str, shop: int, edits: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        _editor(viewer, shop)
        row = _draft(shop)
        rulesets.drop_rule(row, rule, edits=edits, by=viewer.who, at=clock.now())
    return ruleset_reads.shown(row, viewer)


@router.put("/guard/draft/overrides/{rule}", summary="Change a shipped rule for the shop: level, exceptions")
def put_override(request: HttpRequest, rule: str, shop: int, data: OverrideIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        _editor(viewer, shop)
        row = _draft(shop)
        rulesets.put_override(row, rule, data.change, edits=data.edits, by=viewer.who, at=clock.now())
    return ruleset_reads.shown(row, viewer)


@router.delete("/guard/draft/overrides/{rule}", summary="Let the shipped rule hold again")
def drop_override(request: HttpRequest, rule: str, shop: int, edits: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        _editor(viewer, shop)
        row = _draft(shop)
        rulesets.drop_override(row, rule, edits=edits, by=viewer.who, at=clock.now())
    return ruleset_reads.shown(row, viewer)


@router.post("/guard/try", summary="The tester: what the rules in force, a draft or an unsaved rule say of a sentence")
def attempt(request: HttpRequest, shop: int, data: TryIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    facts = facts_of(find_shop(viewer, shop))
    viewer.require(Perm.GUARD_VIEW, shop)
    at = clock.now()
    context = queries.context_for(facts, at=at, direction="in" if data.direction == "in" else "out")
    row = rulesets.draft_of(shop) if data.draft else None
    held = books.draft_book(row) if row is not None else context.book
    if data.rule is not None:
        tried = clean(data.rule)
        tried = tried.model_copy(update={"id": tried.id or "shop.new"})
        others = [one for one in (held.rules if held else ()) if one.id != tried.id]
        rules = [one.model_dump(mode="json") for one in [*others, tried]]
        changes = {name: one.model_dump(mode="json") for name, one in (held.overrides if held else {}).items()}
        held = make_book(shop, 0, "", rules, changes)
    context = queries.with_book(context, held)
    return with_stakes(queries.check(data.text, context), facts, held, viewer.language, at=at)


@router.get("/guard/rulesets", summary="Versions of a shop's rules, latest first")
def versions(request: HttpRequest, shop: int, cursor: str | None = None, limit: int = 30) -> dict[str, Any]:
    viewer = viewer_of(request)
    find_shop(viewer, shop)
    viewer.require(Perm.GUARD_VIEW, shop)
    rows, after = newest_first(
        ruleset_reads.visible(viewer).filter(shop_id=shop), "made_at", cursor=cursor, limit=limit
    )
    return {"items": [ruleset_reads.brief(row, viewer) for row in rows], "next": after}


@router.get("/guard/rulesets/{int:pk}", summary="One version: its rules, what it changed, the steps that are legal")
def version(request: HttpRequest, pk: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return ruleset_reads.shown(ruleset_reads.find(viewer, pk), viewer)


@router.post("/guard/rulesets/{int:pk}/restore", summary="回滚: this version holds again at once, as a new number")
def restore(request: HttpRequest, pk: int, data: Note) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = ruleset_reads.find(viewer, pk)
        viewer.require(Perm.POLICY_EDIT, row.shop_id)
        made = rulesets.restore(row, data.note, by=viewer.who, at=clock.now())
    return ruleset_reads.shown(made, viewer)


@router.post("/guard/rulesets/{int:pk}/{verb}", summary="submit, send_back, publish or drop a draft")
def moved(request: HttpRequest, pk: int, verb: str, data: dict[str, Any] = Body(default={})) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = ruleset_reads.find(viewer, pk)
        step = find_legal(RULESET, row, verb)
        require_actor(step, viewer, row.shop_id)
        rulesets.STEPS[verb](row, parse_form(step, data), by=viewer.who, at=clock.now())
    return ruleset_reads.shown(row, viewer)
