"""Reads of service cases: for a viewer, for a list, for the panel of an order."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet

from xiaoer.customers.queries import mask_text
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.moving import can, clocks_of, form_schema
from xiaoer.kernel.names import actor_names
from xiaoer.orders import rules, service_rules, service_words
from xiaoer.orders.actions.service_seen import is_unread, mark_of
from xiaoer.orders.actions.service_steps import planned_remark
from xiaoer.orders.models import Order
from xiaoer.orders.models_service import RemarkSeen, ServiceCase, ServiceStep
from xiaoer.orders.service_flow import SERVICE_FLOWS, STEPS
from xiaoer.orders.service_forms import CHANGE_FORMS
from xiaoer.people.queries import shop_facts

DESKS = ("agent", "buyer", "clerk", "warehouse", "courier", "aftersales")
"""Whose turn it is: the tabs of the list."""
COUNT_MOST = 999


def visible(viewer: Viewer) -> QuerySet[ServiceCase]:
    return ServiceCase.objects.filter(shop_id__in=viewer.shops_with(Perm.ORDERS_VIEW))


def find_service(viewer: Viewer, case_id: int) -> ServiceCase:
    row = visible(viewer).select_related("order", "customer", "shop").filter(pk=case_id).first()
    if row is None:
        raise NotFound("没有这张改单/取消单", "There is no such service case")
    return row


def asked(
    viewer: Viewer, *, shop: int | None, kind: str, state: str, desk: str, q: str, customer: int | None
) -> QuerySet[ServiceCase]:
    """`desk`: open, all, or whose turn it is (agent, clerk, warehouse, courier, aftersales, buyer)."""
    rows = visible(viewer).select_related("order", "customer", "shop")
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if desk != "all":
        rows = rows.filter(ended_at__isnull=True)
    if desk in DESKS:
        rows = rows.filter(waits_for=desk)
    for name, text in (("kind", kind), ("state", state)):
        if text:
            rows = rows.filter(**{f"{name}__in": text.split(",")})
    if customer is not None:
        rows = rows.filter(customer_id=customer)
    if q.strip():
        text = q.strip()
        number = text.rpartition("-")[2]
        by_no = rows.filter(order__order_no=text)
        return by_no | rows.filter(pk=int(number)) if "-" in text and number.isdigit() else by_no
    return rows


def counts(viewer: Viewer, shop: int | None) -> dict[str, int]:
    """How many open cases wait for whom."""
    rows = visible(viewer).filter(ended_at__isnull=True)
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    found = dict.fromkeys(DESKS, 0)
    for one in rows.order_by().values("waits_for").annotate(n=Count("pk")):
        found[one["waits_for"]] = min(one["n"], COUNT_MOST)
    return {**found, "open": sum(found.values())}


def shown_row(row: ServiceCase, language: str) -> dict[str, Any]:
    """A line of the list."""
    flow = SERVICE_FLOWS[row.kind]
    state = flow.state(row.state)
    first = rules.Fulfilment(row.fulfilment)
    now = rules.Fulfilment(row.order.fulfilment)
    return {
        "id": row.pk,
        "number": row.number,
        "kind": row.kind,
        "kind_label": flow.label.say(language),
        "state": row.state,
        "state_label": state.label.say(language),
        "category": state.category,
        "waits_for": row.waits_for,
        "shop": row.shop_id,
        "order": {
            "id": row.order_id,
            "order_no": row.order.order_no,
            "fulfilment": row.order.fulfilment,
            "fulfilment_label": rules.FULFILMENT_NAMES[now].say(language),
        },
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "what": service_words.summaries(row.changes) or ([mask_text(row.reason)] if row.reason else []),
        "asked_when": row.fulfilment,
        "asked_when_label": rules.FULFILMENT_NAMES[first].say(language),
        "refund_fen": row.refund_fen,
        "opened_at": iso(row.opened_at),
        "state_at": iso(row.state_at),
        "due_at": iso(row.due_at),
        "ended_at": iso(row.ended_at),
    }


def shown_case(row: ServiceCase, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """One case: what is legal now, the four steps, the remark as it will be written, who did what."""
    flow = SERVICE_FLOWS[row.kind]
    language = viewer.language
    steps = list(ServiceStep.objects.filter(case=row).order_by("pk"))
    names = actor_names([row.opened_by, *(one.by for one in steps)], language)
    plan = planned_remark(row, viewer.who.name, at) if row.kind == "order_change" and not row.remark else ""
    return shown_row(row, language) | {
        "changes": [service_words.masked(one) for one in row.changes],
        "remark": row.remark,
        "remark_plan": plan,
        "held": row.held,
        "facts": row.facts,
        "override": mask_text(row.override),
        "same_account": row.asked_by == row.customer_id or row.parent_id is not None,
        "conversation": row.conversation,
        "opened_by": names[row.opened_by],
        "parent": row.parent_id,
        "clocks": clocks_of(flow, row, language),
        "can": can(flow, row, viewer),
        "track": _track(row, steps, names),
        "steps": [_step(row, one, names, language) for one in steps],
        "server_now": iso(at),
    }


def _step(row: ServiceCase, one: ServiceStep, names: dict[str, str], language: str) -> dict[str, Any]:
    flow = SERVICE_FLOWS[row.kind]
    move = next((move for move in flow.moves if move.verb == one.verb), None)
    return {
        "verb": one.verb,
        "label": move.label.say(language) if move else flow.label.say(language),
        "state": one.target,
        "state_label": flow.state(one.target).label.say(language),
        "by": one.by_name or names[one.by],
        "at": iso(one.at),
        "note": mask_text(one.note),
        "data": one.data,
    }


def _track(row: ServiceCase, steps: list[ServiceStep], names: dict[str, str]) -> list[dict[str, Any]]:
    """The four steps of R096 with who took them; after a correction they begin again."""
    if row.kind != "order_change":
        return []
    taken: dict[str, ServiceStep] = {}
    for one in steps:
        if one.verb == "correct":
            taken.clear()
        taken[one.verb] = one
    track = []
    for verb in STEPS:
        found = taken.get(verb)
        track.append(
            {
                "verb": verb,
                "at": iso(found.at) if found else None,
                "by": (found.by_name or names[found.by]) if found else "",
            }
        )
    return track


def panel(order: Order, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """What the order page asks once: what to read first, the cases, what may be asked now, and the flags there are."""
    shop = shop_facts(order.shop_id)
    rows = (
        ServiceCase.objects.filter(order=order)
        .select_related("order", "customer", "shop")
        .order_by("-opened_at", "-pk")
    )
    readers = list(RemarkSeen.objects.filter(order=order, mark=mark_of(order)).order_by("at", "pk"))
    return {
        "order": order.pk,
        "remark": {
            "mark": mark_of(order),
            "unread": is_unread(order, viewer.who),
            "flag": order.flag,
            "flag_label": rules.FLAG_NAMES[order.flag].say(viewer.language) if order.flag in rules.FLAG_NAMES else "",
            "text": order.seller_remark,
            "buyer_message": mask_text(order.buyer_message),
            "readers": [{"name": one.staff_name, "at": iso(one.at), "times": one.times} for one in readers],
        },
        "flags": [
            {"value": one, "label": rules.FLAG_NAMES[one].say(viewer.language)} for one in rules.flags_on(shop.platform)
        ],
        "cases": [shown_case(row, viewer, at) for row in rows[:20]],
        "asks": offered(order, viewer, shop.platform),
        "customer": order.customer_id,
        "server_now": iso(at),
    }


def offered(order: Order, viewer: Viewer, platform: str) -> list[dict[str, Any]]:
    """Everything a buyer can ask for, whether it goes, and what will happen (the hidden-rules table in words)."""
    stands = service_rules.standing(order.status, order.fulfilment, order.signed_at)
    made = []
    for ask, label in service_rules.ASKS.items():
        found = service_rules.answer(platform, ask, stands)
        if ask == "other_account" or found is None:
            continue
        kind = service_rules.KIND_OF[ask]
        perm = Perm.AFTERSALES_OPEN if ask == "recall" else Perm.ORDERS_REMARK
        made.append(
            {
                "ask": ask,
                "kind": kind,
                "label": label.say(viewer.language),
                "allowed": found.allowed if viewer.may(perm, order.shop_id) else "no",
                "text": found.text.say(viewer.language),
                "form": form_schema(CHANGE_FORMS.get(ask), viewer.language),
            }
        )
    return made


def slip_run(case: str) -> int | None:
    """The print run of a recall's two-copy slip (两联快件退回单, R075)."""
    facts = ServiceCase.objects.filter(kind="parcel_recall", pk=int(case.partition(":")[2])).values_list(
        "facts", flat=True
    )
    found = facts.first() or {}
    return int(found["slip_run"]) if "slip_run" in found else None


def steps_of(case_ids: Iterable[int], verbs: Iterable[str]) -> list[ServiceStep]:
    """The steps of several cases that were taken with one of these verbs, in order: who signed what, for registers."""
    return list(ServiceStep.objects.filter(case_id__in=list(case_ids), verb__in=list(verbs)).order_by("pk"))
