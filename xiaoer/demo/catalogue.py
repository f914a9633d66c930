"""The demo's shop window: 25 goods with SKUs, size tables, stock, promotions, freight, and questions to the warehouse."""

import random
import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from xiaoer.demo.orders import goods as sold
from xiaoer.demo.shops import who
from xiaoer.goods import actions
from xiaoer.goods.drafts import FLAGS, TEXTS, GoodsDraft, SkuDraft
from xiaoer.goods.models import Goods, Sku, StockQuestion
from xiaoer.goods.stock_flow import Answer
from xiaoer.kernel.access import SYSTEM
from xiaoer.people.models import Shop, Staff

Step = tuple[datetime, Callable[[datetime], object]]
SCARCE = {
    "0201-正红-M": 1,
    "0201-正红-L": 0,
    "0164-酒红-S": 2,
    "0363-墨绿-M": 0,
    "3042-栗色-37": 3,
    "0422-黑底碎花-M": 1,
}
_UNCOUNTED = ("6108", "9001")
"""Made to order, and a large item of another warehouse: nobody knows their stock."""


@lru_cache(maxsize=1)
def told() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "catalogue.toml").read_text(encoding="utf-8"))


def load(shops: dict[str, Shop], staff: dict[str, Staff], now: datetime) -> list[Step]:
    """Goods stand there since yesterday; stock was counted this morning; what is asked of the warehouse comes as steps."""
    for number, shop in enumerate(shops.values()):
        for table in told()["table"]:
            actions.put_size_table(shop.pk, **table, by=who(staff["supervisor"]), at=now - timedelta(days=60))
        for template in told()["freight"]:
            values = {name: value for name, value in template.items() if name != "by"}
            actions.put_freight(
                shop.pk, **values, by_weight=template["by"] == "weight", by=who(staff["owner"]),
                at=now - timedelta(days=60),
            )  # fmt: skip
        _goods(shop, now)
        _stock(shop, staff, now, seed=number)
        _promotions(shop, staff, now)
    return _questions(shops["quanquan-tmall"], staff, now)


def _goods(shop: Shop, now: datetime) -> None:
    rows = [{**one, **told()["extra"].get(one["code"], {}), "material": one["fabric"]} for one in sold()]
    at = now - timedelta(days=30)
    for one in [*rows, *told()["goods"]]:
        draft = GoodsDraft(
            one["code"],
            texts={name: one[name] for name in TEXTS if name in one},
            flags={name: one[name] for name in FLAGS if name in one},
            points=one.get("points"),
            features=one.get("features"),
            advantages=one.get("advantages"),
            weight_g=one.get("weight_g"),
            presale_at=now + timedelta(days=one["presale_days"]) if "presale_days" in one else None,
            size_table=one.get("size_table"),
            freight=one.get("freight"),
            skus=[SkuDraft("", colour, size, one["price_fen"]) for colour in one["colours"] for size in one["sizes"]],
        )
        actions.put_goods(shop.pk, [draft], by=SYSTEM, at=at)
        at += timedelta(hours=3)


def _stock(shop: Shop, staff: dict[str, Staff], now: datetime, *, seed: int) -> None:
    dice = random.Random(201 + seed)
    unknown = set(Goods.objects.filter(shop=shop, code__in=_UNCOUNTED).values_list("pk", flat=True))
    skus = Sku.objects.filter(shop=shop).exclude(goods_id__in=unknown).order_by("pk")
    lines = [actions.Counted(sku.code, SCARCE.get(sku.code, dice.choice((4, 8, 12, 20, 36, 60)))) for sku in skus]
    keeper = who(staff["warehouse"])
    counted, moved = now - timedelta(hours=6), now - timedelta(hours=1)
    actions.take_report(
        shop.pk,
        lines,
        report_id="wms-morning",
        kind="snapshot",
        as_of=counted,
        source="仓库系统",
        by=keeper,
        at=counted,
    )
    sales = [actions.Counted("0605-白色-M", -3), actions.Counted("108-黑色-L", -2), actions.Counted("0512-浅蓝-27", 10)]
    actions.take_report(
        shop.pk, sales, report_id="wms-noon", kind="delta", as_of=moved, source="仓库系统", by=keeper, at=moved
    )
    for code, qty, reason, subject in (
        ("0363-燕麦-M", 1, "exchange", "exchange:9001"),
        ("0164-酒红-S", 1, "reship", "reship:9002"),
        ("3021-黑色-38", 1, "exchange", "exchange:9003"),
    ):
        actions.reserve(shop.pk, code, qty, reason=reason, subject=subject, by=who(staff["anan"]), at=moved)


def _promotions(shop: Shop, staff: dict[str, Staff], now: datetime) -> None:
    for one in told()["promotion"]:
        values = {name: value for name, value in one.items() if name not in ("began_days", "ends_days")}
        actions.put_promotion(
            shop.pk,
            **values,
            starts_at=now - timedelta(days=one["began_days"], hours=2),
            ends_at=now + timedelta(days=one["ends_days"], hours=5),
            by=who(staff["supervisor"]),
            at=now - timedelta(days=5),
        )


def _questions(shop: Shop, staff: dict[str, Staff], now: datetime) -> list[Step]:
    """Three that wait (one urgent, one late), two answered."""
    quanquan, tangtang = who(staff["quanquan"]), who(staff["tangtang"])

    def ask(minutes: int, sku_code: str, by: Any, **more: Any) -> Step:
        return now - timedelta(minutes=minutes), lambda at: actions.ask(
            shop.pk, sku_code=sku_code, by=by, at=at, **more
        )

    def answer(minutes: int, sku_code: str, **form: Any) -> Step:
        def told_by_warehouse(at: datetime) -> object:
            row = StockQuestion.objects.select_related("shop").get(shop=shop, sku_code=sku_code, state="asked")
            return actions.answer(row, Answer(**form), by=who(staff["warehouse"]), at=at)

        return now - timedelta(minutes=minutes), told_by_warehouse

    return [
        ask(95, "0363-墨绿-M", tangtang, note="买家问墨绿 M 什么时候补"),
        answer(80, "0363-墨绿-M", answer="when", when=now + timedelta(days=6), note="周末到一批"),
        ask(50, "3042-栗色-37", quanquan, qty=2, note="买家要两双，系统显示 3 双"),
        answer(44, "3042-栗色-37", answer="yes", note="货架 C12，三双都在"),
        ask(12, "0422-黑底碎花-M", tangtang, note="系统只剩 1 件，帮忙看看有没有瑕疵"),
        ask(6, "0201-正红-M", quanquan, urgent=True, note="买家今晚要出差，确认今天能不能出库"),
        ask(2, "0311-奶白-L", quanquan, note="预售款，第一批什么时候到仓"),
    ]
