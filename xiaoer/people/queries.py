"""Reads about shops and staff, always for a viewer."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from xiaoer.kernel.access import ROLE_PERMS, Perm, Role, Viewer, Who
from xiaoer.kernel.errors import NotFound
from xiaoer.people.models import ApiToken, Invitation, Membership, Platform, Shop, Staff, Team


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """What other areas need to know of a shop."""

    id: int
    slug: str
    name: str
    platform: str
    hours: dict[str, Any]
    return_address: dict[str, str]
    switches: dict[str, Any]
    hotline: str
    greeting: str


def facts_of(shop: Shop) -> ShopFacts:
    return ShopFacts(
        shop.pk,
        shop.slug,
        shop.name,
        shop.platform,
        shop.hours,
        shop.return_address,
        shop.switches,
        shop.hotline,
        shop.greeting,
    )


def shop_facts(shop_id: int) -> ShopFacts:
    """The facts of an active shop; no viewer, for actions that already know the shop is allowed."""
    shop = Shop.objects.filter(pk=shop_id, active=True).first()
    if shop is None:
        raise NotFound("没有这个店铺", "There is no such shop")
    return facts_of(shop)


def platform_names() -> dict[str, str]:
    """Every platform a shop may stand on, with its Chinese name."""
    return dict(Platform.choices)


def shop_by_slug(slug: str) -> ShopFacts:
    """A shop by the name in its address; for the buyer's page and the command line."""
    shop = Shop.objects.filter(slug=slug, active=True).first()
    if shop is None:
        raise NotFound(f"没有网址名为「{slug}」的店铺", f"There is no shop with the address name {slug!r}")
    return facts_of(shop)


def perms_of(roles: Iterable[str]) -> frozenset[Perm]:
    """All permissions that a set of role names gives; unknown names give none."""
    return _perms_of(tuple(roles))


@lru_cache(maxsize=512)
def _perms_of(roles: tuple[str, ...]) -> frozenset[Perm]:
    known = {role.value for role in Role}
    return frozenset().union(*(ROLE_PERMS[Role(name)] for name in roles if name in known))


def viewer_of_staff(staff: Staff) -> Viewer:
    """The viewer a signed-in person is: her shops, the permissions in each, her teams."""
    return viewers_of([staff])[staff.pk]


def viewers_of(people: Collection[Staff]) -> dict[int, Viewer]:
    """The viewers these people are, by staff id; two queries however many."""
    seats = Membership.objects.filter(staff__in=people, active=True, shop__active=True)
    shops: dict[int, dict[int, frozenset[Perm]]] = defaultdict(dict)
    for staff, shop, roles in seats.order_by("pk").values_list("staff_id", "shop_id", "roles"):
        shops[staff][shop] = perms_of(roles)
    teams: dict[int, set[int]] = defaultdict(set)
    for staff, team in seats.filter(teams__isnull=False).order_by("pk").values_list("staff_id", "teams"):
        teams[staff].add(team)
    return {
        one.pk: Viewer(Who("staff", one.pk, one.name), shops[one.pk], one.language, frozenset(teams[one.pk]))
        for one in people
    }


def shops_for(viewer: Viewer) -> QuerySet[Shop]:
    return Shop.objects.filter(pk__in=viewer.shop_ids).order_by("pk")


def find_shop(viewer: Viewer, shop_id: int) -> Shop:
    """The shop, or 404 when the viewer does not work there."""
    shop = shops_for(viewer).filter(pk=shop_id).first()
    if shop is None:
        raise NotFound("没有这个店铺", "There is no such shop")
    return shop


def staff_of(viewer: Viewer, shop_id: int) -> QuerySet[Membership]:
    """Everybody who works in a shop of the viewer's."""
    find_shop(viewer, shop_id)
    return Membership.objects.filter(shop_id=shop_id).select_related("staff").prefetch_related("teams").order_by("pk")


def names_of(staff_ids: Iterable[int]) -> dict[int, str]:
    """Names by staff id, for screens that show who did what."""
    return dict(Staff.objects.filter(pk__in=set(staff_ids)).values_list("pk", "name"))


def agents_with(shop_id: int, perm: Perm) -> list[int]:
    """Ids of the active people of a shop who hold a permission there."""
    rows = Membership.objects.filter(shop_id=shop_id, active=True, staff__is_active=True)
    return [row.staff_id for row in rows if perm in perms_of(row.roles)]


def holds(shop_id: int, staff_id: int, perm: Perm) -> bool:
    """Is this active person of the shop allowed to?"""
    rows = Membership.objects.filter(shop_id=shop_id, staff_id=staff_id, active=True, staff__is_active=True)
    return any(perm in perms_of(roles) for roles in rows.values_list("roles", flat=True))


def roles_of(shop_id: int, staff_id: int) -> frozenset[str]:
    """The posts an active person has in a shop; none for somebody who does not work there."""
    rows = Membership.objects.filter(shop_id=shop_id, staff_id=staff_id, active=True, staff__is_active=True)
    return frozenset(role for roles in rows.values_list("roles", flat=True) for role in roles)


def team_names(shop_id: int) -> dict[int, str]:
    """The teams of a shop by id."""
    return dict(Team.objects.filter(shop_id=shop_id).values_list("pk", "name"))


@dataclass(frozen=True, slots=True)
class AgentFacts:
    """Somebody who receives buyers in a shop (接待客服): her posts and teams there."""

    id: int
    name: str
    roles: frozenset[str]
    team_ids: frozenset[int]


def agents_of(shop_id: int) -> list[AgentFacts]:
    """Everybody active in a shop who holds the chat permission."""
    rows = Membership.objects.filter(shop_id=shop_id, active=True, staff__is_active=True)
    seats = rows.order_by("staff_id").values_list("pk", "staff_id", "staff__name", "roles")
    teams: dict[int, set[int]] = {}
    for seat, team in Membership.teams.through.objects.filter(membership__shop_id=shop_id).values_list(
        "membership_id", "team_id"
    ):
        teams.setdefault(seat, set()).add(team)
    return [
        AgentFacts(staff, name, frozenset(roles), frozenset(teams.get(seat, ())))
        for seat, staff, name, roles in seats
        if _may_chat(tuple(roles))
    ]


def who_is_meant(shop_id: int) -> dict[str, list[int]]:
    """By name and by account, in small letters: which agents of a shop a sheet can mean."""
    agents = {person.id for person in agents_of(shop_id)}
    meant: dict[str, list[int]] = {}
    for pk, *names in Staff.objects.filter(pk__in=agents).order_by("pk").values_list("pk", "name", "username"):
        for name in {name.lower() for name in names}:
            meant.setdefault(name, []).append(pk)
    return meant


@lru_cache(maxsize=512)
def _may_chat(roles: tuple[str, ...]) -> bool:
    return Perm.CHAT in perms_of(roles)


def team_kinds(shop_id: int) -> dict[int, str]:
    """What each team of a shop is for, by id (see rules.TEAM_KINDS)."""
    return dict(Team.objects.filter(shop_id=shop_id).order_by("pk").values_list("pk", "kind"))


def may_open_shop(viewer: Viewer) -> bool:
    """An owner may open another shop; so may the first owner, whom the console made and who works nowhere yet."""
    if viewer.kind != "staff":
        return False
    if viewer.shops_with(Perm.SHOP_EDIT):
        return True
    return viewer.id is not None and not Membership.objects.filter(staff_id=viewer.id).exists()


def find_seat(viewer: Viewer, shop_id: int, staff_id: int) -> Membership:
    """A colleague in a shop of the viewer's, or 404."""
    seat = staff_of(viewer, shop_id).filter(staff_id=staff_id).first()
    if seat is None:
        raise NotFound("本店没有这位员工", "There is no such colleague in this shop")
    return seat


def teams_of(viewer: Viewer, shop_id: int) -> QuerySet[Team]:
    find_shop(viewer, shop_id)
    return Team.objects.filter(shop_id=shop_id).prefetch_related("members__staff").order_by("pk")


def find_team(viewer: Viewer, shop_id: int, team_id: int) -> Team:
    team = teams_of(viewer, shop_id).filter(pk=team_id).first()
    if team is None:
        raise NotFound("本店没有这个小组", "There is no such team in this shop")
    return team


def open_invitations(viewer: Viewer, shop_id: int, at: datetime) -> QuerySet[Invitation]:
    find_shop(viewer, shop_id)
    viewer.require(Perm.STAFF_EDIT, shop_id)
    return Invitation.objects.filter(shop_id=shop_id, accepted_at=None, expires_at__gt=at).order_by("-pk")


def find_invitation(viewer: Viewer, shop_id: int, invitation_id: int) -> Invitation:
    find_shop(viewer, shop_id)
    viewer.require(Perm.STAFF_EDIT, shop_id)
    found = Invitation.objects.filter(shop_id=shop_id, pk=invitation_id).first()
    if found is None:
        raise NotFound("没有这个邀请", "There is no such invitation")
    return found


def invitation_by_secret(secret: str, at: datetime) -> Invitation:
    """The open invitation behind a link; used, expired and unknown ones look the same."""
    hashed = hashlib.sha256(secret.encode()).hexdigest()
    found = Invitation.objects.select_related("shop").filter(digest=hashed, accepted_at=None, expires_at__gt=at).first()
    if found is None:
        raise NotFound("这个邀请链接已用过或已过期，请让同事重新邀请", "This link was used or has expired")
    return found


def has_account(username: str) -> bool:
    return Staff.objects.filter(username__iexact=username).exists()


def tokens_for(viewer: Viewer) -> QuerySet[ApiToken]:
    """Tokens that reach into a shop whose tokens the viewer may manage."""
    shops = viewer.shops_with(Perm.TOKEN_EDIT)
    if not shops:
        viewer.require(Perm.TOKEN_EDIT, viewer.shop_ids[0] if viewer.shop_ids else None)
    return ApiToken.objects.filter(shops__in=shops).distinct().prefetch_related("shops").order_by("-pk")


def find_token(viewer: Viewer, token_id: int) -> ApiToken:
    token = tokens_for(viewer).filter(pk=token_id).first()
    if token is None:
        raise NotFound("没有这个令牌", "There is no such token")
    return token


def token_names(ids: list[int]) -> dict[int, str]:
    """Names by token id, for the journal."""
    return dict(ApiToken.objects.filter(pk__in=ids).values_list("pk", "name"))


def staff_by_username(username: str) -> Staff:
    """An account by its user name, for the command line."""
    staff = Staff.objects.filter(username__iexact=username, is_active=True).first()
    if staff is None:
        raise NotFound(f"没有用户名为「{username}」的员工", f"There is no account {username!r}")
    return staff


def every_shop() -> QuerySet[Shop]:
    """All shops, for the command line."""
    return Shop.objects.order_by("pk")


def every_token() -> QuerySet[ApiToken]:
    """All API tokens, for the command line."""
    return ApiToken.objects.prefetch_related("shops").order_by("pk")
