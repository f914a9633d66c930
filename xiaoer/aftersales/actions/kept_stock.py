"""Stock for a replacement or a second shipment (留货): kept back, used when it leaves, let go when it does not."""

from datetime import datetime, timedelta

from xiaoer.aftersales.kinds import flow_of
from xiaoer.aftersales.models import CaseRow
from xiaoer.goods import actions as goods
from xiaoer.goods import queries
from xiaoer.kernel.access import Who
from xiaoer.kernel.moving import subject_of
from xiaoer.policy.queries import rule

KEPT, NONE, UNKNOWN, USED = "kept", "none", "unknown", "used"
_WAY_BACK = ("buyer_ships_return", "seller_confirms_return")


def subject(row: CaseRow) -> str:
    return subject_of(flow_of(row), row)


def keep(row: CaseRow, code: str, qty: int, *, reason: str, by: Who, at: datetime) -> str:
    """Keep the pieces as long as the way back may take; what nobody counts, or what is not there, is only noted."""
    look = queries.look_of_sku(row.shop_id, code)
    if look is None or look.free is None:
        return UNKNOWN
    if is_kept(row):
        return KEPT
    if look.free < qty:
        return NONE
    way = sum((rule(key, shop=row.shop, at=at).duration for key in _WAY_BACK), start=timedelta(0))
    until = at + max(way, rule("stock_reserved_for", shop=row.shop, at=at).duration)
    goods.reserve(row.shop_id, code, qty, reason=reason, subject=subject(row), by=by, at=at, until=until)
    return KEPT


def is_kept(row: CaseRow) -> bool:
    return bool(queries.kept_for(row.shop_id, subject(row)))


def leave(row: CaseRow, code: str, qty: int, report: str, *, by: Who, at: datetime) -> str:
    """The pieces left the house: the reservation ends and the stock falls by as many; a report is taken once."""
    goods.free(subject(row), shop_id=row.shop_id, why="used", by=by, at=at)
    return USED if change(row, {code: -qty}, report, by=by, at=at) else UNKNOWN


def change(row: CaseRow, pieces: dict[str, int], report: str, *, by: Who, at: datetime) -> bool:
    """The stock of counted SKUs rises or falls; what nobody counts is left alone."""
    known = queries.stock_of(row.shop_id, pieces)
    lines = [goods.Counted(code, qty) for code, qty in pieces.items() if known.get(code) is not None and qty]
    if lines:
        goods.take_report(
            row.shop_id,
            lines,
            report_id=f"{subject(row)}:{report}"[:80],
            kind="delta",
            as_of=at,
            source=row.number,
            by=by,
            at=at,
        )
    return bool(lines)


def let_go(row: CaseRow, *, by: Who, at: datetime) -> None:
    goods.free(subject(row), shop_id=row.shop_id, why="freed", by=by, at=at)
