"""Cases as people see them: rows of a desk, one case for staff, one case for the buyer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from xiaoer.aftersales import answers, dock_reads, links, words
from xiaoer.aftersales.kinds import FLOWS, KINDS
from xiaoer.aftersales.models import (
    CaseLine,
    CaseNote,
    CaseRow,
    GoodsBackRow,
    MoneyEntry,
    RefundOnlyCase,
    ReturnCase,
    StrayParcel,
)
from xiaoer.aftersales.naming import actor_names, carrier_name, local_time
from xiaoer.aftersales.opening import for_kind
from xiaoer.aftersales.proposals import amounts
from xiaoer.aftersales.queries import executed_fen
from xiaoer.aftersales.reasons import CHANNELS, FAULTS, REASONS, REFUSALS
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.events import label_of
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event
from xiaoer.kernel.money import format_yuan
from xiaoer.kernel.moving import can, clocks_of, label_of_move, subject_of
from xiaoer.orders.queries import OrderFacts, facts_by_id, order_facts
from xiaoer.people.queries import shop_facts


def rows(found: Sequence[tuple[str, CaseRow]], language: str) -> list[dict[str, Any]]:
    """The rows of a desk, with few queries whatever their number."""
    orders = facts_by_id(row.order_id for _, row in found)
    paid = {name: executed_fen(name, [row.pk for one, row in found if one == name]) for name in FLOWS}
    goods: dict[tuple[str, int], list[CaseLine]] = {}
    for name in FLOWS:
        ids = [row.pk for one, row in found if one == name]
        for line in CaseLine.objects.filter(flow=name, case_id__in=ids).order_by("pk"):
            goods.setdefault((name, line.case_id), []).append(line)
    return [
        _row(FLOWS[name], row, orders[row.order_id], goods.get((name, row.pk), []), paid[name].get(row.pk, 0), language)
        for name, row in found
    ]


def _row(
    flow: Flow, row: CaseRow, order: OrderFacts, lines: Sequence[CaseLine], executed: int, language: str
) -> dict[str, Any]:
    state = flow.state(row.state)
    made = {
        "id": row.pk,
        "number": row.number,
        "flow": flow.name,
        "flow_label": flow.label.say(language),
        "state": row.state,
        "state_label": state.label.say(language),
        "category": state.category,
        "waits_for": state.waits_for,
        "shop": row.shop_id,
        "order": {"id": order.id, "order_no": order.order_no},
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "reason": row.reason,
        "reason_label": _said(KINDS[flow.name].reasons, row.reason, language),
        "responsibility": row.responsibility,
        "responsibility_label": FAULTS[row.responsibility].say(language),
        "lines": [_line(line, order) for line in lines],
        "requested_fen": row.requested_fen,
        "granted_fen": row.granted_fen,
        "executed_fen": executed,
        "opened_at": iso(row.opened_at),
        "state_at": iso(row.state_at),
        "due_at": iso(row.due_at),
        "carrier": "",
        "waybill": "",
    }
    if isinstance(row, GoodsBackRow):
        made |= {"carrier": row.carrier, "carrier_label": carrier_name(row.carrier, language), "waybill": row.waybill}
    return made


def _said(known: Mapping[str, T], code: str, language: str) -> str:
    return known[code].say(language) if code in known else code


def _line(line: CaseLine, order: OrderFacts) -> dict[str, Any]:
    facts = order.line(line.order_line_id)
    return {
        "line": line.order_line_id,
        "title": facts.title if facts else "",
        "sku": facts.sku if facts else "",
        "qty": line.requested,
        "bought": facts.qty if facts else line.requested,
        "paid_fen": facts.paid_fen if facts else 0,
        "received": line.received,
        "damaged": line.damaged,
        "requested_fen": line.requested_fen,
        "granted_qty": line.granted_qty,
        "granted_fen": line.granted_fen,
    }


def _common(flow: Flow, row: CaseRow, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """What staff and the buyer both see of a case."""
    language = viewer.language
    order = order_facts(row.order_id)
    lines = list(CaseLine.objects.filter(flow=flow.name, case_id=row.pk).order_by("pk"))
    executed = executed_fen(flow.name, [row.pk]).get(row.pk, 0)
    verdict = row.freight
    made = _row(flow, row, order, lines, executed, language)
    made |= {
        "amounts": {
            "requested_fen": row.requested_fen,
            "granted_fen": row.granted_fen,
            "executed_fen": executed,
            "goods_fen": row.goods_fen,
            "freight_out_fen": row.freight_out_fen,
            "freight_back_fen": row.freight_back_fen,
        },
        "freight": {
            "outbound": verdict.get("outbound"),
            "back": verdict.get("back"),
            "advance": verdict.get("advance"),
            "text": verdict.get("en" if language.startswith("en") else "zh", ""),
            "sources": verdict.get("sources", []),
        },
        "note": row.note,
        "photos": links.shown(row.photos, shop_id=row.shop_id, buyer=viewer.kind == "buyer"),
        "answer": row.answer,
        "refused_why": REFUSALS[row.refused_why].say(language) if row.refused_why in REFUSALS else "",
        "clocks": _clocks(flow, row, language, viewer.kind == "buyer"),
        "buyer_text": text_for_buyer(flow, row).say(language),
        "visited": visited(flow, row),
        "can": [{**one, "form": for_kind(one["form"], flow.name)} for one in can(flow, row, viewer)],
        "server_now": iso(at),
        "facts": KINDS[flow.name].facts(row, viewer, at),
        "more": KINDS[flow.name].more(row, language),
    }
    if isinstance(row, GoodsBackRow):
        made |= {
            "comes_back": True,
            "return_address": row.return_address or None,
            "shipped_at": iso(row.shipped_at),
            "advanced_fen": row.advanced_fen,
            "received_at": iso(row.received_at),
            "back_carrier": carrier_name(row.back_carrier, language),
            "back_waybill": row.back_waybill,
        }
    return made


def _clocks(flow: Flow, row: CaseRow, language: str, buyer: bool) -> list[dict[str, Any]]:
    """Running clocks; the shop's internal ones are not the buyer's business."""
    internal = KINDS[flow.name].internal
    return [
        {**clock, "internal": clock["kind"] in internal, "from_platform": clock["kind"] in row.platform_clocks}
        for clock in clocks_of(flow, row, language)
        if not (buyer and clock["kind"] in internal)
    ]


def for_staff(flow: Flow, row: CaseRow, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """One case for the workbench: everything, with the rules' answers, the ledger and the timeline."""
    order = order_facts(row.order_id)
    told = actor_names([row.opened_by, row.decided_by], viewer.language)
    made = _common(flow, row, viewer, at) | {
        "platform_no": row.platform_no,
        "opened_by": told.get(row.opened_by, ""),
        "decided_by": told.get(row.decided_by, "") if row.decided_by else "",
        "decided_at": iso(row.decided_at),
        "goodwill": row.goodwill,
        "rules": _rules(row, order, viewer.language, at),
        "initial": KINDS[flow.name].initial(row),
        "proposal": _proposal(row, viewer.language, at),
        "ledger": ledger(flow, row, viewer.language),
        "timeline": timeline(flow, row, viewer.language),
    }
    if isinstance(row, GoodsBackRow):
        made["checks"] = dock_reads.checks(row, viewer.language)
        made["shelved"] = dock_reads.shelved(flow, row, viewer.language)
        made["receipt"] = {key: value for key, value in row.receipt.items() if key not in ("by", "inspector")}
    return made


def _rules(row: CaseRow, order: OrderFacts, language: str, at: datetime) -> dict[str, Any] | None:
    """What the rules say of the order, where the case has a reason that they know."""
    reason = REASONS.get(row.reason)
    if reason is None:
        return None
    return answers.described(shop_facts(row.shop_id), order, reason, row.freight, language, at)


def _proposal(row: CaseRow, language: str, at: datetime) -> dict[str, Any] | None:
    found = amounts(row, at=at) if isinstance(row, ReturnCase | RefundOnlyCase) else None
    return found and {**found, "why": found["why"]["en" if language.startswith("en") else "zh"]}


def for_buyer(flow: Flow, row: CaseRow, viewer: Viewer, at: datetime) -> dict[str, Any]:
    """One case on the buyer's page: no internal notes, no names of staff."""
    made = _common(flow, row, viewer, at)
    made["timeline"] = timeline(flow, row, viewer.language, buyer=True)
    made["more"].pop("staff", None)
    made.pop("responsibility")
    made.pop("responsibility_label")
    return made


def visited(flow: Flow, row: CaseRow) -> list[str]:
    """The states the case went through, in order: what the flowchart lights."""
    events = Event.objects.filter(subject=subject_of(flow, row), kind__startswith=f"{flow.name}.").order_by("number")
    return [payload.get("target", "") for payload in events.values_list("payload", flat=True)]


def ledger(flow: Flow, row: CaseRow, language: str) -> list[dict[str, Any]]:
    entries = list(MoneyEntry.objects.filter(flow=flow.name, case_id=row.pk).order_by("pk"))
    told = actor_names((entry.by for entry in entries), language)
    return [
        {
            "kind": entry.kind,
            "part": entry.part,
            "amount_fen": entry.amount_fen,
            "channel": entry.channel,
            "channel_label": CHANNELS[entry.channel].say(language) if entry.channel in CHANNELS else "",
            "reference": entry.reference,
            "by": told[entry.by],
            "at": iso(entry.at),
        }
        for entry in entries
    ]


def timeline(flow: Flow, row: CaseRow, language: str, buyer: bool = False) -> list[dict[str, Any]]:
    """The journal lines of a case with label, actor and details; for staff also internal notes."""
    events = Event.objects.filter(subject=subject_of(flow, row)).order_by("number")
    lines = list(events.filter(for_buyer=True) if buyer else events)
    notes = [] if buyer else list(CaseNote.objects.filter(flow=flow.name, case_id=row.pk).order_by("pk"))
    told = actor_names([*(e.actor for e in lines), *(n.by for n in notes)], language)
    by_step = {(n.verb, n.at): n.text for n in notes if n.verb}
    made = [_entry(event, told, by_step, language, buyer) for event in lines if event.kind != "case.noted"]
    made += [
        {
            "number": None,
            "at": iso(n.at),
            "kind": "note",
            "label": T("内部备注", "Internal note").say(language),
            "actor": n.by,
            "actor_name": told[n.by],
            "target": "",
            "details": [],
            "note": n.text,
        }
        for n in notes
        if not n.verb
    ]
    return sorted(made, key=lambda one: str(one["at"]))


def _entry(
    event: Event, told: dict[str, str], notes: dict[tuple[str, datetime], str], language: str, buyer: bool
) -> dict[str, Any]:
    label = label_of_move(event.kind) or label_of(event.kind)
    staff = buyer and event.actor.startswith("staff")
    verb = str(event.payload.get("verb", ""))
    return {
        "number": event.number,
        "at": iso(event.at),
        "kind": event.kind,
        "label": label.say(language).partition("：")[2] or label.say(language),
        "actor": "" if buyer else event.actor,
        "actor_name": T("卖家", "Seller").say(language) if staff else told[event.actor],
        "target": event.payload.get("target", ""),
        "details": _details(event, language),
        "note": notes.get((verb, event.at), "") if not buyer else "",
    }


def _details(event: Event, language: str) -> list[dict[str, str]]:
    kind = KINDS.get(event.kind.partition(".")[0])
    details = event.payload.get("details", {})
    if kind is None:
        return words.detail_lines(details, language)
    reasons = {"reason": kind.reasons} if kind.reasons else {}
    return words.detail_lines(details, language, kind.labels, {**reasons, **kind.choices})


def text_for_buyer(flow: Flow, row: CaseRow) -> T:
    """What the buyer is told in the state in which the case stands."""
    zone = answers.zone_of(shop_facts(row.shop_id))
    values = {
        "answer": row.answer,
        "amount": format_yuan(row.granted_fen or row.requested_fen),
        "freight": str(row.freight.get("zh", "")),
        "freight_en": str(row.freight.get("en", "")),
        **KINDS[flow.name].values(row),
    }
    due = row.due_at
    if due is not None:
        values["until"] = local_time(due, zone)
    return words.buyer_text(KINDS[flow.name].texts.get(row.state, T("", "")), values, due is not None)


def stray(row: StrayParcel, told: dict[str, str], language: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "waybill": row.waybill,
        "carrier": row.carrier,
        "carrier_label": carrier_name(row.carrier, language),
        "note": row.note,
        "photos": links.shown(row.photos, shop_id=row.shop_id, buyer=False),
        "registered_by": told.get(row.registered_by, ""),
        "registered_at": iso(row.registered_at),
        "case": row.case_id,
        "flow": row.flow or ("return" if row.case_id else ""),
        "slip": row.slip,
        "matched_by": told.get(row.matched_by, ""),
        "matched_at": iso(row.matched_at),
    }
