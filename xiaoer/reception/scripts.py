"""Scripts (话术): which of them are shown when, which say the same, and what a recommendation needs. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from difflib import SequenceMatcher
from typing import Protocol, TypeVar

from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import normal
from xiaoer.reception.variables import literals_in

STYLES: dict[str, T] = {
    "": T("通用", "Any"),
    "quiet": T("无干扰式", "Unobtrusive"),
    "brand": T("品牌式", "Brand"),
    "friend": T("朋友式", "Friend"),
    "skilled": T("技能式", "Expert"),
    "peak": T("大促简版", "Peak, short"),
}
"""接待风格 (R454): how a shop speaks; a script may have a variant for a style, and a short one for peak hours (R775)."""

SHOP_STYLES = ("", "quiet", "brand", "friend", "skilled")


class Scripted(Protocol):
    """Of a script what decides whether it is shown. `variant` is the name that the variants of one script share."""

    pk: int
    text: str
    style: str
    variant: str
    platforms: list[str]
    valid_from: date | None
    valid_until: date | None


One = TypeVar("One", bound=Scripted)


def standing(row: Scripted, today: date) -> str:
    """active, upcoming or expired; the last day still counts."""
    if row.valid_from is not None and today < row.valid_from:
        return "upcoming"
    return "expired" if row.valid_until is not None and today > row.valid_until else "active"


def fits_platform(row: Scripted, platform: str) -> bool:
    return not row.platforms or platform in row.platforms


def usable(rows: Iterable[One], *, platform: str, today: date, style: str, peak: bool) -> list[One]:
    """What an agent is shown: for this platform, in force today, and of each variant the one that fits best.

    In peak hours the short variant, else the one of the shop's style, else the plain one.
    """
    wanted = [*(["peak"] if peak else []), *([style] if style else []), ""]
    kept = [row for row in rows if fits_platform(row, platform) and standing(row, today) == "active"]
    best: dict[str, int] = {}
    for row in kept:
        if row.variant and row.style in wanted:
            best[row.variant] = min(best.get(row.variant, len(wanted)), wanted.index(row.style))
    return [
        row
        for row in kept
        if (
            wanted.index(row.style) == best[row.variant] if row.variant and row.style in wanted else row.style in wanted
        )
    ]


# ------------------------------------------------------------------------------------------------ duplicates

_NOT_SAID = re.compile(r"[\W_]+")
_POLITE = re.compile(r"亲爱的|亲亲|亲|您好|你好|哦|呢|哈|哟|啦|呀")


def essence(text: str) -> str:
    """What a script says without signs, variables and the small words of politeness: equal means the same script."""
    bare = _NOT_SAID.sub("", normal(" ".join(literals_in(text))))
    return _POLITE.sub("", bare) or bare


def alike(text: str, others: Iterable[tuple[int, str]], *, share: float, at_most: int = 3) -> list[tuple[int, float]]:
    """Scripts that say nearly the same, the most alike first: (key, likeness from `share` to 1)."""
    mine = essence(text)
    if not mine:
        return []
    found: list[tuple[int, float]] = []
    for key, other in others:
        theirs = essence(other)
        if not theirs or min(len(mine), len(theirs)) < share * max(len(mine), len(theirs)) * 0.8:
            continue
        matcher = SequenceMatcher(None, mine, theirs, autojunk=False)
        if matcher.real_quick_ratio() >= share and matcher.quick_ratio() >= share and matcher.ratio() >= share:
            found.append((key, round(matcher.ratio(), 2)))
    return sorted(found, key=lambda one: (-one[1], one[0]))[:at_most]


# ------------------------------------------------------------------------------------------------ cross-selling


def clean_reasons(reasons: Sequence[str]) -> list[str]:
    """Reasons that are reasons: trimmed, no doubles, no empty ones."""
    kept: dict[str, str] = {}
    for reason in reasons:
        text = " ".join(reason.split()).strip("，。；,.; ")
        if text:
            kept.setdefault(essence(text) or text, text)
    return list(kept.values())


def recommendation(item: str, reasons: Sequence[str]) -> str:
    """The sentence of a cross-sale (关联销售, R330): the item and every reason, numbered so that the buyer sees them."""
    signs = "①②③④⑤⑥"
    listed = "；".join(f"{signs[place]}{reason}" for place, reason in enumerate(reasons))
    return f"亲，搭配推荐您看看「{item.strip()}」：{listed}。需要的话我把链接发给您，您参考下哦。"
