"""Goods as the API shows them: lists with pieces, one record with SKUs, size table, what holds for it now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, QuerySet, Sum

from xiaoer.goods import promotion_reads, queries, stock_reads
from xiaoer.goods.models import Goods, SizeTable, Sku, Stock
from xiaoer.goods.rules import CATEGORIES, GROUPS
from xiaoer.kernel import paging
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.i18n import T

FLAG_FILTERS = {
    "presale": {"presale_at__isnull": False},
    "seckill": {"seckill": True},
    "special_price": {"special_price": True},
    "large_item": {"large_item": True},
    "no_reason_excluded": {"no_reason_excluded": True},
    "off": {"on_sale": False},
}


def listed(
    viewer: Viewer, *, shop: int | None, q: str, group: str, flag: str, cursor: str | None, limit: int, at: datetime
) -> tuple[list[dict[str, Any]], str | None]:
    rows = queries.visible(viewer)
    shops = viewer.shops_with(Perm.ORDERS_VIEW) if shop is None else [shop]
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if q.strip():
        rows = queries.search(rows, shops, q)
    if group:
        rows = rows.filter(group=group)
    if flag in FLAG_FILTERS:
        rows = rows.filter(**FLAG_FILTERS[flag])
    found, after = paging.newest_first(rows, "changed_at", cursor=cursor, limit=limit)
    return shown_many(found, viewer, at), after


def shown_many(rows: Sequence[Goods], viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    ids = [row.pk for row in rows]
    skus = Sku.objects.filter(goods_id__in=ids).order_by().values("goods_id")
    counted: Iterable[Any] = skus.annotate(n=Count("pk"), low=Min("price_fen"), high=Max("price_fen"))
    numbers: dict[int, dict[str, Any]] = {one["goods_id"]: one for one in counted}
    pieces = Stock.objects.filter(sku__goods_id__in=ids).order_by().values("sku__goods_id")
    summed: Iterable[Any] = pieces.annotate(free=Sum("free"), known=Count("pk"))
    free: dict[int, dict[str, Any]] = {one["sku__goods_id"]: one for one in summed}
    return [_brief(row, numbers.get(row.pk, {}), free.get(row.pk), viewer, at) for row in rows]


def _brief(
    row: Goods, numbers: dict[str, Any], free: dict[str, Any] | None, viewer: Viewer, at: datetime
) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "code": row.code,
        "title": row.title,
        "group": row.group,
        "group_label": GROUPS.get(row.group, T("", "")).say(viewer.language),
        "category": row.category,
        "category_label": CATEGORIES.get(row.category, T(row.category, row.category)).say(viewer.language),
        "picture": row.pictures[0] if row.pictures else "",
        "price_from_fen": numbers.get("low"),
        "price_to_fen": numbers.get("high"),
        "skus": numbers.get("n", 0),
        "free": free["free"] if free else None,
        "counted": free["known"] if free else 0,
        "presale_at": iso(row.presale_at),
        "presale": row.presale_at is not None and row.presale_at > at,
        "seckill": row.seckill,
        "special_price": row.special_price,
        "large_item": row.large_item,
        "no_reason_excluded": row.no_reason_excluded,
        "on_sale": row.on_sale,
        "changed_at": iso(row.changed_at),
    }


def shown(row: Goods, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """One goods whole: what the agent looks at while she talks."""
    skus = list(Sku.objects.filter(goods=row).order_by("place", "pk"))
    table = table_of(row)
    return {
        **shown_many([row], viewer, at)[0],
        "category": row.category,
        "material": row.material,
        "style": row.style,
        "care": row.care,
        "brand": row.brand,
        "points": row.points,
        "features": row.features,
        "advantages": row.advantages,
        "pictures": row.pictures,
        "model_note": row.model_note,
        "weight_g": row.weight_g,
        "payment_note": row.payment_note,
        "freight_note": row.freight_note,
        "freight_template": row.freight.name if row.freight else "",
        "looks": shown_skus(skus, row.shop_id, at),
        "size_table": shown_table(table) if table else None,
        "own_table": row.size_table_id is not None,
        "promotions": _promotions(row, viewer, at),
        "reservations": stock_reads.reservations([sku.pk for sku in skus], viewer.language),
        "may_edit": viewer.may(Perm.GOODS_EDIT, row.shop_id),
        "may_ask": viewer.may(Perm.CHAT, row.shop_id),
    }


def shown_skus(skus: Sequence[Sku], shop_id: int, at: datetime) -> list[dict[str, Any]]:
    low, old = stock_reads.limits(shop_id, at)
    stock = stock_reads.stock_by_sku(sku.pk for sku in skus)
    return [
        {
            "id": sku.pk,
            "code": sku.code,
            "colour": sku.colour,
            "size": sku.size,
            "price_fen": sku.price_fen,
            "stock": stock_reads.shown_stock(stock.get(sku.pk), low, old, at),
        }
        for sku in skus
    ]


def _promotions(row: Goods, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    """What runs now and holds for this goods."""
    found = promotion_reads.running_promotions(row.shop_id, at=at)
    return [
        {
            "id": one.id,
            "title": one.title,
            "kind": one.kind,
            "kind_label": promotion_reads.PROMOTION_KINDS[one.kind].say(viewer.language),
            "of_platform": one.of_platform,
            "ends_at": iso(one.ends_at),
            "text": one.text,
            "free_shipping": one.free_shipping,
            "cod": one.cod,
        }
        for one in found
        if promotion_reads.holds_for(one.scope, one.of, row)
    ]


def table_of(row: Goods) -> SizeTable | None:
    """A goods' own size table, else the shop's for goods of its kind."""
    if row.size_table is not None:
        return row.size_table
    if not row.group:
        return None
    return SizeTable.objects.filter(shop_id=row.shop_id, group=row.group).order_by("pk").first()


def shown_table(table: SizeTable) -> dict[str, Any]:
    return {
        "id": table.pk,
        "shop": table.shop_id,
        "name": table.name,
        "group": table.group,
        "rows": table.rows,
        "stretch": table.stretch,
        "runs": table.runs,
        "note": table.note,
        "changed_at": iso(table.changed_at),
    }


def tables(viewer: Viewer, shop: int | None) -> list[dict[str, Any]]:
    rows = SizeTable.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))
    rows = rows.filter(shop_id=shop) if shop is not None else rows
    return [shown_table(row) for row in rows.order_by("shop_id", "name")[:200]]


def stock_rows(viewer: Viewer) -> QuerySet[Stock]:
    return Stock.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW)).select_related("sku", "sku__goods")


def short_stock(
    viewer: Viewer, shop: int | None, at: datetime, *, q: str = "", most: int = 200
) -> list[dict[str, Any]]:
    """What is low, out or oversold, the worst first (低库存): one index range per shop."""
    shops = viewer.shops_with(Perm.ORDERS_VIEW) if shop is None else [shop]
    found: list[dict[str, Any]] = []
    for one in shops:
        low, _ = stock_reads.limits(one, at)
        rows = stock_rows(viewer).filter(shop_id=one, free__lte=low)
        if q.strip():
            rows = rows.filter(sku__goods__in=queries.search(queries.visible(viewer).filter(shop_id=one), [one], q))
        found += shown_stock_rows(list(rows.order_by("free", "sku_id")[:most]), at)
    return sorted(found, key=lambda row: (row["stock"]["free"], row["sku"]))[:most]


def all_stock(
    viewer: Viewer, *, shop: int | None, q: str, cursor: str | None, limit: int, at: datetime
) -> tuple[list[dict[str, Any]], str | None]:
    """Every SKU that was ever counted, last reported first."""
    rows = stock_rows(viewer)
    shops = viewer.shops_with(Perm.ORDERS_VIEW) if shop is None else [shop]
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if q.strip():
        goods = queries.search(queries.visible(viewer).filter(shop_id__in=shops), shops, q)
        rows = rows.filter(sku__goods__in=goods)
    found, after = paging.newest_first(rows, "as_of", cursor=cursor, limit=limit)
    return shown_stock_rows(found, at), after


def shown_stock_rows(rows: Sequence[Stock], at: datetime) -> list[dict[str, Any]]:
    known = {shop: stock_reads.limits(shop, at) for shop in {row.shop_id for row in rows}}
    return [
        {
            "id": row.pk,
            "sku": row.pk,
            "shop": row.shop_id,
            "goods": row.sku.goods_id,
            "goods_code": row.sku.goods.code,
            "title": row.sku.goods.title,
            "code": row.sku.code,
            "colour": row.sku.colour,
            "size": row.sku.size,
            "stock": stock_reads.shown_stock(row, *known[row.shop_id], at),
        }
        for row in rows
    ]


def find_stock(viewer: Viewer, sku_id: int) -> Sku:
    row = Sku.objects.filter(pk=sku_id, shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW)).first()
    if row is None:
        raise NotFound("没有这个规格", "There is no such SKU")
    return row
