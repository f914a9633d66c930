"""The lane's edge: what came over the wire becomes a checked message, or a refusal in the sender's language.

Synchronous and without I/O once things are in memory; whatever needs the database is done in a reading thread
(`slow`), then remembered. Agents' texts pass the guard here, before they are queued (R399): a text that is blocked, or
warned and not confirmed with a reason, leaves no message.
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any

import orjson

from xiaoer.guard import actions as guard_actions
from xiaoer.guard import queries as guard
from xiaoer.guard.facts import SAME_SAYINGS
from xiaoer.guard.rules import ALLOW, BLOCK, WARN
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid, NotFound, Refusal
from xiaoer.kernel.hub import Hub
from xiaoer.kernel.i18n import T
from xiaoer.kernel.lane import Headers, Miss, Pairs, parse
from xiaoer.kernel.remember import Remembered
from xiaoer.kernel.tail import when_heard
from xiaoer.people.queries import shop_facts
from xiaoer.reception import lane_auth
from xiaoer.reception.actions import uploads as upload_actions
from xiaoer.reception.clocks import ReplyClocks
from xiaoer.reception.cors import cors_headers
from xiaoer.reception.lane import Ack, Outgoing
from xiaoer.reception.limits import reply_clocks
from xiaoer.reception.models import Conversation, Upload
from xiaoer.reception.rules import BOT_NAME
from xiaoer.reception.talk_context import STRICT, Pressing, codes_shown, just_asked, talk_switches
from xiaoer.reception.upload_reads import upload_facts

LONGEST_TEXT = 4000
LONGEST_ID = 48
MOST_PICTURES = 9
_ALL = frozenset({Perm.CHAT_ALL, Perm.CHAT_ASSIGN})
SENT_KINDS = ("text", "image", "file", "note")
"""Kinds that may come in over the lane; cards and system lines are written by the desk itself."""
BUYER_KINDS = ("text", "image", "file")

HISTORY, MOST_SAID = 4, 20_000

_DIGITS = re.compile(r"[\d〇零一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖]")
_pace = lane_auth.Pace()
_said: dict[tuple[int, int | None], deque[str]] = {}
_asked: dict[tuple[int, int], tuple[tuple[str, ...], int]] = {}
"""By conversation and buyer: what she just asked that an answer is read with, and how many answers it has had."""
_pressing = Pressing()
_NOTHING_ASKED: tuple[tuple[str, ...], int] = ((), 0)


@dataclass(frozen=True, slots=True)
class ShopNow:
    """What the lane must know of a shop: reply clocks in force and the guard's context."""

    clocks: ReplyClocks
    context: guard.Context


@dataclass(frozen=True, slots=True)
class Place:
    """Whose conversation it is."""

    shop_id: int
    customer_id: int


@dataclass(frozen=True, slots=True)
class Reach:
    """The writer's name in the journal; shops in which she chats, and in which she also enters colleagues' talks."""

    who: str
    shops: frozenset[int]
    everything: frozenset[int]


_reaches: dict[int, tuple[Viewer, Reach]] = {}


def _load_shop(shop_id: int) -> ShopNow:
    facts, at = shop_facts(shop_id), clock.now()
    context = guard.context_for(facts, at=at)
    return ShopNow(reply_clocks(facts, at), replace(context, switches=context.switches | STRICT))


def _load_place(conversation: int) -> Place:
    row = Conversation.objects.filter(pk=conversation).values_list("shop_id", "customer_id").first()
    if row is None:
        raise NotFound("没有找到这个会话", "There is no such conversation")
    _recall(conversation, row[1])
    return Place(*row)


def _recall(conversation: int, customer: int) -> None:
    """After a restart the buyer's last question is read from the store, so that 没有 is not taken for an answer to nothing."""
    if (conversation, customer) not in _asked and (found := just_asked(conversation))[0]:
        _asked[conversation, customer] = found


_shops: Remembered[int, ShopNow] = Remembered(_load_shop, young=5, old=15)
for _kind in ("guard_rules.publish", "guard_rules.restored"):  # new rules hold at once, not when memory grows old
    when_heard(_kind, lambda shop: _shops.forget(shop or 0))
_places: Remembered[int, Place] = Remembered(_load_place, young=60, old=600)


def message(headers: Headers, body: bytes, slow: bool) -> Outgoing:
    """POST /lane/messages: the checked message, ready to be queued."""
    viewer = lane_auth.require_writer(headers, slow)
    data = parse(body)
    buyer = viewer.kind == "buyer"
    item = _shape(data, viewer, buyer)
    if buyer:
        shop_id = next(iter(viewer.shops))
        item.clocks = _shops.get(shop_id, slow).clocks
    else:
        place = _places.get(item.conversation, slow)
        shop_id = place.shop_id
        if shop_id not in viewer.shops:
            raise NotFound("没有找到这个会话", "There is no such conversation")
        viewer.require(Perm.CHAT, shop_id)
    if pictures := data.get("attachments"):
        item.attachments = _pictures(pictures, item.kind, viewer, shop_id, slow)
    if buyer:
        _pace.spend(viewer.customer_id or 0)
        _hear(item)
    else:
        if pictures and item.kind != "note":
            _screen_codes(item, data, viewer, place, slow)
        _screen(item, data, viewer, place, slow)
    return item


def _reach_of(viewer: Viewer) -> Reach:
    """Worked out once for each viewer that is in memory."""
    known = _reaches.get(id(viewer))
    if known is not None and known[0] is viewer:
        return known[1]
    chats = frozenset(viewer.shops_with(Perm.CHAT))
    whole = [shop for shop in chats if viewer.shops[shop] & _ALL] if viewer.kind == "staff" else chats
    if len(_reaches) >= MOST_SAID:
        _reaches.clear()
    reach = Reach(str(viewer.who), chats, frozenset(whole))
    _reaches[id(viewer)] = (viewer, reach)
    return reach


def _shape(data: dict[str, Any], viewer: Viewer, buyer: bool) -> Outgoing:
    """The fields, each refused by name."""
    wrong: dict[str, T] = {}
    conversation, client_id = data.get("conversation"), data.get("client_id")
    kind, text = data.get("kind", "text"), data.get("text", "")
    if not isinstance(conversation, int) or isinstance(conversation, bool) or not 0 < conversation < 2**63:
        wrong["conversation"] = T("缺少会话编号", "The conversation's id is missing")
    if not isinstance(client_id, str) or not 0 < len(client_id) <= LONGEST_ID:
        wrong["client_id"] = T(f"应为 1～{LONGEST_ID} 个字符", f"Must have 1 to {LONGEST_ID} characters")
    allowed = BUYER_KINDS if buyer else SENT_KINDS
    if kind not in allowed:
        wrong["kind"] = T(f"应为 {'、'.join(allowed)} 之一", f"Must be one of {', '.join(allowed)}")
    if not isinstance(text, str) or "\x00" in text:
        wrong["text"] = T("应为文字", "Must be text")
    elif len(text) > LONGEST_TEXT:
        zh = f"最多 {LONGEST_TEXT} 字，现在 {len(text)} 字"
        wrong["text"] = T(zh, f"{LONGEST_TEXT} characters at most, this has {len(text)}")
    elif not text.strip() and not data.get("attachments"):
        wrong["text"] = T("消息不能为空", "The message is empty")
    if wrong:
        raise Invalid(fields=wrong)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Invalid(fields={"text": T("含有无法保存的字符", "Holds characters that cannot be stored")}) from None
    author = viewer.kind if viewer.kind in ("buyer", "staff") else "bot"
    reach = _reach_of(viewer)
    return Outgoing(
        conversation=int(conversation or 0),
        client_id=str(client_id),
        kind=kind,
        text=text,
        author=author,
        author_id=viewer.id if author != "bot" else None,
        author_name=BOT_NAME if author == "bot" else viewer.who.name[:48],
        who=reach.who,
        shops=reach.shops,
        everything=reach.everything,
        teams=viewer.team_ids,
        customer_id=viewer.customer_id if buyer else None,
    )


def _pictures(given: Any, kind: str, viewer: Viewer, shop_id: int, slow: bool) -> list[dict[str, Any]]:
    """The pictures and files named by id: the sender's own uploads in this shop, as messages keep them."""
    if (
        not isinstance(given, list)
        or len(given) > MOST_PICTURES
        or not all(type(pk) is int and 0 < pk < 2**63 for pk in given)
    ):
        raise Invalid(fields={"attachments": T(f"最多 {MOST_PICTURES} 个图片或文件", f"{MOST_PICTURES} files at most")})
    if not slow:
        raise Miss
    rows = Upload.objects.filter(pk__in=given, shop_id=shop_id)
    rows = rows.filter(customer_id=viewer.customer_id) if viewer.kind == "buyer" else rows.filter(staff_id=viewer.id)
    found = {row.pk: row for row in rows}
    if missing := [pk for pk in given if pk not in found]:
        text = T(f"图片或文件 {missing[0]} 不存在，请重新上传", f"There is no upload {missing[0]}; upload it again")
        raise Invalid(fields={"attachments": text})
    if kind == "image" and (other := [row for row in found.values() if not row.mime.startswith("image/")]):
        text = T(
            f"「{other[0].name}」不是图片，请用文件消息发送", f"{other[0].name!r} is no picture; send it as a file"
        )
        raise Invalid(fields={"kind": text})
    if any(row.unused_since is not None for row in found.values()):
        with transaction():
            upload_actions.use_uploads(given)
    return [upload_facts(found[pk]) for pk in given]


def _screen(item: Outgoing, data: dict[str, Any], viewer: Viewer, place: Place, slow: bool) -> None:
    """Agent's text before it is sent (发送前检查). Notes stay in the house and pass."""
    if item.kind == "note" or not item.text:
        return
    context = _shops.get(place.shop_id, slow).context
    # 没有的亲 means one thing after 有没有发票 and another after 有没有黑色
    asked = _asked.get((item.conversation, place.customer_id), _NOTHING_ASKED)[0]
    said = _said.get((item.conversation, item.author_id))
    pressing = _pressing.count(item.conversation, item.client_id)
    history = tuple(said) if said and (pressing >= SAME_SAYINGS or _a_piece(item.text, said[-1])) else ()
    if pressing >= SAME_SAYINGS:
        context = replace(context, unanswered=pressing)
    verdict = _verdict(item.text, context, asked, history)
    if verdict.verdict != ALLOW:
        if not slow:  # look closer, and write down what is found: in a thread
            raise Miss
        verdict = guard.check(item.text, _closer(context, item.conversation, place, asked, history))
    if verdict.verdict != ALLOW:
        _judge(item, data, viewer, place, verdict, item.text)
    _remember(item, place)


def _screen_codes(item: Outgoing, data: dict[str, Any], viewer: Viewer, place: Place, slow: bool) -> None:
    """A QR code in an agent's picture says as much as words do (R619)."""
    context = _shops.get(place.shop_id, slow).context
    for code in codes_shown(data["attachments"]):
        if (verdict := guard.check(code, context)).verdict != ALLOW:
            _judge(item, data, viewer, place, verdict, code)


def _hear(item: Outgoing) -> None:
    """A buyer's text: what she asks is kept until it was answered, at most three texts of one turn."""
    _pressing.heard(item.conversation)
    key = (item.conversation, item.customer_id or 0)
    texts, answers = _asked.get(key, ((), 0))
    if guard.asks(item.text):
        if len(_asked) > MOST_SAID:
            _asked.clear()
        _asked[key] = ((*(texts[-2:] if not answers else ()), item.text), 0)
    elif answers:
        _asked.pop(key, None)  # she went on to something else


def _a_piece(text: str, before: str) -> bool:
    """A number, or 加 / 我 / 微信, may come in pieces: then what the agent said before is read along."""
    if len(text) <= guard.PIECE and len(before) <= 2 * guard.PIECE:
        return True
    return len(_DIGITS.findall(text)) * 3 > len(text)


@lru_cache(maxsize=MOST_SAID)
def _verdict(text: str, context: guard.Context, asked: tuple[str, ...], history: tuple[str, ...]) -> guard.Verdict:
    """Most of what agents send are the same ready sentences, which need not be read again under the same rules."""
    return guard.check(text, replace(context, asked=asked, history=history) if asked or history else context)


def _closer(
    context: guard.Context, conversation: int, place: Place, asked: tuple[str, ...], history: tuple[str, ...]
) -> guard.Context:
    """The context of this very talk instead of the strictest one that the first look assumes."""
    switches, numbers = talk_switches(conversation, place.customer_id)
    return replace(
        context,
        asked=asked,
        history=history,
        switches=context.switches - STRICT | switches,
        known_numbers=context.known_numbers | numbers,
    )


def _judge(
    item: Outgoing, data: dict[str, Any], viewer: Viewer, place: Place, verdict: guard.Verdict, text: str
) -> None:
    """Write the findings down; stop the text, or let it go with the agent's reason."""
    reason = data.get("confirm")
    reason = reason.strip() if isinstance(reason, str) else ""
    stopped = verdict.verdict == BLOCK or (verdict.verdict == WARN and not reason)
    if verdict.verdict == BLOCK:
        outcome = "blocked"
    elif stopped:
        outcome = "warned"
    else:
        outcome = "confirmed" if verdict.verdict == WARN else "sent"
    with transaction():
        guard_actions.record_hits(
            verdict,
            shop_id=place.shop_id,
            text=text,
            outcome=outcome,
            by=viewer.who,
            at=clock.now(),
            conversation_id=item.conversation,
            reason=reason,
            key=item.client_id,
        )
    if stopped:
        raise _stopped(verdict, place.shop_id, viewer.language)
    item.guard = {"verdict": verdict.verdict, "rules": [hit.id for hit in verdict.rules], "reason": reason}


def _remember(item: Outgoing, place: Place) -> None:
    """Keep the last texts that an author sent in a conversation, in this process, for the next check. A question counts
    as just asked while at most one answer stands behind it."""
    key = (item.conversation, place.customer_id)
    if (asked := _asked.get(key)) is not None:
        if asked[1]:
            _asked.pop(key, None)
        else:
            _asked[key] = (asked[0], 1)
    if len(_said) > MOST_SAID:
        _said.clear()
    texts = _said.setdefault((item.conversation, item.author_id), deque(maxlen=HISTORY))
    if _pressing.sent(item.conversation, item.client_id):
        texts.append(item.text)


def _stopped(verdict: guard.Verdict, shop_id: int, language: str) -> Refusal:
    blocked = verdict.verdict == BLOCK
    shop, at = shop_facts(shop_id), clock.now()
    return Refusal(
        "guard",
        "这条消息含有不能发送的内容，请按建议改写" if blocked else "这条消息有风险，请改写，或写明原因后发送",
        "This message holds what must not be sent; rewrite it as suggested"
        if blocked
        else "This message is risky; rewrite it, or send it with a reason",
        status=422,
        extra={"guard": guard.with_stakes(verdict, shop, guard.book_of(shop_id), language, at=at)},
    )


def answer(item: Outgoing, ack: Ack) -> tuple[int, bytes]:
    """What the sender is told after the commit; a resend gets the first one's answer."""
    if not ack.again:
        _places.put(item.conversation, Place(ack.shop_id, ack.customer_id))
    event = b"null" if ack.event is None else b"%d" % ack.event
    verdict = b"null" if item.guard is None else orjson.dumps(item.guard)
    body = b'{"message":{"id":%d,"seq":%d,"at":"%s"},"event":%s,"guard":%s}'
    return (200 if ack.again else 201), body % (ack.id, ack.seq, ack.at.encode(), event, verdict)


class Typing:
    """POST /lane/typing: told to the other side and to colleagues, kept nowhere. `reading`: has it open, colleagues only."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def __call__(self, headers: Headers, body: bytes, slow: bool) -> Callable[[], bytes]:
        viewer = lane_auth.require_writer(headers, slow)
        said = parse(body)
        conversation, reading = said.get("conversation"), said.get("reading") is True
        if not isinstance(conversation, int) or isinstance(conversation, bool) or not 0 < conversation < 2**63:
            raise Invalid(fields={"conversation": T("缺少会话编号", "The conversation's id is missing")})
        place = _places.get(conversation, slow)
        mine = place.customer_id == viewer.customer_id if viewer.kind == "buyer" else place.shop_id in viewer.shops
        if not mine:
            raise NotFound("没有找到这个会话", "There is no such conversation")
        if viewer.kind == "buyer":
            _pace.spend(-(viewer.customer_id or 0))
        else:
            viewer.require(Perm.CHAT, place.shop_id)
        return partial(self._say, conversation, place, viewer, reading)

    def _say(self, conversation: int, place: Place, viewer: Viewer, reading: bool) -> bytes:
        """Inside the event loop, to which the hub belongs."""
        self.hub.typing(conversation, place.shop_id, place.customer_id, viewer, reading=reading)
        return b"{}"


def outer(headers: Headers) -> Pairs:
    """Headers that let the widget on another site read the answer."""
    origin = headers.get(b"origin", b"").decode("latin-1")
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in cors_headers(origin).items()]
