"""Writes what the guard found."""

import hashlib
import re
from datetime import datetime

from xiaoer.guard.events import GuardBlocked, GuardConfirmed
from xiaoer.guard.models import GuardHit, Outcome
from xiaoer.guard.rules import BLOCK, WARN, Verdict
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import normal, shorten

_NUMBERS = re.compile(r"[0-9][0-9 .*-]{3,}[0-9]")
REASON_LENGTH = 200


def record_hits(
    verdict: Verdict,
    *,
    shop_id: int,
    text: str,
    outcome: str,
    by: Who,
    at: datetime,
    conversation_id: int | None = None,
    staff_id: int | None = None,
    reason: str = "",
    key: str = "",
) -> list[GuardHit]:
    """Keep the findings of one text and tell the journal when it was stopped or sent against a warning.

    `key` is the message's client id: the same message is recorded once, however often it is delivered.
    A blocked text cannot be confirmed; a warned one needs a reason.
    """
    if not verdict.rules:
        return []
    reason = reason.strip()
    _require_possible(verdict, outcome, reason)
    if key and GuardHit.objects.filter(shop_id=shop_id, key=key, outcome=outcome).exists():
        return []
    worst: dict[str, str] = {}
    for hit in verdict.rules:
        worst.setdefault(hit.id, hit.level)
    if staff_id is None and by.kind == "staff":
        staff_id = by.id
    rows = GuardHit.objects.bulk_create(
        GuardHit(
            shop_id=shop_id,
            conversation_id=conversation_id,
            staff_id=staff_id,
            rule=rule,
            level=level,
            outcome=outcome,
            reason=reason,
            digest=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
            excerpt=excerpt(text),
            key=key,
            at=at,
        )
        for rule, level in worst.items()
    )
    _tell(outcome, sorted(worst), shop_id, conversation_id, staff_id, by, at)
    return rows


def excerpt(text: str) -> str:
    """The beginning of a text without its numbers, for a list that many may read."""
    return shorten(_NUMBERS.sub("****", normal(text)), 60)


def _require_possible(verdict: Verdict, outcome: str, reason: str) -> None:
    if outcome not in Outcome.values:
        raise ValueError(f"outcome {outcome!r}; use one of {', '.join(Outcome.values)}")
    if outcome in (Outcome.WARNED, Outcome.REWORDED, Outcome.ASKED):  # nothing left: not sent, or the buyer's
        return
    if verdict.verdict == BLOCK and outcome != Outcome.BLOCKED:
        raise Refusal(
            "guard_blocked",
            "这条消息触发了拦截规则，不能确认发送，请按建议改写",
            "A blocked message cannot be confirmed; please use the suggested wording",
            status=422,
        )
    if outcome == Outcome.SENT and verdict.verdict == WARN:
        raise Invalid(fields={"confirm": T("请写明仍要发送的原因", "Say why it must be sent all the same")})
    if outcome == Outcome.CONFIRMED and not reason:
        raise Invalid(fields={"confirm": T("请写明仍要发送的原因", "Say why it must be sent all the same")})
    if len(reason) > REASON_LENGTH:
        raise Invalid(
            fields={"confirm": T(f"原因最多 {REASON_LENGTH} 个字", f"The reason is at most {REASON_LENGTH} characters")}
        )


def _tell(
    outcome: str, rules: list[str], shop_id: int, conversation: int | None, staff: int | None, by: Who, at: datetime
) -> None:
    kinds: dict[str, type[GuardBlocked] | type[GuardConfirmed]] = {
        Outcome.BLOCKED: GuardBlocked,
        Outcome.CONFIRMED: GuardConfirmed,
    }
    payload = kinds.get(outcome)
    if payload is None:
        return
    subject = f"conversation:{conversation}" if conversation is not None else f"shop:{shop_id}"
    announce(
        payload(conversation=conversation, staff=staff, rules=rules), shop_id=shop_id, subject=subject, by=by, at=at
    )
