"""Keys for machines: the secret is shown once, its hash is kept."""

from datetime import datetime

from django.db.models import Q

from xiaoer.kernel.access import Perm, Viewer, Who
from xiaoer.kernel.errors import Forbidden, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people import auth, events, rules
from xiaoer.people.models import ApiToken, Shop


def make_token(
    viewer: Viewer | None,
    *,
    name: str,
    shops: list[Shop],
    scopes: list[str],
    expires_at: datetime | None,
    by: Who,
    at: datetime,
) -> tuple[ApiToken, str]:
    """Returns the token and its secret. A token can do no more than the person who makes it (None: the console)."""
    name, allowed = rules.check_name(name, most=64), rules.check_scopes(scopes)
    if not shops:
        raise Invalid(fields={"shops": T("请至少选一个店铺", "Choose at least one shop")})
    if expires_at is not None and expires_at <= at:
        raise Invalid(fields={"expires_at": T("到期时间须在将来", "The end must lie in the future")})
    for shop in shops if viewer is not None else []:
        assert viewer is not None
        viewer.require(Perm.TOKEN_EDIT, shop.pk)
        if lacking := [scope for scope in allowed if not viewer.may(scope, shop.pk)]:
            raise Forbidden(
                f"您在「{shop.name}」没有 {lacking[0]} 权限，不能授予令牌",
                f"You lack {lacking[0]} in {shop.name} and cannot give it to a token",
                code="beyond_your_rights",
            )
    secret = auth.new_secret("xiaoer")
    token = ApiToken.objects.create(
        digest=auth.digest(secret),
        hint=secret[-4:],
        name=name,
        scopes=allowed,
        created_by_id=by.id if by.kind == "staff" else None,
        created_at=at,
        expires_at=expires_at,
    )
    token.shops.set(shops)
    for shop in shops:
        said = events.TokenMade(name=name, scopes=allowed)
        announce(said, shop_id=shop.pk, subject=f"token:{token.pk}", by=by, at=at)
    return token, secret


def revoke_token(token: ApiToken, *, by: Who, at: datetime) -> None:
    """It stops working with the next request; asked twice, nothing more happens."""
    if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=at) == 0:
        return
    for shop in token.shops.all():
        said = events.TokenRevoked(name=token.name)
        announce(said, shop_id=shop.pk, subject=f"token:{token.pk}", by=by, at=at)


def note_token_used(token_id: int, *, at: datetime) -> None:
    """Say that a token is in use."""
    stale = Q(last_used_at=None) | Q(last_used_at__lt=at)
    ApiToken.objects.filter(stale, pk=token_id).update(last_used_at=at)
