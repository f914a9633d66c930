"""Agents over HTTP: boxes and their scope, take, close, reopen, transfer, read, labels; refusals change nothing."""

from datetime import timedelta
from typing import Any

import pytest

from xiaoer.kernel import clock, deadlines
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes, screens_follow
from xiaoer.people.models import Membership, Team
from xiaoer.reception.actions.conversations import swap
from xiaoer.reception.models import Conversation, Message
from xiaoer.reception.tests.people_in_talks import Buyer, an_order, buyer_who, says

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk(cast: Cast) -> int:
    """A conversation in the queue of the Tmall shop; the buyer has waited for a minute."""
    pk = Buyer().talk()
    says(pk, buyer_who(pk), "你好，大衣有货吗", at=NOON - timedelta(minutes=1))
    return pk


def box(cast: Cast, who: str, name: str, **more: Any) -> list[int]:
    return [row["id"] for row in cast.as_(who).get("/api/conversations", {"box": name, **more})["items"]]


def take(cast: Cast, who: str, talk: int, status: int = 200) -> Any:
    return cast.as_(who).post(f"/api/conversations/{talk}/take", status=status)


def test_a_row_says_what_the_queue_needs(cast: Cast, talk: int) -> None:
    (row,) = cast.as_("quanquan").get("/api/conversations", {"box": "queue", "shop": cast.tmall.pk})["items"]
    assert row["id"] == talk and row["state"] == "queued" and row["agent"] is None
    assert row["waiting_since"] == "2026-11-11T03:59:00Z" and row["reply_due_at"] == "2026-11-11T03:59:30Z"
    assert row["last_text"] == "你好，大衣有货吗" and row["unread"] == 1 and row["last_author"] == "buyer"
    assert set(row["customer"]) == {"id", "name", "vip", "level"}


def test_who_sees_what(cast: Cast, talk: int) -> None:
    assert box(cast, "quanquan", "queue") == box(cast, "vendor", "queue") == [talk]
    take(cast, "quanquan", talk)
    assert box(cast, "quanquan", "mine") == box(cast, "quanquan", "open") == box(cast, "quanquan", "all") == [talk]
    for colleague in ("tangtang", "vendor"):
        for name in ("mine", "queue", "open", "all", "closed"):
            assert box(cast, colleague, name) == []
        cast.as_(colleague).get(f"/api/conversations/{talk}", status=404)
        cast.as_(colleague).get(f"/api/conversations/{talk}/messages", status=404)
    for overseer in ("supervisor", "owner", "inspector"):
        assert box(cast, overseer, "open") == [talk] and box(cast, overseer, "mine") == []
        cast.as_(overseer).get(f"/api/conversations/{talk}/messages")
    for outsider in ("stranger", "warehouse"):
        assert box(cast, outsider, "all") == []
        cast.as_(outsider).get(f"/api/conversations/{talk}", status=404)
    cast.as_("stranger").get("/api/conversations", {"shop": cast.tmall.pk, "box": "all"}, status=404)


def test_strangers_and_colleagues_change_nothing(cast: Cast, talk: int) -> None:
    take(cast, "quanquan", talk)
    for who, status in (("stranger", 404), ("tangtang", 404), ("vendor", 404), ("inspector", 403)):
        with nothing_changes(Conversation, Message):
            for verb, data in (("take", {}), ("close", {}), ("transfer", {"note": "x"}), ("reopen", {})):
                cast.as_(who).post(f"/api/conversations/{talk}/{verb}", data, status=status)
            cast.as_(who).patch(f"/api/conversations/{talk}", {"labels": ["x"]}, status=status)


def test_longest_waiting_first_and_pages(cast: Cast) -> None:
    talks = [Buyer().talk() for _ in range(6)]
    for place, talk in enumerate(talks[:4]):
        says(talk, buyer_who(talk), "在吗", at=NOON - timedelta(minutes=place))
    caller, shown, cursor = cast.as_("quanquan"), [], None
    while True:
        page = caller.get("/api/conversations", {"box": "queue", "limit": 2, **({"cursor": cursor} if cursor else {})})
        shown += [row["id"] for row in page["items"]]
        if (cursor := page["next"]) is None:
            break
    assert shown == [talks[3], talks[2], talks[1], talks[0], talks[5], talks[4]]
    caller.get("/api/conversations", {"box": "queue", "cursor": "nonsense"}, status=422)
    caller.get("/api/conversations", {"box": "attic"}, status=422)


def test_search_and_customer(cast: Cast, talk: int) -> None:
    customer = Conversation.objects.get(pk=talk).customer_id
    assert box(cast, "quanquan", "queue", q="大衣") == box(cast, "quanquan", "all", customer=customer) == [talk]
    assert box(cast, "quanquan", "queue", q=f"#{talk}") == [talk] and box(cast, "quanquan", "queue", q="皮鞋") == []


def test_counts(cast: Cast, talk: int) -> None:
    counts = cast.as_("quanquan").get("/api/conversations/counts")
    assert counts["queue"] == counts["waiting"] == 1 and counts["mine"] == 0
    assert counts["longest_waiting_since"] == "2026-11-11T03:59:00Z"
    take(cast, "quanquan", talk)
    counts = cast.as_("quanquan").get(f"/api/conversations/counts?shop={cast.tmall.pk}")
    assert (counts["queue"], counts["mine"], counts["unread"]) == (0, 1, 1)


def test_record_has_customer_and_buttons(cast: Cast, talk: int) -> None:
    record = cast.as_("quanquan").get(f"/api/conversations/{talk}")
    assert [step["verb"] for step in record["can"]] == ["take", "transfer"]
    record = take(cast, "quanquan", talk)
    assert [step["verb"] for step in record["can"]] == ["close", "transfer"]
    assert record["can"][0]["form"]["properties"]["solved"]["title"] == "问题已解决"
    assert record["agent"]["name"] == "圈圈" and record["customer"]["visitor"]
    assert [step["verb"] for step in cast.as_("supervisor").get(f"/api/conversations/{talk}")["can"]] == [
        "take",
        "close",
        "transfer",
    ]
    assert cast.as_("inspector").get(f"/api/conversations/{talk}")["can"] == []


def test_taking_introduces_the_agent_and_only_one_gets_it(cast: Cast, talk: int) -> None:
    caller = cast.as_("tangtang")
    with screens_follow({f"conversation:{talk}": lambda: caller.get(f"/api/conversations/{talk}")}):
        take(cast, "tangtang", talk)
    last = Message.objects.filter(conversation_id=talk).order_by("-seq")[0]
    assert (last.kind, last.text) == ("system", "您好，我是圈圈家旗舰店的客服糖糖，感谢您的光临")
    with nothing_changes(Conversation, Message):
        assert take(cast, "tangtang", talk, 409)["error"]["code"] == "already_yours"
        take(cast, "quanquan", talk, 404)
    assert take(cast, "supervisor", talk)["agent"]["name"] == "林主管"
    taken = Event.objects.filter(kind="conversation.taken").order_by("-number")[0]
    assert taken.payload["previous_agent"] == cast.staff["tangtang"].pk and taken.for_buyer


def test_an_answer_ends_the_waiting(cast: Cast, talk: int) -> None:
    take(cast, "quanquan", talk)
    says(talk, cast.who("quanquan"), "有的亲")
    row = Conversation.objects.get(pk=talk)
    assert row.waiting_since is None and row.first_reply_at == NOON and row.last_author == "staff"
    assert [d.kind for d in deadlines.open_for(f"conversation:{talk}")] == ["stale"]
    says(talk, buyer_who(talk), "那我拍了", at=NOON + timedelta(seconds=5))
    (reply,) = [d for d in deadlines.open_for(f"conversation:{talk}") if d.kind == "reply"]
    assert reply.due_at == NOON + timedelta(seconds=185)


def test_read_by_the_agent_alone(cast: Cast, talk: int) -> None:
    take(cast, "quanquan", talk)
    with nothing_changes(Conversation):
        assert cast.as_("supervisor").post(f"/api/conversations/{talk}/read") == {"read": 0}
    assert cast.as_("quanquan").post(f"/api/conversations/{talk}/read") == {"read": 1}
    assert Event.objects.get(kind="conversation.read").payload["side"] == "agent"


def test_close_invites_rates_sums_up_and_stops_the_clocks(cast: Cast, talk: int) -> None:
    take(cast, "quanquan", talk)
    answer = cast.as_("quanquan").post(
        f"/api/conversations/{talk}/close", {"solved": False, "summary": "缺货，已登记", "invite": True}
    )
    assert answer["state"] == "closed" and answer["outcome"] == "unsolved" and answer["waiting_since"] is None
    kinds = list(Message.objects.filter(conversation_id=talk).order_by("seq").values_list("kind", flat=True))
    assert kinds[-2:] == ["card", "note"]
    card = Message.objects.get(conversation_id=talk, kind="card")
    assert card.card and card.card["type"] == "rating" and card.author_kind == "bot"
    assert deadlines.open_for(f"conversation:{talk}") == []
    with nothing_changes(Conversation, Message):
        refusal = cast.as_("quanquan").post(f"/api/conversations/{talk}/close", {}, status=409)["error"]
    assert refusal["code"] == "not_legal_now" and refusal["current"]["state"] == "closed"


def test_reopen(cast: Cast, talk: int) -> None:
    take(cast, "quanquan", talk)
    cast.as_("quanquan").post(f"/api/conversations/{talk}/close", {"invite": False})
    assert cast.as_("quanquan").post(f"/api/conversations/{talk}/reopen")["state"] == "open"
    row = Conversation.objects.get(pk=talk)
    assert row.closed_at is None and row.outcome == "" and row.agent_id == cast.staff["quanquan"].pk


def test_reopen_when_she_has_another_open(cast: Cast) -> None:
    buyer = Buyer()
    first = buyer.talk()
    take(cast, "quanquan", first)
    cast.as_("quanquan").post(f"/api/conversations/{first}/close", {})
    second = buyer.talk()
    assert second != first
    with nothing_changes(Conversation, Message):
        refusal = cast.as_("quanquan").post(f"/api/conversations/{first}/reopen", status=409)["error"]
    assert refusal["code"] == "another_open" and refusal["current"]["conversation"] == second


def test_transfer_to_an_agent_with_a_note(cast: Cast, talk: int) -> None:
    take(cast, "quanquan", talk)
    anan = cast.staff["anan"].pk
    answer = cast.as_("quanquan").post(
        f"/api/conversations/{talk}/transfer", {"agent": anan, "note": "买家要退货，已安抚"}
    )
    assert answer["agent"]["id"] == anan and answer["state"] == "open" and answer["can"] == []
    note = Message.objects.get(conversation_id=talk, kind="note")
    assert note.text == "交接：买家要退货，已安抚"
    event = Event.objects.get(kind="conversation.transferred")
    assert event.payload["agent_name"] == "安安" and "安抚" not in str(event.payload)
    cast.as_("quanquan").get(f"/api/conversations/{talk}", status=404)
    assert box(cast, "anan", "mine") == [talk]


def test_transfers_that_cannot_be(cast: Cast, talk: int) -> None:
    take(cast, "quanquan", talk)
    team = Team.objects.create(shop=cast.tmall, name="售后组")
    foreign = Team.objects.create(shop=cast.elsewhere, name="别家")
    staff = cast.staff
    for data, field in (
        ({"agent": staff["warehouse"].pk}, "agent"),
        ({"agent": staff["stranger"].pk}, "agent"),
        ({"agent": staff["quanquan"].pk}, "agent"),
        ({"agent": 999999}, "agent"),
        ({"team": foreign.pk}, "team"),
        ({"agent": staff["anan"].pk, "team": team.pk}, "team"),
    ):
        with nothing_changes(Conversation, Message):
            error = cast.as_("quanquan").post(f"/api/conversations/{talk}/transfer", data, status=422)["error"]
        assert field in error["fields"]


def test_transfer_to_a_team_waits_at_the_old_place(cast: Cast, talk: int) -> None:
    team = Team.objects.create(shop=cast.tmall, name="售后组")
    Membership.objects.get(shop=cast.tmall, staff=cast.staff["anan"]).teams.add(team)
    take(cast, "quanquan", talk)
    with clock.frozen(NOON + timedelta(minutes=5)):
        cast.as_("quanquan").post(f"/api/conversations/{talk}/transfer", {"team": team.pk})
    row = Conversation.objects.get(pk=talk)
    assert (row.state, row.agent_id, row.team_id, row.queued_at) == ("queued", None, team.pk, NOON)
    assert box(cast, "anan", "queue") == [talk]
    assert box(cast, "mumu", "queue") == [] and box(cast, "supervisor", "queue") == [talk]
    cast.as_("mumu").get(f"/api/conversations/{talk}", status=404)


def test_back_to_the_queue_keeps_the_place(cast: Cast, talk: int) -> None:
    take(cast, "quanquan", talk)
    with clock.frozen(NOON + timedelta(minutes=5)):
        cast.as_("quanquan").post(f"/api/conversations/{talk}/transfer", {"note": "不熟悉这个款"})
    row = Conversation.objects.get(pk=talk)
    assert (row.state, row.queued_at, row.not_agent_id) == ("queued", NOON, cast.staff["quanquan"].pk)
    assert Event.objects.get(kind="conversation.queued").payload["reason"] == "handed_back"


def test_labels(cast: Cast, talk: int) -> None:
    answer = cast.as_("quanquan").patch(f"/api/conversations/{talk}", {"labels": [" 尺码 ", "尺码", "", "大衣"]})
    assert answer["labels"] == ["尺码", "大衣"]
    assert not Event.objects.get(kind="conversation.labelled").for_buyer


def test_speaking_to_a_customer_first(cast: Cast) -> None:
    an_order(cast)
    customer = cast.as_("quanquan").get("/api/customers")["items"][0]["id"]
    answer = cast.as_("quanquan").post("/api/conversations", {"shop": cast.tmall.pk, "customer": customer})
    assert answer["state"] == "open" and answer["agent"]["name"] == "圈圈"
    with nothing_changes(Conversation, Message):
        cast.as_("tangtang").post("/api/conversations", {"shop": cast.tmall.pk, "customer": customer}, status=404)
        cast.as_("quanquan").post("/api/conversations", {"shop": cast.taobao.pk, "customer": customer}, status=404)
        cast.as_("stranger").post("/api/conversations", {"shop": cast.tmall.pk, "customer": customer}, status=404)
        cast.as_("warehouse").post("/api/conversations", {"shop": cast.tmall.pk, "customer": customer}, status=403)


def test_a_late_reply_is_stamped_with_its_due_time(cast: Cast, talk: int) -> None:
    fire_due(NOON + timedelta(minutes=10))
    fire_due(NOON + timedelta(minutes=10))
    late = Event.objects.get(kind="conversation.reply_late")
    assert late.at == NOON - timedelta(seconds=30) and late.actor == "clock" and not late.for_buyer


def test_a_silence_is_said_once(cast: Cast, talk: int) -> None:
    take(cast, "quanquan", talk)
    says(talk, cast.who("quanquan"), "有的亲", at=NOON + timedelta(minutes=4))
    for minute in range(1, 28):
        fire_due(NOON + timedelta(minutes=minute))
    (stale,) = Event.objects.filter(kind="conversation.stale")
    assert stale.at == NOON + timedelta(minutes=14)
    says(talk, cast.who("quanquan"), "还在吗", at=NOON + timedelta(minutes=28))
    for minute in range(28, 50):
        fire_due(NOON + timedelta(minutes=minute))
    assert Event.objects.filter(kind="conversation.stale").count() == 2


def test_somebody_was_first(cast: Cast, talk: int) -> None:
    stale = Conversation.objects.get(pk=talk)
    take(cast, "tangtang", talk)
    with nothing_changes(Conversation, Message), pytest.raises(Conflict) as refusal:
        swap(stale, state="open", agent_id=cast.staff["quanquan"].pk)
    assert refusal.value.current == {
        "state": "open",
        "label": {"zh": "接待中", "en": "Open"},
        "agent": {"id": cast.staff["tangtang"].pk, "name": "糖糖"},
    }
    assert "糖糖" in refusal.value.text.zh


def test_a_search_for_a_raised_digit_is_words(cast: Cast, talk: int) -> None:
    assert box(cast, "supervisor", "all", q="²") == [] and box(cast, "supervisor", "all", q=f"#{talk}") == [talk]
