"""Putting people to work in a shop and changing their posts."""

from datetime import datetime
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from xiaoer.kernel.access import Perm, Role, Viewer, Who
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people import events, rules
from xiaoer.people.models import Membership, Shop, Staff, Team

PASSWORD_FAULTS = {
    "password_too_short": T("密码至少 8 位", "At least 8 characters"),
    "password_too_common": T("这个密码太常见，请换一个", "This password is too common"),
    "password_entirely_numeric": T("密码不能全是数字", "Not digits only"),
}


def check_password(password: str) -> None:
    """The validators of settings.py, in both languages."""
    try:
        validate_password(password)
    except ValidationError as error:
        found = [
            PASSWORD_FAULTS.get(item.code or "", T(item.messages[0], item.messages[0])) for item in error.error_list
        ]
        text = T("；".join(one.zh for one in found), "; ".join(one.en for one in found))
        raise Invalid(fields={"password": text}) from None


def create_staff(*, username: str, name: str, password: str, at: datetime) -> Staff:
    """A new account; refuses a name that is taken and a weak password."""
    username, name = rules.check_username(username), rules.check_name(name, most=48)
    check_password(password)
    if Staff.objects.filter(username__iexact=username).exists():
        raise Invalid(fields={"username": T(f"用户名 {username} 已被使用", f"{username} is taken")})
    return Staff.objects.create_user(username, password, name=name, joined_at=at)


def hire(shop: Shop, *, username: str, name: str, password: str, roles: list[str], by: Who, at: datetime) -> Staff:
    """Put a person to work in a shop at once (command line, demo); the web way is an invitation."""
    posts = rules.check_roles(roles)
    staff = Staff.objects.filter(username=username).first()
    if staff is None:
        staff = Staff.objects.create_user(username, password, name=name, joined_at=at)
    join(shop, staff, posts, [], by=by, at=at)
    return staff


def join(shop: Shop, staff: Staff, roles: list[str], team_ids: list[int], *, by: Who, at: datetime) -> None:
    """She works in the shop from now on."""
    seat, _ = Membership.objects.update_or_create(shop=shop, staff=staff, defaults={"roles": roles, "active": True})
    if team_ids:
        seat.teams.set(Team.objects.filter(shop=shop, pk__in=team_ids))
    announce(events.StaffJoined(roles=roles), shop_id=shop.pk, subject=f"staff:{staff.pk}", by=by, at=at)


def require_may_grant(viewer: Viewer, shop_id: int, roles: list[str]) -> None:
    """Nobody hands out, takes away or overrules a post that carries more rights than her own."""
    if above := rules.beyond(roles, viewer.shops.get(shop_id, frozenset())):
        names = rules.names_of_roles(above)
        raise Forbidden(
            f"「{names.zh}」的权限超出您自己的，请店主来操作",
            f"{names.en}: these posts carry more rights than yours; ask the owner",
            code="beyond_your_rights",
        )


def require_teams(shop_id: int, team_ids: list[int]) -> list[int]:
    known = set(Team.objects.filter(shop_id=shop_id, pk__in=team_ids).values_list("pk", flat=True))
    if lost := set(team_ids) - known:
        text = T(f"本店没有编号为 {min(lost)} 的小组", f"There is no team {min(lost)} in this shop")
        raise Invalid(fields={"team_ids": text})
    return sorted(known)


def change_staff(
    viewer: Viewer,
    seat: Membership,
    *,
    by: Who,
    at: datetime,
    roles: list[str] | None = None,
    team_ids: list[int] | None = None,
    active: bool | None = None,
) -> Membership:
    """Change posts and teams, or let a colleague rest. The shop always keeps one active owner."""
    viewer.require(Perm.STAFF_EDIT, seat.shop_id)
    Shop.objects.select_for_update(no_key=True).get(pk=seat.shop_id)  # two owners cannot dismiss each other at once
    seat = Membership.objects.select_related("staff").prefetch_related("teams").get(pk=seat.pk)
    before: dict[str, Any] = {
        "roles": list(seat.roles),
        "team_ids": sorted(team.pk for team in seat.teams.all()),
        "active": seat.active,
    }
    after = dict(before)
    if roles is not None:
        after["roles"] = rules.check_roles(roles)
    if team_ids is not None:
        after["team_ids"] = require_teams(seat.shop_id, team_ids)
    if active is not None:
        after["active"] = active
    changes = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    if {"roles", "active"} & set(changes):
        require_may_grant(viewer, seat.shop_id, [*before["roles"], *after["roles"]])
    _require_an_owner(seat, after)
    if not changes:
        return seat
    Membership.objects.filter(pk=seat.pk).update(roles=after["roles"], active=after["active"])
    seat.roles, seat.active = after["roles"], after["active"]
    if "team_ids" in changes:
        seat.teams.set(after["team_ids"])
    said = events.StaffChanged(changes=changes)
    announce(said, shop_id=seat.shop_id, subject=f"staff:{seat.staff_id}", by=by, at=at)
    return seat


def _require_an_owner(seat: Membership, after: dict[str, Any]) -> None:
    if Role.OWNER in after["roles"] and after["active"]:
        return
    others = Membership.objects.filter(shop_id=seat.shop_id, active=True, staff__is_active=True).exclude(pk=seat.pk)
    was_owner = seat.active and Role.OWNER in seat.roles
    if was_owner and not any(Role.OWNER in one.roles for one in others):
        raise Conflict(
            "last_owner",
            f"{seat.staff.name}是本店唯一的店主，请先把另一位同事设为店主",
            f"{seat.staff.name} is the only owner; make somebody else an owner first",
            current={"roles": seat.roles, "active": seat.active},
        )
