"""Promotions, freight templates and the freight calculator over HTTP."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from xiaoer.goods import actions, advice_reads, promotion_reads, queries
from xiaoer.goods.api.schemas import PromotionOut, PromotionPage
from xiaoer.goods.freight import PROVINCES
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound

router = Router()


class PromotionIn(Schema):
    title: str
    kind: str = Field(
        description="Platform: juhuasuan daily_special category_event double11 double12 hourly; "
        "shop: anniversary limited seckill full_off free_shipping (R149)"
    )
    scope: str = Field("shop", description="shop | goods | category")
    of: list[str] = Field([], max_length=500, description="Codes of goods, or kinds of goods")
    starts_at: datetime
    ends_at: datetime
    text: str = Field(description="What the agent may say", max_length=400)
    threshold_fen: int | None = Field(None, ge=0, le=10**10)
    off_fen: int | None = Field(None, ge=0, le=10**10)
    free_shipping: bool = False


class NewPromotion(PromotionIn):
    shop: int


class FreightRow(Schema):
    """One carrier to some provinces; no province: everywhere else. Units: pieces, or grams for a template by weight."""

    carrier: str = Field(max_length=20)
    regions: list[str] = Field([], max_length=40)
    first: int = Field(1, ge=1, le=10**6)
    first_fen: int = Field(0, ge=0, le=10**7)
    next: int = Field(1, ge=1, le=10**6)
    next_fen: int = Field(0, ge=0, le=10**7)
    free: bool = False
    free_from_fen: int | None = Field(None, ge=0, le=10**9)
    refused: bool = Field(False, description="The carrier does not go there")


class FreightIn(Schema):
    shop: int
    name: str
    by: str = Field("piece", pattern="^(piece|weight)$")
    ships_from: str = Field("", max_length=60)
    rows: list[FreightRow] = Field(max_length=80)
    standard: bool = False
    note: str = Field("", max_length=300)


class FreightOut(Schema):
    id: int
    shop: int
    name: str
    by: str
    ships_from: str
    rows: list[dict[str, Any]]
    standard: bool
    note: str
    changed_at: str
    may_edit: bool


class FreightPage(Schema):
    items: list[FreightOut]
    next: str | None = None
    provinces: list[str] = Field(description="What `regions` of a row may name")


class QuoteIn(Schema):
    shop: int
    to: str = Field(description="Province, or an address that begins with it", max_length=100)
    goods: int | None = None
    qty: int = Field(1, ge=1, le=999)
    goods_fen: int = Field(0, ge=0, le=10**10, description="What the goods cost together")


class QuoteOut(Schema):
    carrier: str
    fen: int | None = Field(description="null: this carrier does not go there")
    free: bool
    why: list[str]
    sentence: str
    sentence_en: str


class QuotesOut(Schema):
    region: str
    template: str
    note: str
    quotes: list[QuoteOut]


@router.get("/promotions", response=PromotionPage, summary="Promotions: running, coming or over")
def promotions(request: HttpRequest, shop: int | None = None, when: str = "running") -> dict[str, Any]:
    items = promotion_reads.listed_promotions(viewer_of(request), shop=shop, when=when, at=clock.now())
    return {"items": items, "next": None}


@router.post("/promotions", response=PromotionOut, summary="Write a promotion")
def put(request: HttpRequest, data: NewPromotion) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    viewer.require(Perm.GOODS_EDIT, data.shop)
    told = data.dict()
    with transaction():
        row = actions.put_promotion(told.pop("shop"), **told, by=viewer.who, at=at)
    return promotion_reads.shown_promotion(row, viewer, at)


@router.put("/promotions/{int:promotion_id}", response=PromotionOut, summary="Change a promotion that has not ended")
def change(request: HttpRequest, promotion_id: int, data: PromotionIn) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    with transaction():
        row = promotion_reads.find_promotion(viewer, promotion_id)
        viewer.require(Perm.GOODS_EDIT, row.shop_id)
        row = actions.put_promotion(row.shop_id, promotion_id=row.pk, **data.dict(), by=viewer.who, at=at)
    return promotion_reads.shown_promotion(row, viewer, at)


@router.post("/promotions/{int:promotion_id}/stop", response=PromotionOut, summary="End a promotion early")
def stop(request: HttpRequest, promotion_id: int) -> dict[str, Any]:
    viewer, at = viewer_of(request), clock.now()
    with transaction():
        row = promotion_reads.find_promotion(viewer, promotion_id)
        viewer.require(Perm.GOODS_EDIT, row.shop_id)
        row = actions.stop_promotion(row, by=viewer.who, at=at)
    return promotion_reads.shown_promotion(row, viewer, at)


@router.get("/freight-templates", response=FreightPage, summary="Freight templates (运费模板, R404)")
def templates(request: HttpRequest, shop: int | None = None) -> dict[str, Any]:
    return {"items": advice_reads.templates(viewer_of(request), shop), "next": None, "provinces": list(PROVINCES)}


@router.put("/freight-templates", response=FreightOut, summary="Write a freight template, by its name")
def put_template(request: HttpRequest, data: FreightIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.GOODS_EDIT, data.shop)
    with transaction():
        row = actions.put_freight(
            data.shop,
            name=data.name,
            by_weight=data.by == "weight",
            rows=[one.dict() for one in data.rows],
            ships_from=data.ships_from,
            standard=data.standard,
            note=data.note,
            by=viewer.who,
            at=clock.now(),
        )
    return advice_reads.shown_template(row, viewer)


@router.post("/freight-quote", response=QuotesOut, summary="What each carrier costs to a province, and why")
def quote(request: HttpRequest, data: QuoteIn) -> dict[str, Any]:
    viewer = viewer_of(request)
    viewer.require(Perm.ORDERS_VIEW, data.shop)
    goods = queries.find(viewer, data.goods) if data.goods else None
    if goods is not None and goods.shop_id != data.shop:
        raise NotFound("没有这件商品", "There is no such goods")
    return advice_reads.quotes(
        data.shop, goods, to=data.to.strip(), qty=data.qty, goods_fen=data.goods_fen, at=clock.now(), viewer=viewer
    )
