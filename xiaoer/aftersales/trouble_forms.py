"""What must be typed when a parcel is in trouble (丢件、签收未收到、超区). Pure."""

from xiaoer.aftersales.forms import Form, Note, _choice, _field, _photos
from xiaoer.aftersales.trouble_words import ANSWERS, AREA_REASONS, ASKED, CHOICES, TROUBLE_REASONS
from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import CARRIERS

_CARRIERS = {"enum": list(CARRIERS), "labels": {code: one.label.both() for code, one in CARRIERS.items()}}
_WAYBILL_HELP = T("订单有多个包裹时填写", "When the order has several parcels")


class AskTrouble(Form):
    """Something is wrong with a parcel: which kind of trouble, in whose words."""

    reason: str = _choice("问题", "Problem", TROUBLE_REASONS)
    waybill: str = _field("运单号", "Waybill", "", max_length=40, help=_WAYBILL_HELP)
    note: str = _field("说明", "Explanation", "", max_length=500)
    photos: list[int] = _photos()


class AskArea(Form):
    """The courier does not deliver there (R816 to R819)."""

    reason: str = _choice("类型", "Kind", AREA_REASONS)
    waybill: str = _field("运单号", "Waybill", "", max_length=40, help=_WAYBILL_HELP)
    note: str = _field("说明", "Explanation", "", max_length=500)
    photos: list[int] = _photos()


class Checked(Form):
    """The buyer looked where parcels are left (R233): property office, family, colleagues, lockers."""

    property_office: str = _choice("物业/门卫", "Property office", ASKED)
    family: str = _choice("家人", "Family", ASKED)
    colleagues: str = _choice("同事/前台", "Colleagues", ASKED)
    locker: str = _choice("快递柜/驿站", "Locker or pick-up point", ASKED)
    note: str = _field("补充说明", "Remark", "", max_length=500)


class AskCourier(Note):
    """The courier is asked for a solution; its clock runs from now (R746: 48 h)."""

    courier_case: str = _field("快递工单号", "Courier's case number", "", max_length=40)
    demand: str = _field("向快递提出的要求", "What is demanded", "", max_length=300)


class CourierSays(Note):
    """What the courier answered, as it will be told to the buyer."""

    verdict: str = _choice("快递结论", "Courier's verdict", ANSWERS)
    answer: str = _field("快递答复", "The courier's answer", min_length=2, max_length=300)


class Found(Form):
    """The parcel turned up: where."""

    where: str = _field("在哪里找到", "Where it was", min_length=2, max_length=200)


class Reship(Note):
    """The goods are sent once more: only after the buyer said she wants them, not her money (R234, C20)."""

    buyer_confirmed: bool = _field(
        "已与买家确认补寄",
        "The buyer wants them again",
        help=T("买家也可选择退款", "She may choose her money instead"),
    )


class Sent(Note):
    """The second parcel left the house."""

    carrier: str = _field("快递公司", "Carrier", extra=_CARRIERS)
    waybill: str = _field("补寄运单号", "Waybill of the second parcel", min_length=4, max_length=40)


class Claim(Note):
    """The shop claims its loss from the courier (快递理赔)."""

    amount_fen: int = _field("索赔金额", "Amount claimed", ge=1)
    claim_no: str = _field("理赔单号", "Claim number", "", max_length=40)


class Settle(Note):
    """The courier paid, perhaps less than was claimed."""

    paid_fen: int = _field("快递实赔金额", "Paid by the courier", ge=0)
    reference: str = _field("到账流水/对账单号", "Reference", "", max_length=64)


class Waive(Form):
    """No claim is made: why, because the loss stays with the shop."""

    note: str = _field("不索赔的原因", "Why nothing is claimed", min_length=2, max_length=500)


class Consult(Note):
    """The buyer is asked what she prefers, with what each way costs (改发费用)."""

    carrier: str = _field("可改发的快递", "Courier that delivers there", "", extra=_CARRIERS)
    fee_fen: int = _field(
        "改发加收费用",
        "Extra fee",
        0,
        ge=0,
        help=T("由谁承担按店铺规则分摊", "Split by the shop's rule"),
    )
    pickup: str = _field("可自提网点", "Outlet for self pick-up", "", max_length=120)


class Choose(Form):
    """What the buyer wants done with a parcel that cannot be delivered."""

    choice: str = _choice("处理方式", "What shall be done", CHOICES)
    new_address: str = _field(
        "新收货地址", "New address", "", max_length=200, help=T("选择改地址时必填", "Needed for another address")
    )
    note: str = _field("说明", "Remark", "", max_length=500)


class Forward(Note):
    """Handed to another courier: which, under which number, for how much."""

    carrier: str = _field("改发快递", "New courier", extra=_CARRIERS)
    waybill: str = _field("新运单号", "New waybill", min_length=4, max_length=40)
    fee_fen: int = _field("实际改发费用", "Fee really paid", 0, ge=0)


class Pickup(Note):
    """The buyer fetches the parcel: where."""

    place: str = _field("自提网点和取件码说明", "Outlet and how to fetch it", min_length=2, max_length=200)


class Redirected(Note):
    """The courier confirmed the new address."""

    waybill: str = _field("新运单号（如有）", "New waybill, if any", "", max_length=40)


class Arrived(Note):
    """The buyer has it."""


class CameBack(Note):
    """The parcel is back in the warehouse."""

    intact: bool = _field("外包装和商品完好", "Parcel and goods intact", True)
