"""What the freight is (运费): a template, a carrier, a region and what is sent give an amount with its reason. Pure.

R404: a shop names its couriers and its free regions. R274, C30: in principle SF Express and EMS are not free, nor are
special-price goods; R400: what the page or an activity promises now comes first.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import short_yuan

PROVINCES = (
    *("北京", "天津", "上海", "重庆", "河北", "山西", "辽宁", "吉林", "黑龙江", "江苏", "浙江", "安徽", "福建", "江西"),
    *("山东", "河南", "湖北", "湖南", "广东", "海南", "四川", "贵州", "云南", "陕西", "甘肃", "青海", "内蒙古", "广西"),
    *("西藏", "宁夏", "新疆", "香港", "澳门", "台湾"),
)
_KILO = 1000


@dataclass(frozen=True, slots=True)
class Row:
    """One carrier to some provinces (empty: everywhere else). `first` pieces or grams cost `first_fen`, each further
    `next` cost `next_fen`; `free`: a free region (包邮地区); `free_from_fen`: free from this amount of goods on."""

    carrier: str
    regions: tuple[str, ...]
    first: int
    first_fen: int
    next: int
    next_fen: int
    free: bool = False
    free_from_fen: int | None = None
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    by_weight: bool
    rows: tuple[Row, ...]

    def carriers(self) -> list[str]:
        return list(dict.fromkeys(row.carrier for row in self.rows))


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is to be sent: pieces, weight, what the goods cost, and whether a special-price goods (特价) is among them."""

    qty: int = 1
    weight_g: int = 0
    goods_fen: int = 0
    special_price: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """Rules of the day: carriers that are not free in principle, and whether an activity sends everything free now."""

    never_free: tuple[str, ...] = ("顺丰", "EMS")
    activity_free: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer. `fen` None: this carrier does not go there by the template."""

    carrier: str
    region: str
    fen: int | None
    free: bool
    why: tuple[T, ...]


def read_rows(rows: Sequence[Mapping[str, Any]]) -> tuple[Row, ...]:
    """Rows of a stored template."""
    return tuple(
        Row(
            str(one["carrier"]),
            tuple(one.get("regions", ())),
            int(one.get("first", 1)),
            int(one.get("first_fen", 0)),
            max(int(one.get("next", 1)), 1),
            int(one.get("next_fen", 0)),
            bool(one.get("free", False)),
            one.get("free_from_fen"),
            bool(one.get("refused", False)),
        )
        for one in rows
    )


def province_of(address: str) -> str:
    """`浙江省 杭州市 …` -> 浙江; "" when the address names none. The name may come after the country, never in a street."""
    bare = re.sub(r"^\s*中国\s*", "", address).strip()
    return next((name for name in PROVINCES if bare.startswith(name)), "")


def quote(template: Template, carrier: str, region: str, parcel: Parcel, terms: Terms | None = None) -> Quote:
    """What this carrier costs to this province."""
    terms = terms or Terms()
    row = _row(template, carrier, region)
    if row is None or row.refused:
        nowhere = T(f"运费模板里{carrier}不到{region}", f"The template has no {carrier} to {region}")
        return Quote(carrier, region, None, False, (nowhere,))
    full, counted = _full(template, row, parcel)
    because, refused = _free(row, parcel, terms)
    if because is not None and refused is None:
        return Quote(carrier, region, 0, True, (because,))
    why = [counted] if refused is None or because is None else [because, refused, counted]
    return Quote(carrier, region, full, full == 0, tuple(why))


def _row(template: Template, carrier: str, region: str) -> Row | None:
    """The row that names the region, else the carrier's row for everywhere else."""
    mine = [row for row in template.rows if row.carrier == carrier]
    named = next((row for row in mine if region in row.regions), None)
    return named or next((row for row in mine if not row.regions), None)


def _full(template: Template, row: Row, parcel: Parcel) -> tuple[int, T]:
    """首件/首重 and 续件/续重. A started unit counts as a whole one."""
    amount = parcel.weight_g if template.by_weight else parcel.qty
    if template.by_weight and amount <= 0:
        amount = row.first  # nobody weighed it: the first weight at least
    steps = max(-(-(amount - row.first) // row.next), 0)
    fen = row.first_fen + steps * row.next_fen
    name_zh, name_en = ("首重", "first weight") if template.by_weight else ("首件", "first piece")
    more_zh, more_en = ("续重", "more weight") if template.by_weight else ("续件", "more pieces")
    unit = f"{number(row.first / _KILO)}kg" if template.by_weight else f"{row.first}件"
    zh = f"{name_zh}（{unit}）{short_yuan(row.first_fen)}元"
    en = f"{name_en} {short_yuan(row.first_fen)} yuan"
    if steps:
        zh += f"，{more_zh} {steps}×{short_yuan(row.next_fen)}元"
        en += f", {more_en} {steps} × {short_yuan(row.next_fen)}"
    return fen, T(f"{zh}，共{short_yuan(fen)}元", f"{en}: {short_yuan(fen)} yuan")


def _free(row: Row, parcel: Parcel, terms: Terms) -> tuple[T | None, T | None]:
    """Why it would be free, and why it is not after all."""
    if terms.activity_free:
        return T(f"活动包邮：{terms.activity_free}", f"Free by activity: {terms.activity_free}"), None
    because = None
    if row.free:
        because = T("该地区在包邮范围内", "The region is free")
    elif row.free_from_fen is not None and parcel.goods_fen >= row.free_from_fen:
        because = T(f"满{short_yuan(row.free_from_fen)}元包邮", f"Free from {short_yuan(row.free_from_fen)} yuan on")
    named = next((name for name in terms.never_free if name.upper() in row.carrier.upper()), "")
    if named:
        return because, T(f"{named}原则上不包邮", f"{named} is not free in principle")
    if parcel.special_price:
        return because, T("特价商品原则上不包邮", "Special-price goods are not free in principle")
    return because, None


def sentence(found: Quote) -> T:
    """What can be said; the page decides in the end (R400)."""
    if found.fen is None:
        return T(
            f"亲，{found.carrier}暂时不到{found.region}，我帮您看看其他快递好吗？",
            f"{found.carrier} does not go to {found.region}; may I look at another carrier?",
        )
    if found.free:
        return T(
            f"亲，发{found.carrier}到{found.region}是包邮的哦，以页面下单时显示为准。",
            f"{found.carrier} to {found.region} is free; the page shows it when you order.",
        )
    return T(
        f"亲，发{found.carrier}到{found.region}的运费是{short_yuan(found.fen)}元，以页面下单时显示为准哦。",
        f"{found.carrier} to {found.region} costs {short_yuan(found.fen)} yuan; the page shows it when you order.",
    )


def number(value: float) -> str:
    return f"{value:g}"
