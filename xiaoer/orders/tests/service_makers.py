"""What the tests of the order desk's service share: an order that stands anywhere, asking, stepping."""

from typing import Any

from xiaoer.kernel.testing import Cast
from xiaoer.orders.models import Order, OrderLine

PHONE, ADDRESS = "13812345678", "浙江省 杭州市 余杭区 良渚街道 梦溪路18号3幢1201室"
NEW_ADDRESS = "江苏省 苏州市 工业园区 星湖街218号A座501"
_numbers = iter(range(1, 10**9))


def an_order(cast: Cast, stands: str = "unprinted", shop: Any = None, **more: Any) -> Order:
    """A dress, black M, 259.00 paid, standing where the test wants it."""
    shop = shop or cast.tmall
    status = {"unpaid": "waiting_payment", "shipped": "shipped", "signed": "shipped", "closed": "closed"}
    data: dict[str, Any] = {
        "order_no": f"19306798581708{next(_numbers):05d}",
        "nick": "幸福蔓延1627",
        "status": status.get(stands, "paid"),
        "payable_fen": 25900,
        "paid_fen": 0 if stands == "unpaid" else 25900,
        "freight_fen": 0,
        "paid_at": None if stands == "unpaid" else "2026-11-11T09:00:00+08:00",
        "receiver_name": "马慧",
        "receiver_phone": PHONE,
        "receiver_address": ADDRESS,
        "lines": [{"title": "法式针织连衣裙", "sku": "黑色;M", "sku_code": "Q1-M", "qty": 1, "price_fen": 25900}],
    } | more
    if stands in ("shipped", "signed"):
        data |= {"shipped_at": "2026-11-11T10:00:00+08:00", "carrier": "中通快递", "waybill": "78912345678901"}
    if stands == "signed":
        data["signed_at"] = "2026-11-11T11:30:00+08:00"
    data = {key: value for key, value in data.items() if value is not None}
    answer = cast.as_("owner").post("/api/orders", {"shop": shop.pk, "orders": [data]})
    row = Order.objects.get(pk=answer["results"][0]["id"])
    for to in {"printed": ["printed"], "packed": ["printed", "packed"], "voided": ["voided"]}.get(stands, []):
        cast.as_("clerk").post(f"/api/orders/{row.pk}/fulfilment", {"to": to})
    return Order.objects.get(pk=row.pk)


def line_of(row: Order) -> int:
    return OrderLine.objects.get(order=row).pk


def changes_of(row: Order, ask: str) -> list[dict[str, Any]]:
    """A filled form for each kind of change."""
    forms: dict[str, dict[str, Any]] = {
        "address": {"receiver_address": NEW_ADDRESS},
        "attribute": {"line": line_of(row), "sku": "红色;L", "sku_code": "Q1-L"},
        "courier": {"carrier": "顺丰速运"},
        "invoice_title": {"title": "杭州某某科技有限公司"},
        "card_text": {"text": "生日快乐"},
        "delivery_slot": {"slot": "周末上午"},
        "other": {"request": "多放一个防尘袋"},
    }
    return [{"kind": ask, **forms[ask]}]


def ask(
    cast: Cast, row: Order, what: str = "address", who: str = "quanquan", status: int = 201, **more: Any
) -> dict[str, Any]:
    """The buyer asks, the agent opens the case."""
    kind = {"cancel": "order_cancel", "recall": "parcel_recall"}.get(what, "order_change")
    data: dict[str, Any] = {"customer_id": row.customer_id, **more}
    if kind == "order_change":
        data.setdefault("changes", changes_of(row, what))
    else:
        data.setdefault("reason", "不想要了")
    made: dict[str, Any] = cast.as_(who).post(f"/api/orders/{row.pk}/service/{kind}", data, status)
    return made


FORMS: dict[str, dict[str, Any]] = {
    "change": {"backend": True},
    "confirm": {"how": "chat"},
    "got_back": {"took": "圈圈"},
    "settle": {"how": "destroyed"},
    "courier_signs": {"courier_name": "小刘", "copy_kept": True, "copy_given": True},
    "parcel_back": {"received": True, "slip_exchanged": True},
    "courier_refuses": {"way": "return"},
}
WHO = {
    "got_back": "warehouse",
    "finish": "clerk",
    "void": "clerk",
    "settle": "warehouse",
    "refund": "anan",
    "recall": "anan",
    "courier_signs": "clerk",
    "parcel_back": "clerk",
    "tell_refund": "anan",
    "courier_refuses": "anan",
}


def step(
    cast: Cast, case: dict[str, Any], verb: str, data: Any = None, who: str = "", status: int = 200
) -> dict[str, Any]:
    """Somebody whose step it is takes it, having read the remark."""
    name = who or WHO.get(verb, "quanquan")
    read(cast, case["order"]["id"], name)
    form = FORMS.get(verb, {}) if data is None else data
    made: dict[str, Any] = cast.as_(name).post(f"/api/order-service/{case['id']}/{verb}", form, status)
    return made


def read(cast: Cast, order_id: int, who: str) -> dict[str, Any]:
    """已阅."""
    panel: dict[str, Any] = cast.as_(who).get(f"/api/orders/{order_id}/service")
    if panel["remark"]["unread"]:
        panel = cast.as_(who).post(f"/api/orders/{order_id}/remark-read", {"mark": panel["remark"]["mark"]})
    return panel


def through(cast: Cast, case: dict[str, Any], *verbs: str) -> dict[str, Any]:
    for verb in verbs:
        case = step(cast, case, verb)
    return case
