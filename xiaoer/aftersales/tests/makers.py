"""What the tests of after-sales share: orders from the ERP door, a buyer's own caller, a picture, a case in any stage."""

from datetime import datetime, timedelta
from typing import Any

from xiaoer.aftersales.models import (
    CaseLine,
    CaseNote,
    LineHold,
    MoneyEntry,
    RefundOnlyCase,
    ReturnCase,
    StrayParcel,
)
from xiaoer.kernel import clock
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.testing import NOON, Caller, Cast
from xiaoer.orders.models import Order
from xiaoer.reception.models import Upload
from xiaoer.reception.visitors import Visitor, make_token

EVERYTHING = (ReturnCase, RefundOnlyCase, CaseLine, CaseNote, LineHold, MoneyEntry, StrayParcel, Order)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SF = {"carrier": "sf", "waybill": "SF1234567890123"}
GOOD = {"model_ok": True, "package_ok": True, "tags_ok": True, "card_inside": True}
_numbers = iter(range(1, 10**9))


def order(cast: Cast, nick: str = "幸福蔓延1627", shop: Any = None, **more: Any) -> Order:
    """Three red coats for 299.99 and a scarf for 50.01, shipped and signed for on the 9th; 12.00 freight."""
    shop = shop or cast.tmall
    number = f"19306798581706{next(_numbers):05d}"
    data: dict[str, Any] = {
        "order_no": number,
        "nick": nick,
        "status": "shipped",
        "payable_fen": 36200,
        "paid_fen": 36200,
        "freight_fen": 1200,
        "paid_at": "2026-11-05T10:00:00+08:00",
        "shipped_at": "2026-11-06T10:00:00+08:00",
        "signed_at": "2026-11-09T15:00:00+08:00",
        "lines": [
            {
                "title": "红色羊毛大衣 0201",
                "sku": "红色;M",
                "sku_code": "0201",
                "qty": 3,
                "price_fen": 10000,
                "paid_fen": 29999,
            },
            {"title": "针织围巾", "sku": "米色", "qty": 1, "price_fen": 5001, "paid_fen": 5001},
        ],
    } | more
    data = {key: value for key, value in data.items() if value is not None}
    answer = cast.as_("owner").post("/api/orders", {"shop": shop.pk, "orders": [data]})
    assert answer["results"][0]["result"] == "created", answer
    return Order.objects.get(pk=answer["results"][0]["id"])


UNSHIPPED: dict[str, Any] = {"status": "paid", "shipped_at": None, "signed_at": None}


def lines_of(row: Order) -> list[int]:
    return list(row.lines.order_by("line_no").values_list("pk", flat=True))


def buyer(row: Order) -> Caller:
    """The buyer of an order, holding her widget's token."""
    expires = int((clock.real_now() + DAY).timestamp())
    token = make_token(Visitor(row.shop_id, row.customer_id, "v-test", expires))
    return Caller({"Authorization": f"Buyer {token}"})


def photo(row: Order) -> int:
    upload = Upload.objects.create(
        shop_id=row.shop_id,
        customer_id=row.customer_id,
        key=f"k{next(_numbers)}",
        name="a.jpg",
        mime="image/jpeg",
        size=10,
        at=NOON,
    )
    return upload.pk


def apply(
    row: Order, kind: str = "return", reason: str = "no_reason", qty: int = 1, line: int = 0, **more: Any
) -> dict[str, Any]:
    """The buyer applies; the answer is her view of the case."""
    data = {"order": row.pk, "reason": reason, "lines": [{"line": lines_of(row)[line], "qty": qty}], **more}
    made: dict[str, Any] = buyer(row).post(f"/api/buyer/cases/{kind}", data, 201)
    return made


def url(case: dict[str, Any], verb: str = "") -> str:
    return f"/api/cases/{case['flow']}/{case['id']}" + (f"/{verb}" if verb else "")


def act(cast: Cast, who: str, case: dict[str, Any], verb: str, data: Any = None, status: int = 200) -> dict[str, Any]:
    answer: dict[str, Any] = cast.as_(who).post(url(case, verb), data or {}, status)
    return answer


def do(row: Order, case: dict[str, Any], verb: str, data: Any = None, status: int = 200) -> dict[str, Any]:
    """The buyer herself."""
    answer: dict[str, Any] = buyer(row).post(f"/api/buyer/cases/{case['flow']}/{case['id']}/{verb}", data or {}, status)
    return answer


def count(row: Order, received: int, damaged: int = 0, line: int = 0, **more: Any) -> dict[str, Any]:
    """What the warehouse types."""
    return {"lines": [{"line": lines_of(row)[line], "received": received, "damaged": damaged}], **GOOD, **more}


def bring_to(cast: Cast, row: Order, state: str, qty: int = 1, **more: Any) -> dict[str, Any]:
    """A return brought to a state of the usual way."""
    case = apply(row, qty=qty, **more)
    steps: list[tuple[str, str, Any]] = [
        ("approved", "approve", {"verified": True}),
        ("in_transit", "ship", SF),
        ("received", "receive", count(row, qty)),
        ("inspected", "inspect", {"verdict": "pass"}),
        ("refund_granted", "grant", {}),
        ("refunded", "refund", {"channel": "platform", "reference": f"2026111122001{case['id']}"}),
    ]
    for target, verb, data in steps:
        if case["state"] == state:
            return case
        who = {"receive": "warehouse", "inspect": "warehouse", "refund": "finance"}.get(verb, "anan")
        case = act(cast, who, case, verb, data)
        assert case["state"] == target, case
    return case


def later(at: datetime) -> None:
    """Let the clock loop run at an instant, until nothing more is due."""
    with clock.frozen(at):
        while fire_due(now=at):
            pass
