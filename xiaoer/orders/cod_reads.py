"""What is asked about cash on delivery: may it be offered, what is wrong with this order, may it leave (R174, R230, R315)."""

from datetime import datetime
from typing import Any

from xiaoer.goods.queries import running_promotions
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.orders import cod_rules
from xiaoer.orders.models import CodConfirmation, Order
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rules

KEYS = (
    "cod_enabled",
    "cod_carriers",
    "cod_service_fee",
    "cod_excluded_regions",
    "cod_excluded_activities",
    "cod_confirm_before_shipping",
)


def cod_on(shop: ShopFacts, at: datetime) -> bool:
    """Whether the shop really offers COD (C05): its switch, or its own setting of the rule."""
    return bool(shop.switches.get("cod")) or bool(rules(["cod_enabled"], shop=shop, at=at)["cod_enabled"].value)


def due_fen(order: Order) -> int:
    """What the courier collects: the total that is not paid yet."""
    total = order.payable_fen if order.payable_fen is not None else (order.goods_fen or 0) + (order.freight_fen or 0)
    return max(total - (order.paid_fen or 0) - order.refunded_fen, 0)


def service_fee(shop: ShopFacts, at: datetime) -> int:
    return int(rules(["cod_service_fee"], shop=shop, at=at)["cod_service_fee"].value)


def seen_now(order: Order) -> str:
    return cod_rules.fingerprint(
        order.receiver_name, order.receiver_phone, order.receiver_address, order.payable_fen, order.freight_fen
    )


def latest(order_id: int) -> CodConfirmation | None:
    return CodConfirmation.objects.filter(order_id=order_id).order_by("-round").first()


def cod_blocks(order: Order) -> T | None:
    """Why a COD order (货到付款) must not be packed or shipped yet; None when it may leave, or is no COD order."""
    if order.kind != "cod":
        return None
    in_force = rules(KEYS, shop=shop_facts(order.shop_id), at=order.changed_at)
    carriers = in_force["cod_carriers"].value
    if not cod_rules.carrier_fits(order.carrier, carriers):
        names = "、".join(carriers)
        return T(
            f"货到付款只能发{names}，这单填的是「{order.carrier}」，请改快递后再发",
            f"Cash on delivery goes by {names} only, not {order.carrier!r}; change the carrier first",
        )
    if not in_force["cod_confirm_before_shipping"].value:
        return None
    row = latest(order.pk)
    if row is None or row.state in ("waiting", "unreachable"):
        why = (
            T("联系不上买家，等待再次确认", "the buyer was not reached yet") if row is not None and row.calls else None
        )
        zh = f"货到付款订单 {order.order_no} 还没有与买家确认，确认后才能发货"
        en = f"COD order {order.order_no} is not confirmed with the buyer yet"
        return T(f"{zh}（{why.zh}）", f"{en} ({why.en})") if why else T(zh, en)
    if row.state != "confirmed":
        return T(
            f"货到付款订单 {order.order_no} 买家已拒绝，不能发货，请取消订单",
            f"The buyer refused COD order {order.order_no}; cancel it",
        )
    if row.seen != seen_now(order):
        return T(
            f"货到付款订单 {order.order_no} 确认后收货信息或金额变了，请在「货到付款」里重新确认",
            f"Receiver or amount of COD order {order.order_no} changed after it was confirmed; confirm it again",
        )
    return None


def problems(order: Order, shop: ShopFacts, at: datetime, activities: tuple[str, ...] = ()) -> list[T]:
    """What speaks against COD for this order: switched off, region, activity, carrier."""
    in_force = rules(KEYS, shop=shop, at=at)
    found = []
    if not cod_on(shop, at):
        found.append(T("本店没有开通货到付款", "This shop does not offer cash on delivery"))
    region = cod_rules.excluded_region(order.receiver_address, in_force["cod_excluded_regions"].value)
    if region:
        found.append(T(f"{region}地区不支持货到付款", f"No cash on delivery to {_EN.get(region, region)}"))
    activity = cod_rules.excluded_activity(activities, in_force["cod_excluded_activities"].value)
    if activity:
        found.append(T(f"{activity}活动不支持货到付款", f"No cash on delivery during {activity}"))
    carriers = in_force["cod_carriers"].value
    if not cod_rules.carrier_fits(order.carrier, carriers):
        found.append(
            T(f"只能发{'、'.join(carriers)}，现在是{order.carrier}", f"Only {', '.join(carriers)}, not {order.carrier}")
        )
    return found


_EN = {"香港": "Hong Kong", "澳门": "Macau", "台湾": "Taiwan", "海外": "places abroad"}


def offer(shop: ShopFacts, address: str, at: datetime, activities: tuple[str, ...] = ()) -> dict[str, Any]:
    """May COD be offered for this address, and the sentence to say (C05, R381, R382)."""
    in_force = rules(KEYS, shop=shop, at=at)
    fee, carriers = in_force["cod_service_fee"].value, "、".join(in_force["cod_carriers"].value)
    region = cod_rules.excluded_region(address, in_force["cod_excluded_regions"].value)
    activity = cod_rules.excluded_activity(activities, in_force["cod_excluded_activities"].value)
    if not cod_on(shop, at):
        say = T(
            "不好意思哈亲，我们店铺现在还没有开通货到付款的支付方式，是不支持货到付款的亲",
            "Sorry, our shop does not offer cash on delivery at present",
        )
    elif region:
        say = T(
            f"亲，{region}地区是不支持货到付款的，请您在线付款哦",
            f"Sorry, no cash on delivery to {_EN.get(region, region)}; please pay online",
        )
    elif activity:
        say = T(
            f"亲，{activity}活动商品是不支持货到付款的，请您在线付款哦",
            f"Sorry, goods of {activity} cannot be paid on delivery; please pay online",
        )
    else:
        told = f"，另收服务费 {format_yuan(fee)}" if fee else ""
        say = T(
            f"亲，可以货到付款的，只发{carriers}{told}；发货前会先和您电话确认",
            f"Yes, by {carriers} only{f', with a service fee of {format_yuan(fee)}' if fee else ''}; we call you first",
        )
    possible = cod_on(shop, at) and not region and not activity
    return {"possible": possible, "say": say, "fee_fen": fee, "carriers": in_force["cod_carriers"].value}


def activities(shop: ShopFacts, at: datetime) -> tuple[str, ...]:
    """The names of the promotions that run: some platform activities exclude COD (R498)."""
    return tuple(name for one in running_promotions(shop.id, at=at) for name in (one.title, one.kind_name))
