"""Three hundred orders of the demo, in every state, with the named buyers of the conversations among them."""

import random
import tomllib
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from xiaoer.kernel.access import SYSTEM
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.drafts import LineDraft, OrderDraft
from xiaoer.people.models import Shop

HERE = Path(__file__).parent
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = ("静怡", "雨桐", "思琪", "佳宁", "婉清", "欣妍", "晓彤", "梦瑶", "书涵", "若曦", "雅雯", "诗涵", "丽娟", "秀英")
PLACES = (
    "浙江省 宁波市 鄞州区 首南街道泰康中路 558 号",
    "江苏省 苏州市 工业园区 星湖街 218 号",
    "广东省 广州市 天河区 体育东路 116 号",
    "四川省 成都市 武侯区 天府大道中段 530 号",
    "湖北省 武汉市 洪山区 珞喻路 10 号",
    "辽宁省 沈阳市 和平区 青年大街 286 号",
    "陕西省 西安市 雁塔区 科技路 48 号",
    "山东省 青岛市 市南区 香港中路 76 号",
)
CARRIERS = (("顺丰速运", "SF"), ("中通快递", "7"), ("圆通速递", "YT"), ("韵达快递", "4"))
NICKS = (
    "小鱼儿",
    "爱笑的眼睛",
    "冬日暖阳",
    "蜜桃乌龙",
    "白茶清欢",
    "橘子汽水",
    "南风知我意",
    "星河入梦",
    "木子李",
    "晚安地球",
)
STATES = (("waiting_payment", 30), ("paid", 60), ("shipped", 90), ("succeeded", 95), ("closed", 25))


@lru_cache(maxsize=1)
def goods() -> list[dict[str, Any]]:
    return list(tomllib.loads((HERE / "goods.toml").read_text(encoding="utf-8"))["goods"])


class Maker:
    """Makes orders, the same ones each time (a fixed seed)."""

    def __init__(self, at: datetime, seed: int) -> None:
        self.dice = random.Random(seed)
        self.at = at
        self.count = 0

    def line(self, code: str = "") -> LineDraft:
        item = next((one for one in goods() if one["code"] == code), None) or self.dice.choice(goods())
        qty = 2 if self.dice.random() < 0.12 else 1
        sku = f"颜色分类:{self.dice.choice(item['colours'])};尺码:{self.dice.choice(item['sizes'])}"
        return LineDraft(
            title=item["title"],
            sku=sku,
            sku_code=item["code"],
            qty=qty,
            price_fen=item["price_fen"],
            paid_fen=item["price_fen"] * qty,
            category=item["category"],
        )

    def order(self, status: str, nick: str = "", code: str = "", paid_ago: timedelta | None = None) -> OrderDraft:
        """One order that reached `status`; `paid_ago` fixes when it was paid."""
        self.count += 1
        dice = self.dice
        lines = [self.line(code)] + ([self.line()] if dice.random() < 0.25 and not code else [])
        goods_fen = sum(line.paid_fen or 0 for line in lines)
        freight = 0 if goods_fen >= 9900 else 1000
        ago = paid_ago or timedelta(minutes=dice.randint(*_AGE[status]))
        paid = self.at - ago
        draft = OrderDraft(
            order_no=f"{4520000000000000000 + dice.randrange(10**15):d}",
            nick=nick or self._nick(),
            status=status,
            goods_fen=goods_fen,
            freight_fen=freight,
            payable_fen=goods_fen + freight,
            paid_fen=0 if status == "waiting_payment" else goods_fen + freight,
            free_shipping=freight == 0,
            receiver_name=dice.choice(SURNAMES) + dice.choice(GIVEN),
            receiver_address=dice.choice(PLACES),
            receiver_phone=f"1{dice.choice('3578')}{dice.randrange(10**9):09d}",
            created_at=paid - timedelta(minutes=dice.randint(1, 30)),
            lines=lines,
        )
        self._history(draft, status, paid)
        return draft

    def _nick(self) -> str:
        return f"{self.dice.choice(NICKS)}{self.dice.randint(1, 99):02d}"

    def _history(self, draft: OrderDraft, status: str, paid: datetime) -> None:
        if status == "closed":
            draft.closed_at, draft.close_reason, draft.paid_fen = paid + timedelta(days=1), "买家超时未付款", 0
        if status in ("paid", "shipped", "succeeded"):
            draft.paid_at = paid
        if status in ("shipped", "succeeded"):
            carrier, prefix = self.dice.choice(CARRIERS)
            draft.shipped_at = paid + timedelta(hours=self.dice.randint(4, 30))
            draft.carrier, draft.waybill = carrier, f"{prefix}{self.dice.randrange(10**12):012d}"
            arrived = draft.shipped_at + timedelta(hours=self.dice.randint(40, 90))
            if arrived < self.at:
                draft.signed_at = arrived
        if status == "succeeded":
            draft.succeeded_at = min((draft.signed_at or self.at) + timedelta(days=2), self.at)
        if status == "paid" and self.dice.random() < 0.15:
            draft.flag, draft.seller_remark = "red", "客户要求修改地址，新地址已在后台改好"


_AGE = {
    "waiting_payment": (3, 20 * 60),
    "paid": (5, 40 * 60),
    "shipped": (36 * 60, 6 * 24 * 60),
    "succeeded": (9 * 24 * 60, 40 * 24 * 60),
    "closed": (2 * 24 * 60, 20 * 24 * 60),
}


def load(shops: dict[str, Shop], at: datetime) -> Maker:
    """Take the crowd's orders in: 200 in the Tmall shop, 100 in the Taobao shop."""
    maker = Maker(at, seed=20261111)
    for slug, share in (("quanquan-tmall", 2), ("quanquan-taobao", 1)):
        drafts = [maker.order(status) for status, count in STATES for _ in range(count * share // 3)]
        take_in(shops[slug].pk, drafts, source="demo", by=SYSTEM, at=at)
    return maker
