"""What the journal says about a shop's rules."""

from typing import Any

from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class PolicyOverridden(Payload):
    KIND = "policy.overridden"
    AREA = "policy"
    LABEL = T("修改店铺规则", "Shop rule changed")

    key: str
    before: Any
    value: Any
    alternative: str
    reason: str


class PolicyRestored(Payload):
    KIND = "policy.restored"
    AREA = "policy"
    LABEL = T("恢复默认规则", "Shop rule restored")

    key: str
    before: Any
    value: Any
    reason: str
