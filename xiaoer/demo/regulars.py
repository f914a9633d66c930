"""Buyers the shop knows (等级、标签、备注), what they said of goods and service, and this week's roster."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta

from django.db.models import Count

from xiaoer.customers import actions as customers
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.cells import CHINA
from xiaoer.orders.models import Order
from xiaoer.people.models import Shop, Staff
from xiaoer.reception import actions as reception
from xiaoer.reception.models import Conversation
from xiaoer.routing import actions as routing
from xiaoer.routing.roster_sheet import Draft, span

Step = tuple[datetime, Callable[[datetime], object]]
KNOWN: tuple[tuple[int, int, tuple[str, ...], str], ...] = (
    (2, 5, ("老客户", "喜欢大衣"), "习惯拍 M 码，偏爱红色；收货常写公司地址"),
    (1, 3, ("老客户",), "送货上门，放驿站会不高兴"),
    (0, 2, ("尺码偏大",), "165/62，上衣穿 L"),
    (3, 5, ("VIP", "常推荐朋友"), ""),
    (0, 1, ("爱问物流",), ""),
    (0, 0, ("孕妇", "怕甲醛"), "问过面料检测报告，已发"),
)
SAID: tuple[tuple[str, str, str, str], ...] = (
    ("product", "羊毛大衣穿两次袖口起球", "红色羊毛大衣 0201", "换成精纺面料，或在详情页写明护理方法"),
    ("product", "扣子容易掉，寄来就松", "红色羊毛大衣 0201", "出厂前加一道钉扣检查"),
    ("page", "详情页写藏青，收到像黑色", "羊毛针织连衣裙", "补一张自然光实拍图"),
    ("shipping", "纸箱压扁了，衣服皱", "", "大衣换硬盒"),
    ("need", "想要同款的短款", "红色羊毛大衣 0201", "下一季考虑短款"),
    ("service", "问了两遍尺码才回答", "", ""),
)
WEEK: dict[str, tuple[tuple[int, int], str]] = {
    "quanquan": ((9, 18), "早班"),
    "tangtang": ((15, 24), "晚班"),
    "anan": ((9, 18), "早班"),
    "mumu": ((13, 22), "中班"),
    "vendor": ((18, 2), "夜班"),
}


def load(opened: dict[str, Shop], staff: dict[str, Staff], now: datetime) -> list[Step]:
    shop = opened["quanquan-tmall"]
    boss = who(staff["supervisor"])

    def known(at: datetime) -> None:
        rows = Order.objects.filter(shop=shop).values("customer").annotate(n=Count("pk")).order_by("-n", "customer")
        for (vip, level, tags, note), one in zip(KNOWN, rows[: len(KNOWN)], strict=False):
            pk = one["customer"]
            customers.grade(pk, vip=vip, level=level, by=SYSTEM, at=at)
            customers.tag(pk, *tags, by=boss, at=at)
            if note:
                customers.note(pk, note, by=boss, at=at)

    def said(at: datetime) -> None:
        talks = Conversation.objects.filter(shop=shop, agent__isnull=False).order_by("-pk")[: len(SAID)]
        for (kind, text, goods, wish), talk in zip(SAID, talks, strict=False):
            reception.note_feedback(
                talk.pk, kind=kind, text=text, goods=goods, suggestion=wish, by=who(staff["anan"]), at=at
            )

    def roster(at: datetime) -> None:
        today = now.astimezone(CHINA).date()
        monday = today - timedelta(days=today.weekday())
        drafts: list[Draft] = []
        for off, (name, ((start, end), words)) in enumerate(WEEK.items()):
            for day in range(14):
                if day % 7 != off:  # everybody has a day off
                    since, until = span(monday + timedelta(days=day), timedelta(hours=start), timedelta(hours=end))
                    drafts.append(Draft(staff[name].pk, since, until, words))
        routing.take_roster(shop.pk, drafts, by=boss, at=at)
        for name in WEEK:
            routing.grant(shop.pk, staff[name].pk, None, by=boss, at=at)

    morning = datetime.combine(now.astimezone(CHINA).date(), time(8), CHINA)
    return [
        (now - timedelta(hours=30), known),
        (now - timedelta(minutes=50), said),
        (min(morning, now - timedelta(hours=2)), roster),
    ]
