"""Couriers and the shape of their waybill numbers (R290, B27): data in carriers.toml, checked here."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from importlib.resources import files

from xiaoer.kernel.i18n import T


@dataclass(frozen=True, slots=True)
class Carrier:
    """One courier: its names, the patterns of its waybill numbers, an example to show."""

    code: str
    zh: str
    en: str
    aliases: tuple[str, ...]
    patterns: tuple[re.Pattern[str], ...]
    example: str
    post: bool = False
    kuaidi100: str = ""

    @property
    def label(self) -> T:
        return T(self.zh, self.en)


def _load() -> dict[str, Carrier]:
    raw = tomllib.loads(files(__package__).joinpath("carriers.toml").read_text(encoding="utf-8"))
    return {
        code: Carrier(
            code,
            row["name"][0],
            row["name"][1],
            tuple(row["aliases"]),
            tuple(re.compile(pattern) for pattern in row["patterns"]),
            row["example"],
            row.get("post", False),
            row.get("kuaidi100", ""),
        )
        for code, row in raw.items()
    }


CARRIERS: dict[str, Carrier] = _load()
_PHONE = re.compile(r"1[3-9]\d{9}")


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


_NAMES = {
    name: code
    for code, one in CARRIERS.items()
    for name in (_plain(code), _plain(one.zh), _plain(one.en), *map(_plain, one.aliases))
}


def find_carrier(text: str) -> Carrier | None:
    """A carrier by code or by any of its usual names (顺丰, 圆通快递, SF)."""
    code = _NAMES.get(_plain(text))
    return CARRIERS[code] if code else None


def by_kuaidi100(code: str) -> Carrier | None:
    """A carrier by 快递100's company code (shunfeng, yuantong)."""
    return next((one for one in CARRIERS.values() if code and one.kuaidi100 == code.strip().lower()), None)


def clean_waybill(text: str) -> str:
    """A waybill number as it is stored and searched: half-width, capital letters, no spaces or hyphens."""
    return re.sub(r"[\s\-_—－]+", "", unicodedata.normalize("NFKC", text)).upper()


def waybill_problem(carrier: Carrier, waybill: str, order_no: str = "") -> T | None:
    """Why this cannot be a waybill number of that carrier, or None. `waybill` is already clean."""
    if order_no and waybill == clean_waybill(order_no):
        return T(
            "这是订单编号，不是运单号；请填快递单上的号码",
            "This is the order number; type the number on the courier's slip",
        )
    if _PHONE.fullmatch(waybill):
        return T("这像是手机号，不是运单号", "This looks like a mobile phone number, not a waybill number")
    if any(pattern.fullmatch(waybill) for pattern in carrier.patterns):
        return None
    likely = next(
        (one for one in CARRIERS.values() if one.code != "other" and any(p.fullmatch(waybill) for p in one.patterns)),
        None,
    )
    hint_zh = f"；这个号码像是{likely.zh}的" if likely else ""
    hint_en = f"; it looks like one of {likely.en}" if likely else ""
    return T(
        f"「{waybill}」不符合{carrier.zh}的运单号格式（例如 {carrier.example}）{hint_zh}",
        f"{waybill!r} is not a waybill number of {carrier.en} (for example {carrier.example}){hint_en}",
    )
