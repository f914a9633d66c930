"""Reading one cell of a seller's export (导出报表的单元格): order numbers and phones; the rest is kernel.cells.

Pure. Every function takes what stood in the file and returns a value, or raises CellError with a sentence a
shop clerk can act on. An empty cell is None (or ""): a blank says nothing and never erases what we know.
"""

import re
import unicodedata

from xiaoer.kernel.cells import CHINA as CHINA
from xiaoer.kernel.cells import EXCEL_KEEPS, NOTHING, SCIENTIFIC, clean
from xiaoer.kernel.cells import CellError as CellError
from xiaoer.kernel.cells import damaged as damaged
from xiaoer.kernel.cells import fen as fen
from xiaoer.kernel.cells import free_text as free_text
from xiaoer.kernel.cells import moment as moment
from xiaoer.kernel.cells import quantity as quantity
from xiaoer.kernel.cells import safe_for_excel as safe_for_excel

_ORDER_NO = re.compile(r"^[0-9A-Za-z][0-9A-Za-z_-]{3,39}$")


def order_number(text: str) -> str:
    """订单编号. Excel's scientific notation is refused: the lost digits cannot be brought back."""
    text = clean(text)
    if SCIENTIFIC.match(text):
        raise CellError(
            f"订单编号“{text}”是科学计数法，后面的数字已被 Excel 丢掉。请用平台原始导出文件，"
            "或把该列设为“文本”后重新导出",
            f"Order number {text!r} is in scientific notation; Excel has dropped its last digits. "
            "Use the platform's original export, or format the column as text and export again",
        )
    if text.endswith(".0"):
        text = text[:-2]
    text = "".join(text.split())
    if not text:
        raise CellError("缺少订单编号", "The order number is missing")
    if not _ORDER_NO.match(text):
        raise CellError(
            f"订单编号“{text[:40]}”不像订单号（4～40 位数字、字母、横线）",
            f"{text[:40]!r} is not an order number (4 to 40 digits, letters, hyphens)",
        )
    return text


def looks_rounded(order_no: str) -> bool:
    """Digits beyond Excel's 15th all zero: the file went through Excel as numbers and was saved again."""
    return order_no.isdigit() and len(order_no) > EXCEL_KEEPS and not order_no[EXCEL_KEEPS:].strip("0")


def phone(text: str) -> str:
    """联系手机 / 联系电话. Platform masks (138****5678) and virtual numbers (…-1234) are kept as they are."""
    text = clean(text)
    if text in NOTHING:
        return ""
    if SCIENTIFIC.match(text):
        raise CellError(
            f"手机号“{text}”是科学计数法，数字已丢失", f"Phone {text!r} is in scientific notation; its digits are lost"
        )
    if text.endswith(".0"):
        text = text[:-2]
    bare = "".join(ch for ch in unicodedata.normalize("NFKC", text) if ch.isdigit() or ch in "*-+转")
    if len(bare) < 4 or len(bare) > 30:
        raise CellError(f"电话“{text[:30]}”不像电话号码", f"{text[:30]!r} is not a phone number")
    return bare.replace("转", "-")


def phone_tail(number: str) -> str:
    """手机尾号: the last four digits of the main number; empty when the platform masked them."""
    digits = re.split(r"-\d{1,6}$", number)[0] if number.count("-") == 1 and len(number) > 12 else number
    tail = digits.replace("-", "")[-4:]
    return tail if len(tail) == 4 and tail.isdigit() else ""
