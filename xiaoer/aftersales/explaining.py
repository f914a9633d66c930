"""The return policy asked from outside (退换政策问答): rows of the rules in, JSON out, for any tool and for real orders."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from xiaoer.aftersales import judgement_words as words
from xiaoer.aftersales.judgement import Judgement, judge
from xiaoer.aftersales.judgement_case import Case, Row, Rules
from xiaoer.aftersales.judgement_input import BadCase, Problem, id_of, read, short
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import ShopFacts
from xiaoer.policy import queries as policy
from xiaoer.policy.rules import MARKETPLACES, OWN, Answer, NoRule
from xiaoer.policy.values import DURATIONS

KEYS = (
    "no_reason_window",
    "no_reason_clock",
    "no_reason_excluded_by_law",
    "one_no_reason_return",
    "return_goods_condition",
    "return_tags_checked",
    "return_box_checked",
    "return_unwashed_checked",
    "return_confirmed_goods",
    "repair_offered_goods",
    "quality_claim_photos",
    "damage_report_request",
    "after_sale_window",
    "after_sale_window_extended",
    "after_sale_extended_goods",
    "exchange_before_receipt",
    "exchange_rebuy_offered",
    "seller_answers_refund_unshipped",
    "return_freight_advance",
    "price_difference_window",
    "price_difference_transfer_below",
    "price_difference_channel",
    "price_difference_includes_freight",
    "price_difference_after_event",
    *(f"freight_{way}_{case}_fault" for way in ("outbound", "back") for case in ("seller", "courier")),
    *(f"freight_{way}_no_reason_{case}" for way in ("outbound", "back") for case in ("free", "paid")),
)
LATER = ("no_reason_excluded_if_confirmed",)
"""Rules that did not exist at every date."""


def rules_for(platform: str, at: datetime, shop: ShopFacts | None = None) -> Rules:
    """Every row the judgement looks at, as it stood at `at`; a shop's own settings where it is a real order."""
    if shop is not None:
        return _rows(platform, at, shop)
    day = at.astimezone(BEIJING).date()
    return _rows_of_day(platform, day)


@lru_cache(maxsize=512)
def _rows_of_day(platform: str, day: date) -> Rules:
    """Packs change at Beijing midnight, so a day's rows serve all its cases."""
    return _rows(platform, datetime(day.year, day.month, day.day, 12, tzinfo=BEIJING), None)


def _rows(platform: str, at: datetime, shop: ShopFacts | None) -> Rules:
    found = policy.rules(KEYS, at=at, shop=shop, platform=platform)
    for key in LATER:
        try:
            found[key] = policy.rule(key, at=at, shop=shop, platform=platform)
        except NoRule:
            continue
    return {key: _row(answer) for key, answer in found.items()}


def _row(answer: Answer) -> Row:
    length = {"length": answer.duration} if answer.unit in DURATIONS else {}
    return Row(answer.value, answer.source, **length)


def explain(data: Any) -> dict[str, Any]:
    """One case in, one answer out; `BadCase` when it cannot be read."""
    case = read(data)
    known = case.platform in (*MARKETPLACES, OWN)
    if not known:
        case = replace(case, platform="")
    try:
        rules = rules_for(case.platform, case.at)
    except NoRule as none:
        remedy = T("请填规则生效之后的时间", "give a time when rules were in force")
        problem = Problem("at", data["at"], T(f"{none.text.zh}，{remedy.zh}", f"{none.text.en}; {remedy.en}"))
        raise BadCase([problem], id_of(data)) from none
    found = judge(case, rules)
    if not known:
        found = replace(found, why=(*found.why, words.PLATFORM_UNKNOWN))
    return {"id": id_of(data)} | answer_of(found)


def answer_of(found: Judgement) -> dict[str, Any]:
    """The answer as JSON: times in Beijing, money in fen."""
    return {
        "allowed": found.allowed,
        "rule": found.rule,
        "until": found.until.isoformat() if found.until is not None else None,
        "outbound_freight": found.outbound,
        "return_freight": found.back,
        "refund_fen": found.refund_fen,
        "needs": list(found.needs),
        "offers": list(found.offers),
        "explain": found.explain().both(),
    }


def explain_lines(lines: Iterable[bytes]) -> Iterator[tuple[str, bool]]:
    """JSON Lines in, JSON Lines out, in order, one for one; blank lines are no cases. The flag says whether it was read."""
    for number, raw in enumerate(lines, start=1):
        text = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
        if text.strip():
            found, good = _explained(text, number)
            yield _written(found), good


def _explained(raw: bytes, number: int) -> tuple[dict[str, Any], bool]:
    try:
        data = json.loads(raw.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        line = raw.decode("utf-8", "replace").strip()
        remedy = T(
            f"第 {number} 行不是一个 JSON 对象（{error}），请每行写一个 UTF-8 的 JSON 对象",
            f"line {number} is no JSON object ({error}); write one JSON object in UTF-8 per line",
        )
        return failure(BadCase([Problem("line", short(line), remedy)])), False
    try:
        return explain(data), True
    except BadCase as bad:
        return failure(bad), False


def failure(bad: BadCase) -> dict[str, Any]:
    """A line that could not be judged: its id, and what is wrong where and how to write it."""
    first = bad.problems[0]
    error = {"code": bad.code, **first.data(), "message": bad.text.both()}
    return {"id": bad.extra["id"], "error": error | {"fields": [one.data() for one in bad.problems]}}


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON number")


def _written(found: dict[str, Any]) -> str:
    text = json.dumps(found, ensure_ascii=False)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return json.dumps(found)
    return text


def own_case(case: Case, shop: ShopFacts) -> Judgement:
    """A real order's case, judged by its shop's own rules."""
    return judge(case, rules_for(shop.platform, case.at, shop))
