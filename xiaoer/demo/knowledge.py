"""What the demo's shop knows: the starter content, and texts in every stage of their life."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel.access import SYSTEM
from xiaoer.knowledge import articles_reads as reads
from xiaoer.knowledge.actions import articles, life, reading, starting
from xiaoer.knowledge.models import Article, ArticleVersion
from xiaoer.people.queries import viewer_of_staff

Step = tuple[datetime, Callable[[datetime], Any]]

GLOVES: dict[str, Any] = {
    "title": "双十二期间退货寄哪个仓",
    "kind": "article",
    "category": "returns",
    "summary": "十二月十日到二十日，退货统一寄乔司 3 号库，别写主仓。",
    "body": "活动期间退货量大，**统一寄乔司 3 号库**，地址以退货页面显示的为准。\n\n"
    "- 纸条写订单号和账号\n- 不收到付\n- 大件先联系客服约时间",
    "questions": ["双十二退货寄哪里", "退货地址变了吗"],
    "tags": ["退货", "双十二"],
    "audience": "staff",
    "must_read": True,
}
BOOTS: dict[str, Any] = {
    "title": "马丁靴 3021 有胶味怎么回",
    "kind": "faq",
    "category": "goods",
    "goods": ["3021"],
    "summary": "新鞋胶水味通风两三天会散，味道刺鼻持续一周以上按质量问题处理。",
    "body": "## 鞋子有味道正常吗？\n\n新鞋用胶，头几天有一点味道是正常的，放通风处两三天会散。\n\n"
    "## 一直散不掉怎么办？\n\n请买家说明味道和时间，拍吊牌，核实后按质量问题处理。",
    "questions": ["鞋子有胶味", "鞋子味道大", "3021有味道"],
    "tags": ["鞋", "气味"],
    "audience": "staff",
}
COAT: dict[str, Any] = {
    "title": "大衣 0201 起静电、粘毛怎么办",
    "kind": "steps",
    "category": "goods",
    "goods": ["0201"],
    "summary": "用湿海绵顺毛擦、挂蒸汽、随身带粘毛滚。",
    "body": "1. 微湿的海绵顺着毛向擦一遍\n2. 浴室挂十分钟，让蒸汽去静电\n3. 出门带粘毛滚，顺一个方向",
    "questions": ["大衣粘毛", "大衣起静电"],
    "tags": ["大衣", "静电"],
    "audience": "buyer",
}
WASH_TAG: dict[str, Any] = {
    "title": "水洗标上的符号怎么看",
    "kind": "article",
    "category": "goods",
    "summary": "盆是水洗、三角是漂白、方块是烘干、熨斗是熨烫、圆圈是干洗，打叉就是不行。",
    "body": "| 符号 | 意思 |\n|---|---|\n| 盆 | 水洗，数字是水温 |\n| 三角 | 漂白 |\n| 方块 | 烘干 |\n| 熨斗 | 熨烫 |\n| 圆圈 | 干洗 |",
    "tags": ["洗涤"],
    "audience": "buyer",
}


def load(opened: dict[str, Any], staff: dict[str, Any], now: datetime) -> list[Step]:
    """The steps in which it was written, reviewed, read and asked for."""
    shop = opened["quanquan-tmall"]
    by = {name: viewer_of_staff(staff[name]) for name in ("anan", "mumu", "tangtang", "inspector", "supervisor")}

    def write(values: dict[str, Any], who: str, note: str) -> Callable[[datetime], ArticleVersion]:
        return lambda at: articles.new_article(shop.pk, values, note=note, by=by[who].who, at=at)

    def step(title: str, verb: str, who: str, **form: Any) -> Callable[[datetime], None]:
        def go(at: datetime) -> None:
            row = articles.in_work(Article.objects.get(shop_id=shop.pk, title=title).pk)
            assert row is not None
            life.perform(by[who], row, verb, form, by=by[who].who, at=at)

        return go

    def read(who: str, key: str) -> Callable[[datetime], None]:
        def go(at: datetime) -> None:
            article = reads.find_by_key(by[who], shop.pk, key)
            reading.confirm_read(article, article.version, by=by[who].who, at=at)

        return go

    def rate(who: str, key: str, helped: bool, words: str = "") -> Callable[[datetime], None]:
        def go(at: datetime) -> None:
            article = reads.find_by_key(by[who], shop.pk, key)
            reading.rate(article, str(by[who].who), helped, words=words, by=by[who].who, at=at)

        return go

    def starter(at: datetime) -> None:
        for one in opened.values():
            starting.load_starter(one.pk, by=SYSTEM, at=at)

    return _told(now, starter, write, step, read, rate)


def _told(now: datetime, starter: Any, write: Any, step: Any, read: Any, rate: Any) -> list[Step]:
    """When each of them happened."""
    day, hour = timedelta(days=1), timedelta(hours=1)
    return [
        (now - 60 * day, starter),
        (now - 9 * day, read("anan", "words-to-avoid")),
        (now - 9 * day, read("mumu", "words-to-avoid")),
        (now - 8 * day, read("anan", "service-standard-before")),
        (now - 6 * day, rate("anan", "fabric-wool", True)),
        (now - 5 * day, rate("mumu", "fabric-wool", True)),
        (now - 5 * day, rate("tangtang", "ship-time", False, "没写预售的")),
        (now - 3 * day, write(GLOVES, "supervisor", "双十二新仓")),
        (now - 3 * day + hour, step(GLOVES["title"], "submit", "supervisor")),
        (now - 2 * day, step(GLOVES["title"], "publish", "inspector", words="地址核对过")),
        (now - 2 * day + hour, read("anan", articles.rules_life.key_of(GLOVES["title"]))),
        (now - 20 * hour, write(BOOTS, "anan", "这周问了好几次")),
        (now - 19 * hour, step(BOOTS["title"], "submit", "anan")),
        (now - 5 * hour, write(COAT, "mumu", "")),
        (now - 4 * hour, step(COAT["title"], "submit", "mumu")),
        (now - 3 * hour, step(COAT["title"], "send_back", "inspector", words="请补一张粘毛滚的图，再提交")),
        (now - 2 * hour, write(WASH_TAG, "tangtang", "")),
    ]
