"""Customs papers of cross-border orders (报关材料模板, R749): what is asked, and invoice and declaration filled as XLSX.

The order knows goods, quantities, prices and the receiver. HS code, origin and weights are asked of the clerk; what nobody
filled in is a yellow cell, never a guess. The goods' declared value is what was paid for them.
"""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from xiaoer.kernel.cells import CHINA
from xiaoer.kernel.i18n import T
from xiaoer.kernel.xlsx import new_workbook
from xiaoer.orders.models import CourierDesk, Order, OrderLine
from xiaoer.orders.regions import region_of

PAPERS: dict[str, T] = {
    "invoice": T("商业发票", "Commercial Invoice"),
    "declaration": T("报关清单", "Customs Declaration List"),
}
_ABROAD = ("香港", "澳门", "台湾")
_TITLES = {
    "invoice": "商业发票 COMMERCIAL INVOICE",
    "declaration": "报关清单 CUSTOMS DECLARATION LIST",
}
_COLUMNS = {
    "invoice": (
        ("序号 No.", 8), ("货品名称 Description of goods", 46), ("海关编码 HS code", 16), ("原产地 Origin", 14),
        ("数量 Qty", 10), ("单价 Unit price", 14), ("金额 Amount", 14),
    ),
    "declaration": (
        ("项号 Item", 8), ("商品编号 HS code", 16), ("品名及规格 Goods and specification", 46), ("数量及单位 Qty", 12),
        ("申报单价 Unit price", 14), ("申报总价 Total", 14), ("币制 Currency", 10), ("原产国 Origin", 14),
        ("净重 Net kg", 12), ("毛重 Gross kg", 12),
    ),
}  # fmt: skip


def broker_of(shop_id: int) -> dict[str, str]:
    """The shop's customs broker; empty fields while none is named."""
    row = CourierDesk.objects.filter(pk=shop_id).first()
    return {
        name: getattr(row, name) if row else "" for name in ("broker", "broker_contact", "broker_phone", "broker_note")
    }


def crosses_border(order: Order) -> bool:
    """Whether the address lies outside the mainland's customs territory, as far as it says."""
    region = region_of(order.receiver_address)
    return not region.province or region.province.startswith(_ABROAD)


def checklist(order: Order, language: str) -> list[dict[str, Any]]:
    """What a broker asks for, and whether we have it."""
    broker = broker_of(order.shop_id)
    lines = list(order.lines.order_by("line_no", "pk"))
    priced = bool(lines) and all(_paid(line) is not None for line in lines)
    asked: list[tuple[str, T, bool, T]] = [
        ("border", T("收货地在境外或关境外", "The destination is abroad"), crosses_border(order),
         T("地址在境内，通常不需要报关", "A mainland address: usually no customs papers")),
        ("receiver", T("收件人姓名、电话、地址齐全", "Receiver with name, phone, address"),
         all((order.receiver_name, order.receiver_phone, order.receiver_address)),
         T("请向买家补齐收件信息", "Ask the buyer for what is missing")),
        ("goods", T("货品名称、数量、成交价", "Goods, quantities, prices paid"), priced,
         T("订单缺少明细或金额，请导入宝贝报表", "Import the item report: lines or prices are missing")),
        ("paid", T("已付款（付款凭证）", "Paid (proof of payment)"), order.paid_at is not None,
         T("付款后才能申报", "Only a paid order can be declared")),
        ("waybill", T("国际运单号", "International waybill"), bool(order.waybill),
         T("揽收后补填运单号", "Filled in when the courier has it")),
        ("hs_code", T("海关编码 HS code、原产地、净重毛重", "HS code, origin, weights"), False,
         T("系统不掌握，请在生成单证时填写", "The system does not know these: fill them in with the paper")),
        ("receiver_id", T("收件人证件或税号（目的国要求时）", "Receiver's ID or tax number, where asked"), False,
         T("只向买家索取一次，交报关行后不留存", "Ask once, hand to the broker, keep no copy")),
        ("broker", T("清关代理已指定", "A broker is named"), bool(broker["broker"]),
         T("在“物流 - 清关代理”里填写", "Name one under Parcels, customs broker")),
    ]  # fmt: skip
    return [
        {"key": key, "label": label.say(language), "done": done, "note": "" if done else note.say(language)}
        for key, label, done, note in asked
    ]


def _paid(line: OrderLine) -> int | None:
    if line.paid_fen is not None:
        return line.paid_fen
    return None if line.price_fen is None else line.price_fen * line.qty


def workbook(paper: str, order: Order, plain: Mapping[str, str], given: Mapping[str, Any], *, at: datetime) -> bytes:
    """The paper as an .xlsx file."""
    out = io.BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(PAPERS[paper].zh)
    looks = _looks(book)
    columns = _COLUMNS[paper]
    for at_column, (_, width) in enumerate(columns):
        sheet.set_column(at_column, at_column, width)
    sheet.merge_range(0, 0, 0, len(columns) - 1, _TITLES[paper], looks["title"])
    row = _head(sheet, looks, order, plain, given, at)
    for at_column, (name, _) in enumerate(columns):
        sheet.write(row, at_column, name, looks["head"])
    lines = list(order.lines.order_by("line_no", "pk"))
    for number, line in enumerate(lines, start=1):
        row += 1
        cells = _invoice_row(number, line, given) if paper == "invoice" else _declared_row(number, line, given)
        for at_column, value in enumerate(cells):
            _put(sheet, looks, row, at_column, value)
    _foot(sheet, looks, row + 1, lines, len(columns), given)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_paper(9)
    book.close()
    return out.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    base = {"font_name": "SimSun", "font_size": 11, "valign": "vcenter", "text_wrap": True}
    return {
        "title": book.add_format({**base, "bold": True, "font_size": 16, "align": "center"}),
        "label": book.add_format({**base, "bold": True}),
        "text": book.add_format(base),
        "head": book.add_format({**base, "bold": True, "border": 1, "bg_color": "#EEEEEE"}),
        "cell": book.add_format({**base, "border": 1}),
        "money": book.add_format({**base, "border": 1, "num_format": "#,##0.00"}),
        "empty": book.add_format({**base, "border": 1, "bg_color": "#FFF2CC"}),
    }


def _head(
    sheet: Any, looks: Mapping[str, Any], order: Order, plain: Mapping[str, str], given: Mapping[str, Any], at: datetime
) -> int:
    """Who sends what to whom; returns the row of the table's heading."""
    broker = broker_of(order.shop_id)
    facts = (
        ("订单号 Order No.", order.order_no),
        ("日期 Date", f"{at.astimezone(CHINA):%Y-%m-%d}"),
        ("发货人 Shipper", order.shop.name),
        ("收件人 Consignee", plain["receiver_name"]),
        ("电话 Phone", plain["receiver_phone"]),
        ("地址 Address", plain["receiver_address"]),
        ("目的国/地区 Destination", given.get("country") or ""),
        ("收件人税号 Consignee tax no.", given.get("receiver_tax_no") or ""),
        ("运单号 Waybill", " ".join(part for part in (order.carrier, order.waybill) if part)),
        ("贸易条款 Terms", given.get("terms") or ""),
        ("报关行 Customs broker", " ".join(part for part in list(broker.values())[:3] if part)),
    )
    for row, (label, value) in enumerate(facts, start=2):
        sheet.merge_range(row, 0, row, 1, label, looks["label"])
        sheet.merge_range(row, 2, row, 5, value, looks["text"] if value else looks["empty"])
    return 2 + len(facts) + 1


def _name(line: OrderLine) -> str:
    return " ".join(part for part in (line.title, line.sku) if part)


def _unit(line: OrderLine) -> float | None:
    paid = _paid(line)
    return None if paid is None else paid / max(line.qty, 1) / 100


def _invoice_row(number: int, line: OrderLine, given: Mapping[str, Any]) -> list[Any]:
    paid = _paid(line)
    total = None if paid is None else paid / 100
    return [number, _name(line), given.get("hs_code"), given.get("origin"), line.qty, _unit(line), total]


def _declared_row(number: int, line: OrderLine, given: Mapping[str, Any]) -> list[Any]:
    paid = _paid(line)
    kilos = [None if given.get(key) is None else given[key] / 1000 for key in ("net_grams", "gross_grams")]
    return [
        number, given.get("hs_code"), _name(line), f"{line.qty} 件 pcs", _unit(line),
        None if paid is None else paid / 100, given.get("currency"), given.get("origin"),
        *(kilos if number == 1 else ["", ""]),
    ]  # fmt: skip


def _put(sheet: Any, looks: Mapping[str, Any], row: int, column: int, value: Any) -> None:
    if value is None or (value == "" and column < 8):
        sheet.write_blank(row, column, None, looks["empty"])
    elif isinstance(value, float):
        sheet.write_number(row, column, value, looks["money"])
    else:
        sheet.write(row, column, value, looks["cell"])


def _foot(
    sheet: Any, looks: Mapping[str, Any], row: int, lines: list[OrderLine], width: int, given: Mapping[str, Any]
) -> None:
    """The sum in the order's currency, and where to sign."""
    total = sum(_paid(line) or 0 for line in lines) / 100
    words = (
        f"合计 Total: {total:,.2f} {given.get('currency') or 'CNY'}    件数 Pieces: {sum(line.qty for line in lines)}"
    )
    sheet.merge_range(row, 0, row, width - 1, words, looks["label"])
    note = "黄色单元格需人工填写 Yellow cells are to be filled in.    申报人签章 Signature: ____________"
    sheet.merge_range(row + 2, 0, row + 2, width - 1, note, looks["text"])
