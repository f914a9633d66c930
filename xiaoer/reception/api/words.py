"""The guide of a talk, cross-selling, and how the shop receives (接待流程, 关联推荐, 接待设置)."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.people.queries import shop_facts
from xiaoer.reception import actions, greeting, greeting_reads, queries, scripts
from xiaoer.reception.peak import in_peak
from xiaoer.reception.script_reads import setting_of

router = Router()


class GuideStep(Schema):
    """One step: how it was done (sent by an agent, auto by the desk, manual), and in which message."""

    key: str
    main: bool
    label: str
    hint: str
    find: str = Field(description="What finds its scripts")
    done: bool
    how: str | None
    seq: int | None
    by: str
    at: str | None


class GuideOut(Schema):
    """接待流程 (R028-R033): five main steps, and the need, empathy and recommendations beside them."""

    conversation: int
    steps: list[GuideStep]
    next: str | None = Field(description="The main step that comes next")
    done: int
    of: int
    needs_empathy: bool = Field(description="The buyer sounds upset and nobody has said a kind word since (R703)")
    upset_at: int | None
    thin_recommendation: int | None = Field(description="A recommendation with fewer than two reasons (R330)")


class TickIn(Schema):
    done: bool = True


class RecommendIn(Schema):
    item: str = Field(max_length=80)
    reasons: list[str] = Field(max_length=6)


class RecommendOut(Schema):
    text: str


class Preview(Schema):
    state: str
    label: str
    text: str


class StyleOut(Schema):
    name: str
    label: str


class SettingOut(Schema):
    """How the shop receives; `previews` are what buyers would read now."""

    style: str
    styles: list[StyleOut]
    greeting_offline: str
    greeting_peak: str
    offline_form: bool
    peak: bool
    may_edit: bool
    previews: list[Preview]


class SettingIn(Schema):
    style: str | None = None
    greeting_offline: str | None = None
    greeting_peak: str | None = None
    offline_form: bool | None = None


class ShareOut(Schema):
    """自动回复占比 (R140)."""

    days: int
    sessions: int
    automatic: int
    human: int
    share: float
    only_automatic: int
    over_cap: int
    cap: int


@router.get("/conversations/{int:conversation_id}/guide", response=GuideOut, summary="The guide's checklist")
def guide_of(request: HttpRequest, conversation_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return queries.guide_of(queries.find(viewer, conversation_id), viewer.language)


@router.post("/conversations/{int:conversation_id}/guide/{step}", response=GuideOut, summary="Tick a step by hand")
def tick(request: HttpRequest, conversation_id: int, step: str, data: TickIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, conversation_id)
        _require_person(viewer, row.shop_id)
        actions.tick_guide(row.pk, step, done=data.done, by=viewer.who, at=clock.now())
    return queries.guide_of(row, viewer.language)


def _require_person(viewer: Viewer, shop_id: int) -> None:
    viewer.require(Perm.CHAT, shop_id)
    if viewer.kind != "staff":
        raise Invalid("接口令牌不能接待买家，请用员工账号", "A token cannot serve buyers; sign in as a person")


@router.post(
    "/conversations/{int:conversation_id}/recommend", response=RecommendOut, summary="A recommendation with its reasons"
)
def recommend(request: HttpRequest, conversation_id: int, data: RecommendIn) -> dict[str, str]:
    """Refused with fewer than two different reasons (R330). Answers the words; sending them is another step."""
    viewer = viewer_of(request)
    row = queries.find(viewer, conversation_id)
    _require_person(viewer, row.shop_id)
    return {"text": actions.recommend(row.shop_id, data.item, data.reasons, at=clock.now())}


@router.get("/reception/settings", response=SettingOut, summary="How the shop receives")
def settings(request: HttpRequest, shop: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    if not viewer.may(Perm.SCRIPTS_EDIT, shop):
        viewer.require(Perm.CHAT, shop)
    return _setting(viewer, shop)


def _setting(viewer: Viewer, shop: int) -> dict[str, Any]:
    row, at, language = setting_of(shop), clock.now(), viewer.language
    shown = greeting_reads.previews(shop_facts(shop), at=at)
    return {
        "style": row.style,
        "styles": [{"name": name, "label": scripts.STYLES[name].say(language)} for name in scripts.SHOP_STYLES],
        "greeting_offline": row.greeting_offline,
        "greeting_peak": row.greeting_peak,
        "offline_form": row.offline_form,
        "peak": in_peak(shop, at=at),
        "may_edit": viewer.may(Perm.SCRIPTS_EDIT, shop),
        "previews": [{**one, "label": greeting.STATES[one["state"]].say(language)} for one in shown],
    }


@router.patch("/reception/settings", response=SettingOut, summary="Set style, greetings and the offline form")
def change(request: HttpRequest, shop: int, data: SettingIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.SCRIPTS_EDIT, shop)
    given = {name: value for name, value in data.dict(exclude_unset=True).items() if value is not None}
    with transaction():
        actions.set_reception(shop, given, by=viewer.who, at=clock.now())
    return _setting(viewer, shop)


@router.get("/reception/auto-replies", response=ShareOut, summary="Share of automatic replies")
def share(request: HttpRequest, shop: int, days: int = 7) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT_ALL, shop)
    return greeting_reads.auto_share(viewer, shop_facts(shop), days=days, at=clock.now())
