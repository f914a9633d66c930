"""Carry out a move of a flow: check, compare-and-swap, clocks, journal. The only way a case changes state."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from django.db import models
from pydantic import BaseModel, ValidationError

from xiaoer.kernel import deadlines, events
from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.calendar import Calendar, OpeningHours
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid, Refusal
from xiaoer.kernel.events import label_of_move as label_of_move
from xiaoer.kernel.flow import Flow, Move, Starts
from xiaoer.kernel.i18n import T

RuleSource = Callable[..., Any]
_rules: RuleSource | None = None


class Case(Protocol):
    """What a row needs in order to move: a state, a shop, an owner customer."""

    pk: Any
    state: str
    shop_id: int
    customer_id: int | None
    shop: Any


def use_rules(source: RuleSource) -> None:
    """Tell the kernel where durations come from: the policy area calls this when it loads."""
    global _rules
    _rules = source


def duration(clock: Starts, row: Any, at: datetime) -> Any:
    """The length of a clock for this case, from the rule in force for its shop at `at` (a timedelta)."""
    if _rules is None:
        raise RuntimeError("no rule source: the policy area is not loaded")
    return length(_rules(clock.rule, shop=row.shop, at=at), row.shop, at)


def length(answer: Any, shop: Any, at: datetime) -> timedelta:
    """A rule's value as the time that runs from `at`: working days end with the shop's local day that completes them."""
    if answer.unit != "working_days":
        return timedelta(seconds=answer.duration.total_seconds())
    calendar = Calendar(OpeningHours(((),) * 7, str((shop.hours or {}).get("zone") or "Asia/Shanghai")))
    last = calendar.add_working_days(calendar.local_day(at), int(answer.value))
    ends = datetime.combine(last + timedelta(days=1), time.min, ZoneInfo(calendar.hours.zone))
    return ends - at


def subject_of(flow: Flow, row: Any) -> str:
    return f"{flow.name}:{row.pk}"


def begin(
    flow: Flow, row: Any, *, by: Who, at: datetime, details: dict[str, Any] | None = None, for_buyer: bool = True
) -> None:
    """A case was created in the first state: start its clocks and write the first journal row."""
    for clock in flow.begins:
        _start(flow, clock, row, at)
    _announce(flow, "opened", row, "", flow.first, by, at, details or {}, for_buyer)


def _start(flow: Flow, clock: Starts, row: Any, at: datetime) -> None:
    due = at + duration(clock, row, at)
    deadlines.start(
        clock.kind,
        subject_of(flow, row),
        shop_id=row.shop_id,
        due_at=due,
        at=at,
        warn_at=deadlines.warnings_of(at, due, clock.warn),
    )


def _announce(
    flow: Flow,
    verb: str,
    row: Any,
    source: str,
    target: str,
    by: Who,
    at: datetime,
    details: dict[str, Any],
    for_buyer: bool,
) -> None:
    payload = flow_payload(flow)(verb=verb, source=source, target=target, details=details)
    events.announce(
        payload,
        kind=f"{flow.name}.{verb}",
        shop_id=row.shop_id,
        subject=subject_of(flow, row),
        by=by,
        at=at,
        customer_id=getattr(row, "customer_id", None),
        for_buyer=for_buyer,
    )


_payloads: dict[str, type[events.Moved]] = {}


def flow_payload(flow: Flow) -> type[events.Moved]:
    """The event type of a flow's moves; all its kinds ("return.approve", ...) are registered with it."""
    if flow.name not in _payloads:
        made = type(f"{flow.name.title()}Moved", (events.Moved,), {"AREA": flow.area, "LABEL": flow.label})
        _payloads[flow.name] = made
    return _payloads[flow.name]


def find_legal(flow: Flow, row: Any, verb: str) -> Move:
    """The move, or a refusal: unknown verb, or not legal in the state in which the case stands."""
    move = flow.find(row.state, verb)
    if move is not None:
        return move
    now = flow.state(row.state)
    if verb not in flow.verbs():
        raise Invalid(f"没有「{verb}」这个操作", f"There is no step {verb!r} in {flow.en}", code="unknown_verb")
    raise Conflict(
        "not_legal_now",
        f"当前状态是「{now.zh}」，不能执行这一步；页面可能已过期，请刷新",
        f"The case is {now.en!r}; this step is not possible now. Refresh to see what changed",
        current={"state": row.state, "label": now.label.both()},
    )


def require_actor(move: Move, viewer: Viewer, shop_id: int) -> None:
    """Refuse unless this kind of actor may do the move, and staff hold its permission."""
    if viewer.kind not in move.by:
        raise Forbidden(f"「{move.zh}」不能由您操作", f"{move.en!r} is not yours to do")
    if viewer.kind in ("staff", "token") and move.may is not None:
        viewer.require(move.may, shop_id)


def parse_form(move: Move, data: dict[str, Any] | None) -> BaseModel | None:
    """The move's form, validated; errors come back per field in both languages."""
    if move.form is None:
        return None
    try:
        return move.form.model_validate(data or {})
    except ValidationError as error:
        raise invalid_from(error) from None


def invalid_from(error: ValidationError) -> Invalid:
    """Pydantic's findings as a refusal that names each field and its value."""
    fields = {}
    for item in error.errors():
        name = ".".join(str(part) for part in item["loc"]) or "form"
        given = item.get("input")
        shown = "" if isinstance(given, dict | list) or item["type"] == "missing" else f"：{given!s:.60}"
        fields[name] = T(f"{_ZH.get(item['type'], '内容不符合要求')}{shown}", f"{item['msg']}{shown}")
    return Invalid(fields=fields)


_ZH = {
    "missing": "必填",
    "string_too_short": "太短",
    "string_too_long": "太长",
    "string_pattern_mismatch": "格式不对",
    "int_parsing": "请填整数",
    "int_from_float": "请填整数",
    "greater_than": "数值太小",
    "greater_than_equal": "数值太小",
    "less_than_equal": "数值太大",
    "literal_error": "请从选项中选择",
    "enum": "请从选项中选择",
    "extra_forbidden": "不认识的字段",
    "too_short": "数量不够",
    "too_long": "数量过多",
}


def move(
    flow: Flow,
    row: Any,
    verb: str,
    *,
    by: Who,
    at: datetime,
    details: dict[str, Any] | None = None,
    **columns: Any,
) -> Move:
    """Move `row` by compare-and-swap and carry the consequences, inside the caller's transaction.

    Writes `state`, `state_at` and the given `columns` where the state is still the one the caller saw; zero rows
    moved means somebody was first: Conflict with the current state. Clocks are settled and started, one journal row
    "<flow>.<verb>" is written. `details` must hold nothing private.
    """
    step = find_legal(flow, row, verb)
    if step.ready is not None and (why_not := step.ready(row)) is not None:
        raise Refusal("not_ready", why_not.zh, why_not.en)
    source = row.state
    swap(flow, row, source, step.target, at, columns)
    for kind in step.settles:
        deadlines.settle(subject_of(flow, row), None if kind == "*" else kind, at=at)
    for clock in step.starts:
        _start(flow, clock, row, at)
    _announce(flow, verb, row, source, step.target, by, at, details or {}, step.for_buyer)
    return step


def swap(flow: Flow, row: Any, source: str, target: str, at: datetime, columns: dict[str, Any]) -> None:
    model: type[models.Model] = type(row)
    values = {"state": target, "state_at": at, **columns}
    if model._default_manager.filter(pk=row.pk, state=source).update(**values) == 0:
        current = model._default_manager.filter(pk=row.pk).values_list("state", flat=True).first()
        label = flow.state(str(current)).label if current else T("已删除", "deleted")
        raise Conflict(
            "somebody_was_first",
            f"刚刚有人先处理了，现在是「{label.zh}」",
            f"Somebody was first: the case is now {label.en!r}",
            current={"state": current, "label": label.both()},
        )
    for name, value in values.items():
        setattr(row, name, value)


def can(flow: Flow, row: Any, viewer: Viewer) -> list[dict[str, Any]]:
    """The buttons: every move that is legal now and that this viewer may do, each with its form as JSON Schema."""
    found = []
    for step in flow.moves_from(row.state):
        if viewer.kind not in step.by:
            continue
        if viewer.kind in ("staff", "token") and step.may is not None and not viewer.may(step.may, row.shop_id):
            continue
        why_not = step.ready(row) if step.ready is not None else None
        found.append(
            {
                "verb": step.verb,
                "label": step.label.say(viewer.language),
                "style": step.style,
                "form": form_schema(step.form, viewer.language),
                "disabled": why_not.say(viewer.language) if why_not else None,
            }
        )
    return found


def form_schema(form: type[BaseModel] | None, language: str) -> dict[str, Any] | None:
    """A form's JSON Schema with labels in one language: fields carry `title` as {"zh","en"} in json_schema_extra."""
    if form is None:
        return None
    return _localised(form.model_json_schema(), language)


def _localised(node: Any, language: str) -> Any:
    if isinstance(node, dict):
        if set(node) == {"zh", "en"}:  # a label or a description in both languages
            return node["en"] if language.startswith("en") else node["zh"]
        made = {key: _localised(value, language) for key, value in node.items() if key not in ("zh", "en")}
        if isinstance(node.get("zh"), str):
            made["title"] = node["en"] if language.startswith("en") else node["zh"]
        return made
    if isinstance(node, list):
        return [_localised(item, language) for item in node]
    return node


def clocks_of(flow: Flow, row: Any, language: str) -> list[dict[str, Any]]:
    """The clocks that run on a case: what, until when, who must act."""
    known = {clock.kind: clock for clock in flow.clocks()}
    return [
        {
            "kind": open_one.kind,
            "label": known[open_one.kind].label.say(language) if open_one.kind in known else open_one.kind,
            "who": known[open_one.kind].who if open_one.kind in known else "nobody",
            "started_at": iso(open_one.started_at),
            "due_at": iso(open_one.due_at),
            "paused": open_one.paused_at is not None,
        }
        for open_one in deadlines.open_for(subject_of(flow, row))
    ]
