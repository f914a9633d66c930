"""What one report says about one order, before it meets what we know. Pure."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from xiaoer.kernel.i18n import T
from xiaoer.orders import rules


@dataclass(slots=True)
class LineDraft:
    """One item of an order (子订单): title, SKU, quantity, price."""

    title: str = ""
    sku: str = ""
    sku_code: str = ""
    sub_no: str = ""
    qty: int | None = None
    price_fen: int | None = None
    paid_fen: int | None = None
    category: str = ""
    status: str = ""
    summary: bool = False
    row: int = 0

    def base_key(self) -> str:
        """What makes it the same item in another report: the sub-order number, else title, SKU and code."""
        if self.sub_no:
            return "sub:" + self.sub_no
        text = "\x1f".join((self.title, self.sku, self.sku_code))
        return "item:" + hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:20]


@dataclass(slots=True)
class OrderDraft:
    """One order as reported. None or "" = the report does not say."""

    order_no: str
    nick: str = ""
    kind: str = ""
    status: str = ""
    status_text: str = ""
    goods_fen: int | None = None
    freight_fen: int | None = None
    payable_fen: int | None = None
    paid_fen: int | None = None
    discount_fen: int | None = None
    points_fen: int | None = None
    red_packet_fen: int | None = None
    payer: str = ""
    free_shipping: bool | None = None
    receiver_name: str = ""
    receiver_phone: str = ""
    receiver_address: str = ""
    created_at: datetime | None = None
    paid_at: datetime | None = None
    shipped_at: datetime | None = None
    signed_at: datetime | None = None
    succeeded_at: datetime | None = None
    closed_at: datetime | None = None
    close_reason: str = ""
    waybill: str = ""
    carrier: str = ""
    buyer_message: str = ""
    seller_remark: str = ""
    flag: str | None = None
    version: datetime | None = None
    lines: list[LineDraft] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)

    def absorb(self, other: "OrderDraft") -> T | None:
        """Take in another row of the same order: blanks are filled, lines added. A reason when it cannot be."""
        if self.nick and other.nick and self.nick != other.nick:
            return T(
                f"订单号 {self.order_no} 前面的行是另一位买家“{self.nick}”，请核对订单号",
                f"Order {self.order_no} stands above with another buyer {self.nick!r}; check the order number",
            )
        for name in _FILLED:
            if getattr(self, name) in (None, "") and (said := getattr(other, name)) not in (None, ""):
                setattr(self, name, said)
        if other.version and (self.version is None or other.version > self.version):
            self.version = other.version
        self.lines.extend(other.lines)
        self.rows.extend(other.rows)
        return None

    def settle(self) -> None:
        """Work out what follows from all rows together: the order's state and sums left blank."""
        if len(self.lines) > 1:
            by_lines = rules.status_of_lines(line.status for line in self.lines)
            if by_lines is not None:
                self.status = by_lines
        if (
            self.goods_fen is None
            and self.lines
            and all(line.price_fen is not None and line.qty is not None and not line.summary for line in self.lines)
        ):
            self.goods_fen = sum((line.price_fen or 0) * (line.qty or 0) for line in self.lines)
        if self.free_shipping is None and self.freight_fen is not None:
            self.free_shipping = self.freight_fen == 0
        if self.payable_fen is None and self.goods_fen is not None and self.freight_fen is not None:
            self.payable_fen = self.goods_fen + self.freight_fen


_FILLED = (
    "nick",
    "kind",
    "status",
    "status_text",
    "goods_fen",
    "freight_fen",
    "payable_fen",
    "paid_fen",
    "discount_fen",
    "points_fen",
    "red_packet_fen",
    "payer",
    "free_shipping",
    "receiver_name",
    "receiver_phone",
    "receiver_address",
    "created_at",
    "paid_at",
    "shipped_at",
    "signed_at",
    "succeeded_at",
    "closed_at",
    "close_reason",
    "waybill",
    "carrier",
    "buyer_message",
    "seller_remark",
    "flag",
)


def keyed(lines: list[LineDraft]) -> list[tuple[str, LineDraft]]:
    """Every line with its key; equal items of one order count up (#2, #3), so that none is lost."""
    seen: dict[str, int] = {}
    out = []
    for line in lines:
        base = line.base_key()
        seen[base] = seen.get(base, 0) + 1
        out.append((base if seen[base] == 1 else f"{base}#{seen[base]}", line))
    return out
