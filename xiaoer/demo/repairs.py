"""Parcels in trouble, out-of-area parcels, repairs with their desk, and in-store vouchers of the demo, in every stage."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from xiaoer.aftersales import actions
from xiaoer.aftersales.actions import repair_bill, repair_parts, repair_settings, vouchers
from xiaoer.aftersales.kinds import FLOWS
from xiaoer.aftersales.models import Part, PartRequest, RepairCase
from xiaoer.aftersales.repair_parts_flow import Settled
from xiaoer.demo.orders import Maker
from xiaoer.demo.repair_scenes import (
    BUYERS,
    CENTRES,
    LOTS,
    MIRROR,
    PARTS,
    PRICES,
    REPAIRS,
    TERMS,
    TROUBLES,
    D,
    H,
    Scene,
)
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM, Viewer, Who
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.models import Order
from xiaoer.people.models import Shop, Staff
from xiaoer.people.queries import viewer_of_staff

Step = tuple[datetime, Callable[[datetime], object]]


class Told:
    """The people and shops at hand while scenes are told."""

    def __init__(self, shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> None:
        self.shop, self.taobao = shops["quanquan-tmall"], shops["quanquan-taobao"]
        self.staff, self.maker, self.now = staff, maker, now
        self.steps: list[Step] = []

    def at(self, hours: float, step: Callable[[datetime], object]) -> None:
        self.steps.append((self.now - timedelta(hours=hours), step))

    def scene(self, scene: Scene) -> None:
        opened = self.now - timedelta(hours=scene.ago)
        signed = opened - timedelta(days=scene.signed_days if scene.flow == "repair" else 1)
        draft = self.maker.order(
            "shipped", nick=scene.nick, code=scene.code, paid_ago=self.now - signed + timedelta(days=4)
        )
        draft.shipped_at = signed - timedelta(days=3)
        draft.signed_at = None if scene.flow == "out_of_area" or scene.reason in ("lost", "stuck") else signed
        if scene.flow == "repair":
            draft.status, draft.succeeded_at = "succeeded", signed + timedelta(hours=20)
        if scene.code == MIRROR.sku_code:
            draft.lines = [replace(MIRROR)]
        if scene.address:
            draft.receiver_address = scene.address
        take_in(self.shop.pk, [draft], source="demo", by=SYSTEM, at=min(opened, self.now) - timedelta(minutes=30))
        one = Case(self, scene, draft.order_no)
        self.at(scene.ago, one.open)
        for ago, actor, verb, form in scene.steps:
            self.at(ago, partial(one.step, actor, verb, form))


@dataclass
class Case:
    told: Told
    scene: Scene
    order_no: str
    row: Any = None

    def open(self, at: datetime) -> None:
        order = Order.objects.get(shop=self.told.shop, order_no=self.order_no)
        data: dict[str, Any] = {"reason": self.scene.reason, "note": self.scene.note, **self.scene.more}
        if self.scene.flow == "repair":
            data["line"] = order.lines.order_by("line_no").values_list("pk", flat=True)[0]
        by = Who("buyer", order.customer_id, self.scene.nick)
        viewer = Viewer(by, {self.told.shop.pk: frozenset()}, customer_id=order.customer_id)
        if self.scene.flow == "out_of_area":
            viewer = viewer_of_staff(self.told.staff["anan"])
        self.row = actions.open_any(viewer, self.scene.flow, order.pk, data, at=at)

    def step(self, actor: str, verb: str, form: dict[str, Any], at: datetime) -> None:
        row = type(self.row)._default_manager.select_related("shop", "order").get(pk=self.row.pk)
        if verb in ("start", "quote") and self.scene.bill:
            repair_bill.bill(row, self.scene.bill, by=who(self.told.staff["anan"]), at=at)
        viewer = self.viewer(actor)
        actions.perform(viewer, FLOWS[self.scene.flow], row, verb, form, by=viewer.who, at=at)

    def viewer(self, actor: str) -> Viewer:
        if actor != "buyer":
            return viewer_of_staff(self.told.staff[actor])
        by = Who("buyer", self.row.customer_id, self.scene.nick)
        return Viewer(by, {self.told.shop.pk: frozenset()}, customer_id=self.row.customer_id)


def _desk(told: Told, at: datetime) -> None:
    """The repair desk is set up: prices, terms, centres, parts on the shelf."""
    shop, boss, house = told.shop.pk, who(told.staff["supervisor"]), who(told.staff["warehouse"])
    for code, name, kind, fen in PRICES:
        repair_settings.set_price(shop, code, name, kind, fen, by=boss, at=at)
    for category, sku, months, covers in TERMS:
        repair_settings.set_term(shop, category, sku, months, covers, by=boss, at=at)
    for name, regions, phone, address in CENTRES:
        fields = {"regions": regions, "phone": phone, "address": address}
        repair_settings.set_centre(shop, name, fields, by=boss, at=at)
    for code, name, fits, cost, stock, low in PARTS:
        part_fields: dict[str, Any] = {"name": name, "fits": fits, "cost_fen": cost, "low": low}
        part = repair_settings.set_part(shop, code, part_fields, by=house, at=at)
        repair_parts.take_in(part, stock, "首批备件入库", by=house, at=at)


def _parts(told: Told, at: datetime) -> None:
    """Requests in every stage for the repair under way."""
    repair = RepairCase.objects.select_related("shop").filter(state="repairing").first()
    if repair is None:
        return
    agent, boss, house = (who(told.staff[name]) for name in ("anan", "supervisor", "warehouse"))
    zips = Part.objects.get(shop=told.shop, code="LLT-01")
    rows = [repair_parts.ask(repair, zips, qty, "", by=agent, at=at) for qty in (2, 1)]
    first = PartRequest.objects.select_related("repair", "part", "shop").get(pk=rows[0].pk)
    repair_parts.approve(first, None, by=boss, at=at)
    repair_parts.issue(first, None, by=house, at=at)
    told_used = {"used": 1, "returned": 1, "old_back": True, "old_serial": "旧件-断裂", "note": "多领 1 个已退回"}
    used = Settled.model_validate(told_used)
    repair_parts.settle(first, used, by=house, at=at)


def _lots(told: Told, place: int, at: datetime) -> None:
    title, total, paid, ago, until, used = LOTS[place]
    number = f"KS2026{110010 + place}"
    paid_at = told.now - timedelta(hours=ago)
    ends = told.now - timedelta(hours=until)
    draft = vouchers.LotDraft(number, BUYERS[place], title, total, paid, paid_at, paid_at, ends)
    lot, _ = vouchers.register(told.taobao.pk, draft, by=SYSTEM, at=at)
    clerk = who(told.staff["anan"])
    for coupon in lot.coupons.order_by("pk")[:used]:
        vouchers.use(told.taobao.pk, coupon.code, "湖滨银泰店", by=clerk, at=at + timedelta(hours=2))


def _refunds(told: Told, at: datetime) -> None:
    """One buyer takes back what she did not use."""
    order = Order.objects.get(shop=told.taobao, order_no="KS2026110012")
    by = Who("buyer", order.customer_id, BUYERS[2])
    viewer = Viewer(by, {told.taobao.pk: frozenset()}, customer_id=order.customer_id)
    lot = vouchers.VoucherLot.objects.get(order=order)
    actions.open_any(viewer, "voucher_refund", order.pk, {"lot": lot.pk, "pieces": 1}, at=at)


def load(shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> list[Step]:
    """The steps of all scenes with their times."""
    told = Told(shops, staff, maker, now)
    told.at(60 * D, partial(_desk, told))
    for scene in (*TROUBLES, *REPAIRS):
        told.scene(scene)
    told.at(2.5 * D, partial(_parts, told))
    for place, (*_, ago, _until, _used) in enumerate(LOTS):
        told.at(ago, partial(_lots, told, place))
    told.at(3 * D, lambda at: vouchers.expire(vouchers.VoucherLot.objects.get(order__order_no="KS2026110013"), at=at))
    told.at(5 * H, partial(_refunds, told))
    return told.steps
