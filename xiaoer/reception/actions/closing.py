"""The end of a conversation: rating invitation, summary, close; and what may follow (C23)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import CLOCK, SYSTEM, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.policy.queries import rules as policies
from xiaoer.reception import events, events_life, rules, rules_life
from xiaoer.reception.actions.conversations import get, introduce, swap, tell, watch_silence
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.actions.notes import let_all_go
from xiaoer.reception.actions.summaries import facts_of, save_summary
from xiaoer.reception.flow import CLOSED, OPEN
from xiaoer.reception.models import Conversation
from xiaoer.reception.settings import RATING_CHANGE

CHINA = ZoneInfo("Asia/Shanghai")
NPS_QUESTION = T("您有多大可能向朋友推荐本店？（0～10 分）", "How likely are you to recommend us? (0-10)")
MOST_NPS = 10


def close(
    conversation_id: int,
    *,
    by: Who,
    at: datetime,
    solved: bool = True,
    summary: str = "",
    topic: str = "",
    invite: bool = True,
    reason: str = "",
    merged_into: int | None = None,
) -> Conversation:
    """Finish: rating invitation, then the summary, then closed (C23). Every clock on the conversation ends."""
    row = get(conversation_id)
    outcome = reason or ("solved" if solved else "unsolved")
    if invite and row.agent_id is not None and row.rating is None and row.invited_at is None:
        _invite(row, by, at)
    let_all_go(row, by=by, at=at)
    if summary.strip():
        post_message(row.pk, by=by, at=at, kind=rules.NOTE, text=f"小结：{summary.strip()}")
        save_summary(row.pk, summary, topic=topic, source="person", by=by, at=at)
    swap(
        row,
        state=CLOSED,
        closed_at=at,
        waiting_since=None,
        unread_agent=0,
        outcome=outcome,
        snoozed_at=None,
        snoozed_until=None,
        merged_into_id=merged_into,
    )
    deadlines.settle(f"conversation:{row.pk}", at=at)
    payload = events.ConversationClosed(
        conversation=row.pk, reason=outcome, agent=row.agent_id, merged_into=merged_into
    )
    tell(row, payload, by=by, at=at)
    return row


def invite(conversation_id: int, *, by: Who, at: datetime) -> Conversation:
    """邀请评价 while the talk goes on: once, whoever asks (R694)."""
    row = get(conversation_id)
    if row.rating is not None:
        raise Conflict(
            "already_rated", "买家已经评价过了", "The buyer has rated already", current={"stars": row.rating}
        )
    if row.invited_at is not None:
        raise Conflict(
            "already_invited",
            f"{_clock(row.invited_at)} 已邀请过评价，不能重复邀请",
            f"A rating was invited at {_clock(row.invited_at)}; a buyer is asked once",
            current={"invited_at": iso(row.invited_at)},
        )
    if row.agent_id is None:
        raise Conflict("nobody_served", "接待后才能邀请评价", "Serve the buyer first, then invite", current={})
    _invite(row, by, at)
    return row


def _clock(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%m-%d %H:%M")


def _invite(row: Conversation, by: Who, at: datetime) -> None:
    """The card with five stars, reasons, and in the sample the NPS question (邀请评价, R694)."""
    shop = shop_facts(row.shop_id)
    percent = int(rule("nps_sample", shop=shop, at=at).value)
    asks = rules_life.sampled(row.pk, percent)
    card = {
        "type": "rating",
        "title": "请为本次服务评价",
        "title_en": "Please rate our service",
        "conversation": row.pk,
        "shop": shop.name,
        "reasons": {
            "low": [{"key": key, **text.both()} for key, text in rules_life.LOW_REASONS.items()],
            "high": [{"key": key, **text.both()} for key, text in rules_life.HIGH_REASONS.items()],
        },
        "nps": NPS_QUESTION.both() if asks else None,
    }
    Conversation.objects.filter(pk=row.pk).update(invited_at=at)
    row.invited_at = at
    post_message(row.pk, by=SYSTEM, at=at, kind="card", card=card, author="bot", client_id=f"rating:{row.seq}")
    tell(row, events_life.Invited(conversation=row.pk, nps=asks), by=by, at=at, for_buyer=False)


def warn_idle(row: Conversation, *, at: datetime) -> bool:
    """The buyer has gone quiet after our answer: say that the talk will be closed, and when (C23, R067).

    Only after a person's answer, only once per silence, and not while the talk is put aside.
    """
    found = policies(["idle_close", "idle_warn_after", "idle_close_after"], shop=shop_facts(row.shop_id), at=at)
    if not found["idle_close"].value or row.state != OPEN or row.waiting_since is not None:
        return False
    if row.last_author != "staff" or row.last_message_at is None or row.snoozed_at is not None:
        return False
    if at < row.last_message_at + found["idle_warn_after"].duration:
        return False
    closes = at + found["idle_close_after"].duration
    minutes = int(found["idle_close_after"].duration.total_seconds() // 60)
    text = f"亲，请问还有其他问题吗？如果没有，会话将在 {minutes} 分钟后自动结束，之后您随时可以再来咨询~"
    post_message(row.pk, by=SYSTEM, at=at, kind="text", text=text, author="bot", client_id=f"idle:{row.seq}")
    deadlines.start("idle_close", f"conversation:{row.pk}", shop_id=row.shop_id, due_at=closes, at=at)
    payload = events_life.IdleWarned(conversation=row.pk, closes_at=iso(closes) or "")
    tell(row, payload, by=CLOCK, at=at, for_buyer=False)
    return True


def close_idle(conversation_id: int, warned_at: datetime, *, at: datetime) -> bool:
    """Nobody wrote since the warning: invite a rating, write the summary, close (C23)."""
    row = Conversation.objects.filter(pk=conversation_id, state=OPEN).first()
    if row is None or row.waiting_since is not None or row.snoozed_at is not None:
        return False
    if row.last_message_at is not None and row.last_message_at > warned_at:
        return False
    draft = facts_of(row, at=at, outcome="idle")
    save_summary(row.pk, draft.text, topic=draft.topic, source="facts", by=CLOCK, at=at)
    close(row.pk, reason="idle", by=CLOCK, at=at)
    return True


def reopen(conversation_id: int, *, by: Who, at: datetime) -> Conversation:
    """Take up a closed conversation again: the agent who does it serves it."""
    row = get(conversation_id)
    if row.merged_into_id is not None:
        raise Conflict(
            "merged",
            f"这个会话已并入 #{row.merged_into_id}，请在那里继续",
            f"This conversation was merged into #{row.merged_into_id}; continue there",
            current={"conversation": row.merged_into_id, "state": row.state},
        )
    other = Conversation.objects.filter(shop_id=row.shop_id, customer_id=row.customer_id).exclude(state=CLOSED).first()
    if other is not None and other.pk != row.pk:
        raise Conflict(
            "another_open",
            f"这位买家已有进行中的会话 #{other.pk}，请在那里继续",
            f"This buyer already has an open conversation, #{other.pk}; continue there",
            current={"conversation": other.pk, "state": other.state},
        )
    swap(row, state=OPEN, agent_id=by.id, assigned_at=at, closed_at=None, outcome="")
    payload = events.ConversationReopened(conversation=row.pk, agent=by.id, agent_name=by.name, state=OPEN)
    tell(row, payload, by=by, at=at)
    introduce(row, by.name, at)
    watch_silence(row, at)
    return row


def rate(
    conversation_id: int,
    stars: int,
    note: str = "",
    *,
    reasons: Sequence[str] = (),
    nps: int | None = None,
    by: Who,
    at: datetime,
) -> Conversation:
    """The buyer gives one to five stars (满意度评价): once, and she may correct herself for a short while."""
    row = get(conversation_id)
    _check_rating(stars, reasons, nps)
    if row.agent_id is None and row.first_reply_at is None:
        raise Forbidden("客服接待后才能评价", "You can rate once an agent has served you", code="nobody_served")
    before = row.rating
    text, kept = note.strip()[:400], list(dict.fromkeys(reasons))
    score = nps if nps is not None else row.nps
    if (before, row.rating_note, row.rating_reasons, row.nps) == (stars, text, kept, score):
        return row
    if row.rated_at is not None and at > row.rated_at + RATING_CHANGE:
        current: dict[str, Any] = {
            "stars": before,
            "note": row.rating_note,
            "reasons": row.rating_reasons,
            "nps": row.nps,
        }
        raise Conflict(
            "already_rated", "您已评价过，评价不能再修改", "You have already rated this service", current=current
        )
    given = {"rating": stars, "rating_note": text, "rating_reasons": kept, "nps": score}
    unchanged = Conversation.objects.filter(pk=row.pk, rating=before)
    if unchanged.update(**given, rated_at=row.rated_at or at) == 0:
        raise Conflict("somebody_was_first", "评价刚刚已提交，请刷新", "A rating was just given; refresh", current={})
    payload = events.ConversationRated(
        conversation=row.pk, stars=stars, previous=before, agent=row.agent_id, reasons=kept, nps=score
    )
    tell(row, payload, by=by, at=at)
    row.refresh_from_db()
    return row


def _check_rating(stars: int, reasons: Sequence[str], nps: int | None) -> None:
    wrong: dict[str, T] = {}
    if stars not in range(1, 6):
        wrong["stars"] = T(f"请选 1 到 5 颗星，收到 {stars}", f"Choose 1 to 5 stars, got {stars}")
    known = rules_life.reasons_for(stars)
    if unknown := [one for one in reasons if one not in known]:
        wrong["reasons"] = T(f"没有这个原因：{unknown[0][:24]}", f"There is no reason {unknown[0][:24]!r}")
    if nps is not None and not 0 <= nps <= MOST_NPS:
        wrong["nps"] = T(f"请选 0 到 {MOST_NPS} 分，收到 {nps}", f"Choose 0 to {MOST_NPS}, got {nps}")
    if wrong:
        raise Invalid(fields=wrong)
