"""卡券: registered with their order, used one by one, refunded when unused, refunded by themselves on expiry (R596-R605)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, forms, voucher_flow
from xiaoer.aftersales.actions import beginning, holds, paying
from xiaoer.aftersales.actions.steps import checked_photos, step
from xiaoer.aftersales.events_voucher import VoucherExpired, VoucherRegistered, VoucherUsed
from xiaoer.aftersales.models import CaseLine, Coupon, VoucherLot, VoucherRefund
from xiaoer.aftersales.voucher_flow import VOUCHER
from xiaoer.kernel import deadlines
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid, NotFound, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import actions as orders
from xiaoer.orders.drafts import LineDraft, OrderDraft
from xiaoer.orders.queries import order_facts
from xiaoer.people.queries import shop_facts

EXPIRES = "voucher_expires"
MOST_COUPONS = 200
"""A guard against floods: more coupons in one order than any platform sells."""


@dataclass(slots=True)
class LotDraft:
    """One reported voucher order: n coupons of one title, what was paid, how long they count."""

    order_no: str
    nick: str
    title: str
    total: int
    paid_fen: int
    paid_at: datetime
    from_at: datetime
    until: datetime
    codes: list[str] = field(default_factory=list)


def register(shop_id: int, draft: LotDraft, *, by: Who, at: datetime) -> tuple[VoucherLot, bool]:
    """Take a voucher order in; the same report again changes nothing. Returns the lot and whether it is new."""
    _require_sensible(draft)
    order_id = _order(shop_id, draft, by=by, at=at)
    known = VoucherLot.objects.filter(order_id=order_id).first()
    if known is not None:
        return known, False
    order = order_facts(order_id)
    line = order.lines[0]
    lot = VoucherLot.objects.create(
        shop_id=shop_id,
        order_id=order.id,
        order_line_id=line.id,
        customer_id=order.customer_id,
        title=draft.title,
        total=draft.total,
        from_at=draft.from_at,
        until=draft.until,
        created_at=at,
    )
    codes = draft.codes or [f"{draft.order_no}-{place:02d}" for place in range(1, draft.total + 1)]
    _require_new(shop_id, codes)
    Coupon.objects.bulk_create(Coupon(lot=lot, shop_id=shop_id, code=code) for code in codes)
    deadlines.start(EXPIRES, subject(lot.pk), shop_id=shop_id, due_at=max(draft.until, at), at=at)
    payload = VoucherRegistered(title=lot.title, total=lot.total, until=iso(lot.until) or "")
    _say(payload, lot, by=by, at=at)
    return lot, True


def subject(lot_id: int) -> str:
    return f"voucher:{lot_id}"


def _say(payload: Any, lot: VoucherLot, *, by: Who, at: datetime) -> None:
    announce(payload, shop_id=lot.shop_id, subject=subject(lot.pk), by=by, at=at, customer_id=lot.customer_id)


def _require_sensible(draft: LotDraft) -> None:
    if not 1 <= draft.total <= MOST_COUPONS:
        raise Invalid(
            fields={
                "total": T(
                    f"{draft.total} 张不对，应为 1～{MOST_COUPONS}", f"{draft.total} coupons: 1 to {MOST_COUPONS}"
                )
            }
        )
    if draft.codes and (len(draft.codes) != draft.total or len(set(draft.codes)) != draft.total):
        zh = f"应有 {draft.total} 个不同的券码，给了 {len(set(draft.codes))} 个"
        raise Invalid(fields={"codes": T(zh, f"{draft.total} different codes are needed")})
    if draft.until <= draft.from_at:
        raise Invalid(fields={"until": T("有效期止须晚于有效期起", "The validity must end after it begins")})
    if draft.paid_fen < 0:
        raise Invalid(fields={"paid_fen": T("实付金额不能小于 0", "What was paid cannot be below 0")})


def _require_new(shop_id: int, codes: Sequence[str]) -> None:
    known = Coupon.objects.filter(shop_id=shop_id, code__in=codes).first()
    if known is not None:
        raise Invalid(fields={"codes": T(f"券码 {known.code} 已登记过", f"Coupon {known.code} is known already")})


def _order(shop_id: int, draft: LotDraft, *, by: Who, at: datetime) -> int:
    """The platform order behind the coupons: delivered with its codes, so nothing is to be shipped."""
    line = LineDraft(title=draft.title, qty=draft.total, paid_fen=draft.paid_fen, category="general")
    report = OrderDraft(
        order_no=draft.order_no,
        nick=draft.nick,
        status="succeeded",
        payable_fen=draft.paid_fen,
        paid_fen=draft.paid_fen,
        goods_fen=draft.paid_fen,
        freight_fen=0,
        free_shipping=True,
        created_at=draft.paid_at,
        paid_at=draft.paid_at,
        shipped_at=draft.paid_at,
        succeeded_at=draft.paid_at,
        lines=[line],
    )
    (outcome,) = orders.take_in(shop_id, [report], source="erp", by=by, at=at)
    if outcome.order_id is None:
        why = outcome.reasons[0] if outcome.reasons else T("订单无法登记", "The order was rejected")
        raise Invalid(fields={"order_no": why})
    return outcome.order_id


def use(shop_id: int, code: str, store: str, *, by: Who, at: datetime) -> Coupon:
    """核销: once, within its validity, and not while it is being refunded."""
    row = Coupon.objects.select_related("lot").filter(shop_id=shop_id, code=code.strip()).first()
    if row is None:
        raise NotFound(f"没有券码 {code.strip()}", f"There is no coupon {code.strip()}")
    lot = row.lot
    if not lot.from_at <= at < lot.until:
        early = at < lot.from_at
        raise Refusal(
            "coupon_out_of_time",
            "券还没到可用时间" if early else "券已过期，未使用的会自动退款",
            "The coupon does not count yet" if early else "The coupon is over; unused ones are refunded by themselves",
        )
    if not Coupon.objects.filter(pk=row.pk, state=Coupon.UNUSED).update(
        state=Coupon.USED, used_at=at, store=store[:60]
    ):
        row.refresh_from_db(fields=["state"])
        words = {Coupon.USED: "已核销过", Coupon.HELD: "正在退款，不能使用", Coupon.REFUNDED: "已退款"}
        raise Conflict(
            "coupon_gone",
            f"券码 {row.code} {words.get(row.state, '')}",
            f"Coupon {row.code} is {row.state}",
            current={"state": row.state},
        )
    left = lot.coupons.filter(state=Coupon.UNUSED).count()
    _say(VoucherUsed(title=lot.title, store=store[:60], left=left), lot, by=by, at=at)
    row.refresh_from_db()
    return row


def open_voucher(
    order_id: int, form: voucher_flow.AskVoucher, extras: beginning.Extras, *, by: Who, at: datetime
) -> VoucherRefund:
    """未使用随时退款 (R599): the system agrees at once. A claim about used coupons waits for the shop or the platform."""
    lot = VoucherLot.objects.filter(pk=form.lot, order_id=order_id).first()
    if lot is None:
        raise Invalid(fields={"lot": T("订单里没有这批卡券", "The order has no such coupons")})
    if at >= lot.until:
        raise Refusal(
            "voucher_over",
            "卡券已过期，未使用的部分已由系统自动发起退款，无需再申请",
            "The coupons are over; the unused ones are refunded by themselves, nothing has to be asked",
        )
    claim = form.reason == "not_delivered"
    photos = checked_photos(lot.shop_id, lot.customer_id, form.photos, by=by, at=at, shop=shop_facts(lot.shop_id))
    row = _open(lot, form.pieces, form.reason, by=by, at=at, claim=claim, note=form.note, photos=photos)
    if not claim:
        agree(row, None, by=SYSTEM, at=at)
    return row


def _open(
    lot: VoucherLot, pieces: int | None, reason: str, *, by: Who, at: datetime, claim: bool = False, **columns: Any
) -> VoucherRefund:
    order = order_facts(lot.order_id)
    holds.lock(order)
    states = [Coupon.UNUSED, Coupon.USED] if claim else [Coupon.UNUSED]
    able = list(lot.coupons.filter(state__in=states).order_by("-state", "pk").values_list("pk", flat=True))
    wanted = len(able) if pieces is None else pieces
    if not able or wanted > len(able):
        zh = f"未使用的券剩 {len(able)} 张，申请了 {pieces or 0} 张" if able else "没有可退的券：都已核销或在退款中"
        raise Invalid(fields={"pieces": T(zh, f"{len(able)} unused coupons are left")})
    line = lot.order_line_id
    fen = answers.pieces_of(order)[line].worth(wanted)
    if fen <= 0:
        raise Refusal("nothing_to_refund", "这些券没有可退金额", "There is nothing to refund of these coupons")
    holds.take(order, {line: wanted})
    row: VoucherRefund = beginning.begin(
        VOUCHER.name,
        order,
        by=by,
        at=at,
        details={"reason": reason, "pieces": wanted, "amount_fen": fen},
        lot=lot,
        pieces=wanted,
        reason=reason,
        requested_fen=fen,
        responsibility="seller" if claim else "buyer",
        **columns,
    )
    beginning.write_lines(VOUCHER.name, row, {line: wanted}, {line: fen})
    taken = Coupon.objects.filter(pk__in=able[:wanted], state__in=states)
    if taken.update(state=Coupon.HELD, refund=row.pk) != wanted:
        raise Conflict("coupon_gone", "刚有券被核销，请刷新后重试", "A coupon was just used; refresh and try again")
    return row


def agree(row: VoucherRefund, form: None, *, by: Who, at: datetime) -> None:
    """The system agrees by itself (R603)."""
    _granted(row, "agree", by=by, at=at)


def merchant_agree(row: VoucherRefund, form: forms.Note, *, by: Who, at: datetime) -> None:
    _granted(row, "merchant_agree", by=by, at=at, note=form.note)


def platform_agree(row: VoucherRefund, form: forms.PlatformWord, *, by: Who, at: datetime) -> None:
    """R609: the merchant is responsible."""
    _granted(row, "platform_agree", by=by, at=at, note=form.note, ruling=form.ruling)


def _granted(row: VoucherRefund, verb: str, *, by: Who, at: datetime, note: str = "", ruling: str = "") -> None:
    order = order_facts(row.order_id)
    holds.lock(order)
    line = CaseLine.objects.get(flow=VOUCHER.name, case_id=row.pk)
    fen = answers.pieces_of(order)[line.order_line_id].worth(row.pieces)
    columns: dict[str, Any] = {"goods_fen": fen, "granted_fen": fen, "decided_by": str(by), "decided_at": at}
    details: dict[str, Any] = {"amount_fen": fen, "pieces": row.pieces}
    if ruling:
        details["ruling"] = columns["answer"] = ruling
    step(VOUCHER, row, verb, by=by, at=at, note=note, details=details, **columns)
    holds.spend(line, row.pieces, fen)
    CaseLine.objects.filter(pk=line.pk).update(granted_qty=row.pieces, granted_fen=fen)
    paying.owe(row, {paying.GOODS: fen}, by=by, at=at)


def dispute(row: VoucherRefund, form: voucher_flow.Dispute, *, by: Who, at: datetime) -> None:
    step(VOUCHER, row, "dispute", by=by, at=at, details={"text": form.text})


def platform_close(row: VoucherRefund, form: forms.PlatformWord, *, by: Who, at: datetime) -> None:
    details = {"ruling": form.ruling}
    step(VOUCHER, row, "platform_close", by=by, at=at, note=form.note, details=details, answer=form.ruling)
    _give_back(row)


def withdraw(row: VoucherRefund, form: forms.Word, *, by: Who, at: datetime) -> None:
    if by.kind != "buyer" and not form.note:
        raise Invalid(fields={"note": T("代买家撤销须写明买家在哪里提出", "Say where the buyer asked for it")})
    step(VOUCHER, row, "withdraw", by=by, at=at, details={"text": form.note} if form.note else None)
    _give_back(row)


def _give_back(row: VoucherRefund) -> None:
    """The coupons are what they were: used ones stay used."""
    held = Coupon.objects.filter(refund=row.pk, state=Coupon.HELD)
    held.filter(used_at=None).update(state=Coupon.UNUSED, refund=None)
    held.exclude(used_at=None).update(state=Coupon.USED, refund=None)
    if row.lot.expired_at is not None:
        expire(row.lot, at=row.state_at)


def refund(row: VoucherRefund, form: forms.Pay, *, by: Who, at: datetime) -> None:
    """The money went back to the paying account (R603)."""
    lines = CaseLine.objects.filter(flow=VOUCHER.name, case_id=row.pk, granted_qty__gt=0)
    quantities = dict(lines.values_list("order_line_id", "granted_qty"))
    paying.pay(row, "refund", form, {paying.GOODS: row.goods_fen or 0}, by=by, at=at, quantities=quantities)
    Coupon.objects.filter(refund=row.pk, state=Coupon.HELD).update(state=Coupon.REFUNDED)


def expire(lot: VoucherLot, *, at: datetime) -> VoucherRefund | None:
    """过期自动退款 (R602, R604): the unused coupons are refunded by the system, once."""
    unused = lot.coupons.filter(state=Coupon.UNUSED).count()
    fresh = VoucherLot.objects.filter(pk=lot.pk, expired_at=None).update(expired_at=at)
    if fresh:
        _say(VoucherExpired(title=lot.title, unused=unused), lot, by=SYSTEM, at=at)
    known = VoucherRefund.objects.filter(lot=lot, by_expiry=True).exists()
    if not unused or known or not answers.pieces_of(order_facts(lot.order_id))[lot.order_line_id].left_fen:
        return None
    row = _open(lot, None, "expired", by=SYSTEM, at=at, by_expiry=True)
    agree(row, None, by=SYSTEM, at=at)
    return row


VERBS = {
    "agree": agree,
    "merchant_agree": merchant_agree,
    "dispute": dispute,
    "platform_agree": platform_agree,
    "platform_close": platform_close,
    "refund": refund,
    "withdraw": withdraw,
}
