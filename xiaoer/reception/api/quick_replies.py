"""Scripts for agents (话术): search by keyword, pinyin and initials; add, change, remove; check; fill in, stacked."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.guard import queries as guard
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts, team_names
from xiaoer.policy.queries import rule
from xiaoer.reception import actions, guide, queries, script_reads, scripts, variables
from xiaoer.reception.models import QuickReply

router = Router()


class QuickReplyOut(Schema):
    """A script."""

    id: int
    scope: str = Field(description="shop | team | personal")
    team: int | None
    title: str
    text: str
    category: str
    shortcut: str
    tags: list[str]
    platforms: list[str] = Field(description="Empty: every platform")
    style: str
    variant: str = Field(description="Scripts with the same name are variants of one: the shop's style picks")
    step: str = Field(description="The step of the guide that sending it does")
    uploads: list[int]
    attachments: list[dict[str, Any]]
    origin: str = Field(description="Where it comes from: rows of the requirements")
    valid_from: str | None
    valid_until: str | None
    state: str = Field(description="active | upcoming | expired")
    variables: list[str]
    used: int
    used_at: str | None
    rendered: str | None = Field(description="With the conversation's values, when ?conversation= was given")
    missing: list[str] = Field(description="Variables without value and without fallback: marked in `rendered`")
    may_edit: bool


class Facet(Schema):
    name: str
    count: int


class QuickReplyPage(Schema):
    items: list[QuickReplyOut]
    next: str | None = None
    categories: list[str] = []
    tags: list[Facet] = []


class QuickReplyIn(Schema):
    """`scope` team needs `team`; personal ones are seen by their owner alone."""

    scope: str = "personal"
    team: int | None = None
    title: str
    text: str = Field(description="May hold {{buyer|亲}}, {{waybill|暂无单号}} …: GET /api/quick-replies/choices")
    category: str = ""
    shortcut: str = ""
    tags: list[str] = []
    platforms: list[str] = []
    style: str = ""
    variant: str = ""
    step: str = ""
    uploads: list[int] = []
    origin: str = ""
    valid_from: str | None = None
    valid_until: str | None = None


class QuickReplyPatch(Schema):
    title: str | None = None
    text: str | None = None
    category: str | None = None
    shortcut: str | None = None
    tags: list[str] | None = None
    platforms: list[str] | None = None
    style: str | None = None
    variant: str | None = None
    step: str | None = None
    uploads: list[int] | None = None
    origin: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None


class FillIn(Schema):
    conversation: int


class StackIn(FillIn):
    replies: list[int] = Field(min_length=1, max_length=6)


class FilledOut(Schema):
    """Final text; what nobody could fill stands as 【请填写：…】 and is named in `missing`."""

    text: str
    missing: list[str]
    attachments: list[dict[str, Any]]


class CheckIn(Schema):
    text: str = Field(max_length=4000)
    id: int | None = Field(None, description="The script that is being changed")


class Similar(Schema):
    id: int
    title: str
    likeness: float


class CheckOut(Schema):
    verdict: str
    rules: list[dict[str, Any]]
    unknown: list[str]
    variables: list[str]
    preview: str = Field(description="As a buyer of this shop would read it, with example values")
    similar: list[Similar]


class Choice(Schema):
    name: str
    label: str
    sample: str = ""


class ChoicesOut(Schema):
    variables: list[Choice]
    styles: list[Choice]
    steps: list[Choice]
    categories: list[str]


def _asker(request: HttpRequest, shop: int) -> Viewer:
    viewer = viewer_of(request)
    if not viewer.may(Perm.SCRIPTS_EDIT, shop):
        viewer.require(Perm.CHAT, shop)
    return viewer


@router.get("/quick-replies", response=QuickReplyPage, summary="Search scripts")
def quick_replies(
    request: HttpRequest,
    shop: int,
    q: str = "",
    category: str = "",
    tag: str = "",
    step: str = "",
    scope: str = "",
    platform: str = "",
    state: str = "",
    manage: bool = False,
    conversation: int | None = None,
    limit: int = 100,
    cursor: str | None = None,
) -> dict[str, Any]:
    """In a conversation: what may be used now, filled. `manage` lists also expired ones and other styles' variants."""
    viewer, at = _asker(request, shop), clock.now()
    values = None
    if conversation is not None:
        values = queries.values_for(queries.find(viewer, conversation), viewer, at=at)
    asked = queries.Asked(q, category, tag, step, scope, platform, state, manage)
    rows = queries.quick_replies(viewer, shop, asked, at=at)
    start = int(cursor) if cursor and cursor.isascii() and cursor.isdigit() else 0
    part = rows[start : start + max(1, min(limit, 200))]
    more = start + len(part)
    return {
        "items": _shown(part, viewer, values, at),
        "next": str(more) if more < len(rows) else None,
        "categories": list(dict.fromkeys(row.category for row in rows if row.category)),
        "tags": _facets(rows),
    }


def _shown(rows: list[QuickReply], viewer: Viewer, values: dict[str, str] | None, at: datetime) -> list[dict[str, Any]]:
    today = script_reads.day_of(at)
    return [queries.shown_reply(row, viewer, values, today=today) for row in rows]


def _facets(rows: list[QuickReply]) -> list[dict[str, Any]]:
    counted: dict[str, int] = {}
    for row in rows:
        for tag in row.tags:
            counted[tag] = counted.get(tag, 0) + 1
    return [{"name": name, "count": n} for name, n in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]


def _out(row: QuickReply, viewer: Viewer) -> dict[str, Any]:
    return queries.shown_reply(row, viewer, today=script_reads.day_of(clock.now()))


@router.get("/quick-replies/choices", response=ChoicesOut, summary="Variables, styles, guide steps and categories")
def choices(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = _asker(request, shop)
    language, at = viewer.language, clock.now()
    samples = {**variables.SAMPLES, **{k: v for k, v in script_reads.shop_values(shop_facts(shop), at=at).items() if v}}
    samples["agent"] = viewer.who.name
    rows = script_reads.visible_scripts(viewer, shop).exclude(category="").order_by("category")
    return {
        "variables": [
            {"name": name, "label": text.say(language), "sample": samples.get(name, "")}
            for name, text in variables.VARIABLES.items()
        ],
        "styles": [{"name": name, "label": text.say(language)} for name, text in scripts.STYLES.items()],
        "steps": [{"name": step.key, "label": step.label.say(language)} for step in guide.steps()],
        "categories": list(rows.values_list("category", flat=True).distinct()),
    }


@router.post(
    "/quick-replies/check", response=CheckOut, summary="What the guard says of a script, and who says the same"
)
def check(request: HttpRequest, shop: int, data: CheckIn) -> dict[str, Any]:
    viewer = _asker(request, shop)
    facts, at = shop_facts(shop), clock.now()
    values = {**variables.SAMPLES, **{k: v for k, v in script_reads.shop_values(facts, at=at).items() if v}}
    said = variables.fill(data.text, {**values, "agent": viewer.who.name}).text
    known = (variables.SAMPLES["order_no"], variables.SAMPLES["waybill"])
    verdict = guard.check(said, guard.context_for(facts, known_numbers=known))
    share = float(rule("script_alike", shop=facts, at=at).value) / 100
    found = script_reads.doubles(shop, data.text, share=share, viewer=viewer, but=data.id)
    return {
        **verdict.shown(viewer.language),
        "unknown": variables.unknown_variables(data.text),
        "variables": variables.variables_in(data.text),
        "preview": said,
        "similar": [{"id": row.pk, "title": row.title, "likeness": likeness} for row, likeness in found],
    }


@router.post("/quick-replies", response=QuickReplyOut, summary="Add one")
def add(request: HttpRequest, shop: int, data: QuickReplyIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    owner = _owner(viewer, shop, data)
    values = data.dict(exclude={"scope", "team"})
    team = data.team if data.scope == "team" else None
    with transaction():
        row = actions.add_quick_reply(shop, values, team=team, owner=owner, by=viewer.who, at=clock.now())
    return _out(row, viewer)


def _owner(viewer: Viewer, shop: int, data: QuickReplyIn) -> int | None:
    """Whose it will be, after checking that she may add one there."""
    if data.scope == "personal":
        viewer.require(Perm.CHAT, shop)
        if viewer.kind != "staff":
            raise Invalid(fields={"scope": T("接口令牌没有个人话术", "A token has no personal scripts")})
        return viewer.id
    viewer.require(Perm.SCRIPTS_EDIT, shop)
    if data.scope == "team" and data.team not in team_names(shop):
        raise Invalid(
            fields={"team": T("本店没有这个小组，请另选", "There is no such team in this shop; choose another")}
        )
    if data.scope not in ("team", "shop"):
        raise Invalid(fields={"scope": T("请选 shop、team 或 personal", "Choose shop, team or personal")})
    return None


def _editable(viewer: Viewer, reply_id: int) -> QuickReply:
    row = queries.find_quick_reply(viewer, reply_id)
    if not script_reads.may_edit(viewer, row):
        raise Forbidden(
            "店铺和小组的话术由主管或培训师修改", "Shop and team scripts are edited by supervisor or trainer"
        )
    return row


@router.get("/quick-replies/{int:reply_id}", response=QuickReplyOut, summary="One script")
def one(request: HttpRequest, reply_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return _out(queries.find_quick_reply(viewer, reply_id), viewer)


@router.patch("/quick-replies/{int:reply_id}", response=QuickReplyOut, summary="Change one")
def change(request: HttpRequest, reply_id: int, data: QuickReplyPatch) -> dict[str, Any]:
    """What is not given stays; a date of "" is taken away."""
    viewer = viewer_of(request)
    given = {name: value for name, value in data.dict(exclude_unset=True).items() if value is not None}
    with transaction():
        row = _editable(viewer, reply_id)
        row = actions.change_quick_reply(row.pk, given, by=viewer.who, at=clock.now())
    return _out(row, viewer)


@router.delete("/quick-replies/{int:reply_id}", summary="Remove one")
def remove(request: HttpRequest, reply_id: int) -> dict[str, bool]:
    viewer = viewer_of(request)
    with transaction():
        actions.remove_quick_reply(_editable(viewer, reply_id).pk, by=viewer.who, at=clock.now())
    return {"ok": True}


@router.post("/quick-replies/fill", response=FilledOut, summary="Several filled as one message, and counted")
def fill_several(request: HttpRequest, data: StackIn) -> dict[str, Any]:
    return _filled(viewer_of(request), data.replies, data.conversation)


@router.post("/quick-replies/{int:reply_id}/fill", response=FilledOut, summary="One filled, and counted")
def fill_one(request: HttpRequest, reply_id: int, data: FillIn) -> dict[str, Any]:
    return _filled(viewer_of(request), [reply_id], data.conversation)


def _filled(viewer: Viewer, ids: list[int], conversation: int) -> dict[str, Any]:
    at = clock.now()
    with transaction():
        talk = queries.find(viewer, conversation)
        rows = [queries.find_quick_reply(viewer, pk) for pk in ids]
        if foreign := next((row for row in rows if row.shop_id != talk.shop_id), None):
            raise Invalid(
                fields={"replies": T(f"「{foreign.title}」是别的店铺的话术", f"{foreign.title!r} is another shop's")}
            )
        values = queries.values_for(talk, viewer, at=at)
        actions.note_used([row.pk for row in rows], at=at)
    made = queries.stacked(rows, values)
    return {"text": made.text, "missing": made.missing, "attachments": made.attachments}


@router.post("/quick-replies/starter", summary="Put the starter set for the shop's platform in place")
def starter(request: HttpRequest, shop: int) -> dict[str, int]:
    viewer = viewer_of(request)
    viewer.require(Perm.SCRIPTS_EDIT, shop)
    with transaction():
        return {"added": actions.load_starter(shop, by=viewer.who, at=clock.now())}
