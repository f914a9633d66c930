"""Offline messages (离线留言): left by a buyer, claimed, answered or dropped by an agent, late by the clock."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel import deadlines, moving
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid, TooMany
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.reception import settings as limits
from xiaoer.reception.actions.conversations import open_conversation
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.events_words import OfflineContactSeen
from xiaoer.reception.models import Attempt, OfflineMessage
from xiaoer.reception.offline_flow import CONTACT_KINDS, CONTACT_TIMES, OFFLINE
from xiaoer.reception.offline_reads import BOXES, promised_at

_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0\d{2,3}-?[2-9]\d{6,7}(?:-\d{1,6})?")
LONGEST = 1000
TRIES = 10


@dataclass(frozen=True, slots=True)
class Left:
    """What the buyer typed into the form."""

    text: str
    contact_kind: str = "none"
    contact: str = ""
    contact_time: str = "any"
    name: str = ""


def leave_offline(shop_id: int, customer_id: int, left: Left, *, by: Who, at: datetime) -> OfflineMessage:
    """Keep a buyer's message with what she is promised; her unanswered one, if there is one, is changed.

    What she wrote also stands in her conversation, so that it is answered there; the contact does not.
    """
    clean = _checked(left)
    _count(customer_id, at=at)
    talk, _ = open_conversation(shop_id, customer_id, by=by, at=at)
    post_message(talk.pk, by=by, at=at, kind="text", text=clean.text)
    values = {
        "conversation": talk,
        "text": clean.text,
        "name": clean.name,
        "contact_kind": clean.contact_kind,
        "contact": clean.contact,
        "contact_time": clean.contact_time,
    }
    held = OfflineMessage.objects.filter(shop_id=shop_id, customer_id=customer_id, state__in=BOXES["open"]).first()
    if held is not None:
        OfflineMessage.objects.filter(pk=held.pk).update(**{**values, "text": _joined(held.text, clean.text)})
        held.refresh_from_db()
        return held
    due = promised_at(shop_facts(shop_id), at=at)
    row = OfflineMessage.objects.create(
        shop_id=shop_id, customer_id=customer_id, state_at=at, promised_at=due, at=at, **values
    )
    moving.begin(OFFLINE, row, by=by, at=at)
    warn = deadlines.warnings_of(at, due, (0.5,))
    deadlines.start("offline_promise", f"offline:{row.pk}", shop_id=shop_id, due_at=due, at=at, warn_at=warn)
    return row


def _joined(before: str, text: str) -> str:
    """Her second message joins the first; saying the same twice adds nothing."""
    return before if text in before else f"{before}\n{text}"[-LONGEST:]


def _count(customer_id: int, *, at: datetime) -> None:
    key = f"offline:{customer_id}"
    if Attempt.objects.filter(key=key, at__gt=at - limits.WINDOW).count() >= TRIES:
        raise TooMany("too_many", "留言过于频繁，请 10 分钟后再试", "Too many messages; try again in 10 minutes")
    Attempt.objects.filter(key=key, at__lt=at - timedelta(days=1)).delete()
    Attempt.objects.create(key=key, at=at)


def _checked(left: Left) -> Left:
    text, name = left.text.strip(), " ".join(left.name.split())
    wrong: dict[str, T] = {}
    if not text:
        wrong["text"] = T("请写下您的问题", "Write your question")
    elif len(text) > LONGEST:
        wrong["text"] = T(f"最多 {LONGEST} 字，现在 {len(text)} 字", f"At most {LONGEST} characters, not {len(text)}")
    if len(name) > 20:
        wrong["name"] = T("称呼最多 20 字", "At most 20 characters")
    for field, value, known in (
        ("contact_kind", left.contact_kind, CONTACT_KINDS),
        ("contact_time", left.contact_time, CONTACT_TIMES),
    ):
        if value not in known:
            listed = "、".join(known)
            wrong[field] = T(f"没有「{value}」，可选：{listed}", f"No {value!r}; one of {listed}")
    contact = re.sub(r"[\s()（）]", "", left.contact).removeprefix("+86") if left.contact_kind == "phone" else ""
    if left.contact_kind == "phone" and not (_MOBILE.fullmatch(contact) or _LANDLINE.fullmatch(contact)):
        wrong["contact"] = T(
            "请填写 11 位手机号，或带区号的座机", "An 11-digit mobile number, or a landline with area code"
        )
    if wrong:
        raise Invalid(fields=wrong)
    return Left(text, left.contact_kind, contact, left.contact_time, name)


def step_offline(row: OfflineMessage, verb: str, note: str = "", *, by: Who, at: datetime) -> OfflineMessage:
    """Claim it, put it back, say that it was answered, or drop it."""
    columns: dict[str, Any] = {"agent_id": None if verb == "release" else by.id}
    if verb in ("answer", "drop"):
        columns["note"] = note
    moving.move(OFFLINE, row, verb, by=by, at=at, **columns)
    if OFFLINE.state(row.state).final:
        deadlines.settle(f"offline:{row.pk}", at=at)
    return row


def reveal_contact(row: OfflineMessage, reason: str, *, by: Who, at: datetime) -> str:
    """The plain number, to call her: by who has claimed it, with a reason that the journal keeps."""
    if row.state != "claimed" or row.agent_id != by.id:
        raise Invalid(
            "请先领取这条留言，再查看联系方式", "Claim the message first, then see the contact", code="claim_first"
        )
    if not row.contact:
        raise Invalid(
            "买家没有留电话，请在会话里回复", "She left no number; answer in the conversation", code="no_contact"
        )
    if not reason.strip():
        raise Invalid(fields={"reason": T("请写明用途，例如：回电", "Say what for, e.g. to call back")})
    payload = OfflineContactSeen(reason=reason.strip()[:100])
    announce(payload, shop_id=row.shop_id, subject=f"offline:{row.pk}", by=by, at=at)
    return row.contact
