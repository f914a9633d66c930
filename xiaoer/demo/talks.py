"""The demo's conversations, told in the order in which they happened."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from xiaoer.customers import actions as customers
from xiaoer.demo import shown
from xiaoer.demo.orders import Maker
from xiaoer.demo.shops import who
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.orders.actions.taking_in import take_in
from xiaoer.people.models import Shop, Staff
from xiaoer.reception import actions as reception

Step = tuple[datetime, Callable[[datetime], object]]
TALKS = Path(__file__).with_name("talks.toml")


class Talk:
    """One conversation while it is being told."""

    def __init__(self, data: dict[str, Any], shop: Shop, staff: dict[str, Staff]) -> None:
        self.data, self.shop, self.staff = data, shop, staff
        self.id = 0
        self.customer_id = 0

    def open(self, at: datetime) -> None:
        nick = self.data["nick"]
        facts = customers.find_or_create(self.shop.pk, nick=nick, by=SYSTEM, at=at)
        self.customer_id = facts.id
        row, _ = reception.conversations.open_conversation(self.shop.pk, facts.id, by=self.buyer(), at=at)
        self.id = row.pk

    def buyer(self) -> Who:
        return Who("buyer", self.customer_id or None, self.data["nick"])

    def take(self, at: datetime) -> None:
        reception.conversations.take(self.id, by=who(self.staff[self.data["agent"]]), at=at)

    def say(self, line: dict[str, Any]) -> Callable[[datetime], object]:
        def told(at: datetime) -> object:
            by = self.buyer() if line["from"] == "buyer" else who(self.staff[line["from"]])
            shows = shown.attachments(self.shop.pk, self.customer_id, line.get("shows", []), at)
            return reception.messages.post_message(
                self.id, by=by, at=at, kind="text", text=line["text"], attachments=shows
            )

        return told

    def close(self, at: datetime) -> None:
        reception.closing.close(self.id, by=who(self.staff[self.data["agent"]]), at=at)
        if stars := self.data.get("rating"):
            reception.closing.rate(self.id, stars, by=self.buyer(), at=at + timedelta(seconds=30))

    def steps(self, now: datetime) -> list[Step]:
        lines = self.data["lines"]
        first = now - timedelta(minutes=lines[0]["ago"])
        found: list[Step] = [(first - timedelta(seconds=4), self.open)]
        if self.data["agent"]:
            found.append((first + timedelta(seconds=3), self.take))
        found += [(now - timedelta(minutes=line["ago"]), self.say(line)) for line in lines]
        if self.data.get("closed"):
            found.append((now - timedelta(minutes=lines[-1]["ago"] - 0.5), self.close))
        return found


ORDERS = {
    "shipped": (timedelta(days=5), timedelta(days=1)),
    "paid": (timedelta(minutes=55), timedelta(minutes=52)),
    "waiting_payment": (timedelta(minutes=6), timedelta(minutes=5)),
}
"""How long ago a talk's order was paid (or made), and how long ago we took it in."""


def load(shops: dict[str, Shop], staff: dict[str, Staff], maker: Maker, now: datetime) -> list[Step]:
    """The steps of every conversation; the buyers who ask about an order have one."""
    steps: list[Step] = []
    for data in tomllib.loads(TALKS.read_text(encoding="utf-8"))["talk"]:
        shop = shops[data["shop"]]
        if status := data.get("order"):
            ago, known = ORDERS[status]
            draft = maker.order(status, nick=data["nick"], paid_ago=ago)
            take_in(shop.pk, [draft], source="demo", by=SYSTEM, at=now - known)
        steps += Talk(data, shop, staff).steps(now)
    return steps
