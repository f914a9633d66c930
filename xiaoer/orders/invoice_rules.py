"""What an invoice says (发票内容和金额): always the order's goods and the money that stayed with the shop. Pure (R358-R360)."""

import re
from collections.abc import Sequence
from typing import Any, Protocol

from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import split

_MAIL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


class OrderLike(Protocol):
    """The columns of an order that decide its amount."""

    kind: str
    status: str
    payable_fen: int | None
    paid_fen: int | None
    refunded_fen: int
    freight_fen: int | None


class LineLike(Protocol):
    title: str
    sku: str
    qty: int
    refunded_qty: int
    paid_fen: int | None
    price_fen: int | None


def amount_of(order: OrderLike) -> int:
    """The invoice's amount: what was paid minus what was given back; COD is paid when it was received."""
    paid = order.paid_fen or 0
    if not paid and (order.kind == "cod" or order.paid_fen is None) and order.status in ("shipped", "succeeded"):
        paid = order.payable_fen or 0
    return max(paid - order.refunded_fen, 0)


def content_of(order: OrderLike, lines: Sequence[LineLike], amount: int) -> list[dict[str, Any]]:
    """The rows of the paper: each item that stayed with the buyer, and the freight; their sum is the amount."""
    kept = [(line, line.qty - line.refunded_qty) for line in lines if line.qty > line.refunded_qty]
    weights = [_worth(line) * left // max(line.qty, 1) for line, left in kept]
    names: list[dict[str, Any]] = [{"title": line.title, "sku": line.sku, "qty": left} for line, left in kept]
    if order.freight_fen:
        names.append({"title": "运费", "sku": "", "qty": 1})
        weights.append(order.freight_fen)
    if not names:
        return []
    parts = split(amount, weights if sum(weights) else [1] * len(names))
    return [{**name, "fen": part} for name, part in zip(names, parts, strict=True) if part]


def _worth(line: LineLike) -> int:
    return line.paid_fen if line.paid_fen is not None else (line.price_fen or 0) * line.qty


def reversed_content(content: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of the red letter: the same goods with the sign turned."""
    return [{**one, "fen": -int(one["fen"]), "qty": -int(one["qty"])} for one in content]


def delivery_problem(delivery: str, email: str) -> T | None:
    if delivery != "email":
        return None
    if not email:
        return T("电子发票要填接收邮箱", "An electronic invoice needs an e-mail address")
    if not _MAIL.fullmatch(email):
        return T(f"邮箱「{email}」格式不对，例如 name@example.com", f"{email!r} is no e-mail address")
    return None


def mask_mail(email: str) -> str:
    """z***@163.com: enough to recognise, not enough to write to."""
    name, mark, host = email.partition("@")
    return f"{name[:1]}***{mark}{host}" if mark else ""
