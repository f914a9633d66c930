"""Four weeks of finished talks, so that the wall has a usual day to compare with; the same ones at every loading."""

import math
import random
import tomllib
from datetime import date, datetime, time, timedelta
from pathlib import Path

from xiaoer.customers import actions as customers
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.people.models import Shop, Staff
from xiaoer.reception.actions.history import PastLine, PastTalk, keep_history

SCRIPTS = Path(__file__).with_name("past.toml")
DAYS = 28
A_DAY = {"quanquan-tmall": 30, "quanquan-taobao": 9}
AGENTS = ("quanquan", "tangtang", "anan", "mumu")
HOURS = {9: 4, 10: 8, 11: 7, 12: 4, 13: 5, 14: 7, 15: 7, 16: 6, 17: 4, 18: 4, 19: 6, 20: 10, 21: 11, 22: 8, 23: 3}
"""How busy each hour usually is: before noon, in the afternoon, and most of all in the evening."""
SLOW_AT = (12, 20, 21)
"""Hours in which answers take longer: the noon shift is thin, the evening full."""
FIRST_NAMES = (
    "小晴", "阿宁", "青柠", "米粒", "一诺", "南风", "糯米", "可可", "星野", "桃夭", "白茶", "夏至", "听雨", "云朵",
    "柚子", "半夏", "沐沐", "橙子", "初七", "山月",
)  # fmt: skip


def load(shops: dict[str, Shop], staff: dict[str, Staff], now: datetime) -> None:
    """Talks of the last weeks and of today until an hour ago."""
    scripts = [one["lines"] for one in tomllib.loads(SCRIPTS.read_text(encoding="utf-8"))["script"]]
    chance = random.Random(618)  # a story, not a secret
    agents = [who(staff[name]) for name in AGENTS]
    for slug, many in A_DAY.items():
        shop = shops[slug]
        buyers = _buyers(shop, now)
        today = now.astimezone(BEIJING).date()
        talks = [
            talk
            for back in range(DAYS, -1, -1)
            for talk in _day(today - timedelta(days=back), many, buyers, agents, scripts, chance)
            if talk.closed_at < now - timedelta(hours=1)
        ]
        keep_history(shop.pk, talks, by=SYSTEM, at=now)


def _buyers(shop: Shop, now: datetime) -> list[tuple[int, str]]:
    found = []
    for number, name in enumerate(FIRST_NAMES):
        nick = f"{name}_{(number * 37 + shop.pk) % 97:02}"
        facts = customers.find_or_create(shop.pk, nick=nick, by=SYSTEM, at=now - timedelta(days=60))
        found.append((facts.id, nick))
    return found


def _day(
    day: date,
    many: int,
    buyers: list[tuple[int, str]],
    agents: list[Who],
    scripts: list[list[str]],
    chance: random.Random,
) -> list[PastTalk]:
    """A day's talks; weekends are a third busier."""
    weight = many * (1.3 if day.weekday() >= 5 else 1.0) * chance.uniform(0.85, 1.15)
    hours = chance.choices(list(HOURS), weights=list(HOURS.values()), k=round(weight))
    starts = sorted(
        datetime.combine(day, time(hour), BEIJING) + timedelta(seconds=chance.randrange(3300)) for hour in hours
    )
    return [
        _talk(start, chance.choice(buyers), chance.choice(agents), chance.choice(scripts), chance) for start in starts
    ]


def _talk(start: datetime, buyer: tuple[int, str], agent: Who, script: list[str], chance: random.Random) -> PastTalk:
    moment, lines = start, []
    slow = 1.7 if start.hour in SLOW_AT else 1.0
    for place, text in enumerate(script):
        ask = place % 2 == 0
        if place:
            middle = 14.0 if place == 1 else 26.0
            pause = chance.lognormvariate(math.log(middle * slow), 0.75) if not ask else chance.uniform(8, 70)
            moment += timedelta(seconds=min(pause, 900))
        lines.append(PastLine("buyer" if ask else "staff", text.replace("{n}", str(chance.randrange(45, 68))), moment))
    rating = chance.choices([5, 4, 3, 2, None], weights=[40, 12, 4, 2, 42])[0]
    return PastTalk(buyer[0], buyer[1], agent, tuple(lines), moment + timedelta(minutes=chance.uniform(1, 6)), rating)
