"""What the agent writes beside a call: who it is, notes, the summary, steps, consent; and who looked at what."""

from datetime import datetime
from typing import Any

from xiaoer.customers.queries import customer_facts
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound, Refusal
from xiaoer.kernel.events import Payload, announce
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import order_facts
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.voice import events, flow
from xiaoer.voice.actions import core, tasks
from xiaoer.voice.guides import guides
from xiaoer.voice.models import Assist, Call, CallerNumber, FollowUp
from xiaoer.voice.rules import TOPICS, band_of, check_link


def _say(call: Call, payload: Payload, *, by: Who, at: datetime) -> None:
    announce(payload, shop_id=call.shop_id, subject=f"call:{call.pk}", by=by, at=at)


def link_customer(call_id: int, customer_id: int | None, *, by: Who, at: datetime) -> Call:
    """The agent says who called; None takes a wrong link away."""
    call = core.held(call_id)
    vip = 0
    if customer_id is not None:
        facts = customer_facts(customer_id)
        if facts.shop_id != call.shop_id:
            raise NotFound("没有这位客户", "There is no such customer")
        vip = facts.vip
    core.write(
        call,
        customer_id=customer_id,
        matched="chosen" if customer_id is not None else "none",
        vip=vip,
        band=band_of(vip, call.complaint),
        order_id=call.order_id if customer_id is not None else None,
    )
    _say(call, events.CallMatched(call=call.pk, customer=customer_id, how=call.matched), by=by, at=at)
    return call


def note_call(call_id: int, given: dict[str, Any], *, by: Who, at: datetime) -> Call:
    """Note, topic, complaint, linked order or conversation; what is not given stays."""
    call = core.held(call_id)
    columns: dict[str, Any] = {}
    if "note" in given:
        columns["note"] = str(given["note"]).strip()[:2000]
    if "topic" in given:
        columns["topic"] = _topic(given["topic"])
    if "complaint" in given:
        columns |= {"complaint": given["complaint"], "band": band_of(call.vip, given["complaint"])}
    if "order" in given:
        columns["order_id"] = _order(call, given["order"])
    if "conversation" in given:
        columns["conversation_id"] = given["conversation"]
    changed = {name: value for name, value in columns.items() if getattr(call, name) != value}
    if changed:
        core.write(call, **changed)
        _say(call, events.CallNoted(call=call.pk, fields=sorted(changed)), by=by, at=at)
    return call


def _topic(topic: str) -> str:
    if topic not in TOPICS:
        names = "、".join(name for name in TOPICS if name)
        raise Invalid(
            fields={"topic": T(f"没有「{topic}」这个分类，可选：{names}", f"No topic {topic!r}; one of {names}")}
        )
    return topic


def _order(call: Call, order_id: int | None) -> int | None:
    if order_id is not None and order_facts(order_id).shop_id != call.shop_id:
        raise NotFound("没有这张订单", "There is no such order")
    return order_id


def wrap_up(
    call_id: int, *, solved: bool, note: str, topic: str, follow_up: dict[str, Any] | None, by: Who, at: datetime
) -> Call:
    """The summary after the call (通话小结). Not solved: somebody follows up, by default the agent herself."""
    call = core.held(call_id)
    if call.answered_at is None:
        raise Conflict(
            "not_answered",
            "这通电话没有接通，不能写通话小结；如需回拨请新建跟进",
            "This call was not answered: there is nothing to sum up; open a follow-up to call back",
            current={"state": call.state},
        )
    core.write(
        call,
        solved=solved,
        note=note.strip()[:2000] or call.note,
        topic=_topic(topic),
        complaint=call.complaint or topic == "complaint",
        wrapped_at=call.wrapped_at or at,
    )
    _say(call, events.CallWrapped(call=call.pk, solved=solved, topic=topic), by=by, at=at)
    owed = FollowUp.objects.filter(call=call, state=FollowUp.OPEN).exists()
    if follow_up is not None or (not solved and not owed):
        given = follow_up or {}
        own = by.id if by.kind == "staff" else call.agent_id
        tasks.open_follow_up(
            call,
            kind="unsolved",
            text=given.get("text") or "",
            owner_id=given.get("owner") or own,
            due_at=given.get("due_at"),
            by=by,
            at=at,
        )
    return call


def guide(call_id: int, key: str, done: list[int], *, by: Who, at: datetime) -> Call:
    """Which step list was used and which steps were gone through (R699)."""
    known = guides().get(key)
    if known is None:
        raise Invalid(fields={"guide": T(f"没有步骤「{key}」", f"There is no step list {key!r}")})
    places = sorted(set(done))
    if any(place not in range(len(known.steps)) for place in places):
        raise Invalid(fields={"done": T(f"步骤共 {len(known.steps)} 步", f"There are {len(known.steps)} steps")})
    call = core.held(call_id)
    if (call.guide, call.guide_done) != (key, places):
        core.write(call, guide=key, guide_done=places)
        said = events.CallGuided(call=call.pk, guide=key, done=len(places), steps=len(known.steps))
        _say(call, said, by=by, at=at)
    return call


def start_assist(call_id: int, *, consent: str, link: str, by: Who, at: datetime) -> Assist:
    """The caller agreed to show her screen: her words, and the link. Never control, never a password (R700, C19)."""
    call = core.held(call_id)
    mode = str(rule("remote_assistance", shop=shop_facts(call.shop_id), at=at).value)
    if mode == "forbidden":
        raise Refusal(
            "assist_forbidden",
            "本店规则不允许远程协助，请改用分步引导",
            "The shop's rules forbid remote assistance; guide the customer step by step",
        )
    if call.state not in flow.SPEAKING:
        raise Conflict("not_talking", "通话中才能发起远程协助", "Only during the talk", current={"state": call.state})
    words = consent.strip()
    if len(words) < 2:
        raise Invalid(
            fields={"consent": T("请记下客户同意的原话", "Write down the words with which the customer agreed")}
        )
    row = Assist.objects.create(
        call=call, staff_id=by.id, consent=words[:200], link=check_link(link, "link"), started_at=at
    )
    _say(call, events.AssistStarted(call=call.pk, assist=row.pk, mode=mode), by=by, at=at)
    return row


def end_assist(call_id: int, *, by: Who, at: datetime) -> int:
    """The screen is not shared any more."""
    call = core.held(call_id)
    ended = 0
    for row in Assist.objects.filter(call=call, ended_at=None):
        ended += Assist.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at)
        _say(call, events.AssistEnded(call=call.pk, assist=row.pk), by=by, at=at)
    return ended


# ------------------------------------------------------------------------------------------------ who looked


def _reason(reason: str) -> str:
    if not reason.strip():
        raise Invalid(fields={"reason": T("请写明查看原因，会记入流水", "Say why; it is written to the journal")})
    return reason.strip()[:120]


def unmask(call_id: int, *, reason: str, by: Who, at: datetime) -> str:
    """The caller's whole number; the journal says who looked and why."""
    why = _reason(reason)
    call = core.held(call_id)
    row = CallerNumber.objects.filter(shop_id=call.shop_id, number_hash=call.number_hash).first()
    if row is None:
        raise NotFound(
            "没有留存这个号码（客户隐藏了号码，或已按期删除）", "The number was withheld, or has been deleted"
        )
    _say(call, events.NumberUnmasked(call=call.pk, reason=why), by=by, at=at)
    return row.number


def open_recording(call_id: int, *, reason: str, by: Who, at: datetime) -> str:
    """The recording's address; the journal says who listened and why (R564)."""
    why = _reason(reason)
    call = core.held(call_id)
    if not call.recording_url:
        raise NotFound("这通电话没有录音", "There is no recording of this call")
    _say(call, events.RecordingOpened(call=call.pk, reason=why), by=by, at=at)
    return call.recording_url
