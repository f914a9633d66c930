"""Inviting a colleague: a link that is shown once, works once, for seven days."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate

from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people import auth, events, rules
from xiaoer.people.actions.staff import create_staff, join, require_may_grant, require_teams
from xiaoer.people.models import Invitation, Membership, Shop, Staff

VALID = timedelta(days=7)


def invite(
    viewer: Viewer,
    shop: Shop,
    *,
    name: str,
    username: str,
    roles: list[str],
    team_ids: list[int],
    by: Who,
    at: datetime,
) -> tuple[Invitation, str]:
    """Returns the invitation and the secret of its link; only the secret's hash is kept. An older one is replaced."""
    name, username = rules.check_name(name, most=48), rules.check_username(username)
    posts, teams = rules.check_roles(roles), require_teams(shop.pk, team_ids)
    require_may_grant(viewer, shop.pk, posts)
    if Membership.objects.filter(shop=shop, staff__username__iexact=username, active=True).exists():
        raise Invalid(fields={"username": T(f"{username} 已经在本店工作", f"{username} already works in this shop")})
    open_ones = Invitation.objects.filter(shop=shop, username__iexact=username, accepted_at=None, expires_at__gt=at)
    open_ones.update(expires_at=at)
    secret = auth.new_secret("invite")
    made = Invitation.objects.create(
        shop=shop,
        digest=auth.digest(secret),
        name=name,
        username=username,
        roles=posts,
        team_ids=teams,
        invited_by_id=by.id if by.kind == "staff" else None,
        created_at=at,
        expires_at=at + VALID,
    )
    said = events.StaffInvited(username=username, roles=posts)
    announce(said, shop_id=shop.pk, subject=f"invitation:{made.pk}", by=by, at=at)
    return made, secret


def withdraw_invitation(invitation: Invitation, *, by: Who, at: datetime) -> None:
    """The link stops working at once."""
    if Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=at).update(expires_at=at):
        said = events.InvitationWithdrawn(username=invitation.username)
        announce(said, shop_id=invitation.shop_id, subject=f"invitation:{invitation.pk}", by=by, at=at)


def accept(invitation: Invitation, *, password: str, at: datetime) -> Staff:
    """The colleague sets her password, or proves with it that the account is hers, and works in the shop."""
    staff = Staff.objects.filter(username__iexact=invitation.username).first()
    if staff is None:
        staff = create_staff(username=invitation.username, name=invitation.name, password=password, at=at)
    elif authenticate(username=staff.username, password=password) is None:
        text = T("这个用户名已有账号，请输入它现在的密码", "This account exists already; type its present password")
        raise Invalid(fields={"password": text}, code="wrong_login")
    open_one = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, expires_at__gt=at)
    if open_one.update(accepted_at=at) == 0:
        raise Invalid(
            "这个邀请链接已用过或已过期，请让同事重新邀请", "This link was used or has expired", code="invitation_gone"
        )
    by = Who("staff", staff.pk, staff.name)
    shop = Shop.objects.get(pk=invitation.shop_id)
    join(shop, staff, invitation.roles, invitation.team_ids, by=by, at=at)
    return staff
