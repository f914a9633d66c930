"""The demo's parcels: a trace for every order on its way, trouble of each kind, where couriers deliver, orders late soon."""

from collections.abc import Callable
from datetime import datetime, timedelta

from xiaoer.demo.orders import Maker
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.orders.actions import coverage, late_ship, parcels
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.orders.models import Order
from xiaoer.orders.parcel_reports import Report, TraceLine
from xiaoer.orders.regions import region_of
from xiaoer.people.models import Shop, Staff

Step = tuple[datetime, Callable[[datetime], object]]
PUSHER = Who("courier", None, "快递推送")
TOLD_AT = (timedelta(hours=70), timedelta(hours=2))
"""When the couriers told what they knew: nearly three days ago, and just now."""

# What happens after the parcel reached the buyer's city; hours before now, and the line. {city} is the buyer's.
ENDINGS: tuple[tuple[tuple[float, str], ...], ...] = (
    ((9, "快件到达【{city}营业部】"), (4, "【{city}】的派件员王师傅正在为您派件，请保持电话畅通")),
    ((30, "【{city}】的派件员正在派件"), (6, "收件人拒收，拒收原因：买家表示不需要了")),
    ((26, "快件到达【{city}营业部】"), (7, "收件地址超出派送范围（超区），已联系寄件网点")),
    ((66, "快件到达【{city}分拨中心】"),),
    ((20, "【{city}】的派件员正在派件"), (5, "包裹已存放至【菜鸟驿站】，请凭取件码及时领取")),
    ((28, "快件到达【{city}分拨中心】"), (8, "快件外包装破损，正在核实内件")),
    ((40, "快件到达【{city}营业部】"), (30, "【{city}】的派件员正在派件")),
)
CALM: tuple[tuple[tuple[float, str], ...], ...] = (
    ((14, "快件离开【{city}分拨中心】，发往【{city}营业部】"),),
    ((3, "快件到达【{city}分拨中心】"),),
    ((11, "快件到达【{city}营业部】"), (5, "【{city}】的派件员正在为您派件")),
)
COVERAGE = (
    ("yto", "西藏", "", "", "extra", 1500, "全境加收偏远费"),
    ("yto", "新疆", "", "", "extra", 1500, ""),
    ("yunda", "西藏", "阿里地区", "", "blind", None, "无网点，建议改发邮政"),
    ("yunda", "新疆", "", "", "no", None, "暂不承接"),
    ("zto", "内蒙古", "呼伦贝尔市", "", "paused", None, "网点调整，预计月底恢复"),
    ("zto", "海南", "三沙市", "", "no", None, ""),
    ("zto", "浙江", "", "", "yes", None, ""),
    ("yto", "浙江", "", "", "yes", None, ""),
    ("sf", "浙江", "", "", "yes", None, ""),
    ("ems", "西藏", "", "", "yes", None, "全境可达"),
    ("ems", "新疆", "", "", "yes", None, "全境可达"),
    ("yunda", "湖北", "武汉市", "洪山区", "paused", None, "珞喻路网点暂停收派"),
)


def load(opened: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> list[Step]:
    """The steps in which the demo's couriers speak."""
    shop = opened["quanquan-tmall"]

    def first(at: datetime) -> None:
        for one in opened.values():
            _tell(one, now, until=at, at=at)

    def then(at: datetime) -> None:
        for one in opened.values():
            _tell(one, now, until=at, at=at)
            waiting = Order.objects.filter(shop=one, status="paid").values_list("pk", flat=True)
            late_ship.watch_orders(one.pk, waiting, at=at)

    def desk(at: datetime) -> None:
        by = who(staff["clerk"])
        coverage.take_rows(shop.pk, [_row(*one) for one in COVERAGE], by=by, at=at)
        names = ("broker", "broker_contact", "broker_phone", "broker_note")
        told = ("杭州启运报关行", "俞经理", "0571-88880290", "跨境包裹随货发票一式三份")
        coverage.set_broker(shop.pk, broker=dict(zip(names, told, strict=True)), by=by, at=at)

    def slow(at: datetime) -> None:
        """Paid long ago and still in the house: late soon, and late."""
        drafts = [maker.order("paid", paid_ago=timedelta(hours=hours)) for hours in (63, 66, 70, 75)]
        take_in(shop.pk, drafts, source="demo", by=SYSTEM, at=at)

    return [
        (now - timedelta(days=20), desk),
        (now - TOLD_AT[0] - timedelta(hours=6), slow),
        (now - TOLD_AT[0], first),
        (now - TOLD_AT[1], then),
    ]


def _row(
    carrier: str, province: str, city: str, district: str, verdict: str, fee_fen: int | None, note: str
) -> dict[str, object]:
    full = region_of(f"{province}{city}{district}")
    return {
        "carrier": carrier, "province": full.province, "city": full.city if city else "",
        "district": full.district if district else "", "verdict": verdict, "fee_fen": fee_fen, "note": note,
    }  # fmt: skip


def _tell(shop: Shop, now: datetime, *, until: datetime, at: datetime) -> None:
    """What couriers know of the shop's parcels by `until`."""
    rows = list(Order.objects.filter(shop=shop, status="shipped").exclude(waybill="").order_by("pk"))
    open_rows = [row for row in rows if row.signed_at is None]
    parcels.know_waybills(shop.pk, [row.pk for row in rows], by=SYSTEM, at=at)
    reports = []
    for row in rows:
        ending = _ending(open_rows.index(row), shop) if row.signed_at is None else ()
        lines = [line for line in _lines(row, ending, now) if line.at <= until]
        if lines:
            reports.append(Report(row.waybill, lines))
    if reports:
        parcels.take_traces(shop.pk, reports, source="demo", by=PUSHER, at=at)


def _ending(place: int, shop: Shop) -> tuple[tuple[float, str], ...]:
    """Each kind of trouble once in the Tmall shop; everything else is on its way."""
    if place < len(ENDINGS) and shop.platform == "tmall":
        return ENDINGS[place]
    return CALM[place % len(CALM)]


def _lines(row: Order, ending: tuple[tuple[float, str], ...], now: datetime) -> list[TraceLine]:
    """A believable way from Hangzhou to the buyer's city; what has not happened yet is left out."""
    region = region_of(row.receiver_address)
    city = (region.city or region.province).removesuffix("市")
    left = (row.shipped_at or now) + timedelta(hours=2)
    way = [
        (0.0, "杭州", "【杭州余杭】您的快件已揽收"),
        (4.0, "杭州", f"快件离开【杭州转运中心】，发往【{city}分拨中心】"),
        (24.0, city, f"快件到达【{city}分拨中心】"),
    ]
    lines = [TraceLine(left + timedelta(hours=hours), text, place) for hours, place, text in way]
    if row.signed_at is not None:
        lines.append(TraceLine(row.signed_at - timedelta(hours=3), f"【{city}】的派件员正在派件", city))
        lines.append(TraceLine(row.signed_at, "您的快件已签收，签收人：本人。感谢使用，期待再次为您服务", city))
        return [line for line in lines if line.at <= row.signed_at]
    cut = now - timedelta(hours=max((hours for hours, _ in ending), default=0))
    lines = [line for line in lines if line.at < cut] or lines[:1]
    after = [TraceLine(now - timedelta(hours=hours), text.format(city=city), city) for hours, text in ending]
    return lines + [line for line in after if line.at > lines[-1].at]
