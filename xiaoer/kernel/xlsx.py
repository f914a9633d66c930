"""Writing Excel files (.xlsx): one way to open a workbook, in which no text ever becomes a formula or a link."""

from io import BytesIO

import xlsxwriter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The content type of such a file."""
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r")


def new_workbook(out: BytesIO) -> xlsxwriter.Workbook:
    """A new workbook in memory."""
    return xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula, also after somebody saved the sheet as CSV."""
    return "'" + text if text.startswith(_DANGEROUS) else text
