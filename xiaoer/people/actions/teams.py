"""Groups of agents in a shop (小组)."""

from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people import events, rules
from xiaoer.people.models import Shop, Team


def _require_free(shop_id: int, name: str, kind: str, but: int = 0) -> None:
    if kind not in rules.TEAM_KINDS:
        known = ", ".join(rules.TEAM_KINDS[1:])
        raise Invalid(fields={"kind": T(f"不认识的类别「{kind}」；可用：{known}", f"Unknown kind {kind!r}: {known}")})
    if Team.objects.filter(shop_id=shop_id, name=name).exclude(pk=but).exists():
        raise Invalid(fields={"name": T(f"小组「{name}」已存在", f"There is already a team {name!r}")})


def make_team(shop: Shop, *, name: str, kind: str, by: Who, at: datetime) -> Team:
    name = rules.check_name(name, most=48)
    _require_free(shop.pk, name, kind)
    team = Team.objects.create(shop=shop, name=name, kind=kind)
    said = events.TeamMade(name=name, kind=kind)
    announce(said, shop_id=shop.pk, subject=f"team:{team.pk}", by=by, at=at)
    return team


def change_team(team: Team, *, name: str | None, kind: str | None, by: Who, at: datetime) -> Team:
    after = {"name": team.name if name is None else rules.check_name(name, most=48)}
    after["kind"] = team.kind if kind is None else kind
    _require_free(team.shop_id, after["name"], after["kind"], team.pk)
    changes = {key: [getattr(team, key), value] for key, value in after.items() if getattr(team, key) != value}
    if changes:
        Team.objects.filter(pk=team.pk).update(**after)
        team.name, team.kind = after["name"], after["kind"]
        said = events.TeamChanged(changes=changes)
        announce(said, shop_id=team.shop_id, subject=f"team:{team.pk}", by=by, at=at)
    return team
