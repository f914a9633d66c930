"""What a report says of goods, before it meets what we know. None = not said. Pure."""

from dataclasses import dataclass, field
from datetime import datetime

TEXTS = {
    "title": 200,
    "group": 20,
    "category": 16,
    "brand": 60,
    "material": 200,
    "style": 60,
    "care": 300,
    "model_note": 120,
    "payment_note": 200,
    "freight_note": 200,
}
"""Text columns of a goods and their length."""
FLAGS = ("seckill", "special_price", "large_item", "no_reason_excluded", "on_sale")
MOST_POINTS = 20
MOST_SKUS = 500


@dataclass(slots=True)
class SkuDraft:
    """One colour and size. Without a code it gets one: goods code, colour, size."""

    code: str = ""
    colour: str = ""
    size: str = ""
    price_fen: int | None = None


@dataclass(slots=True)
class GoodsDraft:
    """One goods as a file, the API or a form reports it."""

    code: str
    texts: dict[str, str] = field(default_factory=dict)
    flags: dict[str, bool] = field(default_factory=dict)
    points: list[str] | None = None
    pictures: list[str] | None = None
    weight_g: int | None = None
    presale_at: datetime | None = None
    presale_over: bool = False
    size_table: str | None = None
    freight: str | None = None
    skus: list[SkuDraft] = field(default_factory=list)
    features: list[str] | None = None
    advantages: list[str] | None = None

    def join(self, other: "GoodsDraft") -> None:
        """Another row of the same goods: its look, and what the first row did not say."""
        self.texts = {**other.texts, **self.texts}
        self.flags = {**other.flags, **self.flags}
        for name in ("points", "features", "advantages", "pictures", "weight_g", "presale_at", "size_table", "freight"):
            if getattr(self, name) is None:
                setattr(self, name, getattr(other, name))
        self.skus += other.skus


def code_of(goods: str, sku: SkuDraft) -> str:
    """规格编码 where the shop gives none: 0201-正红-M."""
    return sku.code or "-".join(part.replace(" ", "") for part in (goods, sku.colour, sku.size) if part)[:64]
