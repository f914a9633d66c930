"""Goods on their way back: posted, turned away, received, inspected, sent back to the buyer."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import forms
from xiaoer.aftersales.actions.steps import checked_waybill, merged_photos, require_within_cap, shop_of, step
from xiaoer.aftersales.dock_checks import COMMON, unknown
from xiaoer.aftersales.kinds import flow_of
from xiaoer.aftersales.models import CaseLine, CaseRow, GoodsBackRow
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.orders.actions import parcels as orders
from xiaoer.orders.queries import order_facts
from xiaoer.policy.queries import rule


def ship(row: GoodsBackRow, form: forms.Ship, *, by: Who, at: datetime) -> None:
    """Waybill typed (R091): checked per carrier, freight collect refused (C52)."""
    if form.freight_collect and not rule("freight_collect_accepted", shop=shop_of(row), at=at).value:
        raise Invalid(
            fields={
                "freight_collect": T("到付件一律拒收，请改为寄付", "Freight-collect parcels are refused; prepay it")
            }
        )
    require_within_cap(row, form.freight_fen or 0, "freight_fen", at=at)
    carrier, number = checked_waybill(form.carrier, form.waybill, order_facts(row.order_id).order_no)
    post(row, carrier.code, number, form.freight_fen or 0, merged_photos(row, form.photos, by=by, at=at), by=by, at=at)


def post(
    row: GoodsBackRow, carrier: str, number: str, advanced_fen: int, photos: list[int], *, by: Who, at: datetime
) -> None:
    step(
        flow_of(row),
        row,
        "ship",
        by=by,
        at=at,
        details={"carrier": carrier, "waybill": number, "advanced_fen": advanced_fen},
        carrier=carrier,
        waybill=number,
        shipped_at=at,
        advanced_fen=advanced_fen,
        photos=photos,
    )
    follow_parcel(row, carrier, number, "return", by=by, at=at)


def follow_parcel(row: CaseRow, carrier: str, number: str, direction: str, *, by: Who, at: datetime) -> None:
    """The parcel is followed like any other of the order (R232); one that cannot be is no reason to stop the case."""
    try:
        orders.register(
            row.shop_id, waybill=number, carrier=carrier, order_ids=[row.order_id], direction=direction, by=by, at=at
        )
    except Refusal:
        return


def correct_waybill(row: GoodsBackRow, form: forms.CorrectWaybill, *, by: Who, at: datetime) -> None:
    """A mistyped number is put right (B27): a wrong one voids the freight insurance."""
    carrier, number = checked_waybill(form.carrier, form.waybill, order_facts(row.order_id).order_no)
    if (carrier.code, number) == (row.carrier, row.waybill):
        raise Invalid(fields={"waybill": T("运单号没有变化", "This is the number already there")})
    step(
        flow_of(row),
        row,
        "correct_waybill",
        by=by,
        at=at,
        details={"carrier": carrier.code, "waybill": number, "before": row.waybill},
        carrier=carrier.code,
        waybill=number,
    )


def reject_parcel(row: GoodsBackRow, form: forms.RejectParcel, *, by: Who, at: datetime) -> None:
    """Turned away at the dock: the buyer ships again, her time begins anew."""
    step(
        flow_of(row),
        row,
        "reject_parcel",
        by=by,
        at=at,
        note=form.note,
        details={"why": form.why, "waybill": row.waybill},
        carrier="",
        waybill="",
        shipped_at=None,
        advanced_fen=0,
    )


def receive(row: GoodsBackRow, form: forms.Receive, *, by: Who, at: datetime) -> None:
    """Count what came (R672): a line that is not named did not come; nothing at all needs a word and is normal too."""
    lines = {line.order_line_id: line for line in CaseLine.objects.filter(flow=flow_of(row).name, case_id=row.pk)}
    counted = _counted(lines, form)
    if not any(got for got, _ in counted.values()) and not form.note:
        raise Invalid(
            fields={"note": T("一件也没有收到（空包）时请写明情况", "Nothing came: write down what you found")}
        )
    photos = merged_photos(row, form.photos, by=by, at=at)
    receipt: dict[str, Any] = {name: getattr(form, name) for name in COMMON}
    receipt |= {"checks": _checked(row, form.checks), "slip": form.slip}
    totals: dict[str, Any] = {
        "requested": sum(line.requested for line in lines.values()),
        "received": sum(got for got, _ in counted.values()),
        "damaged": sum(broken for _, broken in counted.values()),
    }
    step(
        flow_of(row),
        row,
        "receive",
        by=by,
        at=at,
        note=form.note,
        details=totals,
        received_at=at,
        receipt={**receipt, "by": str(by)},
        photos=photos,
    )
    for pk, (got, broken) in counted.items():
        CaseLine.objects.filter(pk=lines[pk].pk).update(received=got, damaged=broken)


def _checked(row: GoodsBackRow, given: dict[str, bool]) -> dict[str, bool]:
    """The questions of the goods' categories (R084, R237); a question that is not asked of them is a slip."""
    lost = unknown(given, categories_of(row))
    if lost:
        zh = f"本单商品没有检查项「{'、'.join(lost)}」"
        raise Invalid(fields={"checks": T(zh, f"Not asked of these goods: {', '.join(lost)}")})
    return dict(given)


def categories_of(row: GoodsBackRow) -> list[str]:
    rows = CaseLine.objects.filter(flow=flow_of(row).name, case_id=row.pk)
    return list(rows.values_list("order_line__category", flat=True).distinct())


def _counted(lines: dict[int, CaseLine], form: forms.Receive) -> dict[int, tuple[int, int]]:
    """Line id -> (received, damaged), checked against what the case asks for."""
    counted = dict.fromkeys(lines, (0, 0))
    for place, one in enumerate(form.lines):
        name = f"lines.{place}"
        if one.line not in lines:
            raise Invalid(
                fields={name: T(f"本单没有申请退商品行 {one.line}", f"Line {one.line} is not part of this case")}
            )
        asked = lines[one.line].requested
        if one.received > asked:
            raise Invalid(
                fields={
                    name: T(
                        f"申请退 {asked} 件，不能登记收到 {one.received} 件；多出的请登记无头件",
                        f"{asked} asked, {one.received} counted; register extra pieces as a stray parcel",
                    )
                }
            )
        if one.damaged > one.received:
            raise Invalid(
                fields={
                    name: T(
                        f"破损 {one.damaged} 件多于实收 {one.received} 件",
                        f"{one.damaged} damaged of {one.received} received",
                    )
                }
            )
        counted[one.line] = (one.received, one.damaged)
    return counted


def inspect(row: GoodsBackRow, form: forms.Inspect, *, by: Who, at: datetime) -> None:
    """The verdict on the goods and on the buyer's claim (R082, R085)."""
    if form.verdict != "pass" and not form.finding:
        raise Invalid(
            fields={"finding": T("部分合格或不合格时请写明发现的问题", "Write down what is wrong with the goods")}
        )
    receipt = {
        **row.receipt,
        "verdict": form.verdict,
        "claim": form.claim,
        "finding": form.finding,
        "inspector": str(by),
    }
    step(
        flow_of(row),
        row,
        "inspect",
        by=by,
        at=at,
        note=form.note,
        details={"verdict": form.verdict},
        receipt=receipt,
        photos=merged_photos(row, form.photos, by=by, at=at),
    )


def reject_goods(row: GoodsBackRow, form: forms.RejectGoods, *, by: Who, at: datetime) -> None:
    """No refund for goods that failed: the buyer is told why, and decides or calls in the platform."""
    step(
        flow_of(row),
        row,
        "reject_goods",
        by=by,
        at=at,
        note=form.note,
        details={"text": form.explanation},
        answer=form.explanation,
        decided_by=str(by),
        decided_at=at,
        photos=merged_photos(row, form.photos, by=by, at=at),
    )


def take_back(row: GoodsBackRow, form: forms.Word, *, by: Who, at: datetime) -> None:
    step(flow_of(row), row, "take_back", by=by, at=at, details={"text": form.note} if form.note else None)


def auto_take_back(row: GoodsBackRow, form: None, *, by: Who, at: datetime) -> None:
    """The buyer did not answer: her goods go back to her, nobody keeps both goods and money."""
    step(flow_of(row), row, "auto_take_back", by=by, at=at)


def send_back(row: GoodsBackRow, form: forms.SendBack, *, by: Who, at: datetime) -> None:
    carrier, number = checked_waybill(form.carrier, form.waybill)
    step(
        flow_of(row),
        row,
        "send_back",
        by=by,
        at=at,
        note=form.note,
        details={"carrier": carrier.code, "waybill": number},
        back_carrier=carrier.code,
        back_waybill=number,
    )
