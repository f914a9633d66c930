"""The event stream over HTTP, on a real server: everything once, in order, resumable, only what one may see."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from tests.live import Live

pytestmark = pytest.mark.xdist_group("house")


def burst(server: Live, n: int, count: int, mark: str) -> list[int]:
    """Some notes from an agent (so many texts to a silent buyer would be stopped, R621); returns their journal numbers."""
    numbers = []
    for turn in range(count):
        status, answer = server.say(server.agent(0), server.talk(n), f"{mark}{turn}", kind="note")
        assert status == 201
        numbers.append(answer["event"])
    return numbers


def test_a_line_carries_the_instant_and_the_message_as_acknowledged(shop: Live) -> None:
    screen = shop.watch(shop.agent(0))
    _, answer = shop.say(shop.buyer(9), shop.talk(9), "几点")
    screen.until(lambda watch: "几点" in watch.texts())
    event = screen.events[-1]
    assert event["number"] == answer["event"] and event["at"] == answer["message"]["at"]
    assert event["payload"]["message"]["at"] == answer["message"]["at"]
    assert abs(datetime.fromisoformat(event["at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert event["actor"] == f"buyer:{shop.data['buyers'][9]['customer']}" and event["shop"] == shop.data["shops"][0]
    screen.close()


def test_two_screens_see_every_message_once_in_order(shop: Live) -> None:
    first, second = shop.watch(shop.agent(0)), shop.watch(shop.agent(0))
    senders = [threading.Thread(target=burst, args=(shop, n, 20, f"两屏{n}-")) for n in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    for screen in (first, second):
        screen.until(lambda watch: sum(text.startswith("两屏") for text in watch.texts()) >= 80)
        assert screen.numbers() == sorted(set(screen.numbers()))
        for n in range(4):
            mine = [text for text in screen.texts() if text.startswith(f"两屏{n}-")]
            assert mine == [f"两屏{n}-{turn}" for turn in range(20)]
        screen.close()
    assert first.events == second.events


def test_a_screen_resumes_without_loss_or_doubling(shop: Live) -> None:
    numbers = burst(shop, 1, 30, "续")
    by_header = shop.watch(shop.agent(0), last=numbers[9])
    more = threading.Thread(target=burst, args=(shop, 1, 30, "再续"))
    more.start()
    by_query = shop.watch(shop.agent(0), after=numbers[9])
    more.join()
    wanted = [f"续{turn}" for turn in range(10, 30)] + [f"再续{turn}" for turn in range(30)]
    for screen in (by_header, by_query):
        screen.until(lambda watch: len(watch.texts()) >= 50)
        assert screen.texts() == wanted
        assert screen.numbers() == sorted(set(screen.numbers()))
        screen.close()


def test_reconnecting_in_the_middle_of_load_leaves_no_hole(shop: Live) -> None:
    start = burst(shop, 2, 1, "起")[0]
    load = threading.Thread(target=burst, args=(shop, 2, 120, "断"))
    load.start()
    seen: list[int] = []
    texts: list[str] = []
    while len(texts) < 120:
        screen = shop.watch(shop.agent(0), after=seen[-1] if seen else start)
        screen.until(lambda watch: len(watch.events) >= 7 or not load.is_alive())
        events = list(screen.events)
        screen.close()
        seen += [event["number"] for event in events]
        texts += [event["payload"]["message"]["text"] for event in events if event["kind"] == "message.sent"]
        if not events:
            threading.Event().wait(0.05)
    load.join()
    assert texts == [f"断{turn}" for turn in range(120)]
    assert seen == sorted(set(seen))


def test_a_buyer_sees_only_her_own_and_no_notes(shop: Live) -> None:
    mine, other, agent = shop.watch(shop.buyer(3)), shop.watch(shop.buyer(4)), shop.watch(shop.agent(0))
    stranger = shop.watch(shop.agent(1))
    shop.say(shop.agent(0), shop.talk(3), "给三号的内部备注", kind="note")
    shop.say(shop.agent(0), shop.talk(3), "您好三号")
    shop.say(shop.buyer(4), shop.talk(4), "我是四号")
    agent.until(lambda watch: "我是四号" in watch.texts())
    mine.until(lambda watch: "您好三号" in watch.texts())
    other.until(lambda watch: "我是四号" in watch.texts())
    assert "给三号的内部备注" in agent.texts()
    assert mine.texts() == ["您好三号"] and other.texts() == ["我是四号"]
    assert stranger.events == []
    event = mine.events[-1]
    assert event["actor"] == "staff" and event["payload"]["message"]["author"]["id"] is None
    assert event["payload"]["message"]["guard"] is None
    replayed = shop.watch(shop.buyer(3), after=0)
    replayed.until(lambda watch: "您好三号" in watch.texts())
    assert not [text for text in replayed.texts() if "备注" in text or "四号" in text]
    for screen in (mine, other, agent, stranger, replayed):
        screen.close()


def test_a_served_talk_is_heard_by_its_agent_only(shop: Live) -> None:
    """A colleague's list loses the talk when it is taken; what is said from then on is not hers, live or replayed."""
    hers, colleague = shop.watch(shop.agent(0)), shop.watch(shop.agent(2))
    shop.say(shop.buyer(10), shop.talk(10), "排队时说的")
    assert shop.call("POST", f"/api/conversations/{shop.talk(10)}/take", shop.agent(0), {})[0] == 200
    _, said = shop.say(shop.buyer(10), shop.talk(10), "我的地址是幸福路一号")
    shop.say(shop.agent(0), shop.talk(10), "已转告仓库", kind="note")
    shop.say(shop.buyer(11), shop.talk(11), "还在排队")
    for screen in (hers, colleague):
        screen.until(lambda watch: "还在排队" in watch.texts())
    assert {"我的地址是幸福路一号", "已转告仓库"} <= set(hers.texts())
    assert colleague.texts() == ["排队时说的", "还在排队"]
    assert "conversation.taken" in [event["kind"] for event in colleague.events]
    replayed = shop.watch(shop.agent(2), after=said["event"] - 1)
    replayed.until(lambda watch: "还在排队" in watch.texts())
    assert not {"我的地址是幸福路一号", "已转告仓库"} & set(replayed.texts())
    for screen in (hers, colleague, replayed):
        screen.close()


def test_typing_reaches_the_other_side_and_is_kept_nowhere(shop: Live) -> None:
    buyer, agent, other = shop.watch(shop.buyer(5)), shop.watch(shop.agent(0)), shop.watch(shop.buyer(6))
    assert shop.call("POST", "/lane/typing", shop.agent(0), {"conversation": shop.talk(5)})[0] == 200
    buyer.until(lambda watch: bool(watch.typing))
    assert buyer.typing[0]["conversation"] == shop.talk(5) and buyer.typing[0]["who"]["kind"] == "staff"
    assert buyer.typing[0]["who"]["id"] is None
    assert shop.call("POST", "/lane/typing", shop.buyer(5), {"conversation": shop.talk(5)})[0] == 200
    agent.until(lambda watch: any(hint["who"]["kind"] == "buyer" for hint in watch.typing))
    assert other.typing == [] and agent.events == []
    # Who has the talk open is for colleagues only (撞单): the buyer hears nothing of it.
    colleague, heard = shop.watch(shop.agent(2)), len(buyer.typing)
    reads = {"conversation": shop.talk(5), "reading": True}
    assert shop.call("POST", "/lane/typing", shop.agent(0), reads)[0] == 200
    colleague.until(lambda watch: any(hint["who"].get("reading") for hint in watch.typing))
    assert len(buyer.typing) == heard
    colleague.close()
    assert shop.call("POST", "/lane/typing", shop.buyer(5), {"conversation": shop.talk(6)})[0] == 404
    assert shop.call("POST", "/lane/typing", shop.agent(1), {"conversation": shop.talk(5)})[0] == 404
    for screen in (buyer, agent, other):
        screen.close()


def test_nobody_and_nonsense_are_refused(shop: Live) -> None:
    assert shop.watch({}).status == 401
    assert shop.watch({"Authorization": "Buyer forged.token"}).status == 401
    for number in ("abc", "%C2%B2", "-1"):
        status, answer = shop.call("GET", f"/stream?after={number}", shop.agent(0))
        assert (status, answer["error"]["code"]) == (422, "bad_number")


def test_a_number_from_nowhere_asks_for_a_reload(shop: Live) -> None:
    screen = shop.watch(shop.agent(0), after=10**9)
    screen.until(lambda watch: watch.resets == 1)
    shop.say(shop.agent(0), shop.talk(8), "重载之后")
    screen.until(lambda watch: "重载之后" in watch.texts())
    screen.close()


def test_the_widget_on_another_site_may_listen_and_write(shop: Live) -> None:
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", shop.port, timeout=10)
    asked = {"Origin": "https://brand.example", "Access-Control-Request-Method": "POST"}
    connection.request("OPTIONS", "/lane/messages", headers=asked)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 204 and answer.headers["Access-Control-Allow-Origin"] == "https://brand.example"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Credentials"] is None
    connection.close()


def test_a_signed_out_viewer_loses_the_stream(shop: Live) -> None:
    screen = shop.watch(shop.agent(2))
    assert shop.call("DELETE", "/api/session", shop.agent(2))[0] == 200
    assert screen.ended.wait(20), "the stream stayed open after signing out"
