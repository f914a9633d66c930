"""What was said before, as callers write it: own texts, what the buyer has just asked, how many of ours she left alone."""

from typing import Any

_BUYER = "in incoming inbound buyer received customer user client visitor 买家 客户 顾客 用户"
_AGENT = "out outgoing outbound agent staff sent seller shop service assistant bot system 客服 卖家 商家 店铺"
INCOMING = frozenset(_BUYER.split())
OUTGOING = frozenset(_AGENT.split()) | {""}


def direction_of(value: Any) -> str:
    word = str(value if value is not None else "").strip().lower()
    if word in INCOMING:
        return "in"
    if word in OUTGOING:
        return "out"
    raise ValueError(f'direction is {value!r}; write "out" for the agent\'s or "in" for the buyer\'s message')


def turns_of(value: Any, direction: str) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    """Own messages before this one; what the buyer asked last; how many own ones she has not answered.

    A question counts as just asked when at most one answer stands between.
    """
    if value is None:
        return (), (), 0
    if not isinstance(value, list):
        raise ValueError(f"history is {value!r}; it must be a list")
    turns = [_turn(item, direction) for item in value]
    own = tuple(text for side, text in turns if side == direction)
    last = max((place for place, (side, _) in enumerate(turns) if side != direction), default=-1)
    unanswered = len(turns) - 1 - last
    asked: list[str] = []
    if last >= 0 and unanswered <= 1:
        while last >= 0 and turns[last][0] != direction:
            asked.insert(0, turns[last][1])
            last -= 1
    return own, tuple(asked), unanswered


def _turn(item: Any, direction: str) -> tuple[str, str]:
    if isinstance(item, str):
        return direction, item
    if isinstance(item, dict):
        text = next((item[key] for key in ("text", "content", "message") if isinstance(item.get(key), str)), None)
        side = next((item[key] for key in ("from", "direction", "role", "sender", "author") if item.get(key)), None)
        if text is not None:
            return (direction if side is None else direction_of(side)), text
    raise ValueError(f"history holds {item!r}; write texts or objects with from (buyer or agent) and text")
