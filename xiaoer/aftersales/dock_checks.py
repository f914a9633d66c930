"""What the return dock looks at, by category (验收清单): data in `dock_checks.toml`. Pure."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from xiaoer.kernel.i18n import T

COMMON = ("model_ok", "package_ok", "tags_ok", "card_inside")
"""Asked of every parcel, and columns of the receiving form."""
PLACES: dict[str, T] = {
    "restock": T("重新上架", "Back on the shelf"),
    "quarantine": T("隔离待处理", "Quarantine"),
    "supplier": T("退供应商", "To the supplier"),
    "destroy": T("销毁", "Destroyed"),
}
"""Where a returned piece goes after it was counted (退货去向)."""


@dataclass(frozen=True, slots=True)
class Check:
    """One question of the dock; `categories` empty: asked of every parcel."""

    code: str
    label: T
    categories: tuple[str, ...]
    source: str


@cache
def every() -> tuple[Check, ...]:
    text = files("xiaoer.aftersales").joinpath("dock_checks.toml").read_text("utf-8")
    return tuple(_check(row) for row in tomllib.loads(text)["check"])


def _check(row: Mapping[str, Any]) -> Check:
    return Check(row["code"], T(row["zh"], row["en"]), tuple(row.get("categories", ())), row["source"])


def checks_for(categories: Iterable[str]) -> list[Check]:
    """The questions for goods of these categories, the common ones first."""
    here = set(categories)
    return [one for one in every() if not one.categories or here & set(one.categories)]


def unknown(given: Iterable[str], categories: Iterable[str]) -> list[str]:
    """Codes that are no question of these categories."""
    known = {one.code for one in checks_for(categories)} - set(COMMON)
    return [code for code in given if code not in known]
