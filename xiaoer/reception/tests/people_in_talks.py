"""What the tests of reception and routing share: a buyer at the widget, an order she can prove, spoken lines."""

from typing import Any

from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.db import transaction
from xiaoer.kernel.testing import NOON, Caller, Cast
from xiaoer.orders.actions.taking_in import take_in_from_erp
from xiaoer.orders.bulk import BulkOrder, drafts_from
from xiaoer.reception import actions
from xiaoer.reception.events import MessageFacts
from xiaoer.reception.models import Conversation

ORDER_NO, TAIL = "1930679858170647890", "5678"


class Buyer(Caller):
    """Somebody who opened the chat bubble on the shop's page."""

    def __init__(self, slug: str = "quanquan-tmall", token: str = "", visitor: str = "") -> None:
        super().__init__({"Authorization": f"Buyer {token}"} if token else None)
        self.session = self.post("/api/buyer/session", {"shop": slug, **({"visitor": visitor} if visitor else {})})
        self.use(self.session["token"])

    def use(self, token: str) -> None:
        self.token = token
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Buyer {token}"

    def talk(self, **context: Any) -> int:
        return int(self.post("/api/buyer/conversation", {"context": context})["id"])

    def prove(self, order_no: str = ORDER_NO, tail: str = TAIL) -> Any:
        answer = self.post("/api/buyer/prove", {"order_no": order_no, "phone_tail": tail})
        self.use(answer["token"])
        return answer


def an_order(cast: Cast, no: str = ORDER_NO, nick: str = "幸福蔓延1627", phone: str = "13812345678") -> None:
    """An order that the platform reported."""
    given = {
        "order_no": no,
        "nick": nick,
        "status": "shipped",
        "payable_fen": 89900,
        "freight_fen": 0,
        "paid_fen": 89900,
        "receiver_name": "马慧",
        "receiver_phone": phone,
        "receiver_address": "浙江省 杭州市 余杭区 良渚街道 梦溪路18号",
        "created_at": "2026-11-10 10:00:00",
        "waybill": "SF1020304050607",
        "carrier": "顺丰速运",
        "lines": [{"title": "红色羊毛大衣", "sku": "红色;M", "sku_code": "0201", "qty": 1, "price_fen": 89900}],
    }
    good, bad = drafts_from([BulkOrder.model_validate(given)])
    assert not bad, bad
    with transaction():
        outcomes = take_in_from_erp(cast.tmall.pk, [draft for _, draft in good], by=SYSTEM, at=NOON)
    assert [one.result for one in outcomes] == ["created"]


def says(talk: int, by: Who, text: str, kind: str = "text", at: Any = NOON, **more: Any) -> MessageFacts:
    """Somebody says something (in the running system this comes over the lane; the result is the same)."""
    with transaction():
        return actions.post_message(talk, by=by, at=at, kind=kind, text=text, **more)


def buyer_who(talk: int) -> Who:
    row = Conversation.objects.select_related("customer").get(pk=talk)
    return Who("buyer", row.customer_id, row.customer.nick)
