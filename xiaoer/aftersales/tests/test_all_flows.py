"""Every registered after-sales flow, walked at random: legal moves and jumps in time by whoever may act.

After each step: no open case without an owner and a clock (or a reported lateness); no money out of balance; no clock
fires twice. A flow that is added to `kinds.py` is walked too, nothing to register here.
"""

import os
import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from xiaoer.aftersales.actions.verbs import OPENERS, VERBS
from xiaoer.aftersales.kinds import FLOWS, KINDS, TABLES
from xiaoer.aftersales.models import LineHold, MoneyEntry, Payable
from xiaoer.aftersales.tests.makers import buyer, later, lines_of, order, photo
from xiaoer.goods.tests import makers as goods
from xiaoer.kernel import clock
from xiaoer.kernel.models import Deadline, Event
from xiaoer.kernel.testing import NOON, Cast
from xiaoer.orders.models import Order

STEPS = 8
PRICE = ("goods", "freight_out", "difference")
JUMPS = (timedelta(hours=1), timedelta(days=1), timedelta(days=4), timedelta(days=11))

WALKS = 5 if os.environ.get("XIAOER_TEST_PROFILE") == "slow" else 1


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_verb_has_its_function_and_every_state_its_word(name: str) -> None:
    flow, kind = FLOWS[name], KINDS[name]
    by_hand = {move.verb for move in flow.moves if move.by != {"system"}}
    assert by_hand <= set(VERBS[name]) <= set(flow.verbs()), "one function per verb"
    assert {state.name for state in flow.states} - set(kind.texts) - kind.hidden == set(), "the buyer is told"
    kinds = {one.kind for one in flow.clocks()}
    assert set(kind.on_due) <= kinds and kind.internal <= kinds, "clocks that the flow starts"
    for clock_kind, verb in kind.on_due.items():
        assert any(move.verb == verb and "clock" in move.by for move in flow.moves), (clock_kind, verb)
    waiting = [state.name for state in flow.states if not state.final and state.waits_for == "nobody"]
    assert waiting == [], "whoever must act is named"


@pytest.mark.parametrize("name", sorted(OPENERS))
@pytest.mark.parametrize("seed", range(WALKS))
def test_a_random_walk_keeps_the_books(cast: Cast, name: str, seed: int) -> None:
    walk = Walk(cast, name, random.Random(f"{name}:{seed}"))
    with clock.frozen(NOON):
        if not walk.open():
            pytest.skip(f"{name} needs more than an order to be opened")
    for _ in range(STEPS):
        if walk.over():
            break
        walk.step()
        walk.check()
    walk.check()


class Walk:
    """One case on its way through its flow."""

    def __init__(self, cast: Cast, name: str, chance: random.Random) -> None:
        self.cast, self.name, self.chance, self.now = cast, name, chance, NOON
        self.tried: list[str] = []
        coat = goods.coat(cast.tmall.pk, "0201", "红色羊毛大衣 0201")
        goods.count(cast.tmall.pk, dict.fromkeys(coat.skus.values_list("code", flat=True), 10))
        line = {
            "title": coat.title,
            "sku": "颜色分类:正红;尺码:M",
            "sku_code": "0201-正红-M",
            "qty": 3,
            "paid_fen": 29999,
        }
        other = {"title": "针织围巾", "sku": "米色", "qty": 1, "paid_fen": 5001}
        self.order = order(cast, lines=[{**line, "price_fen": 10000}, {**other, "price_fen": 5001}])
        self.id = 0

    @property
    def row(self) -> Any:
        return TABLES[self.name]._default_manager.get(pk=self.id)

    def over(self) -> bool:
        return FLOWS[self.name].state(self.row.state).final

    def open(self) -> bool:
        """Opened by the owner with a form filled at random; some forms need luck."""
        for _ in range(25):
            offers = self.cast.as_("owner").get(f"/api/cases/opening?order={self.order.pk}")["kinds"]
            form = next((one.get("form") for one in offers if one["kind"] == self.name), None)
            if form is None:
                return False
            data = {"order": self.order.pk, **self.filled(form), "goodwill": True}
            answer = self.cast.as_("owner").call("post", f"/api/cases/{self.name}", data)
            self.tried.append(f"open {data} {answer.status_code}")
            if answer.status_code == 201:
                self.id = answer.json()["id"]
                return True
            assert answer.status_code < 500, answer.content
        return False

    def step(self) -> None:
        """Somebody acts, or time passes."""
        if self.chance.random() < 0.3:
            self.now += self.chance.choice(JUMPS)
            later(self.now)
            self.tried.append(f"until {self.now}")
            return
        with clock.frozen(self.now):
            who = self.chance.choice(("owner", "owner", "buyer"))
            caller, base = self.cast.as_("owner"), "/api/cases"
            if who == "buyer":
                caller, base = buyer(self.order), "/api/buyer/cases"
            seen = caller.call("get", f"{base}/{self.name}/{self.id}")
            if seen.status_code == 404:
                return
            moves = [one for one in seen.json()["can"] if not one["disabled"]]
            if not moves:
                return
            move = self.chance.choice(moves)
            data = self.filled(move["form"] or {})
            answer = caller.call("post", f"{base}/{self.name}/{self.id}/{move['verb']}", data)
            self.tried.append(f"{who} {move['verb']} {data} {answer.status_code}")
            assert answer.status_code < 500, (self.tried, answer.content)
            self.now += timedelta(minutes=self.chance.choice((1, 40)))

    def filled(self, form: dict[str, Any]) -> dict[str, Any]:
        """A form filled with something that may well be right."""
        return {
            name: value
            for name, field in form.get("properties", {}).items()
            if (value := self.value(name, field, form, name in form.get("required", ()))) is not None
        }

    def value(self, name: str, field: dict[str, Any], root: dict[str, Any], needed: bool) -> Any:
        if name == "lines":
            return self.lines(field, root)
        options = field.get("enum") or next((one["enum"] for one in field.get("anyOf", ()) if "enum" in one), None)
        if name == "carrier":
            return "sf"
        if options:
            return self.chance.choice(options)
        if "waybill" in name:
            return f"SF{self.chance.randrange(10**12, 10**13)}"
        if name == "reference":
            return f"P{self.chance.randrange(10**12)}"
        if name == "photos":
            return [photo(self.order)]
        kind = field.get("type") or next((one.get("type") for one in field.get("anyOf", ())), "string")
        if kind == "boolean":
            return name != "freight_collect" if name != "goodwill" else None
        if (
            not needed
            and self.chance.random() < 0.7
            and name not in ("note", "finding", "came_instead", "receipt_days")
        ):
            return None
        return self.plain(name, kind, field)

    def plain(self, name: str, kind: str, field: dict[str, Any]) -> Any:
        if field.get("format") == "date-time":
            return (self.now + timedelta(days=2)).isoformat()
        if kind == "integer":
            return 7 if "days" in name else self.chance.choice((1, 500, 2000))
        if kind in ("array", "object"):
            return None
        return "沟通一致，照此办理" if name != "staff" else ""

    def lines(self, field: dict[str, Any], root: dict[str, Any]) -> list[dict[str, Any]]:
        item = root.get("$defs", {}).get(field.get("items", {}).get("$ref", "").rpartition("/")[2], {})
        names = item.get("properties", {})
        line: dict[str, Any] = {"line": lines_of(self.order)[0]}
        for name in names:
            if name in ("qty", "received"):
                line[name] = self.asked() if name == "received" else self.chance.choice((1, 3))
            if name == "damaged":
                line[name] = self.chance.choice((0, 0, 1))
            if name == "price_fen":
                line[name] = 8000
        return [line]

    def asked(self) -> int:
        from xiaoer.aftersales.models import CaseLine

        line = CaseLine.objects.filter(flow=self.name, case_id=self.id).first()
        return line.requested if line else 1

    def check(self) -> None:
        self.check_owner()
        self.check_money()
        self.check_clocks()

    def check_owner(self) -> None:
        """No open case without an owner and a clock; a clock that only warns has said so."""
        row, flow = self.row, FLOWS[self.name]
        state = flow.state(row.state)
        subject = f"{self.name}:{row.pk}"
        running = Deadline.objects.filter(subject=subject, settled_at=None)
        if state.final:
            assert not running.exists(), (row.state, list(running.values_list("kind")), self.tried)
            return
        assert state.waits_for != "nobody"
        late = Event.objects.filter(subject=subject, kind="case.late", at__gte=row.state_at).exists()
        paid = Payable.objects.filter(flow=self.name, case_id=row.pk).exclude(state__in=("paid", "dropped")).exists()
        assert running.exists() or late or paid, (row.state, "has no clock", self.tried)

    def check_money(self) -> None:
        """Paid is never more than granted, the order says what the ledger says, and never more than was paid for it."""
        sums: Counter[tuple[str, str]] = Counter()
        for one in MoneyEntry.objects.filter(order_id=self.order.pk):
            sums[(one.kind, one.part)] += one.amount_fen
        for part in {part for _, part in sums}:
            paid = sums[("executed", part)] + sums[("reversed", part)]
            assert 0 <= paid <= sums[("granted", part)], (part, sums, self.tried)
        fresh = Order.objects.get(pk=self.order.pk)
        price = sum(sums[("executed", part)] + sums[("reversed", part)] for part in PRICE)
        assert fresh.refunded_fen == price, (fresh.refunded_fen, sums, self.tried)
        assert sum(sums[("granted", part)] for part in PRICE) <= int(fresh.paid_fen or 0), (sums, self.tried)
        for hold in LineHold.objects.filter(order_id=self.order.pk):
            assert hold.held + hold.gone <= hold.bought and hold.granted_fen <= hold.paid_fen
        owed = sum(fen for (kind, _), fen in sums.items() if kind == "granted")
        owed -= sum(fen for (kind, _), fen in sums.items() if kind in ("executed", "reversed"))
        waits = Payable.objects.filter(order_id=self.order.pk).exclude(state__in=("paid", "dropped"))
        assert owed == sum(one.amount_fen for one in waits), (owed, list(waits.values()), self.tried)

    def check_clocks(self) -> None:
        """Nothing that is due is left, nothing failed, nothing was done twice by one clock."""
        subject = f"{self.name}:{self.id}"
        rows = list(Deadline.objects.filter(subject=subject))
        assert not [row.error for row in rows if row.failed_at is not None], self.tried
        by_clock = Event.objects.filter(subject=subject, actor="clock").exclude(kind__in=("case.due_soon", "case.late"))
        fired = Counter((event.at, event.kind) for event in by_clock)
        assert not [one for one, times in fired.items() if times > 1], self.tried
        assert len(fired) <= len([row for row in rows if row.fired_at is not None]), self.tried


def test_time_stands_where_the_walk_left_it() -> None:
    """The walks are the same in every run: a seed names them."""
    assert random.Random("return:0").random() == random.Random("return:0").random()
    assert isinstance(NOON, datetime)
