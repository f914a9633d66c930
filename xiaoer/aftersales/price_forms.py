"""What must be typed for a price difference (退差价). Pure. R284-R287."""

from pydantic import AwareDatetime

from xiaoer.aftersales.forms import Form, Note, _choice, _field, _photos
from xiaoer.aftersales.price_words import CAUSES
from xiaoer.kernel.i18n import T


class LinePrice(Form):
    """One bought line, how many pieces, and what one costs now."""

    line: int = _field("商品", "Line")
    qty: int = _field("数量", "Quantity", ge=1)
    price_fen: int | None = _field("现价（每件）", "Price now (each)", None, ge=0)


class AskDifference(Form):
    """It is cheaper now: which goods, what they cost now, a screenshot as proof."""

    cause: str = _choice("原因", "Cause", CAUSES, "price_cut")
    lines: list[LinePrice] = _field(
        "商品与现价",
        "Goods and price now",
        min_length=1,
        help=T("现价留空取商品库标价", "Empty: the price in the shop's list"),
    )
    promotion: str = _field("活动名称", "Event", "", max_length=120)
    note: str = _field("说明", "Explanation", "", max_length=500)
    photos: list[int] = _photos("价格截图", "Screenshots of the price")


class Defer(Note):
    """In a big promotion differences are paid after it ends (R285)."""

    until: AwareDatetime = _field("活动结束时间", "The event ends at")
    promotion: str = _field("活动名称", "Event", "", max_length=120)


class GrantDifference(Note):
    """The amount is checked: by the rules when left empty; another one needs a word."""

    amount_fen: int | None = _field("核定差价", "Difference", None, ge=1, help=T("留空按核价", "Empty: as computed"))
    reason: str = _field("金额说明", "Why this amount", "", max_length=300)


class RefuseDifference(Note):
    explanation: str = _field("给买家的说明", "Explanation for the buyer", min_length=2, max_length=500)
