"""The demo's telephone: three weeks of calls, today's calls in every state, and follow-ups that fall due."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from xiaoer.customers import actions as customers
from xiaoer.demo.orders import Maker
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.people.models import Shop, Staff
from xiaoer.voice import actions as voice

Step = tuple[datetime, Callable[[datetime], object]]
PBX = Who("system", None, "话机")
AGENTS = ("anan", "mumu", "quanquan", "tangtang")
EXTENSIONS = {"8001": "anan", "8002": "mumu", "8003": "quanquan", "8004": "tangtang"}
NOTES = (
    ("logistics", "客户问快递到哪里了，已查到在派送中，告知今天送达。"),
    ("aftersales", "咨询换尺码流程，已指引在订单里申请换货。"),
    ("payment", "付款时提示系统繁忙，引导更新应用后支付成功。"),
    ("presales", "问羊毛大衣会不会起球，已说明面料与养护方法。"),
    ("complaint", "反映两次发错颜色，已致歉并登记补发。"),
)


@dataclass
class Line:
    """The exchange, while the demo is told."""

    shop: Shop
    staff: dict[str, Staff]
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def tell(self, call: str, kind: str, at: datetime, agent: str = "", **more: object) -> object:
        staff = self.staff[agent].pk if agent else None
        news = voice.CallNews(f"demo-{call}", f"d{next(self.numbers)}", kind, at, agent=staff, **more)  # type: ignore[arg-type]
        return voice.take_in(self.shop.pk, news, by=PBX, at=at)

    def at(self, call: str, kind: str, agent: str = "", **more: object) -> Callable[[datetime], object]:
        return lambda at: self.tell(call, kind, at, agent, **more)

    def wrap(self, call: str, agent: str, solved: bool, topic: str, note: str) -> Callable[[datetime], object]:
        from xiaoer.voice.models import Call

        def done(at: datetime) -> object:
            row = Call.objects.get(shop=self.shop, key=f"demo-{call}")
            return voice.wrap_up(
                row.pk, solved=solved, note=note, topic=topic, follow_up=None, by=who(self.staff[agent]), at=at
            )

        return done

    def settle(self, call: str, agent: str) -> Callable[[datetime], object]:
        """What was owed after a call of past days was done."""
        from xiaoer.voice.models import FollowUp

        def done(at: datetime) -> object:
            owed = FollowUp.objects.filter(call__shop=self.shop, call__key=f"demo-{call}", state=FollowUp.OPEN)
            for row in owed:
                result = "已回电，客户的问题已处理" if row.kind == "callback" else "已核实并回电告知结果"
                voice.close_follow_up(row.pk, state=FollowUp.DONE, result=result, by=who(self.staff[agent]), at=at)
            return len(owed)

        return done


def load(shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> list[Step]:
    """The steps of every call, in no order; the demo sorts them by time."""
    shop = shops["quanquan-tmall"]
    line = Line(shop, staff)
    voice.set_extensions(shop.pk, {number: staff[name].pk for number, name in EXTENSIONS.items()}, by=SYSTEM, at=now)
    phones = _known_callers(shop, maker, now)
    return [*_shifts(line, now), *_history(line, now), *_today(line, phones, now)]


def _shifts(line: Line, now: datetime) -> list[Step]:
    """Who was on duty, from 09:00 to 21:00: what the outgoing work is measured against."""
    steps: list[Step] = []
    for day in range(21, -1, -1):
        local = (now - timedelta(days=day)).astimezone(BEIJING)
        for hour, status in ((9, "online"), (21, "offline")):
            at = local.replace(hour=hour, minute=0, second=0, microsecond=0)
            for name in AGENTS if at < now else ():
                pk = line.staff[name].pk
                steps.append((at, lambda at, pk=pk, status=status: voice.note_status(line.shop.pk, pk, status, at=at)))  # type: ignore[misc]
    return steps


def _known_callers(shop: Shop, maker: Maker, now: datetime) -> dict[str, str]:
    """Buyers with an order whose phone the demo's callers use: a VIP, a sister and brother, somebody who complains."""
    found: dict[str, str] = {}
    told = (("紫藤花开", "13588801234", 3), ("老周家的猫", "13588805678", 0), ("周末不打烊", "13588805678", 0))
    for nick, phone, vip in (*told, ("一树梨花", "13588809012", 0)):
        draft = maker.order("shipped", nick=nick, paid_ago=timedelta(days=4))
        draft.receiver_phone = phone
        take_in(shop.pk, [draft], source="demo", by=SYSTEM, at=now - timedelta(days=1))
        facts = customers.find_or_create(shop.pk, nick=nick, by=SYSTEM, at=now - timedelta(days=1))
        if vip:
            customers.grade(facts.id, vip=vip, level=5, by=SYSTEM, at=now - timedelta(days=1))
        found[nick] = phone
    return found


def _history(line: Line, now: datetime) -> list[Step]:
    """Three weeks of calls, the last days full; the same ones each time."""
    dice = random.Random(586)  # a story, not a secret
    steps: list[Step] = []
    for day in range(21, -1, -1):
        for place in range(dice.randint(7, 11) if day < 5 else dice.randint(2, 4)):
            local = (now - timedelta(days=day)).astimezone(BEIJING)
            start = local.replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(minutes=dice.randint(0, 700))
            if start < now - timedelta(minutes=90):
                steps += _past_call(line, f"{day}-{place}", start, dice)
    return steps


def _past_call(line: Line, key: str, start: datetime, dice: random.Random) -> list[Step]:
    agent, number = dice.choice(AGENTS), f"137{dice.randrange(10**8):08d}"
    outbound = dice.random() < 0.25
    after = lambda seconds: start + timedelta(seconds=seconds)  # noqa: E731
    first = line.at(key, "ringing" if outbound else "queued", agent if outbound else "", number=number,
                    direction="outbound" if outbound else "inbound")  # fmt: skip
    luck = dice.random()
    if outbound and luck < 0.3:
        return [(start, first), (after(30), line.at(key, "ended", agent, reason="no_answer"))]
    if not outbound and luck < 0.1:
        end = line.at(key, "ended", reason="caller")
        return [(start, first), (after(dice.randint(15, 50)), end), (after(900), line.settle(key, agent))]
    wait = dice.choice((5, 6, 7, 8, 9, 11, 12, 14, 16, 19, 24, 38))
    talk = dice.randint(90, 420)
    topic, note = dice.choice(NOTES)
    steps: list[Step] = [(start, first)]
    if not outbound:
        steps.append((after(wait // 3), line.at(key, "ringing", agent)))
    steps.append((after(wait), line.at(key, "answered", agent)))
    steps.append((after(wait + talk), line.at(key, "ended", agent, reason="caller")))
    url = f"https://pbx.example.com/rec/{key}.mp3"
    steps.append((after(wait + talk + 5), line.at(key, "recording", url=url)))
    if dice.random() < 0.9:
        solved = dice.random() < 0.93
        steps.append((after(wait + talk + dice.randint(15, 70)), line.wrap(key, agent, solved, topic, note)))
        steps.append((after(wait + talk + 2400), line.settle(key, agent)))
    return steps


def _today(line: Line, phones: dict[str, str], now: datetime) -> list[Step]:
    """What is going on when the demo opens: one of every state."""
    ago = lambda **span: now - timedelta(**span)  # noqa: E731
    vip, shared, angry = phones["紫藤花开"], phones["老周家的猫"], phones["一树梨花"]
    steps: list[Step] = [
        (ago(minutes=3), line.at("talk", "ringing", "mumu", number=angry, complaint=True)),
        (ago(minutes=2, seconds=50), line.at("talk", "answered", "mumu")),
        (ago(minutes=1), line.at("hold", "ringing", "tangtang", number="13700001111")),
        (ago(seconds=52), line.at("hold", "answered", "tangtang")),
        (ago(seconds=10), line.at("hold", "held", "tangtang")),
        (ago(minutes=26), line.at("lost", "queued", number=shared)),
        (ago(minutes=25), line.at("lost", "ended", reason="caller")),
        (ago(hours=25), line.at("owed", "queued", number=vip)),
        (ago(hours=25) + timedelta(seconds=6), line.at("owed", "ringing", "anan")),
        (ago(hours=25) + timedelta(seconds=12), line.at("owed", "answered", "anan")),
        (ago(hours=25) + timedelta(seconds=300), line.at("owed", "ended", "anan", reason="caller")),
        (
            ago(hours=24, minutes=50),
            line.wrap("owed", "anan", False, "aftersales", "退货已签收三天未退款，答应核实后回电。"),
        ),
        (ago(seconds=9), line.at("several", "queued", number=shared)),
        (ago(seconds=6), line.at("vip", "queued", number=vip)),
    ]
    return steps
