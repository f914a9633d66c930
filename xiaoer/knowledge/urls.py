"""Addresses of knowledge outside the API: the buyers' help centre."""

from django.urls import path

from xiaoer.knowledge.api.help import article, asked, helpful, home

urlpatterns = [
    path("help/<slug:slug>", home, name="help"),
    path("help/<slug:slug>/-/asked", asked, name="help_asked"),
    path("help/<slug:slug>/<slug:key>", article, name="help_article"),
    path("help/<slug:slug>/<slug:key>/helpful", helpful, name="help_helpful"),
]
