"""Goods over HTTP: the catalogue, files, stock, questions to the warehouse, promotions and freight."""

from ninja import Router

from xiaoer.goods.api.catalogue import router as catalogue
from xiaoer.goods.api.imports import router as imports
from xiaoer.goods.api.promotions import router as promotions
from xiaoer.goods.api.questions import router as questions
from xiaoer.goods.api.stock import router as stock

router = Router(tags=["goods 商品"])
for part in (imports, catalogue, stock, questions, promotions):
    router.add_router("", part)
