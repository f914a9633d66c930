"""Province, city and district of an address (省市区), from the official names and their usual short forms. Pure.

Buyers and platforms write 浙江省杭州市余杭区…, 浙江 杭州 余杭, 杭州余杭区… or leave the city out; streets and house numbers
behind are not looked at. What cannot be told stays empty rather than guessed.
"""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

_SPACES = re.compile(r"[\s,，;；/\\|·・\-—_]+")
_PROVINCE_TAILS = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市")
_CITY_TAILS = ("自治州", "地区", "市", "盟", "林区")
_DISTRICT_TAILS = ("自治县", "自治旗", "新区", "区", "县", "市", "旗", "镇", "街道", "乡")
_PEOPLES = re.compile(
    r"(?:[\u4e00-\u9fff]{1,4}?族)+(?=自治)|(?:哈萨克|蒙古|柯尔克孜)(?=自治)",
)
_NEAR = 12
"""Characters into the address within which its province or city begins: "中国浙江省…", "收货地址：浙江省…"."""


@dataclass(frozen=True, slots=True)
class Region:
    """Where an address lies, as far as it says."""

    province: str = ""
    city: str = ""
    district: str = ""

    @property
    def name(self) -> str:
        parts = [self.province, self.city if self.city != self.province else "", self.district]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class _Book:
    provinces: dict[str, str]
    cities: dict[str, list[tuple[str, str]]]
    cities_of: dict[str, dict[str, str]]
    districts_of: dict[tuple[str, str], dict[str, str]]


def _short(name: str, tails: tuple[str, ...]) -> str:
    """杭州市 -> 杭州; never shorter than two characters."""
    bare = _PEOPLES.sub("", name)
    for tail in tails:
        if bare.endswith(tail) and len(bare) - len(tail) >= 2:
            return bare[: -len(tail)]
    return bare


@lru_cache(maxsize=1)
def _book() -> _Book:
    raw = tomllib.loads(files(__package__).joinpath("regions.toml").read_text(encoding="utf-8"))
    book = _Book({}, {}, {}, {})
    for province, city, districts in raw.values():
        for word in (province, _short(province, _PROVINCE_TAILS)):
            book.provinces[word] = province
        named = book.cities_of.setdefault(province, {})
        for word in (city, _short(city, _CITY_TAILS)) if city else ():
            named[word] = city
            if (province, city) not in book.cities.setdefault(word, []):
                book.cities[word].append((province, city))
        inside = book.districts_of.setdefault((province, city), {})
        for district in districts.split():
            inside[district] = district
            short = _short(district, _DISTRICT_TAILS)
            if len(short) >= 2:
                inside.setdefault(short, district)
    return book


def _at_start(text: str, words: dict[str, str], *, within: int = 0) -> tuple[str, str] | None:
    """The longest of `words` that begins within the first characters: (its full name, what follows)."""
    for start in range(within + 1):
        for length in range(min(14, len(text) - start), 1, -1):
            if (found := words.get(text[start : start + length])) is not None:
                return found, text[start + length :]
    return None


def _plain(text: str) -> str:
    return _SPACES.sub("", unicodedata.normalize("NFKC", text))


def region_of(address: str) -> Region:
    """The region of an address."""
    book, text = _book(), _plain(address)
    first = _at_start(text, book.provinces, within=_NEAR)
    if first is None:
        return _by_city(book, text)
    province, rest = first
    rest = rest.removeprefix("市") if province.endswith("市") else rest
    city, behind = _city_in(book, province, rest)
    district, found_city = _district_in(book, province, city, behind)
    return Region(province, city or found_city, district)


def _city_in(book: _Book, province: str, rest: str) -> tuple[str, str]:
    words = book.cities_of[province]
    found = _at_start(rest, words, within=3)
    if found is not None:
        return found
    return (province, rest) if province in words.values() else ("", rest)


def _by_city(book: _Book, text: str) -> Region:
    """Without a province: a city whose name only one province has."""
    words = {word: word for word, places in book.cities.items() if len({one[0] for one in places}) == 1}
    found = _at_start(text, words, within=_NEAR)
    if found is None:
        return Region()
    province, city = book.cities[found[0]][0]
    district, _ = _district_in(book, province, city, found[1])
    return Region(province, city, district)


def _district_in(book: _Book, province: str, city: str, rest: str) -> tuple[str, str]:
    """The district, and the city it lies in when the address left that out (省直辖县 have none)."""
    places = [(province, city)] if city else [key for key in book.districts_of if key[0] == province]
    for key in [*places, *((province, other) for other in ("",) if city)]:
        inside = book.districts_of.get(key)
        if inside and (found := _at_start(rest, inside, within=1)) is not None:
            return found[0], key[1]
    return "", ""


def full_names(province: str, city: str = "", district: str = "") -> Region | None:
    """A region as a table names it (浙江 / 杭州 / 余杭): its official names; None when there is no such place."""
    book = _book()
    full = book.provinces.get(_plain(province))
    if full is None:
        return None
    if not _plain(city) and not _plain(district):
        return Region(full)
    in_cities = book.cities_of[full]
    town = in_cities.get(_plain(city), "") if city.strip() else (full if full in in_cities.values() else "")
    if city.strip() and not town:
        inside = book.districts_of.get((full, ""), {})  # 仙桃市 stands among the cities in many tables
        return Region(full, "", inside[_plain(city)]) if _plain(city) in inside else None
    if not _plain(district):
        return Region(full, town)
    for key in ((full, town), (full, "")):
        if (exact := book.districts_of.get(key, {}).get(_plain(district))) is not None:
            return Region(full, key[1], exact)
    return None
