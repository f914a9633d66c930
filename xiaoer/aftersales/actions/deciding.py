"""What the seller, the buyer and the platform decide before goods or money move."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, forms, rules
from xiaoer.aftersales.actions import holds
from xiaoer.aftersales.actions.opening import chosen_amount, require_photos
from xiaoer.aftersales.actions.steps import merged_photos, shop_of, step
from xiaoer.aftersales.flow import RETURN
from xiaoer.aftersales.kinds import flow_of
from xiaoer.aftersales.models import CaseRow, GoodsBackRow, ReturnCase
from xiaoer.aftersales.proposals import judged, lots_of
from xiaoer.aftersales.reasons import REASONS, Reason
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import order_facts
from xiaoer.people.queries import ShopFacts
from xiaoer.policy.queries import rule


def approve(row: ReturnCase, form: forms.Approve, *, by: Who, at: datetime) -> None:
    """Agree to the return: the address is shown, the buyer's time to ship begins (R841, R844)."""
    shop = shop_of(row)
    reason = REASONS[row.reason]
    require_address(shop)
    require_verified(shop, reason, form.verified, at=at)
    _approve(row, "approve", form.responsibility, shop, by=by, at=at, note=form.note)


def require_address(shop: ShopFacts) -> None:
    if not shop.return_address.get("address"):
        raise Invalid(
            "店铺还没有设置退货地址，请店主先在店铺设置里填写",
            "The shop has no return address yet; the owner sets it",
            code="no_return_address",
        )


def require_verified(shop: ShopFacts, reason: Reason, verified: bool, *, at: datetime) -> None:
    """R082: a quality claim is agreed to only after its proof was looked at."""
    if reason.proof and not verified and rule("quality_claim_photos", shop=shop, at=at).value:
        zh, en = f"「{reason.zh}」须先核实凭证再同意", f"Check the proof of {reason.en!r} before agreeing"
        raise Invalid(fields={"verified": T(zh, en)})


def agree(row: ReturnCase, responsibility: str, *, by: Who, at: datetime) -> None:
    """The shop agreed before, in another case of the same goods."""
    _approve(row, "approve", responsibility, shop_of(row), by=by, at=at)


def auto_approve(row: ReturnCase, form: None, *, by: Who, at: datetime) -> None:
    """The seller kept silent: the platform agrees for him. A missing address must not stop it."""
    _approve(row, "auto_approve", None, shop_of(row), by=by, at=at)


def _approve(
    row: ReturnCase,
    verb: str,
    responsibility: str | None,
    shop: ShopFacts,
    *,
    by: Who,
    at: datetime,
    note: str = "",
    ruling: str = "",
) -> None:
    fault, verdict = judged(row, responsibility, at=at)
    details: dict[str, Any] = {"responsibility": fault, "freight_back": verdict.back}
    columns: dict[str, Any] = {
        "decided_by": str(by),
        "decided_at": at,
        "responsibility": fault,
        "freight": verdict.data(),
        "return_address": dict(shop.return_address),
    }
    if ruling:
        details["ruling"] = columns["answer"] = ruling
    step(RETURN, row, verb, by=by, at=at, note=note, details=details, **columns)


def refuse(row: CaseRow, form: forms.Refuse, *, by: Who, at: datetime) -> None:
    """Say no, truthfully: the reason is checked against the rules, the explanation is for the buyer (R739, R740)."""
    shop, order = shop_of(row), order_facts(row.order_id)
    flow = flow_of(row)
    lots = lots_of(flow, row)
    limits = answers.windows(shop, order, at)
    reason = REASONS[row.reason]
    end = limits.no_reason if reason.no_reason else limits.after_sale
    taken_out = answers.excluded_line(shop, [line for line in order.lines if line.id in lots], at)
    if (wrong := rules.refusal_problem(form.why, reason, row.opened_at, end, taken_out is not None)) is not None:
        raise Invalid(fields={"why": wrong})
    if form.why == "shipped" and not answers.is_shipped(order):
        raise Invalid(fields={"why": T("订单还没有发货，不能以已发货拒绝", "The order is not shipped yet")})
    step(
        flow,
        row,
        "refuse",
        by=by,
        at=at,
        note=form.note,
        details={"why": form.why, "text": form.explanation},
        refused_why=form.why,
        answer=form.explanation,
        decided_by=str(by),
        decided_at=at,
        photos=merged_photos(row, form.photos, by=by, at=at),
    )


def amend(row: CaseRow, form: forms.Amend, *, by: Who, at: datetime) -> None:
    """The buyer changes reason, amount, words or adds photos; the seller's time begins anew."""
    shop, order = shop_of(row), order_facts(row.order_id)
    flow = flow_of(row)
    reason = REASONS[form.reason or row.reason]
    if flow.name not in reason.kinds:
        raise Invalid(
            fields={"reason": T(f"「{reason.zh}」不适用于此类申请", f"{reason.en!r} does not fit this request")}
        )
    photos = merged_photos(row, form.photos, by=by, at=at)
    require_photos(shop, reason, photos, at=at)
    limits = answers.windows(shop, order, at)
    late = rules.window_problem(reason, row.opened_at, limits.no_reason, limits.after_sale)
    if late is not None and not row.goodwill:
        raise Invalid(fields={"reason": late})
    verdict = answers.freight_for(shop, order, reason, reason.fault, at)
    holds.lock(order)
    most = answers.quote(order, lots_of(flow, row), verdict, row.shipped)
    asked = form.amount_fen if form.amount_fen is not None else min(row.requested_fen, most.total_fen)
    amount = chosen_amount(asked, most, flow.name)
    step(
        flow,
        row,
        "amend",
        by=by,
        at=at,
        details={"reason": reason.code, "amount_fen": amount, "before_fen": row.requested_fen},
        reason=reason.code,
        responsibility=reason.fault,
        freight=verdict.data(),
        requested_fen=amount,
        photos=photos,
        note=row.note if form.note is None else form.note,
        refused_why="",
        answer="",
    )


def escalate(row: CaseRow, form: forms.Escalate, *, by: Who, at: datetime) -> None:
    step(flow_of(row), row, "escalate", by=by, at=at, details={"text": form.text})


def withdraw(row: CaseRow, form: forms.Word, *, by: Who, at: datetime) -> None:
    """The buyer takes her application back. An agent who does it for her must say where she asked for it."""
    if by.kind != "buyer" and not form.note:
        raise Invalid(fields={"note": T("代买家撤销须写明买家在哪里提出", "Say where the buyer asked for it")})
    step(flow_of(row), row, "withdraw", by=by, at=at, details={"text": form.note} if form.note else None)


def auto_close(row: CaseRow, form: None, *, by: Who, at: datetime) -> None:
    step(flow_of(row), row, "auto_close", by=by, at=at, details={"from": row.state})


def platform_return(row: ReturnCase, form: forms.PlatformWord, *, by: Who, at: datetime) -> None:
    _approve(row, "platform_return", None, shop_of(row), by=by, at=at, note=form.note, ruling=form.ruling)


def platform_close(row: CaseRow, form: forms.PlatformWord, *, by: Who, at: datetime) -> None:
    step(
        flow_of(row),
        row,
        "platform_close",
        by=by,
        at=at,
        note=form.note,
        details={"ruling": form.ruling},
        answer=form.ruling,
    )


def platform_goods_back(row: GoodsBackRow, form: forms.PlatformWord, *, by: Who, at: datetime) -> None:
    step(
        flow_of(row),
        row,
        "platform_goods_back",
        by=by,
        at=at,
        note=form.note,
        details={"ruling": form.ruling},
        answer=form.ruling,
    )


def goods_shipped(row: CaseRow, form: None, *, by: Who, at: datetime) -> None:
    """The shop shipped while a refund of unshipped goods was asked: the platform closes the request."""
    step(flow_of(row), row, "goods_shipped", by=by, at=at)
