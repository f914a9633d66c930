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


class GuardDraftChanged(Payload):
    """Somebody edited the draft of a shop's rules: who has it open reads it again."""

    KIND = "guard_rules.edited"
    AREA = "guard"
    LABEL = T("编辑拦截规则草稿", "Guard draft edited")
    PERM = Perm.GUARD_VIEW

    rule: str
    what: str


class GuardAppealLate(Payload):
    """An appeal waits longer than promised: supervisors look after it."""

    KIND = "guard_appeal.late"
    AREA = "guard"
    LABEL = T("申诉复核超时", "Appeal review is late")
    PERM = Perm.GUARD_VIEW

    rule: str


class GuardRestored(Payload):
    """回滚: an earlier version of a shop's rules holds again, under a new number."""

    KIND = "guard_rules.restored"
    AREA = "guard"
    LABEL = T("回滚拦截规则", "Guard rules restored")
    SAYS = T(
        "回滚到第 {restores} 版，成为第 {version} 版：{reason}", "Version {restores} restored as {version}: {reason}"
    )

    version: int
    restores: int
    reason: str
