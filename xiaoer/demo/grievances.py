"""Complaints in every stage and follow-up calls of the demo (投诉、跟踪回访)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from xiaoer.care import actions as care
from xiaoer.care import call_forms
from xiaoer.care.models import CareCall
from xiaoer.complaints import actions
from xiaoer.complaints import complaint_forms as forms
from xiaoer.complaints.complaint_flow import COMPLAINT
from xiaoer.complaints.models import Authority, Complaint
from xiaoer.demo.orders import Maker
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.errors import Refusal
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.queries import facts_by_number
from xiaoer.people.models import Shop, Staff
from xiaoer.people.queries import viewer_of_staff

Step = tuple[datetime, Callable[[datetime], object]]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SLUG = "quanquan-tmall"
SAID = {"text": "亲，非常抱歉给您带来不好的体验，投诉已受理，由专人跟进，今天内给您答复。", "channel": "platform_chat"}
VERIFY = {"finding": "调取出库监控和物流轨迹，确认仓库漏发围巾一条", "records": ["stock", "trace"],
          "dispute_point": "是否漏发", "liable": "shop", "basis": "both"}  # fmt: skip
OFFER = {
    "solution": "reship",
    "text": "非常抱歉，今天为您补发围巾，并送您运费券一张，您看可以吗？",
    "channel": "hotline",
}
CLOSE = {"buyer_word": "accepts", "department": "warehouse", "root_cause": "复核只扫外包装，没有点件",
         "improvement": "两件以上订单复核称重"}  # fmt: skip
WAY: tuple[tuple[str, dict[str, Any]], ...] = (
    ("answer", SAID), ("verify", VERIFY), ("offer", OFFER), ("confirm", {"written": "可以，麻烦今天寄出"}),
    ("execute", {"how": "已补发，圆通单号已告知", "reference": "YT8800123456789"}), ("close", CLOSE),
)  # fmt: skip
SCENES: tuple[tuple[str, str, str, str, str, float, int, dict[str, Any]], ...] = (
    # nick, goods, class, problem, demand, days ago, how many steps, more
    ("秋水共长天", "0201", "quality", "大衣穿第二天腋下开线，内衬也破了", "全额退款并道歉", 0.05, 0, {}),
    ("不爱喝奶茶", "0311", "attitude", "客服说「自己看详情页」，态度非常差", "要求客服本人道歉", 0.2, 1, {"channel": "phone"}),
    ("橘子汽水", "3035", "quality", "鞋子异味引起过敏，已就医", "承担医药费", 0.3, 1, {"safety": True, "claim_fen": 86000}),
    ("晚风告白", "0512", "aftersales", "退货签收一周没退款，再不退就发抖音曝光", "今天退款", 0.6, 2, {"threat": True}),
    ("北海有鱼", "0201", "order", "物流五天没动，催了三次没人管", "补发或退款", 1.2, 2, {}),
    ("余杭王女士", "0422", "promise", "客服答应的赠品没有，12315 转办", "补寄赠品", 1.5, 3,
     {"channel": "authority", "outside": "余杭区市场监督管理局", "outside_no": "20261120-0871"}),
    ("青山不语", "0605", "payment", "重复扣款两次，一周没退回", "退回多扣的钱", 2.6, 0, {}),
    ("木木夕", "0617", "order", "少发一条围巾，客服一直不处理", "补发并道歉", 6, 6, {}),
    ("木木夕", "0617", "order", "补发的围巾又发错颜色", "换成米色", 0.4, 0, {}),
    ("海边的卡夫卡", "0701", "aftersales", "换货等了半个月", "尽快换货", 9, 6, {}),
    ("小满未满", "0164", "attitude", "打电话没人接，旺旺半天不回", "改进响应", 14, 6, {"channel": "phone"}),
)  # fmt: skip


def load(shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> list[Step]:
    """The steps of all scenes with their times."""
    shop, steps = shops[SLUG], []
    orders: dict[str, str] = {}
    for place, (nick, code, kind, problem, demand, ago, count, more) in enumerate(SCENES):
        if nick not in orders:
            draft = maker.order("succeeded", nick, code, (ago + 7) * DAY)
            if draft.succeeded_at is not None and draft.signed_at is not None:
                draft.succeeded_at = min(draft.signed_at + DAY, now - HOUR)
            take_in(shop.pk, [draft], source="demo", by=SYSTEM, at=now - 2 * HOUR)
            orders[nick] = draft.order_no
        opening = {"kind": kind, "problem": problem, "demand": demand, **more}
        steps.append((now - ago * DAY, _opened(shop, staff, orders[nick], opening)))
        for step, (verb, data) in enumerate(WAY[:count], start=1):
            steps.append((now - ago * DAY + step * 1.1 * HOUR, _stepped(shop, staff, orders[nick], verb, data)))
        if count == len(WAY) and place % 2:
            steps.append((now - ago * DAY + 30 * HOUR, _checked(shop, staff, orders[nick])))
    return [*steps, *_beside(shop, staff, now), (now - 0.3 * HOUR, lambda at: _calls(shop, staff, at))]


def _find(shop: Shop, order_no: str) -> Complaint | None:
    rows = Complaint.objects.select_related("shop").filter(shop=shop, order__order_no=order_no, closed_at=None)
    return rows.order_by("pk").first()


def _opened(
    shop: Shop, staff: dict[str, Staff], order_no: str, opening: dict[str, Any]
) -> Callable[[datetime], object]:
    def take(at: datetime) -> object:
        order = facts_by_number(shop.pk, [order_no])[order_no]
        form = forms.Open.model_validate(opening)
        return actions.open_complaint(shop.pk, order.customer_id, form, order=order, by=who(staff["anan"]), at=at)

    return take


def _stepped(
    shop: Shop, staff: dict[str, Staff], order_no: str, verb: str, data: dict[str, Any]
) -> Callable[[datetime], object]:
    def step(at: datetime) -> None:
        row = _find(shop, order_no)
        viewer = viewer_of_staff(staff["anan" if row is None or row.level == 1 else "supervisor"])
        try:
            if row is not None:
                actions.perform(viewer, COMPLAINT, row, verb, data, by=viewer.who, at=at)
        except Refusal:
            return

    return step


def _checked(shop: Shop, staff: dict[str, Staff], order_no: str) -> Callable[[datetime], object]:
    def check(at: datetime) -> None:
        row = Complaint.objects.filter(shop=shop, order__order_no=order_no, state="closed", inspected={}).first()
        if row is not None:
            form = forms.Inspect(kept=["handling", "manners", "result", "records"], note="首次答复略晚，其余规范")
            actions.inspect(row, form, by=who(staff["inspector"]), at=at)

    return check


def _beside(shop: Shop, staff: dict[str, Staff], now: datetime) -> list[Step]:
    """Contacts at authorities with their talks, and news of the trade."""
    boss = who(staff["supervisor"])
    contacts = (
        ("association", "杭州市消费者权益保护委员会", "杭州", "周老师", "双十二前沟通大促消费提示"),
        ("authority", "余杭区市场监督管理局乔司所", "余杭", "李科", "转办件按期书面答复，已签收"),
        ("platform", "天猫女装行业小二", "杭州", "小二阿蓝", "确认退货运费险新规口径"),
    )

    def noted(at: datetime) -> None:
        for kind, name, region, person, text in contacts:
            form = forms.AuthorityIn(kind=kind, name=name, region=region, person=person)
            row: Authority = actions.add_authority(shop.pk, form, by=boss, at=at)
            actions.talked(row, forms.Talk(text=text), by=boss, at=at)
        for kind, title, meaning, ago in (
            ("platform", "七天无理由退货细则调整", "吊牌完好即可退，退货话术与签收检查单已同步修改", 4),
            ("industry", "双十二大促报名开启", "客服排班加晚班，提前准备常见问题话术", 9),
        ):
            day = (at - timedelta(days=ago)).date()
            told = forms.NewsIn(kind=kind, title=title, meaning=meaning, happened_on=day, source="商家中心公告")
            actions.add_news(shop.pk, told, by=boss, at=at)

    return [(now - 3 * DAY, noted)]


def _calls(shop: Shop, staff: dict[str, Staff], at: datetime) -> None:
    """Follow-ups in every stage: some are drafted, one was reached, one missed, one waits for the supervisor."""
    viewer = viewer_of_staff(staff["anan"])
    care.set_tracker(shop.pk, staff["anan"].pk, None, None, by=who(staff["supervisor"]), at=at - DAY)
    for row in Complaint.objects.filter(shop=shop, state="closed"):
        _planned(shop, row.customer_id, "complaint", f"complaint:{row.pk}", row.number, row.order_id, at - 5 * HOUR)
    recent = Complaint.objects.filter(shop=shop).exclude(state="closed").order_by("pk")[:5]
    for place, row in enumerate(recent):
        start = at - (4 + place) * DAY
        _planned(shop, row.customer_id, "purchase", f"order:{row.order_id}", row.goods, row.order_id, start)
    steps: tuple[tuple[str, dict[str, Any]], ...] = (
        ("reached", {"points": "对处理结果满意，说客服主动打电话很意外", "satisfaction": 5, "opinion": "处理快"}),
        ("missed", {"why": "no_answer"}),
        ("owes", {"points": "补发的围巾颜色偏深", "demand": "想换成浅米色", "running": "大衣合身"}),
        ("owes", {"points": "想知道羊毛大衣怎么护理", "demand": "发一份护理说明"}),
    )
    for call in CareCall.objects.select_related("shop").filter(shop=shop, state="planned").order_by("pk")[:3]:
        draft = {
            "needs": "换季外套、通勤",
            "interests": "搭配",
            "best_time": "晚上七点后",
            "topic": call.topic,
            "words": call.words,
        }
        _call(viewer, call, "draft", draft, at - 4 * HOUR)
    ready = CareCall.objects.select_related("shop").filter(shop=shop, state="ready", call_from__lte=at).order_by("pk")
    for call, (verb, data) in zip(list(ready)[:4], steps, strict=False):
        _call(viewer, call, verb, data, at - 3 * HOUR)
    for call in CareCall.objects.select_related("shop").filter(shop=shop, state="owed").order_by("-pk")[:1]:
        _call(viewer, call, "report", {"note": "浅米色已断货，需主管协调调货"}, at - HOUR)
    form = call_forms.Activity(
        title="冬季会员日", text="12 月会员日，老客到店免费熨烫护理一次", held_at=at + 20 * DAY, letter=True
    )
    customers = list(Complaint.objects.filter(shop=shop).order_by("-pk").values_list("customer_id", flat=True)[:3])
    care.announce_activity(shop.pk, form, sorted(set(customers)), by=who(staff["anan"]), at=at - HOUR)


def _planned(
    shop: Shop, customer_id: int, kind: str, source: str, about: str, order_id: int | None, start: datetime
) -> None:
    care.plan(
        shop.pk, customer_id, kind, source, start=start, about=about, order_id=order_id, by=SYSTEM, at=start + HOUR / 2
    )


def _call(viewer: Any, row: CareCall, verb: str, data: dict[str, Any], at: datetime) -> None:
    try:
        care.perform_call(viewer, row, verb, data, by=viewer.who, at=at)
    except Refusal:
        return
