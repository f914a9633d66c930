"""Quick replies for agents: search by keyword, pinyin and initials; add, change, remove; fill in (快捷短语)."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Forbidden, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.reception import actions, queries
from xiaoer.reception.models import QuickReply

router = Router()


class QuickReplyOut(Schema):
    """A ready sentence."""

    id: int
    scope: str = Field(description="shop | team | personal")
    team: int | None
    title: str
    text: str
    category: str
    shortcut: str
    variables: list[str]
    used: int
    rendered: str | None = Field(description="With the conversation's values, when ?conversation= was given")
    missing: list[str] = Field(description="Variables without value and without fallback")
    may_edit: bool


class QuickReplyPage(Schema):
    items: list[QuickReplyOut]
    next: str | None = None
    categories: list[str] = []


class QuickReplyIn(Schema):
    """`scope` team needs `team`; personal ones are seen by their owner alone."""

    scope: str = "personal"
    team: int | None = None
    title: str
    text: str = Field(description="May hold {buyer} {shop} {agent} {order_no} {carrier} {waybill|暂无单号}")
    category: str = ""
    shortcut: str = ""


class QuickReplyPatch(Schema):
    title: str | None = None
    text: str | None = None
    category: str | None = None
    shortcut: str | None = None


class UseIn(Schema):
    conversation: int


class FilledOut(Schema):
    text: str
    missing: list[str]


@router.get("/quick-replies", response=QuickReplyPage, summary="Search quick replies")
def quick_replies(
    request: HttpRequest,
    shop: int,
    q: str = "",
    category: str = "",
    conversation: int | None = None,
    limit: int = 100,
) -> dict[str, Any]:
    viewer = viewer_of(request)
    if not viewer.may(Perm.SCRIPTS_EDIT, shop):
        viewer.require(Perm.CHAT, shop)
    values = None
    if conversation is not None:
        values = queries.values_for(queries.find(viewer, conversation), viewer)
    rows = queries.quick_replies(viewer, shop, q=q, category=category)
    names = dict.fromkeys(row.category for row in rows if row.category)
    shown = [queries.shown_reply(row, viewer, values) for row in rows[: max(1, min(limit, 200))]]
    return {"items": shown, "next": None, "categories": list(names)}


@router.post("/quick-replies", response=QuickReplyOut, summary="Add one")
def add(request: HttpRequest, shop: int, data: QuickReplyIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    owner = _owner(viewer, shop, data)
    values = {name: getattr(data, name) for name in ("title", "text", "category", "shortcut")}
    team = data.team if data.scope == "team" else None
    with transaction():
        row = actions.add_quick_reply(shop, values, team=team, owner=owner, by=viewer.who, at=clock.now())
    return queries.shown_reply(row, viewer)


def _owner(viewer: Viewer, shop: int, data: QuickReplyIn) -> int | None:
    """Whose it will be, after checking that she may add one there."""
    if data.scope == "personal":
        viewer.require(Perm.CHAT, shop)
        if viewer.kind != "staff":
            raise Invalid(fields={"scope": T("接口令牌没有个人短语", "A token has no personal replies")})
        return viewer.id
    viewer.require(Perm.SCRIPTS_EDIT, shop)
    if data.scope == "team" and data.team not in queries.team_names(shop):
        raise Invalid(
            fields={"team": T("本店没有这个小组，请另选", "There is no such team in this shop; choose another")}
        )
    if data.scope not in ("team", "shop"):
        raise Invalid(fields={"scope": T("请选 shop、team 或 personal", "Choose shop, team or personal")})
    return None


def _editable(viewer: Viewer, reply_id: int) -> QuickReply:
    row = queries.find_quick_reply(viewer, reply_id)
    if row.owner_id != viewer.id and not viewer.may(Perm.SCRIPTS_EDIT, row.shop_id):
        raise Forbidden(
            "店铺和小组的短语由主管或培训师修改", "Shop and team replies are edited by supervisor or trainer"
        )
    return row


@router.patch("/quick-replies/{int:reply_id}", response=QuickReplyOut, summary="Change one")
def change(request: HttpRequest, reply_id: int, data: QuickReplyPatch) -> dict[str, Any]:
    viewer = viewer_of(request)
    given = {name: value for name, value in data.dict().items() if value is not None}
    with transaction():
        row = _editable(viewer, reply_id)
        row = actions.change_quick_reply(row.pk, given, by=viewer.who, at=clock.now())
    return queries.shown_reply(row, viewer)


@router.delete("/quick-replies/{int:reply_id}", summary="Remove one")
def remove(request: HttpRequest, reply_id: int) -> dict[str, bool]:
    viewer = viewer_of(request)
    with transaction():
        actions.remove_quick_reply(_editable(viewer, reply_id).pk, by=viewer.who, at=clock.now())
    return {"ok": True}


@router.post(
    "/quick-replies/{int:reply_id}/use", response=FilledOut, summary="Fill one for a conversation and count it"
)
def use(request: HttpRequest, reply_id: int, data: UseIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find_quick_reply(viewer, reply_id)
        talk = queries.find(viewer, data.conversation)
        actions.note_used(row.pk, at=clock.now())
    shown = queries.shown_reply(row, viewer, queries.values_for(talk, viewer))
    return {"text": shown["rendered"], "missing": shown["missing"]}


@router.post("/quick-replies/starter", summary="Put the starter set for the shop's platform in place")
def starter(request: HttpRequest, shop: int) -> dict[str, int]:
    viewer = viewer_of(request)
    viewer.require(Perm.SCRIPTS_EDIT, shop)
    with transaction():
        return {"added": actions.load_starter(shop, by=viewer.who, at=clock.now())}
