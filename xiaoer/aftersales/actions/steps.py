"""One step of a case: the kernel's move, then its clocks, its note, and the pieces it frees when it ends for nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from xiaoer.aftersales import events, links
from xiaoer.aftersales.actions import clocks, holds
from xiaoer.aftersales.models import CaseNote, CaseRow
from xiaoer.kernel import moving
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan
from xiaoer.orders.carriers import Carrier, clean_waybill, find_carrier, waybill_problem
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rule


def step(
    flow: Flow,
    row: CaseRow,
    verb: str,
    *,
    by: Who,
    at: datetime,
    note: str = "",
    details: dict[str, Any] | None = None,
    **columns: Any,
) -> None:
    """Carry out a legal move. `details` go to the journal and the buyer; `note` stays inside the shop."""
    moved = moving.move(flow, row, verb, by=by, at=at, details=details, **columns)
    if flow.state(moved.target).category == "dropped":
        holds.release(flow, row)
    clocks.follow(flow, row, moved.starts, at)
    if note:
        keep_note(flow, row, note, verb=verb, by=by, at=at)


def keep_note(
    flow: Flow, row: CaseRow, text: str, *, by: Who, at: datetime, verb: str = "", photos: Sequence[int] = ()
) -> None:
    CaseNote.objects.create(
        flow=flow.name, case_id=row.pk, verb=verb, text=text[:500], photos=list(photos), by=str(by), at=at
    )


def add_note(flow: Flow, row: CaseRow, text: str, *, by: Who, at: datetime) -> None:
    """A word inside the shop that goes with no move."""
    if not text.strip():
        raise Invalid(fields={"text": T("请填写备注内容", "Write the note")})
    keep_note(flow, row, text.strip(), by=by, at=at)
    payload = events.CaseNoted(number=row.number)
    announce(payload, shop_id=row.shop_id, subject=moving.subject_of(flow, row), by=by, at=at)


def shop_of(row: CaseRow) -> ShopFacts:
    return shop_facts(row.shop_id)


def merged_photos(row: CaseRow, more: Sequence[int], *, by: Who, at: datetime) -> list[int]:
    """The case's pictures with new ones: they exist, are this shop's (and this buyer's), and are not too many."""
    if not more:
        return list(row.photos)
    return checked_photos(row.shop_id, row.customer_id, [*row.photos, *more], by=by, at=at, shop=shop_of(row))


def checked_photos(
    shop_id: int, customer_id: int, wanted: Sequence[int], *, by: Who, at: datetime, shop: ShopFacts
) -> list[int]:
    ids = list(dict.fromkeys(wanted))
    if not ids:
        return []
    most = int(rule("upload_max_per_case", shop=shop, at=at).value)
    if len(ids) > most:
        raise Invalid(
            fields={"photos": T(f"最多 {most} 张照片，现有 {len(ids)} 张", f"At most {most} photos, not {len(ids)}")}
        )
    links.pictures(ids, shop_id=shop_id, customer_id=customer_id if by.kind == "buyer" else None)
    links.use_pictures(ids)
    return ids


def checked_waybill(carrier_text: str, waybill: str, order_no: str = "") -> tuple[Carrier, str]:
    """Carrier and clean number, or a refusal that names the value and what is expected (R290)."""
    carrier = find_carrier(carrier_text)
    if carrier is None:
        zh = f"不认识的快递公司「{carrier_text}」，请从列表选择，或选“其他快递”"
        raise Invalid(fields={"carrier": T(zh, f"Unknown carrier {carrier_text!r}; choose from the list")})
    number = clean_waybill(waybill)
    if (problem := waybill_problem(carrier, number, order_no)) is not None:
        raise Invalid(fields={"waybill": problem})
    return carrier, number


def require_within_cap(row: CaseRow, fen: int, field: str, *, at: datetime) -> None:
    """Return freight is bound to no price that was paid, so the shop's own limit stands over it."""
    if not fen:
        return
    cap = int(rule("return_freight_cap", shop=shop_of(row), at=at).value)
    if fen > cap:
        zh = f"单笔退货运费最高 {format_yuan(cap)}，填了 {format_yuan(fen)}；大件请先与店铺约定取件方式"
        en = f"At most {format_yuan(cap)} per case, not {format_yuan(fen)}; agree on a pick-up for bulky goods"
        raise Invalid(fields={field: T(zh, en)})
