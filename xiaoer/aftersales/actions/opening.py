"""A case begins (发起售后): by the buyer, or by an agent for her."""

from collections.abc import Callable, Sequence
from datetime import datetime

from django.db.models import Q

from xiaoer.aftersales import answers, rules
from xiaoer.aftersales.actions import holds
from xiaoer.aftersales.actions.beginning import Extras, begin, write_lines
from xiaoer.aftersales.actions.steps import checked_photos
from xiaoer.aftersales.flow import FLOWS
from xiaoer.aftersales.forms import Ask, LineQty
from xiaoer.aftersales.kinds import KINDS
from xiaoer.aftersales.models import CaseRow, ReturnCase
from xiaoer.aftersales.reasons import REASONS, Reason, reasons_for
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.orders.queries import OrderFacts, order_facts
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rule

Opened = Callable[..., CaseRow]


def opener(kind: str) -> Opened:
    """The function that opens a return or a refund from its form."""

    def made(order_id: int, form: Ask, extras: Extras, *, by: Who, at: datetime) -> CaseRow:
        more = {"goodwill": extras.goodwill, "platform_no": extras.platform_no}
        return open_case(kind, order_id, form, by=by, at=at, **more)  # type: ignore[arg-type]

    return made


def open_case(
    kind: str, order_id: int, ask: Ask, *, by: Who, at: datetime, goodwill: bool = False, platform_no: str = ""
) -> CaseRow:
    """Check the application against the rules, reserve the pieces, write the case and start its clocks.

    `goodwill`: the shop takes it although a window is over or the goods are excluded; never asked of a buyer's right.
    """
    order = order_facts(order_id)
    shop = shop_facts(order.shop_id)
    reason = known_reason(kind, ask.reason)
    if platform_no.strip():
        require_no_twin(shop.id, platform_no.strip())
    require_order(kind, order)
    lots = asked_lots(order, ask.lines)
    photos = checked_photos(shop.id, order.customer_id, ask.photos, by=by, at=at, shop=shop)
    require_photos(shop, reason, photos, at=at)
    if not goodwill:
        require_in_time(shop, order, reason, lots, at=at)
    verdict = answers.freight_for(shop, order, reason, reason.fault, at)
    holds.lock(order)
    holds.take(order, lots)
    most = answers.quote(order, lots, verdict, answers.is_shipped(order))
    amount = chosen_amount(ask.amount_fen, most, kind)
    details = {"reason": reason.code, "amount_fen": amount, "pieces": sum(lots.values())}
    if goodwill:
        details["goodwill"] = True
    row: CaseRow = begin(
        kind,
        order,
        by=by,
        at=at,
        details=details,
        reason=reason.code,
        responsibility=reason.fault,
        note=ask.note,
        platform_no=platform_no.strip(),
        photos=photos,
        goodwill=goodwill,
        requested_fen=amount,
        freight=verdict.data(),
    )
    _write_lines(kind, row, order, lots, min(amount, most.goods_fen))
    return row


def known_reason(kind: str, code: str) -> Reason:
    reason = REASONS[code]
    if kind not in reason.kinds:
        fits = "、".join(one.zh for one in reasons_for(kind))
        raise Invalid(
            fields={
                "reason": T(
                    f"「{reason.zh}」不适用于此类申请，可选：{fits}", f"{reason.en!r} does not fit this kind of request"
                )
            }
        )
    return reason


_UNSHIPPED = {
    "return": T("请申请“仅退款”", "ask for a refund only"),
    "exchange": T("请直接改单（改颜色尺码）", "change the order instead"),
}


def require_order(kind: str, order: OrderFacts) -> None:
    """Money can come back only of a paid order; goods only when they were sent."""
    if order.status in ("waiting_payment", "closed"):
        raise Refusal(
            "order_not_paid",
            f"订单 {order.order_no} 未付款或已关闭，不能申请退款",
            f"Order {order.order_no} is unpaid or closed; there is nothing to refund",
        )
    if kind != "refund_only" and not answers.is_shipped(order):
        zh, en = _UNSHIPPED.get(kind, _UNSHIPPED["return"])
        raise Refusal(
            "order_not_shipped",
            f"订单 {order.order_no} 还没有发货，{zh}",
            f"Order {order.order_no} is not shipped; {en}",
        )


def asked_lots(order: OrderFacts, lines: Sequence[LineQty]) -> dict[int, int]:
    """Line id -> pieces, each line once and of this order."""
    lots: dict[int, int] = {}
    for place, one in enumerate(lines):
        line = order.line(one.line)
        name = f"lines.{place}"
        if line is None:
            raise Invalid(fields={name: T(f"订单里没有商品行 {one.line}", f"The order has no line {one.line}")})
        if one.line in lots:
            raise Invalid(fields={name: T(f"「{line.title}」重复填写", f"{line.title!r} is given twice")})
        if one.qty > line.qty:
            raise Invalid(
                fields={
                    name: T(
                        f"「{line.title}」只买了 {line.qty} 件，不能申请 {one.qty} 件",
                        f"Only {line.qty} bought, {one.qty} asked",
                    )
                }
            )
        lots[one.line] = one.qty
    return lots


def require_photos(shop: ShopFacts, reason: Reason, photos: Sequence[int], *, at: datetime) -> None:
    """R081: a quality claim needs photos, where the shop's rule says so."""
    if reason.proof and not photos and rule("quality_claim_photos", shop=shop, at=at).value:
        raise Invalid(
            fields={"photos": T(f"「{reason.zh}」需要上传照片作为凭证", f"{reason.en!r} needs photos as proof")}
        )


def require_in_time(shop: ShopFacts, order: OrderFacts, reason: Reason, lots: dict[int, int], *, at: datetime) -> None:
    """C09 and R740: within the time, and not of goods that the law takes out; each refusal offers the other way."""
    limits = answers.windows(shop, order, at)
    if (late := rules.window_problem(reason, at, limits.no_reason, limits.after_sale)) is not None:
        raise Refusal("out_of_window", late.zh, late.en)
    if not reason.no_reason:
        return
    asked = [line for line in order.lines if line.id in lots]
    found = answers.excluded_line(shop, asked, at)
    if found is not None and reason.code != "refused_delivery":
        line, item = found
        raise Refusal(
            "excluded_goods",
            f"「{line.title}」属于{item}，不适用七天无理由；如有质量问题请选择相应原因，或联系客服协商换货",
            f"{line.title!r} ({item}) has no no-reason return; for a quality problem choose that reason, or ask an agent",
        )
    if rule("one_no_reason_return", shop=shop, at=at).value and _returned_before(order):
        raise Refusal(
            "one_per_order",
            "本店每单支持一次无理由退换，此订单已退过；质量问题不受此限",
            "This shop takes one no-reason return per order, and there was one; quality claims are not limited",
        )


def _returned_before(order: OrderFacts) -> bool:
    """C50, only where the shop switched it on."""
    codes = [code for code, reason in REASONS.items() if reason.no_reason]
    flow = FLOWS["return"]
    dropped = [state.name for state in flow.states if state.category == "dropped"]
    return ReturnCase.objects.filter(order_id=order.id, reason__in=codes).exclude(state__in=dropped).exists()


def chosen_amount(asked: int | None, most: answers.Quote, kind: str) -> int:
    """The amount of the application: what was asked, never more than can come back."""
    if most.total_fen <= 0:
        raise Refusal("nothing_left", "这些商品已没有可退金额", "There is nothing left to refund of these goods")
    if asked is None:
        return most.total_fen
    if asked > most.total_fen:
        top = format_yuan(most.total_fen)
        raise Invalid(
            fields={
                "amount_fen": T(
                    f"最多可退 {top}，申请了 {format_yuan(asked)}", f"At most {top}; {format_yuan(asked)} asked"
                )
            }
        )
    if asked == 0:
        raise Invalid(fields={"amount_fen": T("退款金额必须大于 0", "The amount must be more than 0")})
    return asked


def _write_lines(kind: str, row: CaseRow, order: OrderFacts, lots: dict[int, int], goods_fen: int) -> None:
    pieces = answers.pieces_of(order)
    wanted = [(pieces[line], qty) for line, qty in lots.items()]
    shares = rules.spread(goods_fen, wanted)
    write_lines(kind, row, lots, {piece.line: fen for (piece, _), fen in zip(wanted, shares, strict=True)})


def require_no_twin(shop_id: int, platform_no: str) -> None:
    """The platform's refund number names one case only, so an adapter may say the same twice."""
    for kind in KINDS.values():
        if not kind.twins:
            continue
        known = kind.model._default_manager.filter(Q(shop_id=shop_id) & Q(platform_no=platform_no)).first()
        if known is not None:
            raise Conflict(
                "known_platform_no",
                f"平台退款编号 {platform_no} 已登记为 {known.number}",
                f"Platform refund {platform_no} is case {known.number} already",
                current={"number": known.number, "id": known.pk},
            )
