"""Addresses served by Django; the message lane and the stream are raw ASGI (see asgi.py)."""

from django.urls import path

from xiaoer.api import api
from xiaoer.knowledge.urls import urlpatterns as knowledge
from xiaoer.reception.urls import urlpatterns as reception

urlpatterns = [
    path("api/", api.urls),
    *knowledge,
    *reception,
]
