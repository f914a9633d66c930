"""Exchanges (换货), wrong shipments (错发漏发) and price differences (退差价) of the demo, in every stage; and the dock's shelf."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from xiaoer.aftersales import actions
from xiaoer.aftersales.kinds import KINDS
from xiaoer.aftersales.models import CaseLine, StrayParcel
from xiaoer.demo.cases import DAY, TAOBAO, TMALL, Scene, Told, inspect, receive, ship
from xiaoer.demo.orders import Maker
from xiaoer.goods import queries as goods
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Refusal
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.models import Order, Parcel
from xiaoer.people.models import Shop, Staff
from xiaoer.people.queries import shop_facts

Steps = list[tuple[datetime, Callable[[datetime], object]]]
ESSENTIALS: dict[str, Any] = {"look": True, "freight": True, "process": True, "receipt_days": 7}


@dataclass(frozen=True)
class Wish(Scene):
    """A scene whose application has more than a reason: `form` goes with it, `look` is the place of the wanted SKU."""

    form: dict[str, Any] = field(default_factory=dict)
    look: int | None = None


def agree(ago: int, by: str = "anan", **form: Any) -> tuple[int, str, str, dict[str, Any]]:
    return ago, by, "approve", {"verified": True, "without_stock": True, **form}


def outside(ago: int, by: str = "anan") -> tuple[int, str, str, dict[str, Any]]:
    return ago, by, "find_outside", {"confirmed": True, "blamed": "warehouse"}


SCENES = (
    Wish(TMALL, "云朵棉花糖", "exchange", "size", "0201", 35, "M 码肩膀有点紧，想换 L", look=2),
    Wish(TMALL, "小满未满", "exchange", "quality", "8951", 4 * DAY + 300, "袖口有个小洞，换一件一样的"),
    Wish(TMALL, "南风知我意", "exchange", "size", "0137", 2 * DAY, "换大一码", (agree(2 * DAY - 40, **ESSENTIALS),), look=2),
    Wish(
        TMALL, "鹿与云", "exchange", "size", "0164", 4 * DAY, "颜色想换", (agree(4 * DAY - 60), ship(3 * DAY, "78331120251001")),
        look=1,
    ),
    Wish(
        TMALL, "竹子酱", "exchange", "size", "0255", 6 * DAY, "",
        (agree(6 * DAY - 50, **ESSENTIALS), ship(5 * DAY, "78331120251002"), receive(150), inspect(130)), look=1,
    ),
    Wish(
        TMALL, "半糖去冰", "exchange", "size", "0201", 8 * DAY, "",
        (
            agree(8 * DAY - 50, **ESSENTIALS), ship(7 * DAY, "78331120251003"), receive(2 * DAY), inspect(2 * DAY - 20),
            (2 * DAY - 60, "anan", "go_on", {}),
        ),
        look=3,
    ),
    Wish(
        TAOBAO, "一盏茶", "exchange", "size", "0137", 11 * DAY, "",
        (
            agree(11 * DAY - 50, "mumu", **ESSENTIALS), ship(10 * DAY, "78331120251004"), receive(5 * DAY),
            inspect(5 * DAY - 20), (5 * DAY - 40, "mumu", "go_on", {}),
            (4 * DAY, "warehouse", "reship", {"carrier": "zto", "waybill": "78331120251005"}),
        ),
        look=1,
    ),
    Wish(TMALL, "番茄炒蛋", "wrong_shipment", "missing", "3021", 50, "只收到一只鞋带，少了一双袜子", form={"what": "missing"}),
    Wish(
        TMALL, "长亭外", "wrong_shipment", "wrong_goods", "0201", 2 * DAY, "拍的 M 发的 L", (outside(DAY),),
        form={"what": "wrong", "came_instead": "同款 L 码一件"},
    ),
    Wish(
        TMALL, "小鱼干", "wrong_shipment", "missing", "5002", 3 * DAY, "两件只收到一件",
        (outside(3 * DAY - 80), (2 * DAY, "anan", "resend", {"explanation": "今天补发，运费我们承担"})),
        form={"what": "missing"},
    ),
    Wish(
        TAOBAO, "听雨轩", "wrong_shipment", "missing", "0363", 6 * DAY, "",
        (
            outside(6 * DAY - 80, "mumu"), (6 * DAY - 90, "mumu", "resend", {}),
            (5 * DAY, "warehouse", "send_second", {"carrier": "zto", "waybill": "78331120251006"}),
            (2 * DAY, "buyer", "confirm", {}),
        ),
        form={"what": "missing"},
    ),
    Wish(TMALL, "早睡早起", "price_difference", "price_cut", "0201", 25, "昨天买的今天便宜了 20", form={"cut": 2000}),
    Wish(
        TMALL, "白日梦想家", "price_difference", "price_cut", "0254", DAY, "", ((DAY - 90, "anan", "grant", {}),),
        form={"cut": 1500},
    ),
)  # fmt: skip


class Wished(Told):
    """One case of these flows while it is being told."""

    scene: Wish

    def open(self, at: datetime) -> None:
        order = Order.objects.get(shop=self.shop, order_no=self.order_no)
        by = Who("buyer", order.customer_id, self.scene.nick)
        kind = KINDS[self.scene.kind]
        form = kind.ask.model_validate(self.application(order, at))
        try:
            self.row = actions.OPENERS[kind.name](order.pk, form, actions.Extras(), by=by, at=at)
        except Refusal as refusal:
            raise RuntimeError(f"demo {kind.name} of {self.scene.nick}: {refusal} {refusal.fields}") from refusal

    def application(self, order: Order, at: datetime) -> dict[str, Any]:
        line = order.lines.all()[0]
        lot: dict[str, Any] = {"line": line.pk, "qty": 1}
        data: dict[str, Any] = {"note": self.scene.note, "lines": [lot]}
        if self.scene.kind == "exchange":
            data["reason"] = self.scene.reason
            known = goods.goods_of_line(order.shop_id, line.sku_code, line.title, line.sku)
            looks = goods.looks_of_goods(known.id) if known is not None and self.scene.look is not None else []
            if looks:
                data["wanted_sku"] = looks[min(self.scene.look or 0, len(looks) - 1)].code
            data["photos"] = [self.photo(order.customer_id, at)] if self.scene.reason == "quality" else []
        elif self.scene.kind == "wrong_shipment":
            data |= self.scene.form | {"photos": [self.photo(order.customer_id, at)]}
        else:
            lot["price_fen"] = max(0, (line.paid_fen or 0) // line.qty - self.scene.form["cut"])
            data["photos"] = [self.photo(order.customer_id, at)]
        return data

    def step(self, who: str, verb: str, form: dict[str, Any]) -> Callable[[datetime], object]:
        def told(at: datetime) -> None:
            row = type(self.row)._default_manager.select_related("shop").get(pk=self.row.pk)
            viewer = self.viewer(who)
            flow = KINDS[self.scene.kind].flow
            try:
                actions.perform(viewer, flow, row, verb, self.filled(form, row), by=viewer.who, at=at)
            except Refusal as refusal:
                raise RuntimeError(f"demo case of {self.scene.nick}: {verb}: {refusal} {refusal.fields}") from refusal

        return told


def load(shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> Steps:
    """Orders of the scenes are taken in at once; their steps come back with their times."""
    steps: Steps = []
    for scene in SCENES:
        opened = now - timedelta(minutes=scene.ago)
        draft = maker.order("shipped", nick=scene.nick, code=scene.code, paid_ago=timedelta(minutes=scene.ago, days=5))
        draft.signed_at, draft.succeeded_at = opened - timedelta(days=1), None
        draft.shipped_at = opened - timedelta(days=4)
        draft.created_at = (draft.paid_at or opened) - timedelta(minutes=4)
        take_in(shops[scene.shop].pk, [draft], source="demo", by=SYSTEM, at=opened - timedelta(minutes=30))
        told = Wished(scene, shops[scene.shop], staff, draft.order_no)
        steps.append((opened, told.open))
        steps += [(now - timedelta(minutes=ago), told.step(who, verb, form)) for ago, who, verb, form in scene.steps]
    steps += _dock(shops[TMALL], staff, now)
    return steps


def _dock(shop: Shop, staff: dict[str, Staff], now: datetime) -> Steps:
    """A stray with a slip, a parcel the courier delivered days ago, and two pieces in quarantine."""
    by = Who("staff", staff["warehouse"].pk, staff["warehouse"].name)

    def stray(at: datetime) -> None:
        slip = {"nick": "南风知我意", "phone": "138****5678", "wanted": "大一码"}
        if not StrayParcel.objects.filter(shop=shop, waybill="78331120251099").exists():
            actions.register_stray(
                shop_facts(shop.pk), "78331120251099", carrier="zto", note="没有填运单号，里面有服务卡", photos=[],
                slip=slip, by=by, at=at,
            )  # fmt: skip

    def delivered(at: datetime) -> None:
        Parcel.objects.filter(shop=shop, waybill__in=("78331120251001", "78331120250002")).update(
            signed_at=at - timedelta(days=3)
        )

    def quarantine(at: datetime) -> None:
        model = KINDS["return"].model
        for row in model._default_manager.filter(shop=shop, state__in=("inspected", "disputed")).select_related("shop"):
            line = CaseLine.objects.filter(flow="return", case_id=row.pk).first()
            if line is not None and line.received:
                note = "袖口有粉底印，等主管定" if row.state == "disputed" else "裤缝开线，待返厂"
                actions.put_away(row, line.order_line_id, 1, "quarantine", note, by=by, at=at)  # type: ignore[arg-type]

    minutes = timedelta(minutes=1)
    return [(now - 9 * minutes, stray), (now - 8 * minutes, delivered), (now - 7 * minutes, quarantine)]
