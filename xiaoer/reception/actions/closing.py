"""The end of a conversation: rating invitation, summary, close; and what may follow (C23)."""

from datetime import datetime
from typing import Any

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import shop_facts
from xiaoer.reception import events, rules
from xiaoer.reception.actions.conversations import get, introduce, swap, tell, watch_silence
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.flow import CLOSED, OPEN
from xiaoer.reception.models import Conversation
from xiaoer.reception.settings import RATING_CHANGE


def close(
    conversation_id: int,
    *,
    by: Who,
    at: datetime,
    solved: bool = True,
    summary: str = "",
    invite: bool = True,
    reason: str = "",
    merged_into: int | None = None,
) -> Conversation:
    """Finish: rating invitation, then the summary, then closed (C23). Every clock on the conversation ends."""
    row = get(conversation_id)
    outcome = reason or ("solved" if solved else "unsolved")
    if invite and row.agent_id is not None and row.rating is None:
        _invite(row, at)
    if summary.strip():
        post_message(row.pk, by=by, at=at, kind=rules.NOTE, text=f"小结：{summary.strip()}")
    swap(row, state=CLOSED, closed_at=at, waiting_since=None, unread_agent=0, outcome=outcome)
    deadlines.settle(f"conversation:{row.pk}", at=at)
    payload = events.ConversationClosed(
        conversation=row.pk, reason=outcome, agent=row.agent_id, merged_into=merged_into
    )
    tell(row, payload, by=by, at=at)
    return row


def _invite(row: Conversation, at: datetime) -> None:
    """The card with five stars (邀请评价, R694)."""
    card = {
        "type": "rating",
        "title": "请为本次服务评价",
        "title_en": "Please rate our service",
        "conversation": row.pk,
        "shop": shop_facts(row.shop_id).name,
    }
    post_message(row.pk, by=SYSTEM, at=at, kind="card", card=card, author="bot", client_id=f"rating:{row.seq}")


def reopen(conversation_id: int, *, by: Who, at: datetime) -> Conversation:
    """Take up a closed conversation again: the agent who does it serves it."""
    row = get(conversation_id)
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


def rate(conversation_id: int, stars: int, note: str = "", *, by: Who, at: datetime) -> Conversation:
    """The buyer gives one to five stars (满意度评价): once, and she may correct herself for a short while."""
    row = get(conversation_id)
    if stars not in range(1, 6):
        raise Invalid(fields={"stars": T(f"请选 1 到 5 颗星，收到 {stars}", f"Choose 1 to 5 stars, got {stars}")})
    if row.agent_id is None and row.first_reply_at is None:
        raise Forbidden("客服接待后才能评价", "You can rate once an agent has served you", code="nobody_served")
    before = row.rating
    if row.rated_at is not None and at > row.rated_at + RATING_CHANGE:
        current: dict[str, Any] = {"stars": before, "note": row.rating_note}
        raise Conflict(
            "already_rated", "您已评价过，评价不能再修改", "You have already rated this service", current=current
        )
    text = note.strip()[:400]
    if before == stars and row.rating_note == text:
        return row
    unchanged = Conversation.objects.filter(pk=row.pk, rating=before)
    if unchanged.update(rating=stars, rating_note=text, rated_at=row.rated_at or at) == 0:
        raise Conflict("somebody_was_first", "评价刚刚已提交，请刷新", "A rating was just given; refresh", current={})
    payload = events.ConversationRated(conversation=row.pk, stars=stars, previous=before, agent=row.agent_id)
    tell(row, payload, by=by, at=at)
    row.refresh_from_db()
    return row
