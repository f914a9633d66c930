"""备件: stock that is never below nothing, requests decided by a second person, every piece accounted for (R592, R682)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import F

from xiaoer.aftersales.events_repair import PartStockMoved
from xiaoer.aftersales.models import Part, PartMove, PartRequest, RepairCase
from xiaoer.aftersales.repair_flow import REPAIR
from xiaoer.aftersales.repair_parts_flow import PARTS, Settled, Why
from xiaoer.aftersales.repair_rules import parts_balance
from xiaoer.kernel import moving
from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Conflict, Invalid, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T

WORKING = ("received", "repairing", "waiting_parts", "on_site")


def stock(part: Part, kind: str, qty: int, *, by: Who, at: datetime, note: str = "", request: int | None = None) -> int:
    """One line of the stock book; refused when the shelf would hold fewer than none."""
    if not Part.objects.filter(pk=part.pk, stock__gte=-qty).update(stock=F("stock") + qty):
        left = Part.objects.values_list("stock", flat=True).get(pk=part.pk)
        raise Conflict(
            "part_not_there",
            f"「{part.name}」库存 {left} 件，不够 {-qty} 件，请先补货",
            f"{left} of {part.name!r} on the shelf, {-qty} wanted; restock first",
            current={"stock": left},
        )
    after = Part.objects.values_list("stock", flat=True).get(pk=part.pk)
    PartMove.objects.create(
        part=part, request_id=request, kind=kind, qty=qty, after=after, note=note[:200], by=str(by), at=at
    )
    payload = PartStockMoved(code=part.code, how=kind, qty=qty, after=after)
    announce(payload, shop_id=part.shop_id, subject=f"part:{part.pk}", by=by, at=at)
    return after


def take_in(part: Part, qty: int, note: str, *, by: Who, at: datetime) -> int:
    """入库 or 盘点: a plain correction needs its reason."""
    if qty == 0:
        raise Invalid(fields={"qty": T("数量不能为 0", "Give a number other than 0")})
    if qty < 0 and len(note.strip()) < 2:
        raise Invalid(fields={"note": T("减少库存请写明原因（盘亏、损坏）", "Say why pieces are taken off")})
    return stock(part, "in" if qty > 0 else "counted", qty, by=by, at=at, note=note)


def ask(repair: RepairCase, part: Part, qty: int, note: str, *, by: Who, at: datetime) -> PartRequest:
    """备件申领 for one repair: how many of what."""
    if repair.state not in WORKING:
        label = REPAIR.state(repair.state)
        raise Conflict(
            "no_parts_now",
            f"返修单现在是「{label.zh}」，收货检测后才能申领备件",
            f"The repair is {label.en!r}; parts are asked for after the inspection",
            current={"state": repair.state},
        )
    if part.shop_id != repair.shop_id or not part.active:
        raise Invalid(fields={"part": T("该备件不能用于本店返修", "This part is not this shop's")})
    if not 1 <= qty <= 99:
        raise Invalid(fields={"qty": T(f"数量 {qty} 不对，应为 1～99", f"{qty} pieces: give 1 to 99")})
    row = PartRequest.objects.create(
        shop_id=repair.shop_id,
        repair=repair,
        part=part,
        state=PARTS.first,
        state_at=at,
        qty=qty,
        note=note.strip(),
        asked_by=str(by),
        asked_at=at,
    )
    details = {"number": repair.number, "part": part.name, "qty": qty}
    moving.begin(PARTS, row, by=by, at=at, details=details, for_buyer=False)
    _open_parts(repair, 1)
    return row


def _open_parts(repair: RepairCase, change: int) -> None:
    RepairCase.objects.filter(pk=repair.pk).update(parts_open=F("parts_open") + change)


def _move(row: PartRequest, verb: str, *, by: Who, at: datetime, **columns: Any) -> None:
    details = {"number": row.repair.number, "part": row.part.name, "qty": row.qty}
    moved = moving.move(PARTS, row, verb, by=by, at=at, details=details, **columns)
    if PARTS.state(moved.target).final:
        _open_parts(row.repair, -1)


def approve(row: PartRequest, form: None, *, by: Who, at: datetime) -> None:
    """Four eyes: nobody approves her own request."""
    if row.asked_by == str(by):
        raise Refusal("own_request", "不能审批自己的备件申领，请换一位主管", "Nobody approves a request of her own")
    _move(row, "approve", by=by, at=at, decided_by=str(by), decided_at=at)


def refuse(row: PartRequest, form: Why, *, by: Who, at: datetime) -> None:
    _move(row, "refuse", by=by, at=at, decided_by=str(by), decided_at=at, note=form.why)


def cancel(row: PartRequest, form: Why, *, by: Who, at: datetime) -> None:
    _move(row, "cancel", by=by, at=at, note=form.why)


def issue(row: PartRequest, form: None, *, by: Who, at: datetime) -> None:
    _move(row, "issue", by=by, at=at, issued_by=str(by), issued_at=at)
    stock(row.part, "issued", -row.qty, by=by, at=at, note=row.repair.number, request=row.pk)


def settle(row: PartRequest, form: Settled, *, by: Who, at: datetime) -> None:
    """核销: to the last piece; a replaced part says where the old one is, so that a swap shows."""
    if (wrong := parts_balance(row.qty, form.used, form.returned, form.scrapped)) is not None:
        raise Invalid(fields={"used": wrong})
    if form.used and form.old_back is None:
        raise Invalid(fields={"old_back": T("请登记换下的旧件是否收回", "Say whether the old part came back")})
    if form.used and not form.old_back and not form.note:
        raise Invalid(fields={"note": T("旧件没有收回，请写明去向", "Say where the old part is")})
    if form.new_serial and form.new_serial == form.old_serial:
        raise Invalid(
            fields={"new_serial": T("新旧件序列号相同，请核对是否真的更换", "Old and new serial are the same")}
        )
    columns = form.model_dump(exclude={"note"})
    note = form.note or row.note
    _move(row, "settle", by=by, at=at, settled_by=str(by), settled_at=at, note=note, **columns)
    if form.returned:
        stock(row.part, "returned", form.returned, by=by, at=at, note=row.repair.number, request=row.pk)


VERBS: dict[str, Callable[..., None]] = {
    "approve": approve,
    "refuse": refuse,
    "cancel": cancel,
    "issue": issue,
    "settle": settle,
}


def perform(viewer: Viewer, row: PartRequest, verb: str, data: dict[str, Any], *, by: Who, at: datetime) -> None:
    """One step of a part request, checked against its table."""
    step = moving.find_legal(PARTS, row, verb)
    moving.require_actor(step, viewer, row.shop_id)
    VERBS[verb](row, moving.parse_form(step, data), by=by, at=at)
