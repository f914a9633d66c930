"""The check over HTTP, the findings kept, the command line."""

import json
import subprocess
import sys
from datetime import timedelta

import pytest

from xiaoer.guard import actions, queries
from xiaoer.guard.models import GuardHit
from xiaoer.guard.rules import Context
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Caller, make_cast, nothing_changes
from xiaoer.people.queries import facts_of

TMALL = Context(platform="tmall")


@pytest.fixture
def cast(db, noon):
    return make_cast()


def record(cast, text, outcome, **more):
    given = {"shop_id": cast.tmall.pk, "conversation_id": 7, "by": cast.who("quanquan"), "at": NOON} | more
    return actions.record_hits(queries.check(text, TMALL), text=text, outcome=outcome, **given)


def test_check_answers_in_the_viewers_language(cast):
    agent = cast.as_("quanquan")
    answer = agent.post("/api/guard/check", {"shop": cast.tmall.pk, "text": "亲，加微❤信聊"})
    assert answer["verdict"] == "block"
    (rule,) = answer["rules"]
    assert rule["id"] == "contact.wechat" and rule["span"] == [2, 6]
    assert "微信" in rule["reason"] and rule["rewrite"] and rule["source"]
    agent.patch("/api/session", {"language": "en"})
    answer = agent.post("/api/guard/check", {"shop": cast.tmall.pk, "text": "亲，加微❤信聊"})
    assert "WeChat" in answer["rules"][0]["reason"]


def test_check_follows_the_shops_platform_switches_and_numbers(cast):
    agent = cast.as_("quanquan")

    def verdict(shop, text, **more):
        return agent.post("/api/guard/check", {"shop": shop.pk, "text": text, **more})["verdict"]

    assert verdict(cast.tmall, "今天发货的亲") == "block"
    assert verdict(cast.taobao, "今天发货的亲") == "allow"
    assert verdict(cast.tmall, "可以银行汇款的") == "block"
    assert verdict(cast.taobao, "可以银行汇款的") == "allow"  # this shop switched it on
    assert verdict(cast.tmall, "热线0571-88880200，退货电话0571-88880201") == "allow"
    assert verdict(cast.tmall, "座机0571-88880299") == "block"
    assert verdict(cast.tmall, "单号15812345678", known_numbers=["15812345678"]) == "allow"
    assert verdict(cast.tmall, "5678", history=["138", "1234"]) == "block"
    assert verdict(cast.tmall, "") == "allow"


def test_check_is_for_those_who_may_chat_there(cast):
    body = {"shop": cast.tmall.pk, "text": "你好"}
    with nothing_changes(GuardHit):
        cast.as_("stranger").post("/api/guard/check", body, status=404)
        cast.as_("warehouse").post("/api/guard/check", body, status=403)
        Caller().post("/api/guard/check", body, status=401)
        cast.as_("quanquan").post("/api/guard/check", {**body, "text": "好" * 5001}, status=422)


def test_checking_writes_nothing(cast):
    with nothing_changes(GuardHit):
        cast.as_("quanquan").post("/api/guard/check", {"shop": cast.tmall.pk, "text": "加微信聊"})


def test_rules_are_listed_with_the_shops_levels(cast):
    def levels(shop):
        items = cast.as_("quanquan").get("/api/guard/rules", {"shop": shop.pk})["items"]
        return {item["id"]: item["level"] for item in items}

    tmall, taobao = levels(cast.tmall), levels(cast.taobao)
    assert tmall["promise.ship_time"] == "block" and "promise.ship_time" not in taobao
    assert tmall["pay.bank_transfer"] == "block" and "pay.bank_transfer" not in taobao
    row = cast.as_("anan").get("/api/guard/rules", {"shop": cast.tmall.pk})["items"][0]
    assert row["match"] and row["no_match"] and row["title"] and row["level_name"] == "拦截"
    cast.as_("stranger").call("get", "/api/guard/rules", {"shop": cast.tmall.pk}, status=404)


def test_a_blocked_text_is_kept_without_its_numbers(cast):
    text = "亲，我电话13812345678，加微信聊"
    rows = record(cast, text, "blocked")
    assert {row.rule for row in rows} == {"contact.mobile", "contact.wechat"}
    assert all("13812345678" not in row.excerpt and row.staff_id == cast.staff["quanquan"].pk for row in rows)
    event = Event.objects.get(kind="guard.blocked")
    assert event.subject == "conversation:7" and "1381234" not in json.dumps(event.payload)
    assert event.payload["rules"] == ["contact.mobile", "contact.wechat"]
    items = cast.as_("inspector").get("/api/guard/hits", {"shop": cast.tmall.pk})["items"]
    assert {item["rule"] for item in items} == {"contact.mobile", "contact.wechat"}
    assert items[0]["staff"]["name"] == "圈圈" and items[0]["at"].endswith("Z")


def test_a_warned_text_is_kept_with_the_agents_reason(cast):
    (row,) = record(cast, "本店不议价的亲", "confirmed", reason=" 客户要求明确答复 ")
    assert (row.level, row.outcome, row.reason) == ("warn", "confirmed", "客户要求明确答复")
    assert Event.objects.filter(kind="guard.confirmed").count() == 1


def test_a_logged_text_makes_no_event(cast):
    (row,) = record(cast, "这款包邮的哦", "sent")
    assert row.level == "log" and not Event.objects.filter(kind__startswith="guard.").exists()


def test_what_cannot_be_confirmed_is_refused(cast):
    with nothing_changes(GuardHit):
        with pytest.raises(Refusal, match="guard_blocked"):
            record(cast, "加微信聊", "confirmed", reason="客户要的")
        with pytest.raises(Refusal, match="guard_blocked"):
            record(cast, "加微信聊", "sent")
        for outcome, reason in (("confirmed", "  "), ("sent", ""), ("confirmed", "长" * 201)):
            with pytest.raises(Invalid):
                record(cast, "本店不议价", outcome, reason=reason)


def test_the_same_message_is_recorded_once(cast):
    assert len(record(cast, "加微信聊", "blocked", key="c-1")) == 1
    with nothing_changes(GuardHit):
        assert record(cast, "加微信聊", "blocked", key="c-1") == []
    assert len(record(cast, "加微信聊", "blocked", key="c-2")) == 1


def test_a_clean_text_leaves_no_row(cast):
    assert record(cast, "亲，您好", "sent") == [] and not GuardHit.objects.exists()


def test_hits_are_for_inspectors_and_paged(cast):
    for n in range(5):
        record(cast, "加微信聊", "blocked", at=NOON + timedelta(minutes=n), key=f"c-{n}")
    record(cast, "本店不议价", "confirmed", reason="答复", at=NOON)
    shop = cast.tmall.pk
    inspector = cast.as_("inspector")
    first = inspector.get("/api/guard/hits", {"shop": shop, "limit": 4})
    second = inspector.get("/api/guard/hits", {"shop": shop, "limit": 4, "cursor": first["next"]})
    seen = [row["id"] for row in first["items"] + second["items"]]
    assert len(seen) == len(set(seen)) == 6 and second["next"] is None
    assert len(inspector.get("/api/guard/hits", {"shop": shop, "outcome": "confirmed"})["items"]) == 1
    assert len(inspector.get("/api/guard/hits", {"shop": shop, "rule": "contact.wechat"})["items"]) == 5
    assert inspector.get("/api/guard/hits", {"shop": cast.taobao.pk})["items"] == []
    cast.as_("quanquan").call("get", "/api/guard/hits", {"shop": shop}, status=403)
    cast.as_("stranger").call("get", "/api/guard/hits", {"shop": shop}, status=404)


def test_context_for_a_shop(cast):
    context = queries.context_for(facts_of(cast.taobao), known_numbers=["1"], history=["a"])
    assert context.platform == "taobao" and context.switches == {"bank_transfer"}
    assert context.known_numbers == {"0571-88880200", "0571-88880201", "1"}


def run_cli(lines: bytes, *options: str) -> tuple[list[dict], str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "xiaoer.cli", "guard", "check", *options], input=lines, capture_output=True, timeout=60
    )
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode(), done.returncode


def test_command_line_checks_each_line_and_goes_on_after_a_bad_one():
    lines = [
        '{"id": "a", "direction": "out", "text": "加微❤信聊", "history": [], "context": {}}',
        "oops",
        "",
        '{"id": "b", "direction": "out", "text": "亲，您好"}',
        '{"id": "c", "direction": "out", "text": 5}',
        '{"id": "d", "direction": "out", "text": "5678", "history": [{"direction": "out", "text": "138"}, '
        '{"direction": "in", "text": "嗯"}, {"direction": "out", "text": "1234"}]}',
        '{"id": "e", "direction": "out", "text": "今天发货", "context": {"platform": "taobao"}}',
        '{"id": "f", "direction": "in", "text": "加我微信吧"}',
        '{"id": "g", "direction": "sideways", "text": "你好"}',
        '["a list"]',
        '{"id": "h", "direction": "out", "text": "可以货到付款", "context": {"switches": {"cod": true}}}',
        '{"id": "i", "text": "热线4008208820", "context": {"known_numbers": ["4008208820"]}}',
    ]
    answers, said, status = run_cli("\n".join(lines).encode() + b'\n{"id": "\xff"}\n', "--platform", "tmall")
    assert status == 0 and "5 line(s)" in said
    by_id = {answer["id"]: answer for answer in answers if "error" not in answer}
    assert [by_id[key]["verdict"] for key in "abdefhi"] == [
        "block",
        "allow",
        "block",
        "allow",
        "warn",
        "allow",
        "allow",
    ]
    (rule,) = by_id["a"]["rules"]
    assert set(rule) == {"id", "level", "span", "reason", "rewrite"}
    assert rule["span"][0] == 0 and rule["id"] == "contact.wechat"
    errors = {answer["line"]: answer["error"] for answer in answers if "error" in answer}
    assert set(errors) == {2, 5, 9, 10, 13}
    assert "not JSON" in errors[2] and "must be a string" in errors[5] and "not UTF-8" in errors[13]


def test_command_line_speaks_english():
    answers, _, _ = run_cli('{"id": 1, "text": "今天发货"}\n'.encode(), "--language", "en")
    assert answers[0]["verdict"] == "block" and "Tmall" in answers[0]["rules"][0]["reason"]
