"""Which function carries out which verb, and which one opens a case: one line per flow. The tables stand with the flows."""

from collections.abc import Callable, Mapping
from typing import Any

from xiaoer.aftersales.actions import (
    compensation,
    deciding,
    exchange,
    goods,
    money,
    opening,
    out_of_area,
    price,
    repair,
    trouble,
    vouchers,
    wrong,
)

Verb = Callable[..., Any]
Opener = Callable[..., Any]
"""(order_id, form, extras, *, by, at) -> the row."""

_BOTH: dict[str, Verb] = {
    "refuse": deciding.refuse,
    "amend": deciding.amend,
    "escalate": deciding.escalate,
    "withdraw": deciding.withdraw,
    "platform_close": deciding.platform_close,
    "auto_close": deciding.auto_close,
    "grant": money.grant,
    "platform_refund": money.platform_refund,
    "refund": money.refund,
}
VERBS: dict[str, Mapping[str, Any]] = {
    "return": {
        **_BOTH,
        "approve": deciding.approve,
        "auto_approve": deciding.auto_approve,
        "platform_return": deciding.platform_return,
        "platform_goods_back": deciding.platform_goods_back,
        "ship": goods.ship,
        "correct_waybill": goods.correct_waybill,
        "reject_parcel": goods.reject_parcel,
        "receive": goods.receive,
        "inspect": goods.inspect,
        "reject_goods": goods.reject_goods,
        "take_back": goods.take_back,
        "auto_take_back": goods.auto_take_back,
        "send_back": goods.send_back,
        "auto_refund": money.auto_refund,
    },
    "exchange": exchange.VERBS,
    "wrong_shipment": wrong.VERBS,
    "price_difference": price.VERBS,
    "refund_only": {**_BOTH, "goods_shipped": deciding.goods_shipped, "auto_grant": money.auto_grant},
    "compensation": compensation.VERBS,
    "parcel_trouble": trouble.VERBS,
    "out_of_area": out_of_area.VERBS,
    "repair": repair.VERBS,
    "voucher_refund": vouchers.VERBS,
}
OPENERS: dict[str, Opener] = {
    "return": opening.opener("return"),
    "refund_only": opening.opener("refund_only"),
    "exchange": exchange.open_exchange,
    "wrong_shipment": wrong.open_wrong,
    "price_difference": price.open_difference,
    "compensation": compensation.propose,
    "parcel_trouble": trouble.open_trouble,
    "out_of_area": out_of_area.open_area,
    "repair": repair.open_repair,
    "voucher_refund": vouchers.open_voucher,
}
