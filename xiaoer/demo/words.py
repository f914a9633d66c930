"""The demo's own scripts beside the starter set, and what buyers left while nobody was there (离线留言)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from xiaoer.customers import actions as customers
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.people.models import Shop, Staff
from xiaoer.reception.actions import conversations, messages, offline, quick_replies

Step = tuple[datetime, Callable[[datetime], object]]

_SCRIPTS: tuple[dict[str, Any], ...] = (
    {
        "title": "年末活动：满减",
        "text": "{{buyer|亲}}，年末活动全店每满300减40，上不封顶，结算时自动减，活动以页面显示为准哦。",
        "category": "售前",
        "step": "promotions",
        "tags": ["活动"],
        "shortcut": "nm",
        "days": (-5, 30),
    },
    {
        "title": "双11活动",
        "text": "亲，双11活动进行中，全店每满300减50，以页面显示为准。",
        "category": "售前",
        "step": "promotions",
        "tags": ["活动"],
        "days": (-25, -8),
    },
    {
        "title": "双12预告",
        "text": "亲，双12活动即将开始，可以先收藏加购，到时候会有惊喜哦。",
        "category": "售前",
        "step": "promotions",
        "tags": ["活动"],
        "days": (10, 24),
    },
    {
        "title": "羊毛大衣怎么洗",
        "text": "亲，{{product|这款大衣}}建议干洗，平时用软毛刷顺着一个方向轻刷，挂起来通风就可以，不要暴晒。",
        "category": "售前",
        "step": "item",
        "tags": ["面料"],
        "owner": "quanquan",
    },
)
_LEFT = (
    ("夜猫子小何", "红色大衣 M 码还有吗？明天想穿", "phone", "13812340011", "morning", "答复有货，已在会话里发链接"),
    ("雨天的猫", "收到的毛衣袖口有线头，想问怎么处理", "phone", "13612345621", "afternoon", ""),
    ("西子湖畔", "买了两件，能合并一个包裹发吗", "none", "", "any", ""),
)


def load(shops: dict[str, Shop], staff: dict[str, Staff], now: datetime) -> list[Step]:
    """Scripts stand there from the start; messages were left in the last night, one just now."""
    shop = shops["quanquan-tmall"]
    for data in _SCRIPTS:
        _script(shop, staff, dict(data), now)
    night = (now.astimezone(BEIJING) - timedelta(hours=9)).replace(hour=1, minute=12, second=20, microsecond=0)
    times = (night, night + timedelta(minutes=41), now - timedelta(minutes=11))
    steps: list[Step] = []
    for place, (left, at) in enumerate(zip(_LEFT, times, strict=True)):
        held: list[Any] = []
        steps.append((at, _leaves(shop, left, held)))
        if place < 2:
            due = now - timedelta(minutes=40 - place * 9)
            steps.append((due, _handled(held, "claim", "", who(staff["anan"]))))
        if left[5]:
            steps.append((now - timedelta(minutes=35), _handled(held, "answer", left[5], who(staff["anan"]))))
    return steps


def _script(shop: Shop, staff: dict[str, Staff], data: dict[str, Any], now: datetime) -> None:
    days, owner = data.pop("days", None), data.pop("owner", None)
    if days:
        today = now.astimezone(BEIJING).date()
        data["valid_from"], data["valid_until"] = (today + timedelta(days=n) for n in days)
    person = staff[owner].pk if owner else None
    by = who(staff[owner]) if owner else SYSTEM
    quick_replies.add_quick_reply(shop.pk, data, owner=person, by=by, at=now - timedelta(days=20))


def _leaves(shop: Shop, left: tuple[str, ...], held: list[Any]) -> Callable[[datetime], object]:
    def told(at: datetime) -> object:
        nick, text, kind, contact, time, _ = left
        facts = customers.find_or_create(shop.pk, nick=nick, by=SYSTEM, at=at)
        form = offline.Left(text, kind, contact, time, nick)
        row = offline.leave_offline(shop.pk, facts.id, form, by=Who("buyer", facts.id, nick), at=at)
        held.append(row)
        return row

    return told


def _handled(held: list[Any], verb: str, note: str, by: Who) -> Callable[[datetime], object]:
    def told(at: datetime) -> object:
        row = held[0]
        if verb == "claim":  # who claims it takes the talk too: nobody waits there since the night
            conversations.take(row.conversation_id, by=by, at=at)
            said = "您好，昨晚的留言收到了，让您久等了，我这就为您处理。"
            messages.post_message(row.conversation_id, by=by, at=at, kind="text", text=said)
        return offline.step_offline(row, verb, note, by=by, at=at)

    return told
