"""Money questions as JSON: read with every wrong field named, answered, and a whole stream of lines. Pure.

The form is that of `xiaoer orders money` and `POST /api/orders/money`: {"id", "platform", "at", "ask", ...}.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.money import LARGEST
from xiaoer.orders import pay_advice, pay_advice_more
from xiaoer.orders.pay_advice import Advice, MoneyRules
from xiaoer.orders.pay_methods import METHODS

Rules = Callable[[str, datetime], tuple[MoneyRules, dict[str, dict[str, Any]]]]
"""The rules of a platform at a moment, and the row behind each key."""

ASKS = ("postage", "price", "coupon", "card_fee", "refund", "pay_by_other", "instalment", "free_shipping", "methods")


class _Fields:
    """One question being read: what is wrong is gathered, so that everything is said at once."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data, self.wrong = data, dict[str, T]()

    def _bad(self, name: str, value: Any, zh: str, en: str) -> None:
        shown = json.dumps(value, ensure_ascii=False, default=str)[:60]
        self.wrong[name] = T(f"{shown} 不可用，{zh}", f"{shown} cannot be used; {en}")

    def fen(self, name: str, default: int | None = None) -> int:
        value = self.data.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
            self._bad(name, value, "请写不小于 0 的整数分，如 25900", "give whole fen, 0 or more, such as 25900")
            return 0
        return value

    def maybe_fen(self, name: str) -> int | None:
        return None if self.data.get(name) is None else self.fen(name)

    def flag(self, name: str, default: bool | None = False) -> bool | None:
        value = self.data.get(name, default)
        if value is not None and not isinstance(value, bool):
            self._bad(name, value, "请写 true 或 false", "give true or false")
            return default
        return value

    def text(self, name: str) -> str:
        value = self.data.get(name, "")
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > 80:
            self._bad(name, value, "请写 80 字以内的文字", "give a text of at most 80 characters")
            return ""
        return value.strip()

    def fens(self, name: str) -> list[int]:
        value = self.data.get(name)
        good = isinstance(value, list) and 1 <= len(value) <= 200
        if not good or any(isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= LARGEST for n in value or ()):
            self._bad(name, value, "请写 1 到 200 个整数分，如 [10000, 25900]", "give a list such as [10000, 25900]")
            return []
        return list(value or ())

    def coupons(self, name: str) -> list[tuple[int, int]]:
        value, found = self.data.get(name), []
        for one in value if isinstance(value, list) and len(value) <= 50 else [None]:
            parts = [one.get("fen"), one.get("from_fen", 0)] if isinstance(one, Mapping) else [None]
            if any(isinstance(n, bool) or not isinstance(n, int) or not 0 <= n <= LARGEST for n in parts):
                self._bad(
                    name, value, '请写 [{"fen": 1000, "from_fen": 9900}]', 'give [{"fen": 1000, "from_fen": 9900}]'
                )
                return []
            found.append((int(parts[0] or 0), int(parts[1] or 0)))
        return found


def _moment(fields: _Fields) -> datetime | None:
    value = fields.data.get("at")
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 2000 <= found.year <= 2200:
        like = "2026-11-11T10:00:00+08:00"
        fields._bad("at", value, f"请写成 {like}", f"write it like {like}")
        return None
    return found


def answer(data: Any, rules: Rules) -> dict[str, Any]:
    """The answer to one question, or a refusal that names every field that cannot be used."""
    if not isinstance(data, Mapping):
        like = '{"platform": "tmall", "at": "2026-11-11T10:00:00+08:00", "ask": "methods"}'
        raise Invalid(f"这一行不是 JSON 对象，请写成 {like}", f"Not a JSON object; write {like}")
    fields = _Fields(data)
    at, platform, ask = _moment(fields), fields.text("platform").lower(), fields.text("ask")
    if ask not in ASKS:
        fields._bad("ask", data.get("ask"), "请写 " + "、".join(ASKS), "give one of " + ", ".join(ASKS))
    if at is None or fields.wrong:
        raise _refused(fields)
    found, rows = rules(platform, at)
    if ask == "methods":
        return {"id": data.get("id"), "ask": ask, **methods(found)}
    advice = _ADVISERS[ask](fields, found)
    if fields.wrong:
        raise _refused(fields)
    return {"id": data.get("id"), "ask": ask, **shown(advice, rows)}


def _refused(fields: _Fields) -> Invalid:
    wrong = fields.wrong
    zh = "；".join(f"{name}：{text.zh}" for name, text in wrong.items())
    return Invalid(zh, "; ".join(f"{name}: {text.en}" for name, text in wrong.items()), fields=wrong)


def shown(advice: Advice, rows: Mapping[str, Mapping[str, Any]] = {}) -> dict[str, Any]:
    """An advice as JSON; a reason that rests on a policy row brings the row along."""
    return {
        "verdict": advice.verdict,
        "say": advice.say.zh,
        "say_en": advice.say.en,
        "fen": dict(advice.fen),
        "parts": [dict(part) for part in advice.parts],
        "why": [
            {"code": why.code, **why.text.both(), "rule": why.rule, "row": rows.get(why.rule)} for why in advice.why
        ],
    }


def methods(rules: MoneyRules) -> dict[str, Any]:
    """The payment methods of a shop with what to say about each; a name nobody knows is left out."""
    known = [METHODS[code] for code in rules.payment_methods if code in METHODS]
    listed = "、".join(one.label.zh for one in known)
    return {
        "verdict": "yes",
        "say": f"亲，本店支持{listed}，宝贝详情页也有说明哦。",
        "say_en": f"The shop takes {', '.join(one.label.en for one in known)}.",
        "fen": {},
        "parts": [
            {"code": one.code, "label": one.label.both(), "say": one.say.both(), "source": one.source} for one in known
        ],
        "why": [],
    }


def _change(how: Callable[..., Advice], name: str) -> Callable[[_Fields, MoneyRules], Advice]:
    def advise(fields: _Fields, rules: MoneyRules) -> Advice:
        return how(
            rules,
            goods_fen=fields.fen("goods_fen"),
            freight_fen=fields.fen("freight_fen"),
            wanted_fen=fields.fen(name),
            paid=bool(fields.flag("paid")),
        )

    return advise


def _coupon(fields: _Fields, rules: MoneyRules) -> Advice:
    return pay_advice.coupon(rules, lines_fen=fields.fens("lines_fen") or [0], coupons=fields.coupons("coupons"))


def _card(fields: _Fields, rules: MoneyRules) -> Advice:
    excluded = sum(fields.fen(name, 0) for name in ("red_packet_fen", "points_fen", "voucher_fen"))
    card = fields.maybe_fen("card_fen")
    return pay_advice.card_fee(rules, total_fen=fields.fen("total_fen"), excluded_fen=excluded, card_fen=card)


def _refund(fields: _Fields, rules: MoneyRules) -> Advice:
    paid = {name: fields.fen(name, 0) for name in pay_advice.REFUND_PARTS}
    by_other = bool(fields.flag("by_other"))
    return pay_advice.refund_split(paid=paid, refund_fen=fields.fen("refund_fen"), by_other=by_other)


def _instalment(fields: _Fields, rules: MoneyRules) -> Advice:
    asked = pay_advice_more.Instalment(
        fields.fens("amounts_fen"),
        fields.text("bank") or None,
        fields.maybe_fen("limit_fen"),
        fields.text("activity"),
        fields.flag("credit", None),
        "tmall" if fields.text("product") == "tmall" else "card",
    )
    return pay_advice_more.instalment(rules, asked)


def _free(fields: _Fields, rules: MoneyRules) -> Advice:
    asked = pay_advice_more.FreeShipping(
        fields.fen("goods_fen"),
        fields.fen("freight_fen"),
        bool(fields.flag("page_free")),
        fields.text("carrier"),
        bool(fields.flag("special_price")),
    )
    return pay_advice_more.free_shipping(rules, asked)


_ADVISERS: dict[str, Callable[[_Fields, MoneyRules], Advice]] = {
    "postage": _change(pay_advice.postage_change, "wanted_fen"),
    "price": _change(pay_advice.price_change, "wanted_fen"),
    "coupon": _coupon,
    "card_fee": _card,
    "refund": _refund,
    "pay_by_other": lambda fields, rules: pay_advice.pay_by_other(rules),
    "instalment": _instalment,
    "free_shipping": _free,
}


def answer_lines(lines: Iterable[bytes], rules: Rules, language: str) -> Iterator[dict[str, Any]]:
    """One answer per line that is not blank, in order; a bad line is answered with its error and the others go on."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        data: Any = None
        try:
            data = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            yield answer(data, rules)
        except Refusal as refused:
            known = data.get("id") if isinstance(data, Mapping) else None
            yield {"id": known, "line": number, **refused.body(language)}
        except (UnicodeDecodeError, ValueError, RecursionError) as wrong:
            bad = Invalid(f"不是 UTF-8 的 JSON（{wrong!s:.60}）", f"Not UTF-8 JSON ({wrong!s:.60})")
            yield {"id": None, "line": number, **bad.body(language)}
