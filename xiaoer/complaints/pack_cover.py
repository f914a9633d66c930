"""The cover of an evidence pack as PDF (举证包封面): what it is about, what is inside, and the hash of every part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.orders.print_pdf import Pages, beijing

_A4 = (210.0, 297.0)
_LEFT, _RIGHT, _BOTTOM = 18.0, 192.0, 280.0


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the first page."""

    number: str
    platform_no: str
    shop: str
    order_no: str
    buyer: str
    reason: str
    claim: str
    statement: str
    made_by: str
    facts: tuple[tuple[str, str], ...]
    happened: tuple[tuple[str, str, str], ...]


def cover_pdf(cover: Cover, parts: Sequence[dict[str, Any]], left_out: Sequence[str], at: datetime) -> bytes:
    pages = Pages(_A4, at, f"举证材料 {cover.number}")
    pages.add_page()
    pages.word(_LEFT, 16, "维权举证材料", 20, bold=True)
    pages.word(_LEFT, 27, f"{cover.shop} · {cover.number}", 11)
    pages.word(120, 27, f"生成于 {beijing(at)}（北京时间）", 9, width=_RIGHT - 120, align="R")
    pages.rule(_LEFT, 34, _RIGHT)
    y = 38.0
    told = (
        ("订单号", cover.order_no), ("平台维权单号", cover.platform_no or "—"), ("买家", cover.buyer),
        ("维权理由", cover.reason), *cover.facts,
    )  # fmt: skip
    for label, value in told:
        pages.word(_LEFT, y, label, 9.5)
        pages.word(_LEFT + 34, y, value or "—", 9.5, width=_RIGHT - _LEFT - 34, bold=True)
        y += 6
    for title, text in (("买家陈述", cover.claim), ("商家陈述", cover.statement)):
        if text:
            y = _heading(pages, y + 2, title)
            y = pages.block(_LEFT, y, _RIGHT - _LEFT, text, 9.5, most=16)
    y = _happened(pages, y + 2, cover)
    y = _parts(pages, y + 2, parts)
    if left_out:
        y = _heading(pages, y + 2, "未包含")
        for line in left_out:
            y = pages.block(_LEFT, y, _RIGHT - _LEFT, f"· {line}", 9)
    pages.word(_LEFT, 284, "个人信息已按权限脱敏。各部分以 SHA-256 校验，清单见 manifest.json。", 8)
    return bytes(pages.output())


def _room(pages: Pages, y: float, needed: float) -> float:
    if y + needed <= _BOTTOM:
        return y
    pages.add_page()
    return 18.0


def _heading(pages: Pages, y: float, title: str) -> float:
    y = _room(pages, y, 14)
    pages.word(_LEFT, y, title, 11, bold=True)
    return y + 7


def _happened(pages: Pages, y: float, cover: Cover) -> float:
    if not cover.happened:
        return y
    y = _heading(pages, y, "经过")
    for when, label, text in cover.happened:
        y = _room(pages, y, 6)
        pages.word(_LEFT, y, when, 8.5)
        pages.word(_LEFT + 34, y, f"{label}　{text}".strip(), 8.5, width=_RIGHT - _LEFT - 34)
        y += 5
    return y


def _parts(pages: Pages, y: float, parts: Sequence[dict[str, Any]]) -> float:
    y = _heading(pages, y, "材料清单")
    for number, one in enumerate(parts, start=1):
        y = _room(pages, y, 10)
        pages.word(_LEFT, y, f"{number}. {one['label']}", 9.5, width=80)
        pages.word(_LEFT + 84, y, f"{one['name']}（{one['bytes']} 字节）", 8.5, width=_RIGHT - _LEFT - 84, align="R")
        pages.word(_LEFT + 4, y + 4.4, f"SHA-256 {one['sha256']}", 6.5, width=_RIGHT - _LEFT - 4)
        y += 9
    return y
