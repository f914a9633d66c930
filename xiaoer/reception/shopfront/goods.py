"""The goods on the demo page, from a small file. Pure apart from reading it once."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from xiaoer.kernel.money import format_yuan


@dataclass(frozen=True, slots=True)
class Goods:
    """One item (宝贝)."""

    code: str
    title: str
    note: str
    price_fen: int
    was_fen: int
    art: str
    tint: str
    tag: str
    colours: tuple[str, ...]
    sizes: tuple[str, ...]
    details: tuple[str, ...]

    @property
    def price(self) -> str:
        return format_yuan(self.price_fen)

    @property
    def was(self) -> str:
        return format_yuan(self.was_fen)


@lru_cache(maxsize=1)
def all_goods() -> tuple[Goods, ...]:
    """Every item in the order of the file."""
    data = tomllib.loads(files("xiaoer.reception.shopfront").joinpath("goods.toml").read_text("utf-8"))
    return tuple(
        Goods(**{**row, **{name: tuple(row[name]) for name in ("colours", "sizes", "details")}})
        for row in data["goods"]
    )


def goods_by_code(code: str) -> Goods | None:
    return next((one for one in all_goods() if one.code == code), None)
