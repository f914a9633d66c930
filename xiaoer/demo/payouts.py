"""Compensation, finance and the supervisor's morning of the demo: every stage, so that the pages are alive."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from xiaoer.aftersales import actions, morning
from xiaoer.aftersales import finance_reads as reads
from xiaoer.aftersales.actions import finance, finance_batches, reversals, watching
from xiaoer.aftersales.actions.perform import open_any
from xiaoer.aftersales.actions.watching import Answer
from xiaoer.aftersales.forms import Pay
from xiaoer.aftersales.kinds import FLOWS
from xiaoer.aftersales.models import CompensationCase, Payable, Reminder
from xiaoer.demo.orders import Maker
from xiaoer.kernel.access import SYSTEM, Viewer
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.drafts import OrderDraft
from xiaoer.orders.models import Order
from xiaoer.people.models import Shop, Staff
from xiaoer.people.queries import viewer_of_staff

TMALL, TAOBAO = "quanquan-tmall", "quanquan-taobao"
DAY = 24 * 60
Steps = list[tuple[datetime, Callable[[datetime], object]]]

OFFERS: tuple[tuple[str, str, str, dict[str, Any], int, tuple[tuple[int, str, str, dict[str, Any]], ...]], ...] = (
    (TMALL, "海盐芝士", "mumu", {"means": "points", "amount_fen": 500, "reason": "courier", "note": "物流停滞三天，补偿积分"},
     DAY, ()),
    (TMALL, "清茶淡饭", "anan", {"means": "cash", "amount_fen": 3000, "reason": "late", "note": "付款三天未发货，已道歉"},
     150, ()),
    (TMALL, "一朵小花花", "vendor", {"means": "coupon", "amount_fen": 1500, "reason": "quality", "gift": "满100减15优惠券",
     "note": "袖口脱线，退货之外补偿一张券"}, 95, ()),
    (TMALL, "山河远阔", "anan", {"means": "freight", "amount_fen": 1200, "reason": "wrong", "note": "发错颜色，补退换往返运费"},
     2 * DAY, ((2 * DAY - 180, "finance", "execute", {"channel": "platform", "reference": "TM20261120200811"}),)),
    (TMALL, "南风知我意", "mumu", {"means": "cash", "amount_fen": 22000, "reason": "quality", "note": "洗后变形，质检认定我方责任"},
     200, ()),
    (TAOBAO, "甜酒酿", "anan", {"means": "gift", "amount_fen": 1800, "reason": "courier", "gift": "羊毛袜一双", "note": "鞋盒压扁"},
     DAY + 60, ()),
    (TAOBAO, "风铃草", "mumu", {"means": "cash", "amount_fen": 4500, "reason": "goodwill", "note": "老客户"}, 3 * DAY,
     ((2 * DAY, "supervisor", "refuse", {"note": "没有我方责任，可发满减券替代"}),)),
)  # fmt: skip
"""Shop, buyer, who proposes, the form, minutes ago, what followed."""


def _offer(
    shop: Shop, who: Viewer, order_no: str, form: dict[str, Any], told: list[int]
) -> Callable[[datetime], object]:
    def run(at: datetime) -> None:
        order = Order.objects.get(shop=shop, order_no=order_no)
        told.append(open_any(who, "compensation", order.pk, form, at=at).pk)

    return run


def _step(who: Viewer, told: list[int], verb: str, form: dict[str, Any]) -> Callable[[datetime], object]:
    def run(at: datetime) -> None:
        row = CompensationCase.objects.select_related("shop").get(pk=told[0])
        actions.perform(who, FLOWS["compensation"], row, verb, form, by=who.who, at=at)

    return run


def load(shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> Steps:
    people = {
        name: viewer_of_staff(staff[name]) for name in ("anan", "mumu", "vendor", "finance", "supervisor", "owner")
    }
    steps: Steps = []
    for slug, nick, who, form, ago, followed in OFFERS:
        draft = maker.order("shipped", nick=nick, code="0201", paid_ago=timedelta(minutes=ago, days=4))
        draft.shipped_at = now - timedelta(minutes=ago, days=3)
        draft.signed_at = draft.succeeded_at = None
        take_in(shops[slug].pk, [draft], source="demo", by=SYSTEM, at=draft.paid_at or now)
        told: list[int] = []
        steps.append((now - timedelta(minutes=ago), _offer(shops[slug], people[who], draft.order_no, form, told)))
        for later, by, verb, answer in followed:
            steps.append((now - timedelta(minutes=later), _step(people[by], told, verb, answer)))
    steps.append((now - timedelta(minutes=80), lambda at: _finance(people["finance"], at)))
    steps.append((now - timedelta(minutes=52), lambda at: _mistake(people["finance"], at)))
    steps.append((now - timedelta(minutes=35), lambda at: _morning(people, at)))
    return steps


def _finance(who: Viewer, at: datetime) -> None:
    """Finance checked some, sent a file of which one came back failed, and one channel is late."""
    refunds = [row for row in reads.ask(who).order_by("granted_at", "pk") if row.flow != "compensation"]
    for row, paid in zip(refunds, ({"payer": "王建国"}, {"points_fen": 1000}), strict=False):
        draft = OrderDraft(order_no=row.order.order_no, version=at, **paid)  # type: ignore[arg-type]
        take_in(row.shop_id, [draft], source="demo", by=SYSTEM, at=at)
    ids = list(reads.ask(who).order_by("granted_at", "pk").values_list("pk", flat=True))
    platform = [row.pk for row in refunds]
    finance.step_many(who, "approve", ids[:5], {}, by=who.who, at=at)
    batches, _ = finance_batches.make(who, platform[:2], "platform", by=who.who, at=at)
    for batch in batches[:1]:
        rows = Payable.objects.filter(batch=batch, state="exported").order_by("pk")
        if rows:
            one = [rows[0].pk]
            finance.step_many(who, "fail", one, {"why": "收款账户状态异常"}, by=who.who, at=at)
    waiting = [row.pk for row in reads.ask(who, tab="waiting") if row.flow != "compensation" and not row.failed_why]
    finance.step_many(who, "delay", waiting[:1], {"why": "银行系统维护，预计明日恢复"}, by=who.who, at=at)


def _mistake(who: Viewer, at: datetime) -> None:
    """A payment was registered on the wrong case: a reversal waits for the second pair of eyes."""
    row = reads.ask(who, tab="open").filter(flow="compensation", state__in=("waiting", "approved")).first()
    if row is None:
        return
    case = CompensationCase.objects.get(pk=row.case_id)
    channel = {"points": "points", "coupon": "coupon", "gift": "gift"}.get(case.means, "platform")
    finance.pay_one(who, row, Pay(channel=channel, reference="TM20261122077001"), by=who.who, at=at)
    row.refresh_from_db()
    reversals.ask(row, "流水号登记到了别的单子上，买家未收到", True, by=who.who, at=at)


def _morning(people: dict[str, Viewer], at: datetime) -> None:
    """The supervisor went through the list and reminded three agents; one has answered."""
    boss = people["supervisor"]
    rows = morning.page(boss, wanted="refund", limit=12)
    agents = [one for one in (people["anan"], people["mumu"]) if one.id is not None]
    for place, case in enumerate(rows[:3]):
        agent = agents[place % len(agents)]
        watching.remind(case, agent.id or 0, "今天下班前给买家答复" if not place else "", by=boss.who, at=at)
    first = Reminder.objects.filter(agent_id=people["mumu"].id or 0).first()
    if first is not None:
        form = Answer(answer="已联系买家补照片，下午 4 点前处理")
        watching.answer(people["mumu"], first, form, by=people["mumu"].who, at=at + timedelta(minutes=9))
