"""客服酌情包邮 (R274, R275; C30): granted where the shop allows it, with its cost on the order and in the journal."""

from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Refusal
from xiaoer.kernel.events import announce
from xiaoer.orders import pay_advice_more, pay_reads
from xiaoer.orders.actions.desk import remark
from xiaoer.orders.events_pay import FreeShippingGranted
from xiaoer.orders.models import Order
from xiaoer.orders.pay_advice import yuan
from xiaoer.orders.rules import Status
from xiaoer.people.queries import shop_facts

_MARK = "客服包邮"


def grant(row: Order, *, by: Who, at: datetime) -> Order:
    """Written down once, before she pays; the agent changes the freight at the platform, as before."""
    if row.status != Status.WAITING_PAYMENT:
        raise Conflict("already_paid", "订单已付款，不能再改邮费", "The order is paid; its freight cannot change")
    if _MARK in row.seller_remark:
        raise Conflict("granted_before", "这笔订单已经登记包邮", "Free shipping was granted already")
    rules, _ = pay_reads.money_rules(at, shop=shop_facts(row.shop_id))
    goods, freight = row.goods_fen or 0, row.freight_fen or 0
    advice = pay_advice_more.free_shipping(rules, pay_reads.free_asked(row, goods_fen=goods, freight_fen=freight))
    if advice.verdict != "yes" or not freight:
        reasons = "；".join(why.text.zh for why in advice.why) or "这笔订单没有邮费"
        raise Refusal("not_free", f"不能包邮：{reasons}", "; ".join(why.text.en for why in advice.why) or "No freight")
    deducts = rules.free_shipping_deduct_on_return
    words = f"{_MARK}，邮费 {yuan(freight)} 店铺承担" + ("，非质量退货扣回" if deducts else "")
    after = remark(row.pk, flag=row.flag, text=f"{row.seller_remark} {words}".strip(), by=by, at=at)
    said = FreeShippingGranted(cost_fen=freight, deducted_on_return=deducts)
    announce(said, shop_id=row.shop_id, subject=f"order:{row.pk}", by=by, at=at)
    return after
