"""A register as a workbook: its columns, its signatures, empty places for those still to be signed on paper."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from io import BytesIO

from xiaoer.aftersales.registers import Register, Row
from xiaoer.kernel.cells import safe_for_excel
from xiaoer.kernel.money import plain_yuan
from xiaoer.kernel.xlsx import new_workbook


def workbook(register: Register, rows: Sequence[Row], signs: Mapping[str, Mapping[str, str]], language: str) -> bytes:
    out = BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(register.title.say(language)[:31])
    head = book.add_format({"bold": True, "bg_color": "#F2F3F5", "border": 1, "text_wrap": True})
    plain = book.add_format({"border": 1, "valign": "vcenter"})
    money = book.add_format({"num_format": "0.00", "border": 1})
    headings = [(one.label, one.width) for one in register.columns]
    headings += [(label, 18) for label in register.places.values()]
    for column, (label, width) in enumerate(headings):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, label.say(language), head)
    sheet.freeze_panes(1, 3)
    for line, row in enumerate(rows, start=1):
        for column, one in enumerate(register.columns):
            value = row.cells.get(one.key, "")
            if one.money:
                sheet.write_number(line, column, Decimal(plain_yuan(int(value or 0))), money)
            else:
                text = str(value)
                sheet.write_string(line, column, text if text.isdigit() else safe_for_excel(text), plain)
        given = {**row.signed, **signs.get(row.subject, {})}
        for column, place in enumerate(register.places, start=len(register.columns)):
            sheet.write_string(line, column, safe_for_excel(given.get(place, "")), plain)
    sheet.autofilter(0, 0, max(len(rows), 1), len(headings) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    book.close()
    return out.getvalue()
