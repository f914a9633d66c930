"""Parcels without a case (无头件): registered at the dock, matched when it is known whose they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from xiaoer.aftersales import events
from xiaoer.aftersales.actions import goods
from xiaoer.aftersales.actions.steps import checked_photos, keep_note, step
from xiaoer.aftersales.kinds import flow_of
from xiaoer.aftersales.models import GoodsBackRow, StrayParcel
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import clean_waybill, find_carrier
from xiaoer.people.queries import ShopFacts


def register_stray(
    shop: ShopFacts,
    waybill: str,
    *,
    carrier: str,
    note: str,
    photos: Sequence[int],
    by: Who,
    at: datetime,
    slip: Mapping[str, str] | None = None,
) -> StrayParcel:
    """Put a parcel on the shelf; the same number twice is the same parcel."""
    number = clean_waybill(waybill)
    if not 4 <= len(number) <= 40:
        raise Invalid(fields={"waybill": T(f"「{waybill}」不像运单号", f"{waybill!r} is no waybill number")})
    found = find_carrier(carrier) if carrier else None
    if carrier and found is None:
        raise Invalid(fields={"carrier": T(f"不认识的快递公司「{carrier}」", f"Unknown carrier {carrier!r}")})
    known = StrayParcel.objects.filter(shop_id=shop.id, waybill=number).first()
    if known is not None:
        raise Conflict(
            "known_stray",
            f"包裹 {number} 已登记为无头件",
            f"Parcel {number} is registered already",
            current={"id": known.pk},
        )
    row = StrayParcel.objects.create(
        shop_id=shop.id,
        waybill=number,
        carrier=found.code if found else "",
        note=note[:500],
        slip=clean_slip(slip or {}),
        photos=checked_photos(shop.id, 0, photos, by=by, at=at, shop=shop),
        registered_by=str(by),
        registered_at=at,
    )
    payload = events.StrayRegistered(waybill=number, carrier=row.carrier)
    announce(payload, shop_id=shop.id, subject=f"stray:{row.pk}", by=by, at=at)
    return row


SLIP = ("nick", "order_no", "name", "phone_tail", "reason", "wanted")
"""What a return slip or service card should say (R090, R238). Of a phone number only the last four digits are kept."""


def clean_slip(said: Mapping[str, str]) -> dict[str, str]:
    found = {field: str(said.get(field) or "").strip()[:120] for field in SLIP}
    digits = "".join(one for one in str(said.get("phone") or found["phone_tail"]) if one.isdigit())
    found["phone_tail"] = digits[-4:]
    return {field: value for field, value in found.items() if value}


def match_stray(stray: StrayParcel, row: GoodsBackRow, *, by: Who, at: datetime) -> None:
    """It is this case's parcel: the waybill is written into the case, which is on its way from now on."""
    if row.shop_id != stray.shop_id:
        raise Invalid(fields={"case": T("包裹和售后单不在同一店铺", "Parcel and case belong to different shops")})
    flow = flow_of(row)
    on_its_way = flow.find(row.state, "correct_waybill") is not None
    if not on_its_way and flow.find(row.state, "ship") is None:
        now = flow.state(row.state)
        raise Conflict(
            "not_legal_now",
            f"{row.number} 当前是「{now.zh}」，不能匹配包裹",
            f"{row.number} is {now.en!r}; no parcel can be matched to it",
            current={"state": row.state},
        )
    mine = StrayParcel.objects.filter(pk=stray.pk, matched_at=None)
    if not mine.update(flow=flow.name, case_id=row.pk, matched_by=str(by), matched_at=at):
        raise Conflict("already_matched", f"包裹 {stray.waybill} 已匹配", f"Parcel {stray.waybill} is matched already")
    carrier = stray.carrier or "other"
    if not on_its_way:
        goods.post(row, carrier, stray.waybill, 0, list(row.photos), by=by, at=at)
    elif row.waybill != stray.waybill:
        step(
            flow,
            row,
            "correct_waybill",
            by=by,
            at=at,
            carrier=carrier,
            waybill=stray.waybill,
            details={"carrier": carrier, "waybill": stray.waybill, "before": row.waybill},
        )
    if stray.note:
        keep_note(flow, row, stray.note, verb="ship", by=by, at=at, photos=stray.photos)
    stray.flow, stray.case_id, stray.matched_by, stray.matched_at = flow.name, row.pk, str(by), at
    payload = events.StrayMatched(waybill=stray.waybill, number=row.number, case=row.pk)
    announce(payload, shop_id=row.shop_id, subject=f"stray:{stray.pk}", by=by, at=at)
