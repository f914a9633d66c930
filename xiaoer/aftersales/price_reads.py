"""What the rules say of a price difference (退差价): the same function that answers any case, asked for a real order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Sum

from xiaoer.aftersales.answers import pieces_of
from xiaoer.aftersales.exchange_reads import own_sku
from xiaoer.aftersales.exchange_rules import drop_left
from xiaoer.aftersales.explaining import own_case
from xiaoer.aftersales.judgement_case import Wanted
from xiaoer.aftersales.models import CaseLine
from xiaoer.aftersales.order_judgement import Question, case_of
from xiaoer.goods import queries as goods
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import shop_facts


@dataclass(frozen=True, slots=True)
class Answer:
    """Allowed or not and why; the amount by the rules; when a promotion that defers it ends."""

    allowed: bool
    rule: str
    fen: int
    why: T
    transfer: bool
    deferred_until: datetime | None
    sources: Sequence[str]


def price_now(order: OrderFacts, line_id: int) -> int | None:
    """What one piece costs in the shop's list now."""
    line = order.line(line_id)
    look = goods.look_of_sku(order.shop_id, own_sku(order, line)) if line is not None else None
    return look.price_fen if look is not None else None


def event_end(order: OrderFacts, lots: Mapping[int, int], at: datetime) -> datetime | None:
    """The end of the platform's event that runs for one of these goods now (Double 11, Juhuasuan)."""
    codes = set()
    for line_id in lots:
        line = order.line(line_id)
        known = goods.goods_of_line(order.shop_id, line.sku_code, line.title, line.sku) if line is not None else None
        codes |= {known.code} if known is not None else set()
    running = [one for one in goods.running_promotions(order.shop_id, at=at) if one.of_platform]
    ends = [one.ends_at for one in running if one.scope == "shop" or codes & set(one.of)]
    return max(ends, default=None)


def answer(order: OrderFacts, lots: Mapping[int, int], prices: Mapping[int, int | None], at: datetime) -> Answer:
    """The verdict: window, drop, amount of the goods only, channel by amount, deferred in an event (R284-R287)."""
    shop = shop_facts(order.shop_id)
    question = Question(kind="price_difference", reason="price_drop", pieces=lots, evidence=("photo",))
    case = case_of(shop, order, question, at)
    wanted = tuple(Wanted(one.sku, one.qty, prices.get(int(one.sku))) for one in case.wanted)
    ends = event_end(order, lots, at)
    found = own_case(replace(case, wanted=wanted, promotion_ends_at=ends), shop)
    fen = min(found.refund_fen, _drop_left(order, lots, prices))
    if found.allowed and found.refund_fen > 0 and fen <= 0:
        why = T("这些商品已按现价退过差价", "The difference of these goods was paid already")
        return Answer(False, found.rule, 0, why, False, ends, found.sources)
    return Answer(found.allowed, found.rule, fen, found.explain(), "transfer" in found.offers, ends, found.sources)


def _drop_left(order: OrderFacts, lots: Mapping[int, int], prices: Mapping[int, int | None]) -> int:
    """Of the drop of these lines, what earlier differences have not given yet: nobody is paid twice for one cut."""
    rows = CaseLine.objects.filter(flow="price_difference", order_line_id__in=list(lots))
    given = dict(rows.order_by().values_list("order_line_id").annotate(Sum("granted_fen")))
    pieces = pieces_of(order)
    found = 0
    for line_id in lots:
        piece, price = pieces[line_id], prices.get(line_id)
        if price is not None:
            found += drop_left(piece.paid_fen, piece.bought, piece.gone, price, given.get(line_id, 0))
    return found
