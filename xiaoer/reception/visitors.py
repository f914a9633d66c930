"""The buyer's key: a signed token that her browser keeps. Pure apart from the installation's secret key.

It says which shop and which customer; it is checked without a database, because the message lane does it for every
message. It does not prove that she owns an order: that takes order number and phone tail (see `prove`).
"""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who holds the token: shop, customer row, the random visitor key, and until when (epoch seconds)."""

    shop_id: int
    customer_id: int
    visitor: str
    expires: int


@lru_cache(maxsize=1)
def _key() -> bytes:
    return hashlib.sha256(b"xiaoer.visitor:" + settings.SECRET_KEY.encode()).digest()


def _signature(body: str) -> str:
    return hmac.new(_key(), body.encode(), hashlib.sha256).hexdigest()[:40]


def make_token(visitor: Visitor) -> str:
    raw = json.dumps([visitor.shop_id, visitor.customer_id, visitor.visitor, visitor.expires]).encode()
    body = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    return f"{body}.{_signature(body)}"


@lru_cache(maxsize=20_000)
def _read(token: str) -> Visitor | None:
    body, _, signature = token.partition(".")
    if not hmac.compare_digest(signature, _signature(body)):
        return None
    try:
        shop_id, customer_id, visitor, expires = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (ValueError, TypeError):
        return None
    return Visitor(int(shop_id), int(customer_id), str(visitor), int(expires))


def read_token(token: str, now: float) -> Visitor | None:
    """The visitor behind a token, or None when it is forged or has run out (`now` in epoch seconds, real time)."""
    visitor = _read(token)
    return visitor if visitor is not None and visitor.expires > now else None
