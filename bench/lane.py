"""The lane end to end: half the messages from buyers, half from agents (through the guard), over HTTP."""

import uuid
from collections.abc import Iterator
from typing import Any

import orjson

from bench.load import Outcome, post, run

SAID = [
    "在吗？这款还有货吗",
    "我身高162体重105穿什么码合适呢？",
    "请问这件和上次那件颜色是一样的吗，我想给妈妈也买一件",
    "好的谢谢",
]
ANSWERED = [
    "亲，在的，这款有货的哦",
    "亲亲，这款版型偏宽松，按您的身材选M码就可以，想穿宽松一点可以选L码",
    "您好，这两件是同一批面料，颜色是一样的，您可以放心选择",
    "不客气亲，有问题随时找我哦",
]

GOODS = (
    "黑色 红色 米色 藏青 大衣 毛衣 围巾 裙子 衬衫 牛仔裤 加厚 修身 春款 冬款 羊毛 纯棉 小码 条纹".split()  # noqa: SIM905
)


def agent_headers(agent: dict[str, Any], csrf: str) -> bytes:
    return (
        f"Cookie: sessionid={agent['session']}; csrftoken={csrf}\r\nX-CSRFToken: {csrf}\r\nAccept: application/json\r\n"
    ).encode()


def buyer_headers(buyer: dict[str, Any]) -> bytes:
    return f"Authorization: Buyer {buyer['token']}\r\nAccept: application/json\r\n".encode()


def requests(data: dict[str, Any], buyers: list[dict[str, Any]], rounds: int) -> Iterator[bytes]:
    """In turn: a buyer writes, an agent answers; every second answer is a ready sentence, the others all differ."""
    agents = data["agents"]
    for turn in range(rounds):
        for place, buyer in enumerate(buyers):
            agent = agents[place % len(agents)]
            for words, headers in ((SAID, buyer_headers(buyer)), (ANSWERED, agent_headers(agent, data["csrf"]))):
                text = words[(turn + place) % len(words)]
                ready = words is ANSWERED and (turn + place) % 2 == 0
                body = {
                    "conversation": buyer["conversation"],
                    "client_id": uuid.uuid4().hex,
                    "kind": "text",
                    "text": text if ready else f"{text}，{_goods(buyer['conversation'] * rounds + turn)}",
                }
                yield post("/lane/messages", headers, orjson.dumps(body))


def _goods(n: int) -> str:
    """The name of a thing, another one for every number up to a hundred thousand."""
    return "".join(words[n // len(words) ** place % len(words)] for place, words in enumerate([GOODS] * 4))


def measure(port: int, data: dict[str, Any], *, connections: int, messages: int, seconds: float) -> Outcome:
    """At most `messages` over `connections`, for `seconds` at most."""
    buyers = data["buyers"]
    share = max(len(buyers) // connections, 1)
    rounds = max(messages // (2 * share * connections), 1)
    feeds = []
    for n in range(connections):
        mine = buyers[n * share : (n + 1) * share]
        feeds.append(iter(list(requests(data, mine, rounds))))
    return run(port, feeds, seconds)
