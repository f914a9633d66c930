"""Special marks (特殊客户): proposed with evidence, confirmed by a second person, appealed, lifted, ended by time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError
from django.db.transaction import atomic

from xiaoer.customers.flow import SPECIAL, Why
from xiaoer.customers.models import Customer, SpecialMark
from xiaoer.customers.rules import mask_text
from xiaoer.customers.special_words import KINDS
from xiaoer.kernel import moving
from xiaoer.kernel.access import CLOCK, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid, NotFound, Refusal
from xiaoer.kernel.i18n import T

MOST_EVIDENCE, LONGEST = 20, 300


def propose(
    customer_id: int, *, kind: str, reason: str, evidence: Sequence[dict[str, str]], by: Who, at: datetime
) -> SpecialMark:
    """Put a buyer on the list, with evidence; it warns nobody until a second person confirms it."""
    customer = Customer.objects.filter(pk=customer_id).first()
    if customer is None:
        raise NotFound("没有这位客户", "There is no such customer")
    clean = _checked(kind, reason, evidence)
    row = SpecialMark(
        shop_id=customer.shop_id,
        buyer=customer,
        state=SPECIAL.first,
        state_at=at,
        kind=kind,
        reason=reason.strip(),
        evidence=clean,
        put_by=str(by),
        put_by_name=by.name[:48],
        at=at,
    )
    try:
        with atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            "marked_already",
            "这位客户已有标记或待确认的标记，请在原标记上处理",
            "This buyer has a mark or one to be confirmed; go on there",
            current={},
        ) from None
    moving.begin(SPECIAL, row, by=by, at=at, details={"kind": kind})
    return row


def _checked(kind: str, reason: str, evidence: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    wrong: dict[str, T] = {}
    if kind not in KINDS:
        listed = "、".join(text.zh for text in KINDS.values())
        wrong["kind"] = T(f"没有类型「{kind}」，可选：{listed}", f"No kind {kind!r}; use one of {', '.join(KINDS)}")
    if not 4 <= len(reason.strip()) <= LONGEST:
        wrong["reason"] = T(f"请写明原因（4～{LONGEST} 字）", f"Say why, in 4 to {LONGEST} characters")
    clean = [
        {"subject": str(one.get("subject", ""))[:64], "text": mask_text(str(one.get("text", "")).strip()[:LONGEST])}
        for one in evidence
    ]
    clean = [one for one in clean if one["text"] or one["subject"]]
    if not clean:
        wrong["evidence"] = T("请至少附一条证据（会话、订单或事实）", "Give evidence: a talk, an order or a fact")
    elif len(clean) > MOST_EVIDENCE:
        wrong["evidence"] = T(f"证据最多 {MOST_EVIDENCE} 条", f"{MOST_EVIDENCE} pieces of evidence at most")
    if wrong:
        raise Invalid(fields=wrong)
    return clean


def step(row: SpecialMark, verb: str, form: Any, *, by: Who, at: datetime) -> None:
    """confirm, refuse, appeal, uphold or lift; the reason joins the record. Nobody confirms her own proposal, and
    nobody decides an appeal that she made herself."""
    moving.find_legal(SPECIAL, row, verb)
    assert isinstance(form, Why)
    if verb == "confirm" and row.put_by == str(by):
        raise Refusal("four_eyes", "标记须由另一位同事确认", "Another colleague must confirm the mark")
    appealed = next((one for one in reversed(row.notes) if one["verb"] == "appeal"), None)
    if verb == "uphold" and appealed is not None and appealed["by_who"] == str(by):
        raise Refusal("own_appeal", "不能复核自己提出的申诉", "You cannot decide your own appeal")
    note = {"verb": verb, "by": by.name[:48], "by_who": str(by), "at": iso(at), "text": mask_text(form.note)}
    moving.move(SPECIAL, row, verb, by=by, at=at, notes=[*row.notes, note])


def end_by_time(mark_id: int, *, at: datetime) -> bool:
    """到期解除: nobody confirmed it, nobody answered the appeal, or its time is over. Firing twice does nothing."""
    row = SpecialMark.objects.filter(pk=mark_id).select_related("shop").first()
    if row is None or SPECIAL.find(row.state, "expire") is None:
        return False
    moving.move(SPECIAL, row, "expire", by=CLOCK, at=at)
    return True
