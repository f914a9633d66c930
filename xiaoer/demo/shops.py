"""The demo's two shops and the people in them: the cast of kernel/testing.py."""

from datetime import datetime

from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.testing import CAST, HOURS, PASSWORD, RETURN_ADDRESS
from xiaoer.people import actions
from xiaoer.people.models import Membership, Shop, Staff, Team
from xiaoer.reception import actions as reception
from xiaoer.routing import actions as routing

SHOPS: tuple[tuple[str, str, str, dict[str, bool]], ...] = (
    ("quanquan-tmall", "圈圈家旗舰店", "tmall", {}),
    ("quanquan-taobao", "圈圈家的衣橱", "taobao", {"bank_transfer": True}),
)
ON_DUTY = {"quanquan": 4, "tangtang": 4, "anan": 4, "mumu": 3}
"""Agents on duty when the demo starts, with how many buyers each takes at once."""


def load(at: datetime) -> tuple[dict[str, Shop], dict[str, Staff]]:
    """Open the shops and hire everybody, as of `at`."""
    shops = {
        slug: actions.open_shop(
            slug=slug,
            name=name,
            platform=platform,
            by=SYSTEM,
            at=at,
            hours=HOURS,
            return_address=RETURN_ADDRESS,
            switches=switches,
            hotline="0571-88880200",
        )
        for slug, name, platform, switches in SHOPS
    }
    staff: dict[str, Staff] = {}
    for username, (name, role) in CAST.items():
        for shop in shops.values():
            staff[username] = actions.hire(
                shop, username=username, name=name, password=PASSWORD, roles=[role], by=SYSTEM, at=at
            )
    return shops, staff


def who(staff: Staff) -> Who:
    return Who("staff", staff.pk, staff.name)


def go_on_duty(shops: dict[str, Shop], staff: dict[str, Staff], at: datetime) -> None:
    for shop in shops.values():
        for username, cap in ON_DUTY.items():
            reception.agents.set_status(
                shop.pk, staff[username].pk, status="online", cap=cap, by=who(staff[username]), at=at
            )


IN_GROUPS = {
    "anan": ("售后组", "物流组", "高级客服组"),
    "mumu": ("售后组", "技术组"),
    "quanquan": ("支付组",),
}
"""Who sits in which skill group (技能组, R801) of the demo's shops."""


def form_groups(shops: dict[str, Shop], staff: dict[str, Staff], at: datetime) -> None:
    """The nine skill groups and the topics of each shop, with people in them."""
    for shop in shops.values():
        routing.load_starter(shop, by=SYSTEM, at=at)
        teams = {team.name: team for team in Team.objects.filter(shop=shop)}
        for username, names in IN_GROUPS.items():
            seat = Membership.objects.get(shop=shop, staff=staff[username])
            seat.teams.add(*(teams[name] for name in names))
