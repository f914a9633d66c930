"""Rows of the requirements, each by a sentence that breaks it and one that keeps it."""

import pytest

from xiaoer.guard import facts, packs
from xiaoer.guard.rules import Context, Rule

UNPROVED, FREE = frozenset({"identity_unverified"}), frozenset({"free_shipping"})


def named(rule: str) -> Rule:
    found = packs.shipped().rule(rule)
    assert found is not None, rule
    return found


@pytest.mark.parametrize(
    ("row", "rule", "broken", "kept", "more"),
    [
        ("R353", "invoice.fee", "发票单独寄的话邮费您自己出", "发票单独寄，邮费我们出", {}),
        ("R362", "invoice.refuse", "我们不开发票的", "发票免费开，您放心", {}),
        ("R374", "privacy.order", "收货地址是杭州市西湖区文三路90号", "请您用下单的账号来核对", {"switches": UNPROVED}),
        ("R405", "pay.freight_in_scope", "您那边得加5元运费", "包邮的，不用补运费", {"switches": FREE}),
        ("R509", "civil.accuse", "天猫扣了10元佣金所以少退", "退款明细我发给您核对", {}),
        ("R606", "order.price_raise", "原料涨价了，您再补50我就发", "差价我们补给您", {}),
        ("R613", "goods.fake", "这是扫描版的", "正版，支持验货", {"platform": "kuaishou"}),
        ("R619", "contact.shop_address", "我们实体店在南京路88号", "退货地址是文三路90号", {"platform": "kuaishou"}),
        ("R619", "contact.other_platform", "去我淘宝店下单", "在小店下单就行", {"platform": "kuaishou"}),
        (
            "R619",
            "contact.qr",
            "二维码：https://u.wechat.com/a",
            "二维码：https://www.kuaishou.com/a",
            {"platform": "kuaishou"},
        ),
        ("R620", "goods.slander", "平台就是垃圾", "平台规则是这样的", {"platform": "kuaishou"}),
        ("R622", "contact.advert", "麻烦帮忙投票点赞", "欢迎收藏店铺", {"platform": "kuaishou"}),
        ("R623", "civil.unlawful", "加盟做代理，拉三个人头就返本", "代理请看首页公告", {"platform": "kuaishou"}),
        ("R624", "identity.platform", "我是快手小店官方客服", "我是本店客服", {"platform": "kuaishou"}),
    ],
)
def test_a_row_is_kept_by_its_rule(row, rule, broken, kept, more):
    context = Context(**{"platform": "tmall", **more})
    assert rule in {hit.id for hit in packs.check(broken, context).rules}, row
    assert packs.check(kept, context).verdict in ("allow", "log"), row
    assert row in named(rule).source


@pytest.mark.parametrize(
    ("asked", "rule"),
    [
        ("可以刷信用卡吗", "trap.credit_card"),
        ("手续费谁出", "trap.credit_card"),
        ("有发票吗", "trap.invoice"),
        ("发票可以开成办公用品吗", "trap.invoice_other"),
        ("我买了100能开500的发票吗", "trap.invoice_other"),
        ("我的发票没收到", "trap.invoice"),
        ("什么时候发货", "trap.ship_time"),
        ("帮我核对一下地址", "trap.address"),
        ("帮我关闭订单", "trap.close_order"),
        ("能货到付款吗", "trap.payment"),
        ("有其他方式付款吗", "trap.payment"),
        ("把你银行账号发过来我汇款", "trap.payment"),
        ("你有QQ吗", "trap.contact"),
        ("你手机号多少", "trap.contact"),
        ("可以发EMS吗", "trap.freight"),
        ("新疆运费多少", "trap.freight"),
        ("包邮吗", "trap.freight"),
        ("我不会用支付宝", "trap.cannot_pay"),
    ],
)
def test_each_sensitive_question_has_its_safe_answer(asked, rule):
    """R511's seventeen intents and R393's: found in what the buyer says, with an answer that the guard itself lets out."""
    found = {hit.id: hit for hit in packs.check(asked, Context(platform="tmall", direction="in")).rules}
    said = found[rule].rewrite
    assert said is not None
    assert packs.check(said.zh, Context(platform="tmall")).verdict in ("allow", "log")


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        (
            ("contact.link", "contact.email", "contact.qr", "contact.shop_address", "contact.other_platform"),
            "发布其他平台信息",
        ),
        (("civil.insult", "civil.threat", "civil.harass"), "骚扰他人"),
        (("identity.platform",), "扰乱电商平台秩序"),
        (("invoice.refuse", "invoice.answer"), "第二年签约"),
    ],
)
def test_a_rule_says_how_the_platform_handles_it(rules, words):
    """R627, R628, R629 (Kuaishou's three headings) and R362 stand where the agent reads what is at stake."""
    for rule in rules:
        penalty = named(rule).penalty
        assert penalty is not None and words in penalty.zh, rule


def test_what_is_pressed_upon_a_silent_buyer_is_harassment():
    """R621: the same saying a third time while she has not answered."""
    context = Context(platform="kuaishou", history=("亲还在考虑吗", "亲，还在考虑吗"), unanswered=facts.SAME_SAYINGS)
    assert packs.check("亲还在考虑吗", context).verdict == "warn"
