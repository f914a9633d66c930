"""Snooze, tasks, tags, merging, resolve and next, invitation and rating, idle close."""

from datetime import timedelta
from typing import Any

import pytest

from xiaoer.kernel import clock, clock_loop
from xiaoer.kernel.clock import iso
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, nothing_changes
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import rules_life
from xiaoer.reception.models import Conversation, Message, Summary, Task
from xiaoer.reception.tests.people_in_talks import Buyer, an_order, buyer_who, says

pytestmark = pytest.mark.django_db


def kinds(talk: int) -> list[str]:
    return list(Event.objects.filter(subject=f"conversation:{talk}").order_by("number").values_list("kind", flat=True))


def served_talk(cast: Cast, buyer: Buyer, name: str = "quanquan") -> int:
    talk = buyer.talk()
    cast.as_(name).post(f"/api/conversations/{talk}/take")
    return talk


# ------------------------------------------------------------------------------------------------ snooze and tasks


def test_a_snoozed_talk_comes_back_at_its_time(cast: Cast) -> None:
    talk = served_talk(cast, Buyer())
    quanquan = cast.as_("quanquan")
    until = NOON + timedelta(hours=2)
    answer = quanquan.post(f"/api/conversations/{talk}/snooze", {"until": iso(until)})
    assert answer["snoozed_until"] == iso(until)
    row = quanquan.get("/api/conversations")["items"][0]
    assert (row["snoozed_at"], row["snoozed_until"]) == (iso(NOON), iso(until))
    clock_loop.fire_due(until - timedelta(seconds=1))
    assert Conversation.objects.get(pk=talk).snoozed_at is not None
    while clock_loop.fire_due(until):
        pass
    assert Conversation.objects.get(pk=talk).snoozed_at is None
    woke = Event.objects.get(kind="conversation.woke")
    assert (woke.at, woke.payload["reason"]) == (until, "due")


def test_the_buyers_word_ends_a_snooze_without_any_write() -> None:
    at = NOON
    assert rules_life.is_snoozed(at, None, at - timedelta(seconds=5), at + timedelta(days=9))
    assert not rules_life.is_snoozed(at, None, at + timedelta(seconds=1), at + timedelta(seconds=2))
    assert not rules_life.is_snoozed(at, at + timedelta(hours=1), None, at + timedelta(hours=1))
    assert not rules_life.is_snoozed(None, None, None, at)


def test_what_cannot_be_snoozed(cast: Cast) -> None:
    talk = served_talk(cast, Buyer())
    url = f"/api/conversations/{talk}/snooze"
    quanquan = cast.as_("quanquan")
    with nothing_changes(Conversation, Event):
        quanquan.post(url, {"until": iso(NOON - timedelta(hours=1))}, status=422)
        quanquan.post(url, {"until": iso(NOON + timedelta(days=400))}, status=422)
        quanquan.post(url, {"until": "2026-11-12T10:00:00"}, status=422)
    says(talk, buyer_who(talk), "在吗")
    with nothing_changes(Conversation, Event):
        answer = quanquan.post(url, {}, status=409)
    assert answer["error"]["code"] == "buyer_waits"


def test_a_callback_task_rings_at_its_time_and_is_done_once(cast: Cast) -> None:
    talk = served_talk(cast, Buyer())
    quanquan = cast.as_("quanquan")
    due = NOON + timedelta(hours=3)
    body = {"conversation": talk, "why": "回电告知补发单号", "due_at": iso(due)}
    for wrong in ({"why": " "}, {"due_at": iso(NOON - timedelta(minutes=1))}, {"kind": "dance"}, {"agent": 999999}):
        with nothing_changes(Task, Event):
            quanquan.post("/api/tasks", {**body, **wrong}, status=422)
    task = quanquan.post("/api/tasks", body, status=201)
    assert (task["agent"]["name"], task["late"], task["state"]) == ("圈圈", False, "open")
    cast.as_("tangtang").patch(f"/api/tasks/{task['id']}", {"due_at": iso(due)}, status=404)
    assert cast.as_("tangtang").get("/api/tasks")["items"] == []
    while clock_loop.fire_due(due):
        pass
    late = Event.objects.get(kind="task.late")
    assert (late.at, late.audience) == (due, f"staff:{cast.staff['quanquan'].pk}")
    assert quanquan.get("/api/tasks")["items"][0]["late"] is True
    moved = quanquan.patch(f"/api/tasks/{task['id']}", {"agent": cast.staff["tangtang"].pk})
    assert moved["late"] is False
    tangtang = cast.as_("tangtang")
    assert tangtang.post(f"/api/tasks/{task['id']}/end", {"result": "已通知"})["state"] == "done"
    with nothing_changes(Task, Event):
        tangtang.post(f"/api/tasks/{task['id']}/end", {}, status=409)
    customer = Conversation.objects.get(pk=talk).customer_id
    done = cast.as_("supervisor").get("/api/tasks", {"customer": customer, "state": "ended"})["items"]
    assert [(one["state"], one["result"]) for one in done] == [("done", "已通知")]
    cast.as_("stranger").post("/api/tasks", {**body, "conversation": None, "customer": customer}, status=404)


def test_the_shops_tags_have_colours(cast: Cast) -> None:
    shop = cast.tmall.pk
    supervisor = cast.as_("supervisor")
    tag = supervisor.post("/api/tags", {"shop": shop, "name": "催发货", "colour": "orange"}, status=201)
    supervisor.post("/api/tags", {"shop": shop, "name": "催发货", "colour": "red"}, status=201)
    assert cast.as_("quanquan").get("/api/tags", {"shop": shop})["items"] == [{**tag, "colour": "red"}]
    supervisor.post("/api/tags", {"shop": shop, "name": "x" * 21, "colour": "red"}, status=422)
    supervisor.post("/api/tags", {"shop": shop, "name": "好", "colour": "pink"}, status=422)
    cast.as_("quanquan").post("/api/tags", {"shop": shop, "name": "好", "colour": "red"}, status=403)
    cast.as_("stranger").get("/api/tags", {"shop": shop}, status=404)
    supervisor.delete(f"/api/tags/{tag['id']}")
    assert cast.as_("quanquan").get("/api/tags", {"shop": shop})["items"] == []


# ------------------------------------------------------------------------------------------------ merging


def test_merging_loses_nothing_and_the_old_address_leads_on(cast: Cast) -> None:
    buyer = Buyer()
    quanquan = cast.as_("quanquan")
    old = served_talk(cast, buyer)
    says(old, buyer_who(old), "一")
    says(old, cast.who("quanquan"), "二", at=NOON + timedelta(seconds=1))
    quanquan.patch(f"/api/conversations/{old}", {"labels": ["催发货"]})
    quanquan.post(f"/api/conversations/{old}/close", {"invite": False})
    new = served_talk(cast, buyer)
    says(new, buyer_who(new), "三", at=NOON + timedelta(seconds=2))
    assert [one["id"] for one in quanquan.get(f"/api/conversations/{new}/merge")["items"]] == [old]
    count = Message.objects.count()
    stays = quanquan.post(f"/api/conversations/{old}/merge", {"into": new})
    assert (stays["id"], stays["labels"]) == (new, ["催发货"])
    gone = quanquan.get(f"/api/conversations/{old}")
    assert (gone["merged_into"], gone["outcome"], gone["state"]) == (new, "merged", "closed")
    assert Message.objects.count() == count + 1
    thread = quanquan.get(f"/api/conversations/{new}/thread", {"limit": 4})
    page, cursor = thread["items"], thread["next"]
    while cursor:
        thread = quanquan.get(f"/api/conversations/{new}/thread", {"limit": 4, "cursor": cursor})
        page, cursor = page + thread["items"], thread["next"]
    assert len(page) == count + 1 and len({one["id"] for one in page}) == count + 1
    assert [one["text"] for one in page if one["text"] in "一二三"] == ["一", "二", "三"]
    assert kinds(old)[-1] == "conversation.merged"
    with nothing_changes(Conversation, Message, Event):
        assert quanquan.post(f"/api/conversations/{old}/reopen", {}, status=409)["error"]["code"] == "merged"
        assert quanquan.post(f"/api/conversations/{old}/merge", {"into": new}, status=409)["error"]["code"] == "merged"


def test_what_is_not_merged(cast: Cast) -> None:
    buyer, other = Buyer(), Buyer()
    old = served_talk(cast, buyer)
    cast.as_("quanquan").post(f"/api/conversations/{old}/close", {"invite": False})
    new, strange = served_talk(cast, buyer), served_talk(cast, other)
    quanquan = cast.as_("quanquan")
    with nothing_changes(Conversation, Message, Event):
        quanquan.post(f"/api/conversations/{strange}/merge", {"into": new}, status=422)
        quanquan.post(f"/api/conversations/{new}/merge", {"into": new}, status=422)
        answer = quanquan.post(f"/api/conversations/{new}/merge", {"into": old}, status=409)
        cast.as_("tangtang").post(f"/api/conversations/{old}/merge", {"into": new}, status=404)
    assert answer["error"]["code"] == "merge_the_other_way"


# ------------------------------------------------------------------------------------------------ the end


def test_resolve_goes_to_the_own_buyer_who_waits_longest_then_to_the_queue(cast: Cast) -> None:
    first, second, third = (served_talk(cast, Buyer()) for _ in range(3))
    queued = Buyer().talk()
    for talk, seconds in ((queued, 1), (third, 2), (second, 3)):
        says(talk, buyer_who(talk), "在吗", at=NOON + timedelta(seconds=seconds))
    quanquan = cast.as_("quanquan")
    answer = quanquan.post(f"/api/conversations/{first}/resolve", {"summary": "咨询尺码，已下单", "topic": "goods"})
    assert (answer["closed"]["state"], answer["next"]["id"]) == ("closed", third)
    says(third, cast.who("quanquan"), "在的", at=NOON + timedelta(seconds=5))
    says(second, cast.who("quanquan"), "在的", at=NOON + timedelta(seconds=5))
    assert quanquan.post(f"/api/conversations/{third}/resolve", {})["next"] is None, "offline: takes nobody new"
    quanquan.post("/api/agents/status", {"status": "online"})
    after = quanquan.post(f"/api/conversations/{second}/resolve", {})["next"]
    assert (after["id"], after["agent"]["name"]) == (queued, "圈圈")
    saved = quanquan.get(f"/api/conversations/{first}/summary")["summary"]
    assert (saved["topic"], saved["text"]) == ("goods", "咨询尺码，已下单")


def test_a_rating_is_invited_once(cast: Cast) -> None:
    buyer = Buyer()
    talk = served_talk(cast, buyer)
    quanquan = cast.as_("quanquan")
    quanquan.post(f"/api/conversations/{talk}/invite")
    with nothing_changes(Message, Event):
        assert quanquan.post(f"/api/conversations/{talk}/invite", {}, status=409)["error"]["code"] == "already_invited"
    quanquan.post(f"/api/conversations/{talk}/close", {})
    quanquan.post(f"/api/conversations/{talk}/reopen")
    quanquan.post(f"/api/conversations/{talk}/close", {})
    cards = [m["card"] for m in buyer.get("/api/buyer/messages", {"conversation": talk})["items"] if m["card"]]
    assert len(cards) == 1 and {"low", "high"} == set(cards[0]["reasons"])
    assert cards[0]["nps"] is None or "zh" in cards[0]["nps"]


def test_stars_reasons_and_nps(cast: Cast) -> None:
    buyer = Buyer()
    talk = served_talk(cast, buyer)
    with nothing_changes(Conversation, Event):
        for wrong, name in (({"stars": 6}, "stars"), ({"stars": 2, "reasons": ["fast"]}, "reasons")):
            assert name in buyer.post("/api/buyer/rating", wrong, status=422)["error"]["fields"]
        assert "nps" in buyer.post("/api/buyer/rating", {"stars": 5, "nps": 11}, status=422)["error"]["fields"]
    given = {"stars": 2, "reasons": ["slow", "not_solved"], "nps": 3, "note": "等太久"}
    answer = buyer.post("/api/buyer/rating", given)
    assert (answer["rating"], answer["rating_reasons"], answer["nps"]) == (2, ["slow", "not_solved"], 3)
    assert answer["rating_until"]
    with nothing_changes(Conversation, Event):
        buyer.post("/api/buyer/rating", given)
    shown = cast.as_("quanquan").get(f"/api/conversations/{talk}")
    assert (shown["rating_reasons"], shown["nps"]) == (["slow", "not_solved"], 3)
    Conversation.objects.filter(pk=talk).update(rated_at=NOON - timedelta(days=1))
    with nothing_changes(Conversation, Event):
        current = buyer.post("/api/buyer/rating", {"stars": 5}, status=409)["error"]["current"]
    assert current == {"stars": 2, "note": "等太久", "reasons": ["slow", "not_solved"], "nps": 3}


def test_the_nps_sample_is_spread_and_steady() -> None:
    picked = [pk for pk in range(1, 5001) if rules_life.sampled(pk, 20)]
    assert 900 < len(picked) < 1100 and picked == [pk for pk in range(1, 5001) if rules_life.sampled(pk, 20)]
    assert not any(rules_life.sampled(pk, 0) for pk in range(500))
    assert all(rules_life.sampled(pk, 100) for pk in range(500))


def run_until(moment: Any) -> None:
    with clock.frozen(moment):
        while clock_loop.fire_due(moment):
            pass


def test_a_silent_buyer_is_warned_then_rated_summarised_and_closed(cast: Cast) -> None:
    an_order(cast)
    buyer = Buyer()
    talk = served_talk(cast, buyer)
    says(talk, buyer_who(talk), "羊毛大衣尺码偏大吗")
    says(talk, cast.who("quanquan"), "正常尺码", at=NOON + timedelta(seconds=9))
    shop = shop_facts(cast.tmall.pk)
    warn, close = (rule(key, shop=shop, at=NOON).duration for key in ("idle_warn_after", "idle_close_after"))
    step = NOON
    while "conversation.idle_warned" not in kinds(talk):
        step += timedelta(seconds=30)
        run_until(step)
        assert step < NOON + warn + timedelta(minutes=20)
        if step == NOON + timedelta(minutes=11):
            assert "conversation.stale" in kinds(talk)
    assert step >= NOON + warn
    assert "自动结束" in buyer.get("/api/buyer/messages")["items"][-1]["text"]
    assert Conversation.objects.get(pk=talk).state == "open"
    run_until(step + close)
    row = Conversation.objects.get(pk=talk)
    assert (row.state, row.outcome) == ("closed", "idle")
    seen = [k for k in kinds(talk) if k in ("conversation.invited", "conversation.summarised", "conversation.closed")]
    assert set(seen[:-1]) == {"conversation.invited", "conversation.summarised"} and seen[-1] == "conversation.closed"
    assert "商品咨询" in Summary.objects.get(conversation=talk).text


def test_a_buyer_who_answers_the_warning_keeps_her_talk(cast: Cast) -> None:
    talk = served_talk(cast, Buyer())
    says(talk, buyer_who(talk), "在吗")
    says(talk, cast.who("quanquan"), "在的", at=NOON + timedelta(seconds=9))
    step = NOON
    while "conversation.idle_warned" not in kinds(talk):
        step += timedelta(minutes=1)
        run_until(step)
    says(talk, buyer_who(talk), "还有个问题", at=step + timedelta(minutes=1))
    run_until(step + timedelta(minutes=30))
    assert Conversation.objects.get(pk=talk).state == "open"
