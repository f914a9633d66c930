"""A case for the return policy as any tool writes it: one JSON object, checked field by field. Pure.

Every mistake is named with its place ("order.lines.0.qty"), its value and what to write instead, in both languages.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from xiaoer.aftersales.judgement_case import CATEGORIES, KINDS, REASONS, Case, Condition, Line, Wanted
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import LARGEST

MOST_LINES = 500
MOST_PIECES = 10**6
YEARS = (1990, 2199)
_ABSENT: Any = object()
_TIME = T(
    "请写带时区的时间，例如 2026-11-09T15:00:00+08:00",
    "write a time with its offset, such as 2026-11-09T15:00:00+08:00",
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: where, what stood there, what to write instead."""

    field: str
    value: Any
    remedy: T

    @property
    def text(self) -> T:
        """The sentence for people."""
        shown = "null" if self.value is None else short(self.value)
        return T(
            f"{self.field}：{shown} 不可用，{self.remedy.zh}", f"{self.field}: {shown} cannot be used; {self.remedy.en}"
        )

    def data(self) -> dict[str, Any]:
        return {"field": self.field, "value": _plain(self.value), "remedy": self.remedy.both()}


class BadCase(Invalid):
    """A case that cannot be judged; every mistake in it, the first one first."""

    def __init__(self, problems: Sequence[Problem], case_id: Any = None) -> None:
        fields = {one.field: one.text for one in problems}
        first = problems[0].text
        super().__init__(first.zh, first.en, code="bad_case", fields=fields)
        self.problems = tuple(problems)
        self.extra = {"id": case_id}


def short(value: Any) -> str:
    """A value as it was written, cut where it becomes long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text if len(text) <= 80 else text[:77] + "..."


def read(data: Any) -> Case:
    """The case, or `BadCase` with every mistake found."""
    if not isinstance(data, Mapping):
        remedy = T("请提供一个 JSON 对象", "give one JSON object")
        raise BadCase([Problem("body", data, remedy)])
    reader = _Reader()
    case = reader.case(data)
    if case is None or reader.problems:
        raise BadCase(reader.problems, id_of(data))
    return case


def id_of(data: Any) -> Any:
    """The id as it was given; anything but a text or a number is repeated as text."""
    found = data.get("id") if isinstance(data, Mapping) else None
    return found if isinstance(found, str) else _plain(found)


def _plain(value: Any) -> Any:
    """A value as the answer repeats it: short, and nothing that JSON cannot write."""
    if value is None or isinstance(value, bool) or (isinstance(value, int | float) and abs(value) <= 10**15):
        return value
    return short(value)


class _Reader:
    """Reads part by part and keeps every mistake."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def bad(self, field: str, value: Any, zh: str, en: str) -> None:
        shown = None if value is _ABSENT else value
        if all(one.field != field for one in self.problems):
            self.problems.append(Problem(field, shown, T(zh, en)))

    # --- single values

    def obj(self, data: Mapping[str, Any], name: str, where: str, needed: bool = True) -> Mapping[str, Any]:
        found = data.get(name, _ABSENT)
        if isinstance(found, Mapping):
            return found
        if needed or (found is not _ABSENT and found is not None):
            self.bad(where, found, "请提供对象 {...}", "give an object {...}")
        return {}

    def time(self, data: Mapping[str, Any], name: str, where: str, needed: bool = False) -> datetime | None:
        found = data.get(name)
        if found is None and not needed:
            return None
        try:
            at = datetime.fromisoformat(found.strip().upper()) if isinstance(found, str) else None
            if at is None or at.tzinfo is None or not YEARS[0] <= at.year <= YEARS[1]:
                raise ValueError
            return at.astimezone(UTC)
        except (ValueError, OverflowError):
            self.bad(where, data.get(name, _ABSENT), _TIME.zh, _TIME.en)
            return None

    def word(self, data: Mapping[str, Any], name: str, where: str, known: Sequence[str]) -> str:
        found = data.get(name, _ABSENT)
        if isinstance(found, str) and found in known:
            return found
        several = ", ".join(known)
        self.bad(where, found, f"请填其中之一：{several}", f"give one of: {several}")
        return known[0]

    def number(
        self, data: Mapping[str, Any], name: str, where: str, least: int, most: int, default: int | None = None
    ) -> int:
        found = data.get(name, _ABSENT)
        if (found is _ABSENT or found is None) and default is not None:
            return default
        if isinstance(found, bool) or not isinstance(found, int) or not least <= found <= most:
            self.bad(where, found, f"请填 {least} 到 {most} 的整数", f"give a whole number from {least} to {most}")
            return least
        return found

    def flag(self, data: Mapping[str, Any], name: str, where: str, default: bool | None, needed: bool = False) -> Any:
        found = data.get(name)
        if isinstance(found, bool):
            return found
        if found is None and not needed:
            return default
        self.bad(where, data.get(name, _ABSENT), "请填 true 或 false", "give true or false")
        return default

    def rows(self, data: Mapping[str, Any], name: str, where: str) -> list[Mapping[str, Any]]:
        found = data.get(name, _ABSENT)
        if not isinstance(found, list) or not 1 <= len(found) <= MOST_LINES:
            zh, en = f"请提供 1 到 {MOST_LINES} 行的列表", f"give a list of 1 to {MOST_LINES} rows"
            self.bad(where, found, zh, en)
            return []
        for place, one in enumerate(found):
            if not isinstance(one, Mapping):
                self.bad(f"{where}.{place}", one, "请提供对象 {...}", "give an object {...}")
        return [one if isinstance(one, Mapping) else {} for one in found]

    def sku(self, row: Mapping[str, Any], where: str) -> str:
        found = row.get("sku", _ABSENT)
        if isinstance(found, int) and not isinstance(found, bool):
            return str(found)
        if isinstance(found, str) and 0 < len(found.strip()) <= 200:
            return found.strip()
        self.bad(where, found, "请填 1 到 200 字的商品编码", "give an item code of 1 to 200 characters")
        return ""

    # --- parts

    def case(self, data: Mapping[str, Any]) -> Case | None:
        order = self.obj(data, "order", "order")
        request = self.obj(data, "request", "request")
        at = self.time(data, "at", "at", needed=True)
        lines = self.lines(order) if order else ()
        wanted = self.wanted(request, lines) if request else ()
        condition = self.obj(request, "condition", "request.condition", needed=False)
        if not order or not request:
            return None
        case = Case(
            platform=self.platform(data),
            at=at or datetime.min.replace(tzinfo=UTC),
            lines=lines,
            wanted=wanted,
            kind=self.word(request, "kind", "request.kind", KINDS),
            reason=self.word(request, "reason", "request.reason", REASONS),
            free_shipping=bool(self.flag(order, "free_shipping", "order.free_shipping", False, needed=True)),
            freight_fen=self.freight(order),
            shipped_at=self.time(order, "shipped_at", "order.shipped_at"),
            signed_at=self.time(order, "signed_at", "order.signed_at"),
            succeeded_at=self.time(order, "succeeded_at", "order.succeeded_at"),
            promotion_ends_at=self.time(order, "promotion_ends_at", "order.promotion_ends_at"),
            evidence=self.evidence(request),
            condition=Condition(*(self.flag(condition, one, f"request.condition.{one}", None) for one in _FACTS)),
            earlier=self.number(data, "earlier_no_reason_returns", "earlier_no_reason_returns", 0, MOST_PIECES, 0),
            one_only=bool(self.flag(data, "one_no_reason_return", "one_no_reason_return", False)),
        )
        self.order_of_times(case, order, known=at is not None)
        return case

    def platform(self, data: Mapping[str, Any]) -> str:
        """Whatever is not a platform we know is judged by the law and the strictest pack."""
        found = data.get("platform")
        return found.strip().lower() if isinstance(found, str) else ""

    def freight(self, order: Mapping[str, Any]) -> int:
        free = order.get("free_shipping") is True
        fen = self.number(order, "freight_fen", "order.freight_fen", 0, LARGEST, 0 if free else None)
        if free and fen:
            self.bad(
                "order.freight_fen", fen, "包邮时买家没有付运费，请填 0", "with free shipping nothing was paid: give 0"
            )
        return fen

    def lines(self, order: Mapping[str, Any]) -> tuple[Line, ...]:
        made: dict[str, Line] = {}
        for place, row in enumerate(self.rows(order, "lines", "order.lines")):
            where = f"order.lines.{place}"
            sku = self.sku(row, f"{where}.sku")
            qty = self.number(row, "qty", f"{where}.qty", 1, MOST_PIECES)
            line = Line(
                sku,
                self.word(row, "category", f"{where}.category", CATEGORIES),
                qty,
                self.number(row, "paid_fen", f"{where}.paid_fen", 0, LARGEST),
                self.number(row, "returned_qty", f"{where}.returned_qty", 0, qty, 0),
                confirmed=bool(self.flag(row, "confirmed_at_purchase", f"{where}.confirmed_at_purchase", False)),
            )
            before = made.get(sku)
            if before is not None and before.category != line.category:
                self.bad(
                    f"{where}.sku", sku, "同一编码类目不同，请用不同编码", "one code, two categories: use two codes"
                )
            made[sku] = line if before is None else _joined(before, line)
        return tuple(made.values())

    def wanted(self, request: Mapping[str, Any], lines: Sequence[Line]) -> tuple[Wanted, ...]:
        bought = {line.sku: line for line in lines}
        if request.get("lines") is None:
            left = tuple(Wanted(one.sku, one.qty - one.returned) for one in lines if one.qty > one.returned)
            if lines and not left:
                self.bad("request.lines", None, "订单里的商品都已退过", "every item of the order went back already")
            return left
        made: dict[str, Wanted] = {}
        for place, row in enumerate(self.rows(request, "lines", "request.lines")):
            where = f"request.lines.{place}"
            sku = self.sku(row, f"{where}.sku")
            qty = self.number(row, "qty", f"{where}.qty", 1, MOST_PIECES)
            price = row.get("current_price_fen")
            if price is not None:
                price = self.number(row, "current_price_fen", f"{where}.current_price_fen", 0, LARGEST)
            if sku and lines and sku not in bought:
                several = ", ".join(bought)[:200]
                self.bad(f"{where}.sku", sku, f"订单里没有，可选：{several}", f"not in the order, which has: {several}")
            before = made.get(sku)
            made[sku] = Wanted(sku, qty + (before.qty if before else 0), price)
            line = bought.get(sku)
            if line and made[sku].qty > line.qty - line.returned:
                rest = line.qty - line.returned
                self.bad(f"{where}.qty", qty, f"订单里还有 {rest} 件可申请", f"the order has {rest} left of it")
        return tuple(made.values())

    def evidence(self, request: Mapping[str, Any]) -> frozenset[str]:
        found = request.get("evidence")
        if found is None:
            return frozenset()
        if not isinstance(found, list) or any(not isinstance(one, str) for one in found):
            zh, en = '请填文字列表，例如 ["photo"]', 'give a list of words such as ["photo"]'
            self.bad("request.evidence", found, zh, en)
            return frozenset()
        return frozenset(one.strip().lower() for one in found)

    def order_of_times(self, case: Case, order: Mapping[str, Any], known: bool) -> None:
        """What has not happened is null: a time after `at` or signed before shipped is a mistake."""
        for name in ("shipped_at", "signed_at", "succeeded_at"):
            at = getattr(case, name)
            if known and at is not None and at > case.at:
                zh, en = "晚于判定时间 at；还没发生请填 null", "is later than `at`; what has not happened is null"
                self.bad(f"order.{name}", order.get(name), zh, en)
        if case.shipped_at is not None and case.signed_at is not None and case.signed_at < case.shipped_at:
            zh, en = "签收早于发货，请核对", "signed before it was shipped; check both times"
            self.bad("order.signed_at", order.get("signed_at"), zh, en)


_FACTS = ("intact", "tags", "washed", "box")


def _joined(one: Line, more: Line) -> Line:
    """Two rows of one item are one item."""
    paid, returned = one.paid_fen + more.paid_fen, one.returned + more.returned
    return Line(one.sku, one.category, one.qty + more.qty, paid, returned, 0, one.confirmed or more.confirmed)
