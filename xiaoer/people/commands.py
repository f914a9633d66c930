"""`xiaoer owner create`, `xiaoer shop create|list`, `xiaoer token create|list|revoke`."""

import argparse
import getpass
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T

if TYPE_CHECKING:
    from xiaoer.people.models import Shop

Subparsers = Any


def add_commands(subparsers: Subparsers) -> None:
    _owner(subparsers)
    _shop(subparsers)
    _token(subparsers)


def _owner(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("owner", help="make a shop owner's account")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help="make an account; in the shops of --shop she is an owner")
    create.add_argument("--username", required=True)
    create.add_argument("--name", required=True, help="how colleagues know her")
    create.add_argument("--shop", action="append", default=[], help="a shop's address name (slug); repeatable")
    create.add_argument("--password-stdin", action="store_true", help="read the password from standard input")
    create.set_defaults(run=create_owner)


def _shop(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("shop", help="open and list shops")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help="open a shop")
    create.add_argument("--slug", required=True, help="the name in its address, for example quanquan-tmall")
    create.add_argument("--name", required=True)
    create.add_argument("--platform", required=True, help="taobao, tmall, jd, pinduoduo, douyin, kuaishou or own")
    create.add_argument("--owner", help="user name of its owner")
    create.set_defaults(run=create_shop)
    verbs.add_parser("list", help="every shop").set_defaults(run=list_shops)


def _token(subparsers: Subparsers) -> None:
    group = subparsers.add_parser("token", help="keys for machines (ERP, scripts)")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    create = verbs.add_parser("create", help="make a token; its secret is printed once")
    create.add_argument("--name", required=True, help="who uses it")
    create.add_argument("--shop", action="append", required=True, help="a shop's address name (slug); repeatable")
    create.add_argument("--scope", nargs="+", action="extend", required=True, help="for example orders.import")
    create.add_argument("--days", type=int, help="days until it ends (default: until revoked)")
    create.set_defaults(run=create_token)
    verbs.add_parser("list", help="every token").set_defaults(run=list_tokens)
    revoke = verbs.add_parser("revoke", help="end a token at once")
    revoke.add_argument("id", type=int)
    revoke.set_defaults(run=revoke_token)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise Invalid(fields={"password": T("两次输入的密码不一样", "The two passwords differ")})
    return first


def create_owner(options: argparse.Namespace) -> int:
    from xiaoer.kernel import clock
    from xiaoer.kernel.db import transaction
    from xiaoer.people import actions

    shops = [_find_shop(slug) for slug in options.shop]
    password = _password(options.password_stdin)
    with transaction():
        at = clock.now()
        staff = actions.create_staff(username=options.username, name=options.name, password=password, at=at)
        for shop in shops:
            actions.hire(shop, username=staff.username, name=staff.name, password="", roles=["owner"], by=SYSTEM, at=at)
    print(f"{staff.username}: {staff.name}")
    return 0


def create_shop(options: argparse.Namespace) -> int:
    from xiaoer.kernel import clock
    from xiaoer.kernel.access import Who
    from xiaoer.kernel.db import transaction
    from xiaoer.people import actions, queries

    by = SYSTEM
    if options.owner:
        staff = queries.staff_by_username(options.owner)
        by = Who("staff", staff.pk, staff.name)
    with transaction():
        shop = actions.open_shop(slug=options.slug, name=options.name, platform=options.platform, by=by, at=clock.now())
    print(f"{shop.slug}: {shop.name} ({shop.platform})")
    return 0


def list_shops(options: argparse.Namespace) -> int:
    from xiaoer.people.queries import every_shop

    for shop in every_shop():
        print(f"{shop.slug}\t{shop.platform}\t{shop.name}")
    return 0


def _find_shop(slug: str) -> "Shop":
    from xiaoer.people.queries import every_shop

    found = every_shop().filter(slug=slug).first()
    if found is None:
        raise NotFound(f"没有网址名为「{slug}」的店铺", f"There is no shop with the address name {slug!r}")
    return found


def create_token(options: argparse.Namespace) -> int:
    from xiaoer.kernel import clock
    from xiaoer.kernel.db import transaction
    from xiaoer.people import actions

    at = clock.now()
    with transaction():
        token, secret = actions.make_token(
            None,
            name=options.name,
            shops=[_find_shop(slug) for slug in dict.fromkeys(options.shop)],
            scopes=options.scope,
            expires_at=at + timedelta(days=options.days) if options.days else None,
            by=SYSTEM,
            at=at,
        )
    print(f"token {token.pk}: {', '.join(token.scopes)}", file=sys.stderr)
    print(secret)
    return 0


def list_tokens(options: argparse.Namespace) -> int:
    from xiaoer.people.queries import every_token

    for token in every_token():
        state = "revoked" if token.revoked_at else "active"
        shops = ",".join(shop.slug for shop in token.shops.all())
        print(f"{token.pk}\t{token.name}\t...{token.hint}\t{shops}\t{','.join(token.scopes)}\t{state}")
    return 0


def revoke_token(options: argparse.Namespace) -> int:
    from xiaoer.kernel import clock
    from xiaoer.kernel.db import transaction
    from xiaoer.people import actions
    from xiaoer.people.queries import every_token

    token = every_token().filter(pk=options.id).first()
    if token is None:
        raise NotFound(f"没有编号为 {options.id} 的令牌", f"There is no token {options.id}")
    with transaction():
        actions.revoke_token(token, by=SYSTEM, at=clock.now())
    return 0
