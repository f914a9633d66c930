"""Reviews, disputes and watched orders of the demo, in every stage (评价、维权、订单跟踪)."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from xiaoer.care import actions as care
from xiaoer.care.models import OrderWatch
from xiaoer.complaints import actions, forms
from xiaoer.complaints.drafts import ReviewDraft
from xiaoer.complaints.flow import DISPUTE, REVIEW
from xiaoer.complaints.models import Dispute, Review
from xiaoer.demo.orders import Maker
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.errors import Refusal
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.models import Order
from xiaoer.orders.queries import facts_by_number
from xiaoer.people.models import Shop, Staff
from xiaoer.people.queries import viewer_of_staff

Step = tuple[datetime, Callable[[datetime], object]]
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SHOPS = {"t": "quanquan-tmall", "b": "quanquan-taobao"}
REPLY = "非常抱歉给您带来不好的体验，您反映的问题已核实并整改，请联系在线客服，我们会负责到底。"


class Told:
    """What the scenes share: shops, people, the orders that stand behind reviews and disputes."""

    def __init__(self, shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> None:
        self.shops, self.staff, self.maker, self.now = shops, staff, maker, now
        self.steps: list[Step] = []

    def order(self, slug: str, nick: str, code: str, paid_ago: timedelta) -> str:
        """A succeeded order, taken in long before; returns its number."""
        draft = self.maker.order("succeeded", nick, code, paid_ago)
        if draft.succeeded_at is not None and draft.signed_at is not None:
            draft.succeeded_at = min(draft.signed_at + DAY, self.now - HOUR)
        take_in(self.shops[slug].pk, [draft], source="demo", by=SYSTEM, at=self.now - 2 * HOUR)
        return draft.order_no

    def act(self, ago: timedelta, find: Callable[[], Any], verb: str, data: dict[str, Any], name: str) -> None:
        """A step of a review or dispute, by somebody; one that is no longer legal is left out."""
        self.steps.append((self.now - ago, lambda at: self._act(find, verb, data, name, at)))

    def _act(self, find: Callable[[], Any], verb: str, data: dict[str, Any], name: str, at: datetime) -> None:
        row = find()
        if row is None:
            return
        viewer = viewer_of_staff(self.staff[name])
        flow = REVIEW if isinstance(row, Review) else DISPUTE
        try:
            actions.perform(viewer, flow, row, verb, data, by=viewer.who, at=at)
        except Refusal:
            return


def load(shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> list[Step]:
    """The steps of all scenes with their times."""
    raw = tomllib.loads(files(__package__).joinpath("opinions.toml").read_text(encoding="utf-8"))
    told = Told(shops, staff, maker, now)
    _reviews(told, raw["reviews"])
    _disputes(told, raw["disputes"])
    _watches(told)
    return told.steps


def _reviews(told: Told, rows: list[list[Any]]) -> None:
    """Taken in at the time they were given; the older ones have gone their way."""
    for place, (shop, code, rating, ago, text) in enumerate(rows):
        slug = SHOPS[shop]
        nick = ("月亮船", "不吃香菜", "小确幸", "阿柚", "北岛", "荔枝味的夏天", "是可可呀", "山茶")[place % 8] + str(
            place
        )
        number = told.order(slug, nick, code, (ago + 8) * DAY)
        told.steps.append((told.now - ago * DAY, _taking(told, slug, f"PJ2026{place:04d}", number, nick, rating, text)))
        if rating != "good" and ago >= 2:
            _handle(told, f"PJ2026{place:04d}", ago * DAY, done=ago >= 5, stop=place % 5 == 2)


def _taking(
    told: Told, slug: str, key: str, number: str, nick: str, rating: str, text: str
) -> Callable[[datetime], object]:
    def take(at: datetime) -> object:
        shop = told.shops[slug]
        order = facts_by_number(shop.pk, [number])[number]
        line = order.lines[0]
        draft = ReviewDraft(
            key, number, nick, line.title, line.sku, line.sku_code, rating, None, text, "", at - HOUR / 6,
            len(text) % 4, len(text) % 5 == 0,
        )  # fmt: skip
        return actions.take_reviews(shop.pk, [draft], source="demo", by=who(told.staff["reviewer"]), at=at)

    return take


def _handle(told: Told, key: str, ago: timedelta, *, done: bool, stop: bool) -> None:
    """Told to departments; the older ones answered, verified and replied to."""

    def find() -> Review | None:
        return Review.objects.select_related("shop").filter(key=key).first()

    asked = {"departments": ["product"], "words": "请核实买家反映的问题，明天前答复"}
    told.act(ago - 3 * HOUR, find, "tell", asked, "reviewer")
    if stop and not done:
        return

    def answer(at: datetime) -> None:
        row = find()
        if row is not None and row.state == "told":
            viewer = viewer_of_staff(told.staff["supervisor"])
            form = forms.Feedback(
                department="product", verdict="confirmed", answer="抽检同批次 20 件，3 件有同样问题，已返工"
            )
            actions.answer_feedback(viewer, row, form, by=viewer.who, at=at)

    told.steps.append((told.now - ago + 20 * HOUR, answer))
    found = {"cause": "quality", "department": "product", "finding": "同批次抽检发现同样问题，已返工并换供应商"}
    told.act(ago - 22 * HOUR, find, "verify", found, "reviewer")
    if done:
        told.act(ago - 24 * HOUR, find, "answer", {"text": REPLY}, "reviewer")


def _disputes(told: Told, rows: list[list[Any]]) -> None:
    """Registered when raised; the old ones judged, carried out and closed with who was responsible."""
    for place, (nick, code, reason, kind, yuan, ago, words) in enumerate(rows):
        number = told.order(SHOPS["t"], nick, code, (ago + 9) * DAY)
        _dispute(told, place, number, reason, kind, int(yuan * 100), ago * DAY, words)


def _dispute(told: Told, place: int, number: str, reason: str, kind: str, fen: int, ago: timedelta, words: str) -> None:
    platform_no = f"WQ20261100{place:03d}"

    def find() -> Dispute | None:
        return Dispute.objects.select_related("shop").filter(platform_no=platform_no).first()

    def register(at: datetime) -> object:
        shop = told.shops[SHOPS["t"]]
        form = forms.Register(kind=kind, reason=reason, claim=words, claim_fen=fen or None, platform_no=platform_no)
        order = facts_by_number(shop.pk, [number])[number]
        name = "anan" if place % 2 else "mumu"
        return actions.register_dispute(order, form, raised_at=at - HOUR, by=who(told.staff[name]), at=at)

    told.steps.append((told.now - ago, register))
    if ago < HOUR * 12:
        return
    reply = {"text": "亲，您的情况我们正在核实，请您放心，会给您一个满意的处理", "channel": "platform_chat"}
    told.act(ago - 2 * HOUR, find, "answer", reply, "anan")
    if place == 1:
        offer = {"solution": "partial_refund", "amount_fen": 8000, "text": "补偿您 80 元差价，商品您留下，可以吗",
                 "channel": "platform_chat"}  # fmt: skip
        told.act(ago - 3 * HOUR, find, "offer", offer, "anan")
        return
    told.act(ago - 3 * HOUR, find, "gather", {}, "anan")
    if place % 2 == 0 or place > 8:
        told.steps.append((told.now - ago + 4 * HOUR, _proof(find, told, "goods_photo")))
    if ago < 3 * DAY:
        return
    statement = {"statement": "商品出库前已质检，照片与出库记录见附件，请平台核实。", "missing": "买家未提供实物照片"}
    told.act(ago - 20 * HOUR, find, "submit", statement, "anan")
    if ago < 5 * DAY:
        return
    outcome = "won" if place % 2 == 0 else "partly" if place == 9 else "lost"
    ruling = {"outcome": outcome, "awarded_fen": 0 if outcome == "won" else fen // 3 or 1000, "ruling": "凭证核实"}
    told.act(ago - 3 * DAY, find, "judge", ruling, "anan")
    told.act(ago - 3.2 * DAY, find, "execute", {"how": "按平台判定处理", "reference": ""}, "mumu")
    if place != 6:
        closing = {
            "explanation": "已向买家说明并致歉", "opinion": "按判定执行", "department": "product" if place % 3 else "warehouse",
            "person": "商品部小何" if place % 3 else "仓库老吴", "penalty": "通报，扣 2 分",
            "root_cause": ("新供应商首批没有抽检", "拣货复核只看条码不点件数", "活动赠品没有写进打单备注")[place % 3],
        }  # fmt: skip
        told.act(ago - 3.5 * DAY, find, "close", closing, "supervisor")


def _proof(find: Callable[[], Dispute | None], told: Told, item: str) -> Callable[[datetime], object]:
    def add(at: datetime) -> None:
        row = find()
        if row is not None:
            form = forms.AddEvidence(item=item, text="出库前实拍，编号与本单一致")
            actions.add_evidence(row, form, by=who(told.staff["mumu"]), at=at)

    return add


def _watches(told: Told) -> None:
    """Every order that succeeded in the last days is watched; a few need a word, two had one."""

    def opened(at: datetime) -> None:
        shops = [told.shops[slug].pk for slug in SHOPS.values()]
        recent = Order.objects.filter(shop_id__in=shops, status="succeeded", succeeded_at__gt=at - 15 * DAY)
        care.open_watches(list(recent.order_by("pk").values_list("pk", flat=True)), by=SYSTEM, at=at)

    told.steps.append((told.now - 1.5 * HOUR, opened))
    told.steps.append((told.now - HOUR, lambda at: _notice(told, at)))


def _notice(told: Told, at: datetime) -> None:
    for row in Review.objects.exclude(rating="good").exclude(order=None).select_related("shop"):
        _sign(row.order_id, "bad_review", f"review:{row.pk}", at)
    for one in Dispute.objects.filter(state__in=DISPUTE.open_states()):
        _sign(one.order_id, "dispute", f"dispute:{one.pk}", at)
    rows = list(OrderWatch.objects.filter(state="watching").select_related("shop").order_by("pk")[:6])
    for place, watch in enumerate(rows):
        if place < 4:
            care.notice(watch, ("stale", "trouble", "asks", "unsigned")[place], "", "", by=SYSTEM, at=at)
    viewer = viewer_of_staff(told.staff["anan"])
    for watch, outcome in zip(rows[2:5], ("solved", "no_answer", "fine"), strict=False):
        words = {"channel": "platform_chat", "text": "亲，收到的商品还满意吗？有问题随时联系我们", "outcome": outcome}
        try:
            care.perform(viewer, watch, "contact", words, by=viewer.who, at=at)
        except Refusal:
            continue


def _sign(order_id: int | None, kind: str, ref: str, at: datetime) -> None:
    watch = OrderWatch.objects.filter(order_id=order_id or 0, ended_at=None).select_related("shop").first()
    if watch is not None:
        care.notice(watch, kind, ref, "", by=SYSTEM, at=at)
