"""Words among colleagues in a talk: notes that name somebody (@), asking for advice (咨询), whispers (悄悄话).

A buyer never receives any of it: notes are `for_buyer=False`, whispers are no messages at all.
"""

from collections.abc import Sequence
from datetime import datetime

from xiaoer.kernel.access import Perm, Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import shorten
from xiaoer.people.queries import agents_with, names_of
from xiaoer.reception import events, events_life, rules
from xiaoer.reception.actions.conversations import get, tell
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.flow import CLOSED
from xiaoer.reception.models import Conversation, Guest, Whisper
from xiaoer.reception.settings_life import LONGEST_NOTE, MOST_GUESTS


def write_note(
    conversation_id: int,
    text: str,
    *,
    mentions: Sequence[int] = (),
    consult: bool = False,
    client_id: str = "",
    by: Who,
    at: datetime,
) -> events.MessageFacts:
    """An internal note (内部备注). Those it names may read this talk while they are its guests.

    With `consult` they are asked for an answer; the answer is a note too, and the buyer sees nothing of either.
    """
    text = text.strip()
    _check_text(text)
    row = get(conversation_id)
    wanted = [pk for pk in dict.fromkeys(mentions) if pk != by.id]
    if wanted and row.state == CLOSED:
        raise Conflict(
            "conversation_closed",
            "会话已结束，重新打开后才能请同事查看",
            "This conversation is closed; reopen it before asking a colleague in",
            current={"state": row.state},
        )
    if consult and not wanted:
        raise Invalid(fields={"mentions": T("请选择要咨询的同事", "Choose whom to ask")})
    names = _colleagues(row, wanted)
    _answered(row, by, at)
    # First the guests, so that the line of the note already names them among its audience.
    kind = Guest.CONSULT if consult else Guest.MENTION
    for pk in wanted:
        _ask_in(row, pk, names[pk], kind, text, by=by, at=at)
    facts = post_message(row.pk, by=by, at=at, kind=rules.NOTE, text=text, client_id=client_id)
    Guest.objects.filter(conversation=row, staff_id__in=wanted, ended_at=None).update(note_seq=facts.seq)
    return facts


def _check_text(text: str) -> None:
    if not text:
        raise Invalid(fields={"text": T("请填写内容", "Write something")})
    if len(text) > LONGEST_NOTE:
        zh = f"最多 {LONGEST_NOTE} 字，现在 {len(text)} 字"
        raise Invalid(fields={"text": T(zh, f"{LONGEST_NOTE} characters at most, this has {len(text)}")})


def _colleagues(row: Conversation, wanted: list[int]) -> dict[int, str]:
    """Names of those who may be asked in: they work in the chat of this shop."""
    chats = set(agents_with(row.shop_id, Perm.CHAT)) | set(agents_with(row.shop_id, Perm.CHAT_ALL))
    if strangers := [pk for pk in wanted if pk not in chats]:
        text = T(
            f"同事 {strangers[0]} 不在本店接待岗位，请另选",
            f"Colleague {strangers[0]} does not chat here; choose another",
        )
        raise Invalid(fields={"mentions": text})
    known = Guest.objects.filter(conversation=row, ended_at=None).values_list("staff_id", flat=True)
    if len({*known, *wanted}) > MOST_GUESTS:
        text = T(f"一个会话最多请 {MOST_GUESTS} 位同事", f"{MOST_GUESTS} colleagues at most in one talk")
        raise Invalid(fields={"mentions": text})
    return names_of(wanted)


def _ask_in(row: Conversation, staff_id: int, name: str, kind: str, text: str, *, by: Who, at: datetime) -> None:
    """Open the talk to one colleague, or ask her again; she hears of it wherever she is."""
    again = Guest.objects.filter(conversation=row, staff_id=staff_id, ended_at=None)
    said = shorten(text, 200)
    told = {"asked_by_id": by.id, "asked_by_name": by.name[:48], "text": said, "since": at}
    if not again.update(kind=kind, seen_at=None, answered_at=None, **told):
        Guest.objects.create(conversation=row, staff_id=staff_id, kind=kind, **told)
    _name_guests(row)
    payload = events_life.GuestAsked(conversation=row.pk, staff=staff_id, staff_name=name, kind=kind, asked_by=by.id)
    tell(row, payload, by=by, at=at, for_buyer=False)


def _name_guests(row: Conversation) -> None:
    """Write the guests' names beside the talk, where lane and journal find them."""
    ids = Guest.objects.filter(conversation=row, ended_at=None).order_by("pk").values_list("staff_id", flat=True)
    row.guests = ",".join(f"staff:{pk}" for pk in ids)
    Conversation.objects.filter(pk=row.pk).update(guests=row.guests)


def _answered(row: Conversation, by: Who, at: datetime) -> None:
    """The writer was asked for advice: her note is the answer."""
    asked = Guest.objects.filter(
        conversation=row, staff_id=by.id or 0, kind=Guest.CONSULT, answered_at=None, ended_at=None
    )
    if by.kind == "staff" and asked.update(answered_at=at, seen_at=at):
        payload = events_life.GuestAnswered(conversation=row.pk, staff=by.id or 0, staff_name=by.name)
        tell(row, payload, by=by, at=at, for_buyer=False)


def note_seen(conversation_id: int, *, by: Who, at: datetime) -> bool:
    """The colleague has looked at what she was asked."""
    row = get(conversation_id)
    mine = Guest.objects.filter(conversation=row, staff_id=by.id or 0, seen_at=None, ended_at=None)
    return bool(mine.update(seen_at=at))


def let_go(conversation_id: int, staff_id: int, *, by: Who, at: datetime) -> None:
    """The colleague is done here, or whoever serves the buyer needs her no longer: the talk closes to her."""
    row = get(conversation_id)
    if not Guest.objects.filter(conversation=row, staff_id=staff_id, ended_at=None).update(ended_at=at):
        raise NotFound("这位同事不在会话里", "This colleague is not in the talk")
    before = rules.audience(row)
    _name_guests(row)
    _say_left(row, before, [staff_id], "done" if by.id == staff_id else "released", by=by, at=at)


def let_all_go(row: Conversation, *, by: Who, at: datetime) -> None:
    """The talk ends: nobody looks in any more."""
    if not row.guests:
        return
    ids = list(Guest.objects.filter(conversation=row, ended_at=None).values_list("staff_id", flat=True))
    Guest.objects.filter(conversation=row, ended_at=None).update(ended_at=at)
    before = rules.audience(row)
    _name_guests(row)
    _say_left(row, before, ids, "closed", by=by, at=at)


def _say_left(row: Conversation, audience: str | None, ids: list[int], reason: str, *, by: Who, at: datetime) -> None:
    """Told to those who were there until now: a screen that shows the talk must know that it closes."""
    announce(
        events_life.GuestLeft(conversation=row.pk, staff=ids, reason=reason),
        shop_id=row.shop_id,
        subject=f"conversation:{row.pk}",
        by=by,
        at=at,
        customer_id=row.customer_id,
        audience=audience,
    )


def whisper(conversation_id: int, text: str, *, to: int | None = None, by: Who, at: datetime) -> Whisper:
    """悄悄话 to the agent who serves the buyer, or her answer to the supervisor who whispered (`to`)."""
    text = text.strip()
    _check_text(text)
    row = get(conversation_id)
    target = to if to is not None else row.agent_id
    if row.state == CLOSED or target is None:
        raise Conflict(
            "nobody_serves",
            "现在没有客服在接待，悄悄话没有收件人",
            "Nobody serves this buyer now: there is no one to whisper to",
            current={"state": row.state},
        )
    if target == by.id:
        raise Invalid(fields={"to": T("不能对自己说悄悄话", "You cannot whisper to yourself")})
    said = Whisper.objects.create(
        conversation=row, author_id=by.id or 0, author_name=by.name[:48], to_id=target, text=text, at=at
    )
    announce(
        events_life.Whispered(conversation=row.pk, whisper=said.pk, author=by.id or 0, to=target),
        shop_id=row.shop_id,
        subject=f"conversation:{row.pk}",
        by=by,
        at=at,
        customer_id=row.customer_id,
        audience=f",staff:{target},staff:{by.id},",
    )
    return said


def whispers_seen(conversation_id: int, *, by: Who, at: datetime) -> int:
    return Whisper.objects.filter(conversation_id=conversation_id, to_id=by.id or 0, seen_at=None).update(seen_at=at)
