"""Addresses of reception outside the API: the demo shop and the pictures."""

from django.urls import path

from xiaoer.reception.api.pages import goods_page, shop_page
from xiaoer.reception.api.serving import serve

urlpatterns = [
    path("shop/<slug:slug>", shop_page, name="shop"),
    path("shop/<slug:slug>/<slug:code>", goods_page, name="goods"),
    path("uploads/<str:ref>", serve, name="upload"),
]
