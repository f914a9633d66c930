"""GET /shop/<slug> and /shop/<slug>/<code>: server-rendered, no inline script, the widget by one script tag."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from xiaoer.kernel import clock
from xiaoer.kernel.errors import NotFound
from xiaoer.people.queries import ShopFacts, shop_by_slug
from xiaoer.reception.rules import hours_text, is_open
from xiaoer.reception.shopfront.goods import Goods, all_goods, goods_by_code

_PLATFORMS = {
    "tmall": "天猫",
    "taobao": "淘宝",
    "jd": "京东",
    "pinduoduo": "拼多多",
    "douyin": "抖店",
    "kuaishou": "快手",
}
_PROMISES = ("七天无理由退货", "正品保障", "全场包邮（港澳台及海外除外）", "提供正规发票")


def _shop(slug: str) -> ShopFacts | None:
    try:
        return shop_by_slug(slug)
    except NotFound:
        return None


def _page(request: HttpRequest, template: str, shop: ShopFacts, goods: Goods | None) -> HttpResponse:
    words = {
        "shop": shop,
        "platform": _PLATFORMS.get(shop.platform, "自营商城"),
        "hours": hours_text(shop.hours).zh,
        "open": is_open(shop.hours, clock.now()),
        "promises": _PROMISES,
        "goods": all_goods(),
        "one": goods,
    }
    if goods is not None:
        known = {"code": goods.code, "title": goods.title, "price_fen": goods.price_fen}
        words["said"] = json.dumps(known, ensure_ascii=False)
    return render(request, template, words)


def _missing(request: HttpRequest) -> HttpResponse:
    return render(request, "reception/shop_missing.html", status=404)


@require_safe
def shop_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The shop with its goods."""
    shop = _shop(slug)
    return _page(request, "reception/shop.html", shop, None) if shop is not None else _missing(request)


@require_safe
def goods_page(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """One item; the chat bubble tells the agent that the buyer looks at it (焦点, R152)."""
    shop, goods = _shop(slug), goods_by_code(code)
    if shop is None or goods is None:
        return _missing(request)
    return _page(request, "reception/goods.html", shop, goods)
