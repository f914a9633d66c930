"""Compensation: proposed, routed to whoever may decide, granted from the month's budget, given by finance."""

from datetime import datetime
from typing import Any

from django.db.models import F, Sum

from xiaoer.aftersales import compensation_forms as forms
from xiaoer.aftersales import compensation_rules as rules
from xiaoer.aftersales.actions import paying
from xiaoer.aftersales.actions.beginning import Extras, begin
from xiaoer.aftersales.actions.steps import keep_note, shop_of, step
from xiaoer.aftersales.compensation_flow import COMPENSATION
from xiaoer.aftersales.compensation_words import LEVEL_WHY, MEANS
from xiaoer.aftersales.forms import Pay
from xiaoer.aftersales.models import CompensationBudget, CompensationCase
from xiaoer.guard.queries import check, context_for
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.kernel.saying import require_sayable
from xiaoer.orders.queries import OrderFacts, order_facts
from xiaoer.people.queries import ShopFacts, roles_of, shop_facts
from xiaoer.policy import queries as policy

ALIVE = ("proposed", "approval", "owner_approval", "granted", "executed")


def limits_of(shop: ShopFacts, at: datetime) -> rules.Limits:
    keys = ("agent_limit", "vendor_limit", "supervisor_limit", "month_budget", "order_percent")
    found = policy.rules([f"compensation_{key}" for key in keys], shop=shop, at=at)
    return rules.Limits(*(int(found[f"compensation_{key}"].value) for key in keys))


def limit_of(shop_id: int, who: Who, limits: rules.Limits) -> int | None:
    """What this actor may grant alone for one order; the system and machines nothing."""
    if who.kind != "staff" or who.id is None:
        return 0
    return rules.limit_of(roles_of(shop_id, who.id), limits)


def propose(order_id: int, form: forms.Propose, extras: Extras, *, by: Who, at: datetime) -> CompensationCase:
    """提出补偿: within her own limit it is granted at once, else it goes to whoever may decide (R832, C43)."""
    order = order_facts(order_id)
    _require_order(order)
    shop = shop_facts(order.shop_id)
    _require_fit(shop, form.reason, form.cause, form.means, form.gift, form.note, at=at)
    _require_new_cause(shop.id, form.cause)
    row: CompensationCase = begin(
        COMPENSATION.name,
        order,
        by=by,
        at=at,
        details={"means": form.means, "amount_fen": form.amount_fen, "reason": form.reason},
        requested_fen=form.amount_fen,
        reason=form.reason,
        note=form.note,
        means=form.means,
        gift=form.gift,
        cause=form.cause,
    )
    route(row, by=by, at=at)
    return row


def _require_order(order: OrderFacts) -> None:
    if order.status in ("waiting_payment",) or order.paid_fen + order.payable_fen <= 0:
        raise Refusal(
            "order_not_paid",
            f"订单 {order.order_no} 未付款，没有可补偿的",
            f"Order {order.order_no} is unpaid; there is nothing to make good",
        )


def _require_fit(shop: ShopFacts, reason: str, cause: str, means: str, gift: str, note: str, *, at: datetime) -> None:
    """C12: the cause is a fault and not a rating, and no word ties money to a review."""
    if means in ("coupon", "gift") and not gift:
        raise Invalid(fields={"gift": T(f"请写明是什么{MEANS[means].zh}", "Say which coupon or gift")})
    if (wrong := rules.reason_problem(reason, cause)) is not None:
        raise Invalid(fields={"reason": wrong})
    for name, text in (("note", note), ("gift", gift)):
        hits = [hit for hit in check(text, context_for(shop, at=at)).rules if hit.id.startswith("review.")]
        if hits:
            raise Invalid(fields={name: T(f"{hits[0].title.zh}：{hits[0].reason.zh}", hits[0].reason.en)})
        require_sayable(text, shop_id=shop.id, field=name, at=at)


def _require_new_cause(shop_id: int, cause: str) -> None:
    """One cause is not asked for twice while the first waits."""
    waiting = CompensationCase.objects.filter(shop_id=shop_id, cause=cause, state__in=ALIVE[:3])
    known = waiting.first() if cause else None
    if known is not None:
        raise Conflict(
            "proposed_already",
            f"这件事已提过补偿 {known.number}，正在审批",
            f"{known.number} was proposed for this already and is being decided",
            current={"id": known.pk, "number": known.number},
        )


def given_before(row: CompensationCase) -> int:
    """What other compensations of the order amount to: many small ones count together."""
    rows = CompensationCase.objects.filter(order_id=row.order_id, state__in=ALIVE).exclude(pk=row.pk)
    return int(rows.aggregate(all=Sum("requested_fen"))["all"] or 0)


def level_of(row: CompensationCase, amount: int, *, by: Who, at: datetime) -> rules.Level:
    """Whose word this actor's grant of `amount` needs."""
    shop, order = shop_of(row), order_facts(row.order_id)
    limits = limits_of(shop, at)
    limit = limit_of(shop.id, by, limits)
    level = rules.level_for(
        amount,
        before=given_before(row),
        paid=max(order.paid_fen, order.payable_fen),
        limit=limit,
        limits=limits,
        left=limits.budget - used(shop.id, rules.month_of(at)),
        review=row.cause.startswith("review:"),
        superior=limit is None or limit >= limits.supervisor,
    )
    return rules.Level(level.who, "system") if level.why == "limit" and by.kind != "staff" else level


def used(shop_id: int, month: str) -> int:
    """What the shop has granted in a month."""
    return (
        CompensationBudget.objects.filter(shop_id=shop_id, month=month).values_list("used_fen", flat=True).first() or 0
    )


def route(row: CompensationCase, *, by: Who, at: datetime) -> None:
    """Where a proposal goes is worked out from amount, post and budget."""
    level = level_of(row, row.requested_fen, by=by, at=at)
    if not level.who:
        grant(row, "settle", row.requested_fen, row.means, by=by, at=at, level=level)
        return
    verb = "submit" if level.who == "supervisor" else "submit_owner"
    details = {"level": level.who, "level_why": level.why}
    step(COMPENSATION, row, verb, by=by, at=at, details=details, level=level.who, level_why=level.why)


def grant(
    row: CompensationCase,
    verb: str,
    amount: int,
    means: str,
    *,
    by: Who,
    at: datetime,
    level: rules.Level,
    note: str = "",
) -> None:
    month = rules.month_of(at)
    spend(row.shop_id, month, amount, cap=None if _without_cap(row, by, at) else limits_of(shop_of(row), at).budget)
    step(
        COMPENSATION,
        row,
        verb,
        by=by,
        at=at,
        note=note,
        details={"amount_fen": amount, "means": means},
        granted_fen=amount,
        means=means,
        month=month,
        level=level.who,
        level_why=level.why,
        decided_by=str(by),
        decided_at=at,
    )
    paying.owe(row, {paying.COMPENSATION: amount}, by=by, at=at)


def _without_cap(row: CompensationCase, by: Who, at: datetime) -> bool:
    return limit_of(row.shop_id, by, limits_of(shop_of(row), at)) is None


def spend(shop_id: int, month: str, fen: int, *, cap: int | None) -> None:
    """Take from the month's budget by a conditional update: two grants at once cannot both take the last yuan."""
    CompensationBudget.objects.get_or_create(shop_id=shop_id, month=month)
    rows = CompensationBudget.objects.filter(shop_id=shop_id, month=month)
    if cap is not None:
        rows = rows.filter(used_fen__lte=cap - fen)
    if not rows.update(used_fen=F("used_fen") + fen):
        left = max((cap or 0) - used(shop_id, month), 0)
        raise Conflict(
            "over_budget",
            f"本月补偿预算还剩 {format_yuan(left)}，本次 {format_yuan(fen)}，须店主审批",
            f"{format_yuan(left)} is left of this month's budget, this is {format_yuan(fen)}: the owner decides",
            current={"left_fen": left},
        )


def approve(row: CompensationCase, form: forms.Approve, *, by: Who, at: datetime) -> None:
    """批准 (R832): within the approver's own limit, never by whoever proposed it; the owner alone stands above both."""
    amount = form.amount_fen or row.requested_fen
    level = level_of(row, amount, by=by, at=at)
    if level.who:
        why = LEVEL_WHY[level.why]
        raise Forbidden(
            f"{format_yuan(amount)} 不在您的权限内（{why.zh}），请报店主审批或批准较小的金额",
            f"{format_yuan(amount)} is beyond your limit ({why.en}); pass it up or grant less",
            code="over_limit",
        )
    if row.opened_by == str(by) and not _without_cap(row, by, at):
        raise Forbidden("自己提的补偿须由别人审批", "Somebody else decides what you proposed", code="four_eyes")
    means = form.means or row.means
    grant(row, "approve", amount, means, by=by, at=at, level=rules.Level(row.level, row.level_why), note=form.note)


def amend(row: CompensationCase, form: forms.Change, *, by: Who, at: datetime) -> None:
    """改后再提交: what was sent back is changed and routed anew."""
    new = {name: value for name, value in form.model_dump().items() if value is not None}
    columns = {"requested_fen" if name == "amount_fen" else name: value for name, value in new.items()}
    held = {"reason": row.reason, "means": row.means, "gift": row.gift, "note": row.note} | new
    _require_fit(shop_of(row), held["reason"], row.cause, held["means"], held["gift"], held["note"], at=at)
    details: dict[str, Any] = {"means": held["means"], "amount_fen": new.get("amount_fen", row.requested_fen)}
    step(COMPENSATION, row, "amend", by=by, at=at, details=details, **columns)
    route(row, by=by, at=at)


def _back(row: CompensationCase, verb: str, form: forms.Why, *, by: Who, at: datetime, **columns: Any) -> None:
    step(COMPENSATION, row, verb, by=by, at=at, note=form.note, **columns)


def pass_up(row: CompensationCase, form: forms.Why, *, by: Who, at: datetime) -> None:
    _back(row, "pass_up", form, by=by, at=at, level="owner", level_why=row.level_why or "limit")


def send_back(row: CompensationCase, form: forms.Why, *, by: Who, at: datetime) -> None:
    _back(row, "send_back", form, by=by, at=at, answer=form.note)


def refuse(row: CompensationCase, form: forms.Why, *, by: Who, at: datetime) -> None:
    _back(row, "refuse", form, by=by, at=at, answer=form.note, decided_by=str(by), decided_at=at)


def withdraw(row: CompensationCase, form: None, *, by: Who, at: datetime) -> None:
    step(COMPENSATION, row, "withdraw", by=by, at=at)


def execute(row: CompensationCase, form: Pay, *, by: Who, at: datetime) -> None:
    """发放: finance has given exactly what was granted."""
    paying.pay(row, "execute", form, {paying.COMPENSATION: row.granted_fen or 0}, by=by, at=at)


def revoke(row: CompensationCase, form: forms.Why, *, by: Who, at: datetime) -> None:
    """撤销发放: before it was paid; the money goes back into its month's budget."""
    paying.forget(row, by=by, at=at)
    step(COMPENSATION, row, "revoke", by=by, at=at, note=form.note, answer=form.note)
    give_back(row)


def give_back(row: CompensationCase) -> None:
    fen = row.granted_fen or 0
    CompensationBudget.objects.filter(shop_id=row.shop_id, month=row.month).update(used_fen=F("used_fen") - fen)


def suggest(
    order_id: int, means: str, amount_fen: int, reason: str, note: str, cause: str, *, by: Who = SYSTEM, at: datetime
) -> CompensationCase | None:
    """Another part of the house suggests a compensation (R737, R744); nothing when the same cause waits already."""
    asked = CompensationCase.objects.filter(cause=cause, state__in=ALIVE)
    if amount_fen <= 0 or asked.exists():
        return None
    gift = MEANS[means].zh if means in ("coupon", "gift") else ""
    form = forms.Propose(means=means, amount_fen=amount_fen, reason=reason, note=note, gift=gift, cause=cause)
    row = propose(order_id, form, Extras(), by=by, at=at)
    keep_note(COMPENSATION, row, note, by=by, at=at)
    return row


VERBS = {
    "amend": amend,
    "approve": approve,
    "pass_up": pass_up,
    "send_back": send_back,
    "refuse": refuse,
    "withdraw": withdraw,
    "execute": execute,
    "revoke": revoke,
}
