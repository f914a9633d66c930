"""Goods, size tables and the size adviser."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.goods import actions, advice_reads, catalogue_reads, queries
from xiaoer.goods.api.schemas import AdviceOut, GoodsOut, GoodsPage, SizeTableOut
from xiaoer.goods.drafts import FLAGS, TEXTS, GoodsDraft, SkuDraft
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T

router = Router()
MOST = 200
"""Goods in one call."""


class SkuIn(Schema):
    """One look. Without `code` it becomes goods code, colour, size."""

    code: str = Field("", max_length=64)
    colour: str = Field("", max_length=40)
    size: str = Field("", max_length=40)
    price_fen: int | None = Field(None, ge=0, le=10**10)


class GoodsIn(Schema):
    """One goods; what is null is not said and stays as it is."""

    title: str | None = Field(None, max_length=200)
    group: str | None = Field(None, description="coat top dress skirt trousers jeans shoes underwear other")
    category: str | None = Field(None, description="general clothing shoes underwear custom (return rules)")
    brand: str | None = Field(None, max_length=60, description="品牌")
    material: str | None = None
    style: str | None = None
    care: str | None = None
    model_note: str | None = Field(None, description="What the model on the pictures measures and wears")
    payment_note: str | None = None
    freight_note: str | None = None
    points: list[str] | None = Field(None, max_length=20)
    features: list[str] | None = Field(None, max_length=20, description="特征: what it is and has")
    advantages: list[str] | None = Field(None, max_length=20, description="优点: what the buyer gains by it")
    pictures: list[str] | None = Field(None, max_length=20)
    weight_g: int | None = Field(None, ge=0, le=10**6)
    presale_at: datetime | None = Field(None, description="Pre-sale: ships from then on")
    presale_over: bool = Field(False, description="It is no pre-sale any more: takes the date away")
    seckill: bool | None = None
    special_price: bool | None = None
    large_item: bool | None = None
    no_reason_excluded: bool | None = None
    on_sale: bool | None = None
    size_table: str | None = Field(None, description="Name of its own size table; empty: that of its kind")
    freight: str | None = Field(None, description="Name of its freight template; empty: the standard one")
    skus: list[SkuIn] = Field([], max_length=500)

    def draft(self, code: str) -> GoodsDraft:
        texts = {name: value for name in TEXTS if (value := getattr(self, name)) is not None}
        flags = {name: value for name in FLAGS if (value := getattr(self, name)) is not None}
        skus = [SkuDraft(one.code, one.colour, one.size, one.price_fen) for one in self.skus]
        if self.presale_at is not None and self.presale_at.tzinfo is None:
            raise Invalid(fields={"presale_at": T("时间要带时区", "The time needs its offset")})
        return GoodsDraft(
            code, texts, flags, self.points, self.pictures, self.weight_g, self.presale_at, self.presale_over,
            self.size_table, self.freight, skus, self.features, self.advantages,
        )  # fmt: skip


class GoodsItem(GoodsIn):
    code: str = Field(description="商家编码", max_length=64)


class GoodsBatch(Schema):
    shop: int
    items: list[GoodsItem] = Field(max_length=MOST)


class PutOut(Schema):
    code: str
    result: str = Field(description="created | updated | unchanged | rejected")
    goods: int | None
    reasons: list[str]


class PutsOut(Schema):
    results: list[PutOut]


class SizeTableIn(Schema):
    """A size table, known by its name. Each row: size, optional label `160/84A`, and ranges in cm (weight in kg)."""

    shop: int
    name: str
    group: str = ""
    rows: list[dict[str, Any]] = Field(max_length=60)
    stretch: str = Field("some", description="none | some | high")
    runs: str = Field("true", description="small | true | large")
    note: str = ""


class SizeTables(Schema):
    items: list[SizeTableOut]
    next: str | None = None


class BodyIn(Schema):
    """What she said. Measures in cm, or as she wrote them (`2尺1`); `unit` kg, jin, or empty when she did not say."""

    height: str | float | None = None
    weight: str | float | None = None
    unit: str = Field("", pattern="^(kg|jin|)$")
    shoulder: str | float | None = None
    bust: str | float | None = None
    waist: str | float | None = None
    hip: str | float | None = None
    foot: str | float | None = None
    usual: str = Field("", max_length=20)
    habit: str = Field("regular", pattern="^(close|regular|loose)$")


@router.get("/goods", response=GoodsPage, summary="Goods: search by code, title or pinyin; last changed first")
def goods(
    request: HttpRequest,
    shop: int | None = None,
    q: str = "",
    group: str = "",
    flag: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> dict[str, Any]:
    """`flag`: presale, seckill, special_price, large_item, no_reason_excluded, off."""
    items, after = catalogue_reads.listed(
        viewer_of(request), shop=shop, q=q[:100], group=group, flag=flag, cursor=cursor, limit=limit, at=clock.now()
    )
    return {"items": items, "next": after}


@router.get("/goods/of-line", response=GoodsOut | None, summary="Which goods an order's line is; null when unclear")
def of_line(request: HttpRequest, shop: int, sku_code: str = "", title: str = "", sku: str = "") -> Any:
    viewer = viewer_of(request)
    viewer.require(Perm.ORDERS_VIEW, shop)
    found = queries.goods_of_line(shop, sku_code, title, sku)
    return catalogue_reads.shown(queries.find(viewer, found.id), viewer, clock.now()) if found else None


@router.get("/goods/{int:goods_id}", response=GoodsOut, summary="One goods with SKUs, stock, size table, promotions")
def one(request: HttpRequest, goods_id: int) -> dict[str, Any]:
    viewer = viewer_of(request)
    return catalogue_reads.shown(queries.find(viewer, goods_id), viewer, clock.now())


@router.post("/goods", response=PutsOut, summary="Write goods by code, at most 200; safe to repeat")
def put(request: HttpRequest, data: GoodsBatch) -> dict[str, Any]:
    """Scope `goods.edit`. Each goods gets its own result; a bad one never hurts its neighbours."""
    viewer = viewer_of(request)
    viewer.require(Perm.GOODS_EDIT, data.shop)
    drafts = [item.draft("".join(item.code.split())) for item in data.items]
    with transaction():
        done = actions.put_goods(data.shop, drafts, by=viewer.who, at=clock.now())
    return {
        "results": [
            {
                "code": one.code,
                "result": one.result,
                "goods": one.goods_id,
                "reasons": [why.say(viewer.language) for why in one.reasons],
            }
            for one in done
        ]
    }


@router.patch("/goods/{int:goods_id}", response=GoodsOut, summary="Change one goods; only what is given")
def change(request: HttpRequest, goods_id: int, data: GoodsIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    with transaction():
        row = queries.find(viewer, goods_id)
        viewer.require(Perm.GOODS_EDIT, row.shop_id)
        put = actions.put_goods(row.shop_id, [data.draft(row.code)], by=viewer.who, at=clock.now())[0]
        if put.result == "rejected":
            raise Invalid("；".join(why.zh for why in put.reasons), "; ".join(why.en for why in put.reasons))
    return catalogue_reads.shown(queries.find(viewer, goods_id), viewer, clock.now())


@router.post("/goods/{int:goods_id}/size", response=AdviceOut, summary="Which size, why, and a sentence to send")
def size(request: HttpRequest, goods_id: int, data: BodyIn) -> dict[str, Any]:
    """Changes nothing and keeps nothing: what she says of her body is not stored (R156, R223)."""
    viewer = viewer_of(request)
    return advice_reads.advise(queries.find(viewer, goods_id), data.dict(), viewer)


@router.get("/size-tables", response=SizeTables, summary="Size tables of the viewer's shops")
def tables(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    return {"items": catalogue_reads.tables(viewer_of(request), shop), "next": None}


@router.put("/size-tables", response=SizeTableOut, summary="Write a size table, by its name")
def put_table(request: HttpRequest, data: SizeTableIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.GOODS_EDIT, data.shop)
    told = data.dict()
    with transaction():
        row = actions.put_size_table(told.pop("shop"), **told, by=viewer.who, at=clock.now())
    return catalogue_reads.shown_table(row)
