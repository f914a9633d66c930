"""A service case begins (客户要求改单、取消、撤回), and people take its steps."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q
from pydantic import ValidationError

from xiaoer.kernel import moving
from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events_service as events
from xiaoer.orders import service_rules, service_words
from xiaoer.orders.actions import holds, service_steps
from xiaoer.orders.actions.service_seen import require_read
from xiaoer.orders.models import Order, OrderLine
from xiaoer.orders.models_service import ServiceCase
from xiaoer.orders.service_flow import SERVICE_FLOWS
from xiaoer.orders.service_forms import Changes
from xiaoer.people.queries import ShopFacts, shop_facts
from xiaoer.policy.queries import rule

OPENING = {"void_asked": "ask_void", "fetching": "fetch", "to_aftersales": "to_aftersales"}
"""The first step that the system takes for the agent, by the state in which the rule says a case opens."""


def open_service(
    kind: str,
    order_id: int,
    *,
    changes: Sequence[dict[str, Any]] = (),
    reason: str = "",
    customer_id: int | None = None,
    override: str = "",
    may_override: bool = False,
    conversation: int | None = None,
    parent: ServiceCase | None = None,
    by: Who,
    at: datetime,
) -> ServiceCase:
    """Check who asks and what the table of rules says, write the case, hold the order, take the first step.

    `customer_id` is the account that asks; another one than the order's needs `override`, a written reason (C04).
    """
    order = Order.objects.select_for_update().select_related("customer").filter(pk=order_id).first()
    if order is None:
        raise NotFound("没有这张订单", "There is no such order")
    shop = shop_facts(order.shop_id)
    require_read(order, by)
    told = _checked(order, changes) if kind == "order_change" else []
    ask = told[0]["kind"] if told else {"order_cancel": "cancel", "parcel_recall": "recall"}[kind]
    found = _allowed(order, shop, ask)
    if parent is None:
        _require_account(order, shop, customer_id, override.strip(), may_override, at)
    _require_alone(order, kind, parent)
    row = ServiceCase.objects.create(
        shop_id=order.shop_id,
        order=order,
        customer_id=order.customer_id,
        kind=kind,
        state=SERVICE_FLOWS[kind].first,
        state_at=at,
        waits_for=SERVICE_FLOWS[kind].states[0].waits_for,
        opened_at=at,
        opened_by=str(by),
        conversation=conversation,
        asked_by=customer_id,
        override=override.strip()[:200] if customer_id != order.customer_id else "",
        changes=told,
        fulfilment=order.fulfilment,
        reason=reason.strip()[:200],
        parent=parent,
    )
    row.order = order
    _begin(row, found, by=by, at=at)
    return row


def typed_changes(data: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The changes by their kinds' forms; errors named per field, as the forms name them."""
    try:
        return [one.model_dump() for one in Changes.model_validate({"changes": data}).changes]
    except ValidationError as error:
        fields = moving.invalid_from(error).fields
        raise Invalid(fields={name.rpartition(".")[2] or name: text for name, text in fields.items()}) from None


def _begin(row: ServiceCase, found: service_rules.ServiceRule, *, by: Who, at: datetime) -> None:
    flow = SERVICE_FLOWS[row.kind]
    moving.begin(flow, row, by=by, at=at, details={"number": row.number})
    service_steps.note_step(row, "opened", by=by, at=at, note=row.reason)
    service_steps.follow_clock(row)
    what = "；".join(service_words.summaries(row.changes)) or row.reason
    payload = events.ServiceAsked(case=row.subject, number=row.number, title=flow.zh, what=what)
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)
    if row.override:
        exception = events.OtherAccountTaken(case=row.subject, reason=service_words.told(row.override))
        announce(exception, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)
    if row.kind == "order_cancel":
        for other in ServiceCase.objects.filter(order_id=row.order_id, kind="order_change", ended_at=None):
            service_steps.step(other, "overtaken", by=by, at=at)
    if found.hold:
        holds.place_hold(
            row.order_id,
            kind=found.hold,
            reason=service_steps.hold_reason(row),
            case=row.subject,
            seen=row.fulfilment,
            by=by,
            at=at,
        )
    if found.writes == "cancel":
        service_steps.write_remark(
            row, service_words.request_remark(service_words.CANCELLED, by.name, at), by=by, at=at
        )
    if found.opens in OPENING:
        service_steps.take(row, OPENING[found.opens], None, by=by, at=at)


def _checked(order: Order, changes: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The typed changes with what stood there before; each line and each kind once."""
    lines = {line.pk: line for line in OrderLine.objects.filter(order=order)}
    made: list[dict[str, Any]] = []
    seen: set[tuple[str, int]] = set()
    for place, one in enumerate(changes):
        change = dict(one)
        key = (change["kind"], int(change.get("line", 0)))
        if key in seen:
            zh = f"「{service_words.CHANGES[change['kind']].zh}」填了两次"
            raise Invalid(fields={f"changes.{place}": T(zh, f"{change['kind']} is given twice")})
        seen.add(key)
        if change["kind"] == "attribute":
            line = lines.get(change["line"])
            if line is None:
                raise Invalid(fields={"line": T("订单里没有这件商品", "The order has no such line")})
            if line.sku == change["sku"]:
                raise Invalid(fields={"sku": T(f"和现在一样：{line.sku}", f"It already is {line.sku}")})
            change |= {"before": line.sku or line.title[:60], "title": line.title[:120]}
        made.append(change)
    if not made:
        raise Invalid(fields={"changes": T("请写明要改什么", "Say what is to be changed")})
    return made


def _allowed(order: Order, shop: ShopFacts, ask: str) -> service_rules.ServiceRule:
    stands = service_rules.standing(order.status, order.fulfilment, order.signed_at)
    found = service_rules.answer(shop.platform, ask, stands)
    if found is None or found.allowed == "no":
        text = found.text if found else T("现在不能这样做", "That is not possible now")
        raise Refusal(
            "not_possible_now",
            f"订单 {order.order_no}「{service_rules.STANDS[stands].zh}」：{text.zh}",
            f"Order {order.order_no} ({service_rules.STANDS[stands].en}): {text.en}",
            current={"stands": stands, "fulfilment": order.fulfilment},
        )
    return found


def _require_account(
    order: Order, shop: ShopFacts, customer_id: int | None, override: str, may_override: bool, at: datetime
) -> None:
    """C04, R375: only the ordering account; where the rule warns, or for a supervisor, a written reason lets it pass."""
    if customer_id == order.customer_id:
        return
    soft = rule("same_account_check", shop=shop, at=at).value == "warn" or may_override
    if soft and len(override) >= 2:
        return
    who = "没有核对是谁提出的" if customer_id is None else "提出的人不是拍下订单的账号"
    if soft:
        raise Conflict(
            "not_verified",
            f"{who}；如需继续请写明原因（会留痕）",
            "Not the ordering account; give a reason to go on (it is kept)",
            current={"may_override": True},
        )
    raise Forbidden(
        f"{who}：不好意思，为了保障客户的安全信息，请您用刚刚拍下来的ID来核对。主管可写明原因破例",
        "Only the ordering account may ask for this; a supervisor may make a written exception",
        code="not_verified",
    )


def _require_alone(order: Order, kind: str, parent: ServiceCase | None) -> None:
    """One open case of a kind; no change while a cancel or recall runs."""
    blocking = Q(kind=kind)
    if kind != "order_cancel":
        blocking |= Q(kind="order_cancel")
    if kind != "parcel_recall":
        blocking |= Q(kind="parcel_recall")
    rows = ServiceCase.objects.filter(blocking, order=order, ended_at=None)
    other = (rows.exclude(pk=parent.pk) if parent is not None else rows).first()
    if other is None:
        return
    flow = SERVICE_FLOWS[other.kind]
    raise Conflict(
        "already_open",
        f"这张订单已有{flow.zh}单 {other.number}（{flow.state(other.state).zh}），请在那张单上继续",
        f"The order has an open case {other.number} ({flow.state(other.state).en}); go on there",
        current={"id": other.pk, "kind": other.kind, "number": other.number, "state": other.state},
    )


def perform_service(
    viewer: Viewer, row: ServiceCase, verb: str, data: dict[str, Any], *, by: Who, at: datetime
) -> None:
    """Check who asks, that she read the remark, that it is legal now, what was typed; then do it."""
    flow = SERVICE_FLOWS[row.kind]
    _require_may(viewer, row, verb)
    move = moving.find_legal(flow, row, verb)
    moving.require_actor(move, viewer, row.shop_id)
    require_read(row.order, by)
    form = moving.parse_form(move, data)
    if move.ready is not None and (why := move.ready(row)) is not None:
        raise Refusal("not_ready", why.zh, why.en, current={"state": row.state, "fulfilment": row.order.fulfilment})
    if verb == "correct":
        assert isinstance(form, Changes)
        told = _checked(row.order, [one.model_dump() for one in form.changes])
        service_steps.step(row, verb, by=by, at=at, columns={"changes": told, "remark": ""})
        return
    if verb == "recall":
        service_steps.step(row, verb, by=by, at=at, note=getattr(form, "note", ""))
        open_service("parcel_recall", row.order_id, reason=row.reason, parent=row, by=by, at=at)
        return
    service_steps.by_person(row, verb, form, by=by, at=at)


def _require_may(viewer: Viewer, row: ServiceCase, verb: str) -> None:
    """403 before 409: who may never do a step is not told whether it would be legal now."""
    refusal: Forbidden | None = None
    for move in SERVICE_FLOWS[row.kind].moves:
        if move.verb == verb:
            try:
                return moving.require_actor(move, viewer, row.shop_id)
            except Forbidden as no:
                refusal = no
    if refusal is not None:
        raise refusal
