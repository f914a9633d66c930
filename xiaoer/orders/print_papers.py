"""The three papers: packing slip (发货单), waybill (面单, 100 x 180 mm), recall slip in two copies (两联快件退回单)."""

from collections.abc import Mapping, Sequence
from typing import Any

from xiaoer.orders.print_pdf import Pages, Sheet, beijing, rendered, yuan

SLIP, WAYBILL, RECALL = (148.0, 210.0), (100.0, 180.0), (210.0, 297.0)
FLAG_WORDS = {
    "red": "红旗",
    "yellow": "黄旗",
    "green": "绿旗",
    "blue": "蓝旗",
    "purple": "紫旗",
    "grey": "灰旗",
    "orange": "橙旗",
    "cyan": "青旗",
}
SLIP_BOTTOM = 196.0


def paper(name: str, heading: Mapping[str, Any], sheets: Sequence[Sheet]) -> tuple[bytes, int]:
    """The file of a run and how many pages it has."""
    size, draw, title = {
        "slip": (SLIP, slip, "发货单"),
        "waybill": (WAYBILL, waybill, "面单"),
        "recall": (RECALL, recall, "快件退回单"),
    }[name]
    pages = Pages(size, heading["at"], f"{title} {heading['shop']} {heading['run']}")
    return rendered(draw, pages, heading, sheets), pages.pages_count


def slip(pages: Pages, heading: Mapping[str, Any], sheet: Sheet) -> None:
    """发货单: receiver, remark and red flag large, items with code, size and quantity, the gift card's text.

    Never a price when the buyer asked for none. More items than one page holds go on, numbered.
    """
    facts = sheet.facts
    y = _slip_head(pages, heading, sheet, part=1)
    y = _words(pages, facts, y)
    y = _items_head(pages, facts, y)
    part = 1
    for number, line in enumerate(facts["lines"], 1):
        if y > SLIP_BOTTOM - 22:
            _slip_foot(pages, heading, facts, last=False)
            part += 1
            y = _items_head(pages, facts, _slip_head(pages, heading, sheet, part=part))
        y = _item(pages, facts, number, line, y)
    _sums(pages, facts, y)
    _slip_foot(pages, heading, facts, last=True)


def _slip_head(pages: Pages, heading: Mapping[str, Any], sheet: Sheet, *, part: int) -> float:
    facts = sheet.facts
    pages.add_page()
    pages.word(8, 8, "发货单", 18, bold=True)
    pages.word(8, 16.5, heading["shop"] + (f"　第 {part} 页" if part > 1 else ""), 10, width=60)
    pages.stamp(36, 8, sheet.again)
    pages.bars(70, 7, 72, 11, facts["order_no"])
    pages.rule(8, 25, 140)
    pages.word(8, 27, f"买家 {facts['nick']}", 10, width=66)
    pages.word(76, 27, f"付款 {beijing(facts['paid_at'])}", 10, width=64)
    pages.word(8, 33, f"{facts['receiver_name']}　{facts['receiver_phone']}", 12, width=132, bold=True)
    y = pages.block(8, 39, 132, facts["receiver_address"], 10, most=2)
    bill = f"{facts['carrier']} {facts['waybill']}".strip()
    pages.word(8, y + 0.5, f"快递 {bill or '未取号'}" + ("　货到付款" if facts["cod"] else ""), 10, width=132)
    return y + 6


def _words(pages: Pages, facts: Mapping[str, Any], y: float) -> float:
    """备注、买家留言、贺卡: a red flag is a black bar, for printers without colour."""
    if facts["flag"] or facts["remark"]:
        flag = FLAG_WORDS.get(facts["flag"], "")
        pages.box(8, y, 132, 7, black=facts["flag"] == "red")
        pages.word(10, y + 1.1, f"{flag}备注", 11, bold=True, white=facts["flag"] == "red")
        y = pages.block(10, y + 8.5, 128, facts["remark"] or "（无文字）", 13, most=5, bold=True) + 2
    if facts["message"]:
        pages.word(8, y, "买家留言", 9)
        y = pages.block(26, y, 114, facts["message"], 10, most=4) + 1.5
    if facts["gift"]:
        pages.word(8, y, "贺卡", 9)
        y = pages.block(26, y, 114, f"「{facts['gift']}」", 12, most=4, bold=True) + 1.5
    if facts["no_price"]:
        pages.word(8, y, "包裹内不放价格、小票", 11, bold=True)
        y += 6
    return y


def _items_head(pages: Pages, facts: Mapping[str, Any], y: float) -> float:
    pages.rule(8, y, 140)
    for x, width, text, align in _columns(facts, "商品", "编码", "数量", "单价"):
        pages.word(x, y + 1.2, text, 9, width=width, align=align)
    pages.rule(8, y + 6.2, 140)
    return y + 7.5


def _columns(facts: Mapping[str, Any], *texts: str) -> list[tuple[float, float, str, str]]:
    places = [(8.0, 74.0, "L"), (84.0, 24.0, "L"), (109.0, 11.0, "C"), (121.0, 19.0, "R")]
    shown = 3 if facts["no_price"] else 4
    return [(x, width, text, align) for (x, width, align), text in zip(places, texts, strict=True)][:shown]


def _item(pages: Pages, facts: Mapping[str, Any], number: int, line: Mapping[str, Any], y: float) -> float:
    texts = (f"{number}. {line['title']}", line["code"], f"×{line['qty']}", yuan(line["price_fen"]))
    for place, (x, width, text, align) in enumerate(_columns(facts, *texts)):
        many = place == 2 and line["qty"] > 1
        pages.word(x, y, text, 13 if many else 10, width=width, align=align, bold=many)
    bottom = pages.block(12, y + 5, 120, line["sku"], 11, most=2, bold=True)
    pages.rule(8, bottom + 1, 140, dashed=True)
    return bottom + 2.5


def _sums(pages: Pages, facts: Mapping[str, Any], y: float) -> None:
    pieces = sum(line["qty"] for line in facts["lines"])
    pages.word(8, y, f"共 {len(facts['lines'])} 种 {pieces} 件", 11, bold=True)
    if not facts["no_price"]:
        parts = [("货款", facts["goods_fen"]), ("邮费", facts["freight_fen"]), ("合计", facts["payable_fen"])]
        said = "　".join(f"{name} {yuan(fen)}" for name, fen in parts if fen is not None)
        pages.word(60, y, said, 10, width=80, align="R")


def _slip_foot(pages: Pages, heading: Mapping[str, Any], facts: Mapping[str, Any], *, last: bool) -> None:
    pages.rule(8, SLIP_BOTTOM, 140)
    if last:
        pages.word(8, SLIP_BOTTOM + 2, "拣货 ________　核对 ________　打包 ________", 9)
    printed = f"{heading['by']} {beijing(heading['at'])} 批次 {heading['run']}" + ("" if last else "　转下页")
    pages.word(84, SLIP_BOTTOM + 2, printed, 8, width=56, align="R")


def waybill(pages: Pages, heading: Mapping[str, Any], sheet: Sheet) -> None:
    """面单 for a 100 x 180 mm thermal printer: our own layout, the number as Code 128 twice (parcel and stub)."""
    facts = sheet.facts
    pages.add_page()
    pages.box(2, 2, 96, 176)
    pages.word(5, 4.5, facts["carrier"] or "快递", 20, width=58, bold=True)
    pages.stamp(73, 5, sheet.again)
    if facts["cod"]:
        pages.box(5, 14.5, 90, 8, black=True)
        pages.word(
            5, 16, f"货到付款　代收 {yuan(facts['payable_fen'])}", 13, width=90, bold=True, align="C", white=True
        )
    pages.rule(2, 24, 98)
    pages.bars(4, 27, 92, 20, facts["waybill"])
    pages.rule(2, 54, 98)
    _party(
        pages, 55, "收", f"{facts['receiver_name']}　{facts['receiver_phone']}", facts["receiver_address"], large=True
    )
    pages.rule(2, 91, 98)
    _party(pages, 92, "寄", f"{heading['sender']}　{heading['phone']}", heading["address"], large=False)
    pages.rule(2, 110, 98)
    pieces = sum(line["qty"] for line in facts["lines"])
    pages.word(5, 111.5, f"订单 {facts['order_no']}　共 {pieces} 件", 8.5, width=90)
    goods = "；".join(f"{line['code'] or line['title']} {line['sku']} ×{line['qty']}" for line in facts["lines"])
    pages.block(5, 116, 90, goods, 8, most=3)
    pages.word(5, 128, "签收人 ______________　　时间 ______________", 8.5)
    pages.rule(2, 135, 98, dashed=True)
    pages.word(5, 137, "存根", 9, bold=True)
    pages.word(18, 137, f"{facts['carrier']}", 9, width=40)
    pages.bars(4, 142, 92, 12, facts["waybill"])
    pages.word(5, 161, f"{facts['receiver_name']}　{facts['receiver_phone']}", 10, width=90)
    pages.block(5, 165.5, 90, facts["receiver_address"], 8.5, most=2)
    pages.word(5, 173.8, f"{heading['by']} {beijing(heading['at'])} 批次 {heading['run']}", 7, width=90, align="R")


def _party(pages: Pages, y: float, mark: str, who: str, where: str, *, large: bool) -> None:
    pages.box(5, y + 2, 9, 9, black=True)
    pages.word(5, y + 4, mark, 13, width=9, bold=True, align="C", white=True)
    pages.word(17, y + 2.5, who, 14 if large else 10, width=78, bold=large)
    pages.block(17, y + (10 if large else 8), 78, where, 13 if large else 9, most=4 if large else 2, bold=large)


def recall(pages: Pages, heading: Mapping[str, Any], sheet: Sheet) -> None:
    """两联快件退回单 (R075 to R079): both copies on one A4 page with a line to cut along."""
    pages.add_page()
    _copy(pages, heading, sheet, 0, "第一联　快递员签字后由打单员保管", first=True)
    pages.rule(0, 148.5, 210, dashed=True)
    pages.word(15, 144.5, "沿虚线裁开", 7)
    _copy(pages, heading, sheet, 148.5, "第二联　快递公司带回，凭运单号退回原包裹", first=False)


def _copy(pages: Pages, heading: Mapping[str, Any], sheet: Sheet, top: float, what: str, *, first: bool) -> None:
    facts = sheet.facts
    pages.word(15, top + 10, "快件退回单", 20, bold=True)
    pages.word(15, top + 20, what, 10)
    pages.stamp(70, top + 10, sheet.again)
    pages.bars(110, top + 8, 86, 14, facts["waybill"])
    rows = [
        ("快递公司", facts["carrier"]),
        ("运单号", facts["waybill"]),
        ("订单编号", facts["order_no"]),
        ("寄件店铺", f"{heading['shop']}　{heading['phone']}"),
        ("原收件人", f"{facts['receiver_name']}　{facts['receiver_phone']}"),
        ("原收件地址", facts["receiver_address"]),
        ("包裹内件", "；".join(f"{line['title']} {line['sku']} ×{line['qty']}" for line in facts["lines"])),
        ("退回地址", heading["address"]),
    ]
    y = top + 33
    for name, text in rows:
        tall = name in ("原收件地址", "包裹内件", "退回地址")
        height = 12.0 if tall else 7.5
        pages.box(15, y, 28, height)
        pages.box(43, y, 152, height)
        pages.word(17, y + 1.6, name, 10)
        pages.block(45, y + 1.4, 148, text, 10, most=2 if tall else 1)
        y += height
    pages.word(15, y + 3, "买家已不需要此件，请在派送前截回，原包裹退回寄件店铺。", 10)
    pages.word(15, y + 12, "快递员签字：__________________　　日期：__________________", 11)
    if first:
        pages.word(
            15, y + 22, "原包裹已收到　　打单员签字：__________________　　日期：__________________", 11, bold=True
        )
    else:
        pages.word(15, y + 22, "退回时交打单员，换回第一联签字单。", 10)
    pages.word(
        120, top + 141, f"{heading['by']} {beijing(heading['at'])} 批次 {heading['run']}", 7, width=75, align="R"
    )
