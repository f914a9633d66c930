"""What the journal says about goods, stock, questions to the warehouse and promotions."""

from typing import ClassVar

from xiaoer.kernel.events import Payload
from xiaoer.kernel.i18n import T


class GoodsChanged(Payload):
    """Goods came in or changed: by hand, from a file, over the API."""

    KIND: ClassVar[str] = "goods.changed"
    AREA: ClassVar[str] = "goods"
    LABEL: ClassVar[T] = T("商品资料更新", "Goods changed")
    SAYS: ClassVar[T] = T("商品资料更新：{codes}", "Goods changed: {codes}")

    codes: list[str]
    created: int = 0
    updated: int = 0


class SizeTableChanged(Payload):
    """A size table was written."""

    KIND: ClassVar[str] = "goods.size_table"
    AREA: ClassVar[str] = "goods"
    LABEL: ClassVar[T] = T("尺码表更新", "Size table changed")
    SAYS: ClassVar[T] = T("尺码表更新：{name}", "Size table changed: {name}")

    name: str
    sizes: list[str]


class StockTakenIn(Payload):
    """A report of the warehouse was taken in."""

    KIND: ClassVar[str] = "stock.taken_in"
    AREA: ClassVar[str] = "goods"
    LABEL: ClassVar[T] = T("库存更新", "Stock report")
    SAYS: ClassVar[T] = T("库存更新：{changed} 个规格（{source}）", "Stock report: {changed} SKUs ({source})")

    report: str
    kind: str
    source: str
    changed: int
    stale: int
    skus: list[int]


class StockReserved(Payload):
    """留货."""

    KIND: ClassVar[str] = "stock.reserved"
    AREA: ClassVar[str] = "goods"
    LABEL: ClassVar[T] = T("留货", "Stock reserved")
    SAYS: ClassVar[T] = T("留货 {sku_code} × {qty}", "Reserved {sku_code} × {qty}")

    sku: int
    sku_code: str
    qty: int
    free: int
    reason: str
    about: str


class StockFreed(Payload):
    """A reservation ended: used, not needed any more, or its time was up."""

    KIND: ClassVar[str] = "stock.freed"
    AREA: ClassVar[str] = "goods"
    LABEL: ClassVar[T] = T("释放留货", "Reservation ended")
    SAYS: ClassVar[T] = T("释放留货 {sku_code} × {qty}", "Reservation ended: {sku_code} × {qty}")

    sku: int
    sku_code: str
    qty: int
    free: int
    why: str
    about: str


class Oversold(Payload):
    """超卖: fewer pieces are there than were promised."""

    KIND: ClassVar[str] = "stock.oversold"
    AREA: ClassVar[str] = "goods"
    LABEL: ClassVar[T] = T("超卖：可用库存为负", "Oversold")
    SAYS: ClassVar[T] = T("超卖：{codes}", "Oversold: {codes}")

    codes: list[str]


class PromotionChanged(Payload):
    """A promotion was written or stopped."""

    KIND: ClassVar[str] = "promotion.changed"
    AREA: ClassVar[str] = "goods"
    LABEL: ClassVar[T] = T("活动变更", "Promotion changed")
    SAYS: ClassVar[T] = T("活动变更：{title}", "Promotion changed: {title}")

    title: str
    kind: str
    stopped: bool = False


class FreightChanged(Payload):
    """A freight template was written."""

    KIND: ClassVar[str] = "freight.changed"
    AREA: ClassVar[str] = "goods"
    LABEL: ClassVar[T] = T("运费模板变更", "Freight template changed")
    SAYS: ClassVar[T] = T("运费模板变更：{name}", "Freight template changed: {name}")

    name: str


class SheetImported(Payload):
    """A file of goods or stock is through."""

    KIND: ClassVar[str] = "goods.imported"
    AREA: ClassVar[str] = "goods"
    LABEL: ClassVar[T] = T("商品/库存导入", "Goods or stock import")

    filename: str
    kind: str
    state: str
    rows: int
    changed: int
    rejected: int
