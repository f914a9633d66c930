"""What must be typed for a wrong shipment (错发/漏发). Pure. R811-R813."""

from pydantic import Field

from xiaoer.aftersales.forms import Form, LineQty, Note, _choice, _field, _photos
from xiaoer.aftersales.wrong_words import BLAMED, WHAT, WHERE_INSIDE
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import CARRIERS

_CARRIERS = {"enum": list(CARRIERS), "labels": {code: one.label.both() for code, one in CARRIERS.items()}}


class ReportWrong(Form):
    """Something else came, or something is missing: which pieces, what came instead, photos of all that came."""

    what: str = _choice("问题", "What happened", WHAT)
    lines: list[LineQty] = Field(min_length=1, json_schema_extra={"zh": "哪些商品", "en": "Which goods"})
    came_instead: str = _field("实际收到的是", "What came instead", "", max_length=120)
    note: str = _field("说明", "Explanation", "", max_length=500)
    photos: list[int] = _photos("开箱照片（含面单、全部商品）", "Photos: label and all that came")


class FoundInside(Note):
    """The parcel has not left: it is put right at once."""

    place: str = _choice("现在在哪", "Where it is", WHERE_INSIDE)


class FoundOutside(Note):
    """It left the house: checked against order, weight and the packing record, then settled with the buyer."""

    confirmed: bool = _field("已核对称重、装箱记录或照片", "Checked with weight, packing record or photos", False)
    blamed: str = _choice("初步责任环节", "Who answers for it, as far as known", BLAMED, "warehouse")


class SendRight(Note):
    """The right goods leave: put right inside, or sent a second time (补发)."""

    carrier: str = _field("快递公司", "Carrier", extra=_CARRIERS)
    waybill: str = _field("运单号", "Waybill number", min_length=4, max_length=40)


class Resend(Note):
    """补发: the right goods are sent; the wrong ones are fetched by the shop, or she keeps them."""

    keep_wrong: bool = _field(
        "错发商品送给买家", "The buyer keeps what came", False, help=T("不必寄回", "Nothing need come back")
    )
    explanation: str = _field("与买家商定的处理", "What was agreed", "", max_length=300)


class FetchBack(Note):
    """The wrong goods come back first, at the shop's cost (R813)."""

    explanation: str = _field("给买家的说明", "Explanation for the buyer", min_length=2, max_length=300)


class GiveMoney(Note):
    """退缺货款: the shortage is refunded; another amount than the rules give needs a word."""

    amount_fen: int | None = _field(
        "应退金额", "Amount", None, ge=1, help=T("留空按实付与运费规则", "Empty: by the rules")
    )
    reason: str = _field("金额说明", "Why this amount", "", max_length=300)


class Dismiss(Note):
    """Checked, and nothing was wrong: the buyer is told why."""

    explanation: str = _field("给买家的说明", "Explanation for the buyer", min_length=2, max_length=500)
    photos: list[int] = _photos("核对凭证", "Proof")


class RecordLoss(Note):
    """登记损失: what it cost, who answers for it, whether it counts in the assessment."""

    goods_fen: int = _field("货品损失", "Goods lost", 0, ge=0)
    freight_fen: int = _field("多付运费", "Extra freight", 0, ge=0)
    labour_fen: int = _field("人工与包材", "Work and packing", 0, ge=0)
    blamed: str = _choice("责任环节", "Who answers for it", BLAMED)
    staff: str = _field("责任人", "Person", "", max_length=64, help=T("登录名，选填", "Sign-in name, if a person"))
    assessed: bool = _field("计入考核", "Counts in the assessment", False)
    cause: str = _field("原因", "Cause", min_length=2, max_length=300)
