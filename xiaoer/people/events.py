"""What the journal says about shops and staff."""

from typing import Any

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class SignedIn(Payload):
    KIND = "staff.signed_in"
    AREA = "people"
    LABEL = T("登录", "Signed in")
    PERM = Perm.JOURNAL_VIEW  # a colleague's network address is for the audit, not for every screen

    address: str = ""


class ShopOpened(Payload):
    KIND = "shop.opened"
    AREA = "people"
    LABEL = T("开店", "Shop created")
    SAYS = T("开店 {name}（{platform}）", "Shop {name} created ({platform})")

    name: str
    platform: str


class ShopChanged(Payload):
    """Before and after of each changed field; the return address is only named, never shown."""

    KIND = "shop.changed"
    AREA = "people"
    LABEL = T("修改店铺设置", "Shop settings changed")
    SAYS = T("修改店铺设置：{changes}", "Shop settings changed: {changes}")

    changes: dict[str, list[Any]]


class StaffInvited(Payload):
    KIND = "staff.invited"
    AREA = "people"
    LABEL = T("邀请员工", "Colleague invited")
    SAYS = T("邀请 {username}：{roles}", "{username} invited as {roles}")

    username: str
    roles: list[str]


class StaffJoined(Payload):
    KIND = "staff.joined"
    AREA = "people"
    LABEL = T("员工加入", "Colleague joined")
    SAYS = T("员工加入：{roles}", "Colleague joined as {roles}")

    roles: list[str]


class StaffChanged(Payload):
    KIND = "staff.changed"
    AREA = "people"
    LABEL = T("修改员工岗位", "Roles changed")
    SAYS = T("修改员工：{changes}", "Colleague changed: {changes}")

    changes: dict[str, list[Any]]


class TokenMade(Payload):
    KIND = "token.made"
    AREA = "people"
    LABEL = T("创建接口令牌", "API token created")
    SAYS = T("创建接口令牌 {name}：{scopes}", "API token {name} created: {scopes}")

    name: str
    scopes: list[str]


class TokenRevoked(Payload):
    KIND = "token.revoked"
    AREA = "people"
    LABEL = T("吊销接口令牌", "API token revoked")
    SAYS = T("吊销接口令牌 {name}", "API token {name} revoked")

    name: str


class InvitationWithdrawn(Payload):
    KIND = "staff.invitation_withdrawn"
    AREA = "people"
    LABEL = T("撤回邀请", "Invitation withdrawn")
    SAYS = T("撤回给 {username} 的邀请", "Invitation of {username} withdrawn")

    username: str


class TeamMade(Payload):
    KIND = "team.made"
    AREA = "people"
    LABEL = T("建立小组", "Team created")
    SAYS = T("建立小组 {name}", "Team {name} created")

    name: str
    kind: str


class TeamChanged(Payload):
    KIND = "team.changed"
    AREA = "people"
    LABEL = T("修改小组", "Team changed")

    changes: dict[str, list[Any]]
