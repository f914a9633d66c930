"""What the guard tells the journal. Texts stay out of it: they may hold the very number that was stopped."""

from xiaoer.kernel.access import Perm
from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class GuardBlocked(Payload):
    """A message was stopped before it left (拦截)."""

    KIND = "guard.blocked"
    AREA = "guard"
    LABEL = T("消息被拦截", "Message blocked")
    PERM = Perm.GUARD_VIEW

    conversation: int | None
    staff: int | None
    rules: list[str]


class GuardConfirmed(Payload):
    """A warned message was sent with the agent's reason (确认发送)."""

    KIND = "guard.confirmed"
    AREA = "guard"
    LABEL = T("提醒后仍发送", "Sent after a warning")
    PERM = Perm.GUARD_VIEW

    conversation: int | None
    staff: int | None
    rules: list[str]
