"""What the lane writes equals what `actions.post_message` writes: rows, columns, journal, clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from xiaoer.customers.models import Customer
from xiaoer.kernel import clock
from xiaoer.kernel.access import Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.people.queries import shop_facts
from xiaoer.reception.actions import post_message
from xiaoer.reception.clocks import ReplyClocks
from xiaoer.reception.lane import Ack, MessageWriter, Outgoing
from xiaoer.reception.limits import reply_clocks
from xiaoer.reception.models import Conversation, Message

SAID = [
    ("buyer", "text", "在吗"),
    ("buyer", "text", "红色大衣还有货吗"),
    ("staff", "note", "老客户，注意语气"),
    ("bot", "text", "客服正在赶来"),
    ("staff", "text", "在的亲"),
    ("staff", "text", "有货"),
    ("buyer", "image", ""),
    ("buyer", "file", ""),
    ("buyer", "text", "这个颜色"),
    ("staff", "text", "好的"),
    ("buyer", "text", "谢谢"),
]
COLUMNS = (
    "seq", "waiting_since", "first_waiting_at", "first_reply_at", "last_message_at", "last_text", "last_author",
    "unread_agent", "unread_buyer",
)  # fmt: skip


def talk_of(shop: Any, name: str) -> Conversation:
    buyer = Customer.objects.create(
        shop=shop, nick=name, nick_key=name, display_name="小红", first_seen_at=NOON, last_seen_at=NOON
    )
    return Conversation.objects.create(shop=shop, customer=buyer, opened_at=NOON, queued_at=NOON)


def clocks_of(shop: Any) -> ReplyClocks:
    return reply_clocks(shop_facts(shop.pk), NOON)


def outgoing(
    talk: Conversation, agent: Any, n: int, author: str, kind: str, text: str, clocks: ReplyClocks
) -> Outgoing:
    buyer = author == "buyer"
    who = Who("buyer", talk.customer_id) if buyer else Who("token", 7) if author == "bot" else Who("staff", agent.pk)
    return Outgoing(
        conversation=talk.pk, client_id=f"c{n}", kind=kind, text=text, author=author,
        author_id=who.id if author != "bot" else None,
        author_name="小红" if buyer else "小二" if author == "bot" else agent.name,
        who=str(who), shops=frozenset([talk.shop_id]), everything=frozenset([talk.shop_id]),
        customer_id=talk.customer_id if buyer else None, clocks=clocks,
    )  # fmt: skip


def picture(talk: Conversation) -> dict[str, Any]:
    """Everything that hangs on a conversation, without row numbers."""
    talk.refresh_from_db()
    subject = f"conversation:{talk.pk}"
    messages = list(
        Message.objects.filter(conversation=talk).order_by("seq")
        .values("seq", "client_id", "author_kind", "author_name", "kind", "text", "attachments", "card", "guard", "at")
    )  # fmt: skip
    events = []
    for event in Event.objects.filter(subject=subject).order_by("number"):
        message = {**event.payload["message"], "id": 0, "author": {**event.payload["message"]["author"], "id": 0}}
        events.append(
            (event.at, event.shop_id, event.area, event.kind, event.for_buyer, event.perm, event.audience, message)
        )
    clocks = list(
        Deadline.objects.filter(subject=subject).order_by("started_at", "id")
        .values("kind", "shop_id", "started_at", "due_at", "warn_at", "next_at", "settled_at", "attempts", "error")
    )  # fmt: skip
    return {
        "columns": {name: getattr(talk, name) for name in COLUMNS},
        "messages": messages,
        "events": events,
        "clocks": clocks,
    }


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("served", [False, True])
@pytest.mark.parametrize("together", [1, 2, 3])
def test_the_lane_writes_what_post_message_writes(noon: Any, cast: Cast, together: int, served: bool) -> None:
    by_action, by_lane = talk_of(cast.tmall, "a"), talk_of(cast.tmall, "b")
    agent, clocks, writer = cast.staff["quanquan"], clocks_of(cast.tmall), MessageWriter()
    if served:
        Conversation.objects.update(state="open", agent=agent)
    for start in range(0, len(SAID), together):
        at = NOON + timedelta(seconds=start, microseconds=start)
        with clock.frozen(at):
            group = []
            for n, (author, kind, text) in enumerate(SAID[start : start + together], start):
                item = outgoing(by_lane, agent, n, author, kind, text, clocks)
                by = (
                    Who("staff", agent.pk, agent.name)
                    if author == "staff"
                    else Who("buyer", by_action.customer_id, "小红")
                )
                with transaction():
                    post_message(
                        by_action.pk, by=by, at=at, kind=kind, text=text, client_id=f"c{n}",
                        author=author if author == "bot" else "",
                    )  # fmt: skip
                group.append(item)
            assert all(isinstance(result, Ack) for result in writer.write(group))
    writer.close()
    assert picture(by_lane) == picture(by_action)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("said", "due"),
    [
        ((12, 3, 30, 0), (12, 9, 0, 30)),  # at night: the opening and the limit
        ((11, 23, 59, 45), (12, 9, 0, 15)),  # 15 seconds before closing, the others after the opening
        ((11, 12, 0, 0), (11, 12, 0, 30)),
    ],
)
def test_a_question_at_night_is_due_after_the_opening(cast: Cast, said: Any, due: Any) -> None:
    """R154, C06: the shop is open 09:00-24:00; lane and `post_message` agree, the lane's hours are seconds old."""
    at = datetime(2026, 11, *said, tzinfo=BEIJING).astimezone(UTC)
    by_action, by_lane = talk_of(cast.tmall, "a"), talk_of(cast.tmall, "b")
    agent, writer = cast.staff["quanquan"], MessageWriter()
    clocks = reply_clocks(shop_facts(cast.tmall.pk), at - timedelta(seconds=14))
    with clock.frozen(at):
        with transaction():
            post_message(by_action.pk, by=Who("buyer", by_action.customer_id, "小红"), at=at, kind="text", text="在吗")
        assert isinstance(writer.write([outgoing(by_lane, agent, 1, "buyer", "text", "在吗", clocks)])[0], Ack)
    writer.close()
    rows = [Deadline.objects.get(subject=f"conversation:{talk.pk}", kind="reply") for talk in (by_action, by_lane)]
    assert rows[0].due_at == rows[1].due_at == datetime(2026, 11, *due, tzinfo=BEIJING)
    assert rows[0].warn_at == rows[1].warn_at and len(rows[0].warn_at) == 2
    assert rows[0].next_at == rows[1].next_at == datetime.fromisoformat(rows[0].warn_at[0])


@pytest.mark.django_db(transaction=True)
def test_one_group_refuses_one_and_writes_the_others(noon: Any, cast: Cast) -> None:
    talk, other = talk_of(cast.tmall, "a"), talk_of(cast.taobao, "b")
    agent, clocks, writer = cast.staff["quanquan"], clocks_of(cast.tmall), MessageWriter()
    items = [
        outgoing(talk, agent, 1, "buyer", "text", "一", clocks),
        outgoing(other, agent, 2, "buyer", "text", "不是我的", clocks),
        outgoing(talk, agent, 1, "buyer", "text", "一，再发", clocks),
        outgoing(talk, agent, 3, "staff", "text", "二", clocks),
    ]
    items[1].customer_id = talk.customer_id
    results = writer.write(items)
    writer.close()
    assert isinstance(results[1], Refusal) and results[1].status == 404
    assert results[0] == results[2]
    assert list(Message.objects.filter(conversation=talk).order_by("seq").values_list("seq", "text")) == [
        (1, "一"),
        (2, "二"),
    ]
    assert not Message.objects.filter(conversation=other).exists()
    assert Event.objects.filter(kind="message.sent").count() == 2


@pytest.mark.django_db(transaction=True)
def test_an_agent_writes_only_where_she_may_look(noon: Any, cast: Cast) -> None:
    agent, colleague, clocks = cast.staff["quanquan"], cast.staff["anan"], clocks_of(cast.tmall)
    served, queued = talk_of(cast.tmall, "a"), talk_of(cast.tmall, "b")
    Conversation.objects.filter(pk=served.pk).update(state="open", agent=colleague)
    writer = MessageWriter()

    def attempt(talk: Conversation, everything: bool) -> Any:
        item = outgoing(talk, agent, 1, "staff", "text", "好", clocks)
        item.everything = frozenset([cast.tmall.pk]) if everything else frozenset()
        return writer.write([item])[0]

    assert isinstance(attempt(served, False), Refusal)
    assert not Message.objects.exists()
    assert isinstance(attempt(queued, False), Ack)
    assert isinstance(attempt(served, True), Ack)
    writer.close()
