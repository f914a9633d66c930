"""What the repair desk works with: price list (收费标准), warranty terms, service centres, the catalogue of parts."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales.events_repair import RepairSettings
from xiaoer.aftersales.models import Part, RepairPrice, ServiceCentre, WarrantyTerm
from xiaoer.aftersales.repair_words import CHARGES
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import format_yuan


def _say(shop_id: int, what: str, name: str, *, by: Who, at: datetime, before: str = "", after: str = "") -> None:
    payload = RepairSettings(what=what, name=name, before=before, after=after)
    announce(payload, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)


def set_price(shop_id: int, code: str, name: str, kind: str, price_fen: int, *, by: Who, at: datetime) -> RepairPrice:
    """One price per item and time: a new price ends the old row, so bills of the past stay what they were (R590)."""
    code, name = code.strip(), name.strip()
    if kind not in CHARGES:
        raise Invalid(fields={"kind": T(f"没有收费类别「{kind}」", f"No kind {kind!r}: {', '.join(CHARGES)}")})
    if not code or not name:
        raise Invalid(fields={"name": T("请填写编号和名称", "Give code and name")})
    if price_fen < 0:
        raise Invalid(fields={"price_fen": T("价格不能小于 0", "The price cannot be below 0")})
    old = RepairPrice.objects.filter(shop_id=shop_id, code=code, until_at=None).first()
    if old is not None and (old.name, old.kind, old.price_fen) == (name, kind, price_fen):
        return old
    if old is not None:
        RepairPrice.objects.filter(pk=old.pk, until_at=None).update(until_at=at)
    row = RepairPrice.objects.create(
        shop_id=shop_id, code=code, name=name, kind=kind, price_fen=price_fen, from_at=at, by=str(by)
    )
    before = format_yuan(old.price_fen) if old is not None else ""
    _say(shop_id, "price", name, by=by, at=at, before=before, after=format_yuan(price_fen))
    return row


def end_price(row: RepairPrice, *, by: Who, at: datetime) -> None:
    if RepairPrice.objects.filter(pk=row.pk, until_at=None).update(until_at=at):
        _say(row.shop_id, "price", row.name, by=by, at=at, before=format_yuan(row.price_fen))


def set_term(
    shop_id: int, category: str, sku_code: str, months: int, covers: str, *, by: Who, at: datetime
) -> WarrantyTerm:
    """保修约定: products registered from now on take it; the register keeps what was promised before."""
    category, sku_code = category.strip(), sku_code.strip()
    if not category and not sku_code:
        raise Invalid(fields={"category": T("请填写类目或商品编码", "Give a category or a SKU code")})
    if not 0 <= months <= 240:
        raise Invalid(fields={"months": T(f"{months} 个月不对，应为 0～240", f"{months} months: give 0 to 240")})
    row, _ = WarrantyTerm.objects.update_or_create(
        shop_id=shop_id,
        category="" if sku_code else category,
        sku_code=sku_code,
        defaults={"months": months, "covers": covers.strip()[:200]},
    )
    _say(shop_id, "term", sku_code or category, by=by, at=at, after=str(months))
    return row


def set_centre(shop_id: int, name: str, data: dict[str, Any], *, by: Who, at: datetime) -> ServiceCentre:
    """驻地售后服务中心 (R651): its regions, and how to reach it."""
    name = name.strip()
    if len(name) < 2:
        raise Invalid(fields={"name": T("请填写服务中心名称", "Give the centre's name")})
    row, _ = ServiceCentre.objects.update_or_create(shop_id=shop_id, name=name, defaults=data)
    _say(shop_id, "centre", name, by=by, at=at, after="、".join(row.regions))
    return row


def set_part(shop_id: int, code: str, data: dict[str, Any], *, by: Who, at: datetime) -> Part:
    """A part of the catalogue; its stock changes only by the stock book."""
    code = code.strip()
    if not code or not str(data.get("name", "")).strip():
        raise Invalid(fields={"code": T("请填写备件编号和名称", "Give the part's code and name")})
    row, _ = Part.objects.update_or_create(shop_id=shop_id, code=code, defaults=data)
    _say(shop_id, "part", row.name, by=by, at=at, after=code)
    return row
