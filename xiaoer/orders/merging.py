"""What a report changes on an order we know: pure comparison of a draft with a row's values.

A blank never erases. A value the platform masked (王**, 138****5678) never replaces a plain one. A stale report
(see rules.newer_wins) fills blanks only.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from xiaoer.kernel.i18n import T
from xiaoer.orders import cells, rules
from xiaoer.orders.drafts import LineDraft, OrderDraft, keyed
from xiaoer.orders.rules import Fulfilment, Verdict

PLATFORM_FIELDS = (
    "kind",
    "status_text",
    "goods_fen",
    "freight_fen",
    "payable_fen",
    "paid_fen",
    "discount_fen",
    "points_fen",
    "red_packet_fen",
    "payer",
    "receiver_name",
    "receiver_phone",
    "receiver_address",
    "created_at",
    "paid_at",
    "shipped_at",
    "signed_at",
    "succeeded_at",
    "closed_at",
    "close_reason",
    "waybill",
    "carrier",
    "buyer_message",
)
LINE_FIELDS = (
    "line_key",
    "line_no",
    "sub_no",
    "title",
    "sku",
    "sku_code",
    "qty",
    "price_fen",
    "paid_fen",
    "paid_said",
    "category",
    "status",
    "summary",
)
_BLANK = (None, "")


class OrderRow(Protocol):
    """The columns compared; Order has them."""

    status: str
    fulfilment: str
    version: datetime | None
    remarked_at: datetime | None


class LineRow(Protocol):
    """The columns by which a reported line is recognised; OrderLine has them."""

    line_key: str
    title: str
    sku: str
    summary: bool


Line = TypeVar("Line", bound=LineRow)


@dataclass(slots=True)
class Change:
    """The outcome for one order row: new values by column, and whether the report was stale."""

    values: dict[str, Any]
    stale: bool


def missing_for_new(draft: OrderDraft) -> list[T]:
    """Why this report alone cannot make an order that we do not know yet."""
    reasons = []
    if not draft.nick:
        reasons.append(
            T(
                "缺少买家会员名，系统里也没有这张订单；请先导入订单报表，再导入宝贝报表",
                "No buyer nick, and the order is not known yet; import the order report before the item report",
            )
        )
    if not draft.status:
        reasons.append(T("缺少订单状态", "The order status is missing"))
    if draft.payable_fen is None and draft.paid_fen is None and draft.goods_fen is None:
        reasons.append(
            T(
                "缺少金额（总金额、买家应付货款、买家实际支付金额至少要有一个）",
                "No amount: give the total, the goods amount or the amount paid",
            )
        )
    return reasons


def other_buyer(draft: OrderDraft, nick: str) -> T | None:
    """The same order number with another buyer is a mistake in the file, never an update."""
    if not draft.nick or "*" in draft.nick or "*" in nick or draft.nick.casefold() == nick.casefold():
        return None
    return T(
        f"系统里订单 {draft.order_no} 的买家是“{nick}”，本行写的是“{draft.nick}”",
        f"Order {draft.order_no} belongs to {nick!r} here, this row says {draft.nick!r}",
    )


def compare(row: OrderRow, draft: OrderDraft) -> Change:
    """The columns of `row` that the report changes."""
    verdict = rules.newer_wins(
        known=row.status, known_version=row.version, said=draft.status, said_version=draft.version
    )
    stale = verdict is Verdict.STALE
    values: dict[str, Any] = {}
    for field in PLATFORM_FIELDS:
        known, said = getattr(row, field), getattr(draft, field)
        if said in _BLANK or said == known:
            continue
        if known not in _BLANK and (stale or _hides_more(said, known)):
            continue
        values[field] = said
    if not stale:
        _apply_state(row, draft, values)
    if "receiver_phone" in values:
        tail = cells.phone_tail(values["receiver_phone"])
        if tail and tail != getattr(row, "phone_tail", ""):
            values["phone_tail"] = tail
    if "created_at" in values:
        values["ordered_at"] = values["created_at"]
    return Change(values, stale)


def _apply_state(row: OrderRow, draft: OrderDraft, values: dict[str, Any]) -> None:
    if draft.status and draft.status != row.status:
        values["status"] = draft.status
    fulfilment = rules.fulfilment_after(row.fulfilment, draft.status)
    if fulfilment != row.fulfilment:
        values["fulfilment"] = fulfilment
    if draft.free_shipping is not None and draft.free_shipping != getattr(row, "free_shipping", None):
        values["free_shipping"] = draft.free_shipping
    if row.remarked_at is None or (draft.version is not None and draft.version > row.remarked_at):
        for field in ("seller_remark", "flag"):
            said = getattr(draft, field)
            if said not in _BLANK and said != getattr(row, field):
                values[field] = said
    if draft.version is not None and (row.version is None or draft.version > row.version):
        values["version"] = draft.version


def _hides_more(said: Any, known: Any) -> bool:
    return isinstance(said, str) and "*" in said and "*" not in str(known)


def first_values(draft: OrderDraft) -> dict[str, Any]:
    """Column values of an order seen for the first time; None/"" columns keep their defaults."""
    values = {field: value for field in PLATFORM_FIELDS if (value := getattr(draft, field)) not in _BLANK}
    values |= {
        "order_no": draft.order_no,
        "status": draft.status,
        "fulfilment": rules.fulfilment_after(Fulfilment.UNPRINTED, draft.status),
        "free_shipping": bool(draft.free_shipping),
        "phone_tail": cells.phone_tail(draft.receiver_phone),
        "seller_remark": draft.seller_remark,
        "flag": draft.flag or "",
        "version": draft.version,
    }
    return values


def pair(known: list[Line], said: list[LineDraft]) -> list[tuple[Line | None, str, LineDraft]]:
    """Which known line each reported line is: by key, else same title and SKU, else same title, else the summary."""
    left = {line.line_key: line for line in known}
    out: dict[int, tuple[Line | None, str, LineDraft]] = {}
    waiting = []
    for place, (key, draft) in enumerate(keyed(said)):
        if key in left:
            out[place] = (left.pop(key), key, draft)
        else:
            waiting.append((place, key, draft))
    for place, key, draft in waiting:
        match = next((line for test in _TESTS for line in left.values() if test(line, draft)), None)
        if match is not None:
            left.pop(match.line_key)
        out[place] = (match, key, draft)
    return [out[place] for place in sorted(out)]


_TESTS = (
    lambda line, draft: (line.title, line.sku) == (draft.title, draft.sku) and not line.summary,
    lambda line, draft: line.title == draft.title and not line.summary,
    lambda line, draft: line.summary,
)


def line_values(draft: LineDraft, key: str, *, known: Any, no: int) -> dict[str, Any]:
    """Column values of a line after the report; blanks keep what we know."""
    values: dict[str, Any] = {"line_key": key, "line_no": no, "summary": draft.summary}
    for field in ("sub_no", "title", "sku", "sku_code", "qty", "price_fen", "status"):
        said = getattr(draft, field)
        if said not in _BLANK:
            values[field] = said
    if draft.paid_fen is not None:
        values |= {"paid_fen": draft.paid_fen, "paid_said": True}
    if known is None or draft.category != "general":
        values["category"] = draft.category
    return values


def spread_paid(order: Any, lines: list[Any]) -> list[int | None]:
    """What the buyer paid for each line: as reported, else her payment without freight split by price."""
    total = order.paid_fen if order.paid_fen is not None else order.payable_fen
    if total is None:
        total = order.goods_fen
    elif order.freight_fen:
        total = max(total - order.freight_fen, 0)
    if total is None:
        return [line.paid_fen for line in lines]
    open_lines = [line for line in lines if not line.paid_said]
    left = max(total - sum(line.paid_fen or 0 for line in lines if line.paid_said), 0)
    shares = iter(rules.allocate(left, [(line.price_fen or 0) * line.qty for line in open_lines]))
    return [line.paid_fen if line.paid_said else next(shares) for line in lines]
