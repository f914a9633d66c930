"""What the guard found in the last month, the shop's own rules with a draft to publish, appeals, special customers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import Any

from xiaoer.customers import actions as customers
from xiaoer.customers import actions_special
from xiaoer.customers.flow import Why
from xiaoer.demo.shops import who
from xiaoer.guard import actions as guard
from xiaoer.guard import queries
from xiaoer.guard.actions import appeals, rulesets
from xiaoer.guard.forms import Judgement, Note
from xiaoer.guard.shop_rules import Penalty, ShopRule
from xiaoer.kernel.access import SYSTEM
from xiaoer.people.models import Shop, Staff
from xiaoer.people.queries import shop_facts

Step = tuple[datetime, Callable[[datetime], object]]

TYPED: tuple[tuple[str, str], ...] = (
    ("亲，您加我微信，我把实拍图发您", "reworded"),
    ("这边没有发票的亲", "reworded"),
    ("今天拍今天就能发货的", "blocked"),
    ("可以的，给您开办公用品的发票", "blocked"),
    ("您这边补个5元运费就可以发货了", "reworded"),
    ("我帮您把订单关闭吧", "blocked"),
    ("这个不属于我们的问题，我们不能负责", "warned"),
    ("您加下QQ吧，发您尺码表", "blocked"),
    ("给个五星好评截图返现3元", "blocked"),
    ("这是全网最低价了亲", "reworded"),
    ("被快递公司遗失了，请找快递公司索赔", "reworded"),
    ("本店不议价", "warned"),
)
ASKED = (
    "有发票吗",
    "发票能开成办公用品吗",
    "加个微信吧，打字慢",
    "今天能发吗",
    "能货到付款不",
    "包邮吗",
    "是正品吗",
    "帮我核对一下地址",
    "可以刷信用卡吗",
)
"""What buyers asked in talks that are over (敏感提问)."""
AGENTS = ("quanquan", "tangtang", "anan", "mumu", "quanquan", "tangtang")
OWN = ShopRule(
    level="block",
    title_zh="不许说清仓、甩卖",
    title_en="No clearance talk",
    reason_zh="品牌方要求：任何渠道不得出现清仓、甩卖字样",
    reason_en="The brand forbids the words clearance and dump sale in every channel",
    rewrite_zh="亲，这款正在参加活动，价格以页面展示为准哦",
    rewrite_en="This one is in a campaign; the page shows the price",
    penalty=Penalty(points=0, fen=500_000, zh="品牌方每次扣款 5,000 元", en="The brand deducts 5,000 yuan each time"),
    phrases=["清仓", "甩卖", "跳楼价"],
    patterns=["断码…(处理|便宜卖)"],
    unless=["不是清仓", "没有清仓"],
    source="品牌授权协议 3.2",
    match=["亲，这款清仓价了", "断码的便宜卖了"],
    no_match=["这款不是清仓的哦", "断码了，暂时没有您的尺码"],
)
WASH = ShopRule(
    level="warn",
    title_zh="不许保证不缩水、不起球",
    title_en="No promise that it never shrinks",
    reason_zh="羊毛制品不能保证不起球，客诉里三成来自这句话",
    reason_en="Wool may pill; a third of the complaints come from this sentence",
    rewrite_zh="亲，羊毛属于天然纤维，建议按洗标干洗，可以减少起球",
    rewrite_en="Wool is a natural fibre; dry cleaning as the label says keeps it from pilling",
    patterns=["(保证|绝对|肯定)…(不缩水|不起球|不掉色)"],
    source="售后周会 11 月第 2 周",
    match=["亲，保证不起球的", "肯定洗了不缩水"],
    no_match=["亲，按洗标清洗可以减少起球", "起球了可以联系我们"],
)


def load(shops: dict[str, Shop], staff: dict[str, Staff], now: datetime) -> list[Step]:
    """A month of findings; version 1 three weeks ago; a draft that waits for a second pair of eyes."""
    shop = shops["quanquan-tmall"]
    steps: list[Step] = [(now - timedelta(days=21), lambda at: _publish(shop, staff, at))]
    steps += _month(shop, staff, now)
    steps += _appeals(shop, staff, now)
    steps += _special(shop, staff, now)
    steps.append((now - timedelta(hours=3), lambda at: _draft(shop, staff, at)))
    return steps


def _publish(shop: Shop, staff: dict[str, Staff], at: datetime) -> None:
    inspector, boss = who(staff["inspector"]), who(staff["supervisor"])
    row = rulesets.open_draft(shop.pk, by=inspector, at=at)
    rulesets.put_rule(row, OWN, edits=row.edits, by=inspector, at=at)
    rulesets.submit(row, Note(note="品牌方新签协议 3.2：禁用清仓、甩卖字样"), by=inspector, at=at)
    rulesets.publish(row, None, by=boss, at=at + timedelta(minutes=40))


def _draft(shop: Shop, staff: dict[str, Staff], at: datetime) -> None:
    inspector = who(staff["inspector"])
    row = rulesets.open_draft(shop.pk, by=inspector, at=at)
    rulesets.put_rule(row, WASH, edits=row.edits, by=inspector, at=at)
    wider = ShopRule.model_validate(row.rules[0]).model_copy(update={"phrases": [*OWN.phrases, "白菜价"]})
    rulesets.put_rule(row, wider, edits=row.edits, by=inspector, at=at)
    rulesets.submit(row, Note(note="周会决定：不再保证不起球；清仓规则补充“白菜价”"), by=inspector, at=at)


def _month(shop: Shop, staff: dict[str, Staff], now: datetime) -> list[Step]:
    dice = Random(20261122)  # the same demo every time
    steps: list[Step] = []
    for day in range(30):
        for nth in range(dice.choice((2, 3, 3, 4, 5, 6))):
            at = now - timedelta(days=day, hours=dice.randint(1, 11), minutes=dice.randint(0, 59))
            text, outcome = dice.choice(TYPED)
            steps.append((at, _hit(shop, staff[dice.choice(AGENTS)], text, outcome, f"demo-{day}-{nth}")))
    asking = Random(20261123)
    for nth in range(70):
        at = now - timedelta(days=asking.randint(0, 29), minutes=asking.randint(30, 600))
        steps.append((at, _asked(shop, asking.choice(ASKED), f"demo-asked-{nth}")))
    return steps


def _asked(shop: Shop, text: str, key: str) -> Callable[[datetime], object]:
    def done(at: datetime) -> object:
        verdict = queries.check(text, queries.context_for(shop_facts(shop.pk), at=at, direction="in"))
        return guard.record_hits(verdict, shop_id=shop.pk, text=text, outcome="asked", key=key, by=SYSTEM, at=at)

    return done


def _hit(shop: Shop, agent: Staff, text: str, outcome: str, key: str) -> Callable[[datetime], object]:
    def done(at: datetime) -> object:
        verdict = queries.check(text, queries.context_for(shop_facts(shop.pk), at=at))
        fits = {"block": ("blocked", "reworded"), "warn": ("warned", "reworded", "confirmed")}.get(verdict.verdict)
        if fits is None:
            return None
        became = outcome if outcome in fits else fits[0]
        more: dict[str, Any] = {"reason": "客户坚持要求"} if became == "confirmed" else {}
        return guard.record_hits(
            verdict, shop_id=shop.pk, text=text, outcome=became, key=key, by=who(agent), at=at, **more
        )

    return done


APPEALED: tuple[tuple[float, str, str, str, str, str], ...] = (
    (
        76,
        "anan",
        "您可以在微信里搜一下怎么量胸围，咱们这边不加微信的哦",
        "contact.",
        "只是告诉她去搜，没有留联系方式",
        "uphold",
    ),
    (50, "tangtang", "亲，微信图案手机壳有三种颜色", "", "这是商品图案的名字", "excuse"),
    (5, "quanquan", "快递员说今天送达，这是物流信息上写的", "", "是物流页面的原话，不是我们承诺", ""),
    (2, "anan", "这款是全店销量第一的羊毛大衣", "", "后台排名截图可以证明", ""),
)
HISTORY = [
    {"from": "buyer", "text": "在吗，想问一下"},
    {"from": "staff", "text": "在的亲，您请说"},
]


def _appeals(shop: Shop, staff: dict[str, Staff], now: datetime) -> list[Step]:
    return [(now - timedelta(hours=ago), _appeal(shop, staff, *rest)) for ago, *rest in APPEALED]


def _appeal(
    shop: Shop, staff: dict[str, Staff], agent: str, text: str, family: str, reason: str, verb: str
) -> Callable[[datetime], object]:
    def done(at: datetime) -> object:
        verdict = queries.check(text, queries.context_for(shop_facts(shop.pk), at=at))
        hit = next((one for one in verdict.rules if one.id.startswith(family) and one.level != "log"), None)
        if hit is None:  # the rules have learnt better since this demo was written
            return None
        by = who(staff[agent])
        row = appeals.appeal(
            shop.pk, text=text, rule=hit.id, verdict=verdict, reason=reason, conversation_id=None, history=HISTORY,
            by=by, at=at,
        )  # fmt: skip
        if verb:
            answer = {
                "uphold": "提到站外工具平台也会判违规，请改说“页面上有测量方法”",
                "excuse": "确实是商品名，已转规则优化",
            }
            form = Judgement(answer=answer[verb])
            appeals.STEPS[verb](row, form, by=who(staff["inspector"]), at=at + timedelta(hours=2))
        return row

    return done


def _special(shop: Shop, staff: dict[str, Staff], now: datetime) -> list[Step]:
    def known(at: datetime) -> None:
        buyer = customers.find_or_create(shop.pk, nick="惊鸿一瞥888", by=SYSTEM, at=at)
        row = actions_special.propose(
            buyer.id,
            kind="claimant",
            reason="三个月内四次索要高开发票，并以投诉相威胁",
            evidence=[
                {"subject": "", "text": "8 月 12 日、9 月 3 日聊天：要求 100 元订单开 500 元发票"},
                {"subject": "", "text": "9 月 20 日投诉拒开发票，平台判定不成立"},
            ],
            by=who(staff["quanquan"]),
            at=at,
        )
        note = Why(note="聊天与平台判定属实；只提醒，不影响她正常购买与售后")
        actions_special.step(row, "confirm", note, by=who(staff["supervisor"]), at=at + timedelta(hours=1))

    def proposed(at: datetime) -> None:
        buyer = customers.find_or_create(shop.pk, nick="momo的衣橱", by=SYSTEM, at=at)
        actions_special.propose(
            buyer.id,
            kind="care",
            reason="孕晚期，取件不便，多次提醒快递送上楼",
            evidence=[{"subject": "", "text": "11 月 18 日聊天里说明身体情况"}],
            by=who(staff["anan"]),
            at=at,
        )

    return [(now - timedelta(days=40), known), (now - timedelta(hours=6), proposed)]
