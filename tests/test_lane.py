"""The message lane over HTTP, on a real server and a real file."""

import json
import threading
import time
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.live import LANE, Live, live

pytestmark = pytest.mark.xdist_group("house")
MESSAGE = "SELECT id, seq, client_id, author_kind, author_id, text, kind FROM reception_message"


def count(server: Live) -> tuple[int, int]:
    return (
        server.rows("SELECT count(*) FROM reception_message")[0][0],
        server.rows("SELECT count(*) FROM kernel_event WHERE kind = 'message.sent'")[0][0],
    )


def talk_row(server: Live, n: int) -> dict[str, Any]:
    names = "seq, waiting_since, first_waiting_at, first_reply_at, last_text, last_author, unread_agent, unread_buyer"
    found = server.rows(f"SELECT {names} FROM reception_conversation WHERE id = ?", server.talk(n))[0]
    return dict(zip(names.split(", "), found, strict=True))


def test_an_acknowledged_message_is_committed_with_its_journal_row(shop: Live) -> None:
    status, answer = shop.say(shop.buyer(0), shop.talk(0), "在吗")
    assert status == 201
    stored = shop.rows(f"{MESSAGE} WHERE id = ?", answer["message"]["id"])
    assert stored[0][1] == answer["message"]["seq"] and stored[0][3:6] == (
        "buyer",
        shop.data["buyers"][0]["customer"],
        "在吗",
    )
    event = shop.rows("SELECT kind, subject, for_buyer, payload FROM kernel_event WHERE number = ?", answer["event"])[0]
    assert event[:3] == ("message.sent", f"conversation:{shop.talk(0)}", True)
    payload = event[3] if isinstance(event[3], dict) else json.loads(event[3])
    assert payload["message"]["id"] == answer["message"]["id"] and payload["message"]["at"] == answer["message"]["at"]


def test_a_resend_is_the_same_message(shop: Live) -> None:
    body = {"conversation": shop.talk(1), "client_id": "same", "kind": "text", "text": "一次"}
    first = shop.call("POST", LANE, shop.buyer(1), body)
    before = count(shop)
    again = shop.call("POST", LANE, shop.buyer(1), {**body, "text": "另一次"})
    assert first[0] == 201 and again[0] == 200
    assert again[1]["message"] == first[1]["message"]
    assert count(shop) == before


def test_waiting_begins_with_the_buyer_and_ends_with_a_person(shop: Live) -> None:
    assert talk_row(shop, 2)["waiting_since"] is not None  # the bench's buyers wait from the start
    assert shop.say(shop.agent(0), shop.talk(2), "您好，在的")[0] == 201
    after = talk_row(shop, 2)
    assert after["waiting_since"] is None and after["first_reply_at"] and after["last_author"] == "staff"
    assert shop.say(shop.buyer(2), shop.talk(2), "好的")[0] == 201
    waiting = talk_row(shop, 2)
    assert waiting["waiting_since"] and waiting["unread_agent"] == 1 and waiting["last_text"] == "好的"
    assert shop.say(shop.agent(0), shop.talk(2), "内部备注", kind="note")[0] == 201
    noted = talk_row(shop, 2)
    assert noted == {**waiting, "seq": waiting["seq"] + 1}
    clock = "SELECT due_at, settled_at FROM kernel_deadline WHERE subject = ? AND kind = 'reply' ORDER BY id DESC"
    assert shop.rows(clock, f"conversation:{shop.talk(2)}")[0][1] is None
    assert shop.say(shop.agent(0), shop.talk(2), "马上为您查看")[0] == 201
    assert shop.rows(clock, f"conversation:{shop.talk(2)}")[0][1] is not None


def test_order_is_kept_under_fifty_senders(shop: Live) -> None:
    talk, each, answers = shop.talk(3), 12, []
    base = talk_row(shop, 3)["seq"]

    def send(sender: int) -> None:
        for turn in range(each):
            status, answer = shop.say(shop.agent(0), talk, f"并发 {sender} {turn}", kind="note")
            answers.append((status, sender, turn, answer))

    threads = [threading.Thread(target=send, args=(n,)) for n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {status for status, *_ in answers} == {201}
    stored = shop.rows(f"{MESSAGE} WHERE conversation_id = ? ORDER BY seq", talk)
    assert [row[1] for row in stored] == list(range(base + 1, base + 50 * each + 1))
    told = {answer["message"]["id"]: (sender, turn) for _, sender, turn, answer in answers}
    for sender in range(50):
        turns = [told[row[0]][1] for row in stored if told[row[0]][0] == sender]
        assert turns == sorted(turns)
    numbers = {answer["message"]["seq"]: answer["event"] for _, _, _, answer in answers}
    assert [numbers[seq] for seq in sorted(numbers)] == sorted(numbers.values())


@pytest.mark.parametrize(
    ("who", "talk", "status", "code"),
    [
        ("stranger", 0, 404, "not_found"),  # an agent of the other shop
        ("buyer", 5, 404, "not_found"),  # somebody else's conversation
        ("nobody", 0, 401, "unauthenticated"),
        ("no_csrf", 0, 403, "csrf"),
        ("forged", 0, 401, "unauthenticated"),
    ],
)
def test_who_may_not_write_is_refused_and_nothing_changes(
    shop: Live, who: str, talk: int, status: int, code: str
) -> None:
    headers = {
        "stranger": shop.agent(1),
        "buyer": shop.buyer(4),
        "nobody": {},
        "no_csrf": shop.agent(0, csrf=False),
        "forged": {"Authorization": shop.buyer(0)["Authorization"][:-1] + "0"},
    }[who]
    if who == "forged" and headers == shop.buyer(0):
        headers = {"Authorization": shop.buyer(0)["Authorization"][:-1] + "1"}
    before = count(shop)
    got, answer = shop.say(headers, shop.talk(talk))
    assert (got, answer["error"]["code"]) == (status, code)
    assert count(shop) == before


def test_a_wrong_csrf_token_is_refused(shop: Live) -> None:
    headers = {**shop.agent(0), "X-CSRFToken": "x" * 32}
    before = count(shop)
    assert shop.say(headers, shop.talk(0))[1]["error"]["code"] == "csrf"
    assert count(shop) == before


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b"{not json", "body"),
        (b"[1]", "body"),
        ({"conversation": "x"}, "conversation"),
        ({"text": ""}, "text"),
        ({"text": "字" * 4001}, "text"),
        ({"kind": "system"}, "kind"),
        ({"client_id": "x" * 49}, "client_id"),
        ({"client_id": None}, "client_id"),
        ({"attachments": ["x"]}, "attachments"),
        ({"attachments": [999]}, "attachments"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(shop: Live, body: Any, field: str) -> None:
    whole = {"conversation": shop.talk(0), "client_id": uuid.uuid4().hex, "kind": "text", "text": "好"}
    before = count(shop)
    sent = body if isinstance(body, bytes) else {**whole, **body}
    status, answer = shop.call("POST", LANE, shop.agent(0), sent)
    assert status == 422 and field in answer["error"]["fields"]
    assert count(shop) == before


def test_too_much_is_refused(shop: Live) -> None:
    before = count(shop)
    status, answer = shop.call("POST", LANE, shop.buyer(0), b'{"text":"' + b"x" * 70_000 + b'"}')
    assert (status, answer["error"]["code"]) == (413, "too_large")
    assert count(shop) == before


def test_the_guard_stops_a_text_and_leaves_no_message(shop: Live) -> None:
    before = count(shop)
    status, answer = shop.say(shop.agent(0), shop.talk(0), "亲加我微信 13812345678 私下转账给您便宜")
    assert status == 422 and answer["error"]["code"] == "guard"
    assert answer["guard"]["verdict"] == "block" and answer["guard"]["rules"][0]["reason"]
    assert count(shop) == before
    assert shop.rows("SELECT count(*) FROM guard_guardhit WHERE outcome = 'blocked'")[0][0] >= 1
    assert shop.say(shop.agent(0), shop.talk(0), "加我微信 13812345678", kind="note")[0] == 201  # stays in the house


def test_an_answer_is_read_with_the_question_before_it(shop: Live) -> None:
    """没有的亲 refuses an invoice or only says that black is sold out: what the buyer just asked decides (R355)."""
    talk = shop.talk(3)
    assert shop.say(shop.buyer(3), talk, "请问这件有没有黑色")[0] == 201
    assert shop.say(shop.agent(0), talk, "没有的亲")[0] == 201
    assert shop.say(shop.buyer(3), talk, "那有没有发票呀")[0] == 201
    before = count(shop)
    status, answer = shop.say(shop.agent(0), talk, "没有的亲")
    assert status == 422 and answer["guard"]["rules"][0]["id"] == "invoice.answer" and count(shop) == before
    assert shop.say(shop.agent(0), talk, "有的亲，开正规发票")[0] == 201


def test_what_is_torn_over_several_messages_is_read_together(shop: Live) -> None:
    """加我 / 微信: alone a piece says nothing, after the other it completes it (R619)."""
    assert shop.say(shop.agent(0), shop.talk(8), "微")[0] == 201
    assert shop.say(shop.agent(0), shop.talk(4), "加我")[0] == 201
    before = count(shop)
    status, answer = shop.say(shop.agent(0), shop.talk(4), "微")
    assert status == 422 and answer["guard"]["rules"][0]["id"] == "contact.wechat" and count(shop) == before


def test_errors_speak_the_callers_language(shop: Live) -> None:
    english = {**shop.buyer(0), "Accept-Language": "en"}
    assert shop.say(english, shop.talk(5))[1]["error"]["message"] == "There is no such conversation"
    assert "会话" in shop.say(shop.buyer(0), shop.talk(5))[1]["error"]["message"]


def test_a_buyer_who_floods_is_slowed_down(shop: Live) -> None:
    statuses = [shop.say(shop.buyer(6), shop.talk(6), f"刷屏{n}")[0] for n in range(40)]
    assert statuses[0] == 201 and 429 in statuses


def test_a_closed_conversation_takes_no_message(shop: Live) -> None:
    agent = shop.data["agents"][0]["id"]
    shop.rows("UPDATE reception_conversation SET state = 'closed', agent_id = ? WHERE id = ?", agent, shop.talk(7))
    before = count(shop)
    for headers in (shop.buyer(7), shop.agent(0)):
        status, answer = shop.say(headers, shop.talk(7))
        assert (status, answer["error"]["code"]) == (409, "conversation_closed")
    assert count(shop) == before
    assert shop.say(shop.agent(0), shop.talk(7), "结束后的备注", kind="note")[0] == 201


def test_signing_out_closes_the_lane_within_five_seconds(shop: Live) -> None:
    headers = shop.agent(2)
    assert shop.say(headers, shop.talk(8), "还在")[0] == 201
    status, _ = shop.call("DELETE", "/api/session", headers)
    assert status == 200
    wait = threading.Event()
    for _ in range(25):
        if shop.say(headers, shop.talk(8), "还在")[0] == 401:
            return
        wait.wait(0.2)
    raise AssertionError("five seconds after signing out the session still writes")


def test_kill_nine_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    # Notes: the same words again to a buyer who says nothing would be stopped (R621).
    acknowledged: dict[str, dict[str, Any]] = {}
    refused: list[Any] = []
    with live(tmp_path, agents=1, conversations=8, shops=1) as server:
        end = threading.Event()

        def send(n: int) -> None:
            turn = 0
            while not end.is_set():
                client_id, turn = f"{n}-{turn}", turn + 1
                body = {"conversation": server.talk(n % 8), "client_id": client_id, "kind": "note", "text": "在的亲"}
                try:
                    status, answer = server.call("POST", LANE, server.agent(0), body)
                except Exception:
                    return
                if status == 201:
                    acknowledged[client_id] = answer["message"]
                else:
                    refused.append(answer)

        threads = [threading.Thread(target=send, args=(n,)) for n in range(24)]
        for thread in threads:
            thread.start()
        until = time.monotonic() + 60
        while len(acknowledged) < 300 and time.monotonic() < until:
            end.wait(0.01)
        server.kill()
        end.set()
        for thread in threads:
            thread.join()
        assert len(acknowledged) >= 300, f"only {len(acknowledged)} were acknowledged; refused: {refused[:3]}"
        stored = {row[2]: row for row in server.rows(MESSAGE)}
        for client_id, message in acknowledged.items():
            assert stored[client_id][:2] == (message["id"], message["seq"])
        written, told = count(server)
        assert written == told
        for talk in {server.talk(n) for n in range(8)}:
            seqs = [
                row[0]
                for row in server.rows("SELECT seq FROM reception_message WHERE conversation_id = ? ORDER BY seq", talk)
            ]
            last = server.rows("SELECT seq FROM reception_conversation WHERE id = ?", talk)[0][0]
            assert seqs == list(range(1, last + 1))
