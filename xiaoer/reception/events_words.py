"""What the journal says about the guide, the shop's own words and offline messages."""

from typing import ClassVar

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class GuideTicked(Payload):
    """A step of the guide was ticked or taken back by hand (流程手动勾选)."""

    KIND: ClassVar[str] = "conversation.guide"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("接待流程勾选", "Guide ticked")
    PERM: ClassVar[str] = Perm.CHAT

    conversation: int
    step: str
    done: bool


class ReceptionSet(Payload):
    """接待设置 changed: style, greetings outside hours and in peak, offline form."""

    KIND: ClassVar[str] = "reception.setting"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("接待设置变更", "Reception settings")

    changes: dict[str, list[str | bool]]


class ScriptsImported(Payload):
    """Scripts came in from a file (导入话术)."""

    KIND: ClassVar[str] = "quick_reply.imported"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("导入话术", "Scripts imported")
    SAYS: ClassVar[T] = T(
        "导入话术 {added} 条，退回 {rejected} 行", "{added} scripts imported, {rejected} rows sent back"
    )

    added: int
    changed: int
    rejected: int


class OfflineLate(Payload):
    """The promised time of an offline message has gone by (离线留言超时)."""

    KIND: ClassVar[str] = "offline.late"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("离线留言超过承诺时间", "Offline message late")
    PERM: ClassVar[str] = Perm.CHAT

    agent: int | None
    promised_at: str


class OfflineContactSeen(Payload):
    """Somebody looked at the plain contact of an offline message, and why (查看联系方式)."""

    KIND: ClassVar[str] = "offline.contact_seen"
    AREA: ClassVar[str] = "reception"
    LABEL: ClassVar[T] = T("查看留言联系方式", "Contact seen")

    reason: str
