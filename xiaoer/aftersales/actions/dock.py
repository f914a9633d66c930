"""After the count: every returned piece goes somewhere (退货去向), and quarantined pieces are settled later."""

from datetime import datetime

from django.db.models import Sum

from xiaoer.aftersales import events
from xiaoer.aftersales.actions import kept_stock
from xiaoer.aftersales.dock_checks import PLACES
from xiaoer.aftersales.kinds import TABLES, flow_of
from xiaoer.aftersales.models import CaseLine, GoodsBackRow, Shelved
from xiaoer.goods import queries as goods
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import subject_of
from xiaoer.orders.queries import order_facts


def put_away(row: GoodsBackRow, line_id: int, qty: int, place: str, note: str, *, by: Who, at: datetime) -> Shelved:
    """Put pieces of a received case on the shelf, into quarantine, aside for the supplier, or destroy them."""
    flow = flow_of(row)
    TABLES[flow.name]._default_manager.select_for_update().filter(pk=row.pk).first()
    if row.received_at is None:
        raise Conflict(
            "not_received", "包裹还没有收货登记", "The parcel was not received yet", current={"state": row.state}
        )
    line = CaseLine.objects.filter(flow=flow.name, case_id=row.pk, order_line_id=line_id).first()
    if line is None:
        raise Invalid(fields={"line": T(f"本单没有商品行 {line_id}", f"The case has no line {line_id}")})
    _require_place(place, note)
    done = _away(line)
    left = (line.received or 0) - done
    if qty < 1 or qty > left:
        zh = f"实收 {line.received or 0} 件，已安排 {done} 件，还剩 {left} 件，填了 {qty}"
        raise Invalid(fields={"qty": T(zh, f"{line.received or 0} received, {done} put away, {left} left, not {qty}")})
    if place == "restock":
        _require_whole(line, qty)
    made = Shelved.objects.create(
        shop_id=row.shop_id,
        flow=flow.name,
        case_id=row.pk,
        number=row.number,
        order_line_id=line_id,
        sku_code=_sku(row, line_id),
        qty=qty,
        place=place,
        note=note[:300],
        by=str(by),
        at=at,
    )
    _stock(row, made, place, by=by, at=at)
    _tell(row, made, place, by=by, at=at)
    return made


def _require_place(place: str, note: str) -> None:
    if place not in PLACES:
        several = "、".join(one.zh for one in PLACES.values())
        raise Invalid(fields={"place": T(f"请选择：{several}", f"Choose one of: {', '.join(PLACES)}")})
    if place != "restock" and not note:
        raise Invalid(fields={"note": T("不重新上架时请写明原因", "Say why it does not go back on the shelf")})


def _away(line: CaseLine, place: str = "") -> int:
    """Pieces of a line that were put somewhere, or to one place."""
    rows = Shelved.objects.filter(flow=line.flow, case_id=line.case_id, order_line_id=line.order_line_id)
    if place:
        rows = rows.filter(place=place)
    return int(rows.aggregate(sum=Sum("qty"))["sum"] or 0)


def _require_whole(line: CaseLine, qty: int) -> None:
    """Broken pieces are not sold again (R085)."""
    whole = (line.received or 0) - line.damaged
    if _away(line, "restock") + qty > whole:
        zh = f"实收 {line.received} 件中破损 {line.damaged} 件，最多 {whole} 件可以上架"
        raise Invalid(fields={"qty": T(zh, f"{line.damaged} of {line.received} are broken; {whole} may be sold again")})


def _sku(row: GoodsBackRow, line_id: int) -> str:
    line = order_facts(row.order_id).line(line_id)
    known = goods.goods_of_line(row.shop_id, line.sku_code, line.title, line.sku) if line is not None else None
    return known.sku_code if known is not None else ""


def _stock(row: GoodsBackRow, made: Shelved, place: str, *, by: Who, at: datetime) -> None:
    """重新上架: only what goes back on the shelf raises the stock."""
    if place == "restock" and made.sku_code:
        kept_stock.change(row, {made.sku_code: made.qty}, f"shelf:{made.pk}", by=by, at=at)


def _tell(row: GoodsBackRow, made: Shelved, place: str, *, by: Who, at: datetime) -> None:
    payload = events.GoodsShelved(number=row.number, place=place, qty=made.qty, sku_code=made.sku_code)
    announce(payload, shop_id=row.shop_id, subject=subject_of(flow_of(row), row), by=by, at=at)


def settle(made: Shelved, row: GoodsBackRow, place: str, note: str, *, by: Who, at: datetime) -> None:
    """隔离处理: where quarantined pieces go in the end; two who decide at once, one is first."""
    _require_place(place, note)
    if place == "quarantine":
        raise Invalid(fields={"place": T("已在隔离区，请选择去向", "They are in quarantine; choose where they go")})
    waiting = Shelved.objects.filter(pk=made.pk, place="quarantine", settled="")
    if not waiting.update(settled=place, settled_note=note[:300], settled_by=str(by), settled_at=at):
        raise Conflict("already_settled", "这批隔离商品已经处理过", "These pieces were settled already")
    made.settled, made.settled_note, made.settled_by, made.settled_at = place, note[:300], str(by), at
    _stock(row, made, place, by=by, at=at)
    _tell(row, made, place, by=by, at=at)
