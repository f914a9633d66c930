"""Orders for the tests of invoices, transfers and COD."""

from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.clock_loop import fire_due
from xiaoer.kernel.db import transaction
from xiaoer.kernel.reaction_runner import run_reactions
from xiaoer.kernel.testing import NOON
from xiaoer.orders.actions import take_in_from_erp
from xiaoer.orders.drafts import LineDraft, OrderDraft
from xiaoer.orders.models import Order
from xiaoer.policy.actions import set_override

ADDRESS = "浙江省 杭州市 余杭区 良渚街道 梦溪路18号"
USCC = "91110000600037341L"


def order(shop: Any, no: str = "4520000000000000001", *, at: datetime = NOON, **changes: Any) -> Order:
    """One order as an ERP reports it: two kinds of goods and ten yuan of freight, paid."""
    values: dict[str, Any] = {
        "nick": "幸福蔓延1627",
        "status": "paid",
        "goods_fen": 30000,
        "freight_fen": 1000,
        "payable_fen": 31000,
        "paid_fen": 31000,
        "receiver_name": "马慧",
        "receiver_phone": "13812345678",
        "receiver_address": ADDRESS,
        "created_at": at - timedelta(hours=2),
        "paid_at": at - timedelta(hours=1),
        **changes,
    }
    if values["status"] == "waiting_payment":
        values |= {"paid_fen": 0, "paid_at": None}
    draft = OrderDraft(order_no=no, **values)
    if not draft.lines:
        draft.lines = [
            LineDraft(title="法式针织连衣裙", sku="黑色;M", sku_code="Q1", qty=1, price_fen=20000),
            LineDraft(title="纯棉内裤", sku="白色;均码", sku_code="Q2", qty=2, price_fen=5000),
        ]
    draft.settle()
    with transaction():
        outcomes = take_in_from_erp(shop.pk, [draft], by=SYSTEM, at=at)
    assert outcomes[0].order_id is not None, outcomes
    return Order.objects.get(pk=outcomes[0].order_id)


def react() -> None:
    """Let every reaction read what the journal says."""
    run_reactions()


def fire(at: datetime) -> None:
    """Let every clock that is due by `at` fire."""
    while fire_due(at):
        pass


def set_rule(shop: Any, key: str, value: Any) -> None:
    """The shop's own setting of a rule, in force since yesterday."""
    with transaction():
        set_override(shop, key, value=value, reason="测试", by=SYSTEM, at=NOON - timedelta(days=1))
