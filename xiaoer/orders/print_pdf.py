"""The papers as PDF with the Chinese font inside (docs/decisions/0006-pdf.md). The same sheets give the same bytes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pylopdf_fonts_zh_cn as fonts
from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.enums import TextMode

from xiaoer.kernel.money import plain_yuan
from xiaoer.orders.print_bars import code128

BEIJING = ZoneInfo("Asia/Shanghai")
FACE = "noto"
MISSING = "〓"
"""What stands for a character that the font lacks (emoji, rare names): seen at once, never an empty box."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One paper: what was written down when it was collected, and how often it was printed before."""

    facts: Mapping[str, Any]
    again: int


class Pages(FPDF):
    """A PDF with one Chinese face, millimetres, and the few shapes our papers are made of."""

    def __init__(self, size: tuple[float, float], at: datetime, title: str) -> None:
        super().__init__(orientation="P", unit="mm", format=size)
        self.set_auto_page_break(False)
        self.set_margin(0)
        self.c_margin = 0
        self.add_font(FACE, "", str(fonts.sans_path()))
        self.set_font(FACE, "", 9)
        self.set_creation_date(at)
        self.set_title(title)
        self.set_producer("Xiaoer")
        self.set_lang("zh-CN")
        self.known = _known()

    def plain(self, text: str) -> str:
        """The text with what the font lacks made visible; invisible joiners and controls are dropped."""
        kept = (ch for ch in text if ch in "\n\u3000" or (ch.isprintable() and not 0xFE00 <= ord(ch) <= 0xFE0F))
        return "".join(ch if ch == "\n" or ord(ch) in self.known else MISSING for ch in kept)

    def word(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        width: float = 0,
        bold: bool = False,
        align: str = "L",
        white: bool = False,
    ) -> None:
        """One line; with a width it is made smaller until it fits, at most to 60 %, then cut with an ellipsis."""
        text = self.plain(text.replace("\n", " "))
        self.set_font_size(size)
        if width:
            while self.get_string_width(text) > width and self.font_size_pt > size * 0.6:
                self.set_font_size(self.font_size_pt - 0.5)
            if self.get_string_width(text) > width:
                while text and self.get_string_width(text + "…") > width:
                    text = text[:-1]
                text += "…"
        self._ink(white)
        with self.local_context(text_mode=TextMode.FILL_STROKE if bold else TextMode.FILL, line_width=size / 90):
            self.set_xy(x, y)
            self.cell(width or self.get_string_width(text) + 1, size * 0.42, text, align=align)

    def block(
        self, x: float, y: float, width: float, text: str, size: float, *, most: int = 99, bold: bool = False
    ) -> float:
        """Wrapped text of at most `most` lines; returns where it ends."""
        self.set_font_size(size)
        line_height = size * 0.46
        lines = self.wrap(self.plain(text), width)
        if len(lines) > most:
            lines = [*lines[: most - 1], lines[most - 1][:-1] + "…"]
        for line in lines:
            self.word(x, y, line, size, bold=bold)
            y += line_height
        return y

    def wrap(self, text: str, width: float) -> list[str]:
        """Break at any Chinese character, but not inside a Latin word or a number that fits on a line."""
        lines: list[str] = []
        for paragraph in text.split("\n"):
            line = ""
            for piece in _pieces(paragraph):
                if line and self.get_string_width(line + piece) > width:
                    lines.append(line.rstrip())
                    line = ""
                while self.get_string_width(piece) > width:
                    fits = next(
                        n for n in range(len(piece), 0, -1) if n == 1 or self.get_string_width(piece[:n]) <= width
                    )
                    lines.append(piece[:fits])
                    piece = piece[fits:]
                line = piece.lstrip() if not line else line + piece
            lines.append(line.rstrip())
        return [line for line in lines if line] or [""]

    def bars(self, x: float, y: float, width: float, height: float, text: str) -> None:
        """Code 128, as wide as it fits with its quiet zones, the number under it. Other characters: the number alone."""
        if all(32 <= ord(ch) < 127 for ch in text) and text:
            widths = code128(text)
            module = min(width / (sum(widths) + 20), 0.5)
            at = x + (width - module * sum(widths)) / 2
            self.set_fill_color(0)
            for place, count in enumerate(widths):
                if place % 2 == 0:
                    self.rect(at, y, module * count, height, "F")
                at += module * count
        self.word(x, y + height + 0.8, text, 9, width=width, align="C")

    def box(self, x: float, y: float, width: float, height: float, *, black: bool = False) -> None:
        self.set_draw_color(0)
        self.set_line_width(0.25)
        self.set_fill_color(0)
        self.rect(x, y, width, height, "F" if black else "D")

    def rule(self, x: float, y: float, to: float, *, dashed: bool = False) -> None:
        self.set_draw_color(0)
        self.set_line_width(0.25)
        if dashed:
            self.set_dash_pattern(dash=1.5, gap=1.2)
        self.line(x, y, to, y)
        self.set_dash_pattern()

    def stamp(self, x: float, y: float, again: int) -> None:
        """重打: a black mark on every paper that was printed before, with the count."""
        if again:
            self.box(x, y, 22, 7, black=True)
            self.word(x, y + 1.2, f"重打 {again}", 11, width=22, bold=True, align="C", white=True)

    def _ink(self, white: bool) -> None:
        self.set_text_color(255 if white else 0)
        self.set_draw_color(255 if white else 0)


Draw = Callable[[Pages, Mapping[str, Any], Sheet], None]
_cmap: frozenset[int] = frozenset()


def _known() -> frozenset[int]:
    """The characters that the font has; read once per process."""
    global _cmap
    if not _cmap:
        with TTFont(str(fonts.sans_path()), lazy=True) as font:
            _cmap = frozenset(font.getBestCmap())
    return _cmap


def _pieces(text: str) -> list[str]:
    """Chinese characters one by one, Latin words and numbers whole, closing marks with what stands before them."""
    out: list[str] = []
    for ch in text:
        joins = out and (
            (ch.isascii() and ch != " " and out[-1][-1].isascii() and out[-1][-1] != " ")
            or ch in "，。、；：！？）》」”’％,.;:!?)"
        )
        if joins:
            out[-1] += ch
        else:
            out.append(ch)
    return out


def rendered(draw: Draw, pages: Pages, heading: Mapping[str, Any], sheets: Sequence[Sheet]) -> bytes:
    """The finished file: `draw` puts one sheet onto new pages."""
    for sheet in sheets:
        draw(pages, heading, sheet)
    return bytes(pages.output())


def beijing(at: datetime | str | None) -> str:
    if not at:
        return ""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def yuan(fen: int | None) -> str:
    return "" if fen is None else f"￥{plain_yuan(fen)}"
