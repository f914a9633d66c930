"""The bill of a repair (收费): items of the price list, charged or free by rule, and why (R590)."""

from collections.abc import Sequence
from datetime import datetime

from xiaoer.aftersales.events_repair import RepairBilled
from xiaoer.aftersales.models import RepairCase, RepairCharge, RepairPrice
from xiaoer.aftersales.repair_flow import REPAIR
from xiaoer.aftersales.repair_rules import charged
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import subject_of

BILLED_IN = ("received",)
"""The bill can change until the quote was sent or the work began."""


def bill(row: RepairCase, items: Sequence[tuple[str, int]], *, by: Who, at: datetime) -> None:
    """Replace the items: (code of the price list, pieces). The price is the list's, never typed."""
    if row.state not in BILLED_IN:
        label = REPAIR.state(row.state)
        raise Conflict(
            "bill_closed",
            f"现在是「{label.zh}」，费用在检测后、报价前填写",
            f"The case is {label.en!r}; items are entered after the inspection and before the quote",
            current={"state": row.state},
        )
    known = {one.code: one for one in RepairPrice.objects.filter(shop_id=row.shop_id, until_at=None)}
    codes = [code for code, _ in items]
    for place, (code, qty) in enumerate(items):
        if code not in known:
            raise Invalid(
                fields={f"items.{place}": T(f"收费标准里没有「{code}」", f"{code!r} is not on the price list")}
            )
        if codes.count(code) > 1:
            raise Invalid(fields={f"items.{place}": T(f"「{code}」重复填写", f"{code!r} is given twice")})
        if not 1 <= qty <= 99:
            raise Invalid(fields={f"items.{place}": T(f"数量 {qty} 不对，应为 1～99", f"{qty} pieces: give 1 to 99")})
    RepairCharge.objects.filter(repair=row).delete()
    RepairCharge.objects.bulk_create(
        RepairCharge(repair=row, price=known[code], qty=qty, price_fen=known[code].price_fen, charged=True)
        for code, qty in items
    )
    recount(row)
    payload = RepairBilled(number=row.number, charge_fen=row.charge_fen, items=len(items))
    announce(payload, shop_id=row.shop_id, subject=subject_of(REPAIR, row), by=by, at=at)


def recount(row: RepairCase) -> None:
    """Charged or free follows from warranty and cause: worked out anew for every item."""
    total = 0
    for one in RepairCharge.objects.select_related("price").filter(repair=row).order_by("pk"):
        is_charged, why = charged(row.cause, row.covered, one.price.kind, row.fault == "no_fault")
        RepairCharge.objects.filter(pk=one.pk).update(charged=is_charged, why=why.both())
        total += one.price_fen * one.qty if is_charged else 0
    RepairCase.objects.filter(pk=row.pk).update(charge_fen=total)
    row.charge_fen = total
