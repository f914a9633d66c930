"""The repair desk's rows: register, price list, parts, requests, terms, centres."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from xiaoer.aftersales import repair_words as words
from xiaoer.aftersales.models import (
    Part,
    PartMove,
    PartRequest,
    RepairCase,
    RepairPrice,
    ServiceCentre,
    Warranty,
    WarrantyTerm,
)
from xiaoer.aftersales.naming import actor_names
from xiaoer.aftersales.repair_flow import REPAIR
from xiaoer.aftersales.repair_kind import part_line
from xiaoer.aftersales.repair_parts_flow import PARTS
from xiaoer.aftersales.repair_reads import warranty_day
from xiaoer.aftersales.repair_rules import covered_on, source_words, warranty_words
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import can

MOVE_NAMES = {
    "in": ("入库", "In"),
    "counted": ("盘减", "Taken off"),
    "issued": ("领用", "Issued"),
    "returned": ("退回", "Returned"),
}


def repair(row: RepairCase, language: str, at: datetime) -> dict[str, Any]:
    """One line of the repair desk."""
    state = REPAIR.state(row.state)

    def said(names: Mapping[str, T], code: str) -> str:
        return names[code].say(language) if code in names else ""

    return {
        "id": row.pk,
        "number": row.number,
        "shop": row.shop_id,
        "state": row.state,
        "state_label": state.label.say(language),
        "category": state.category,
        "waits_for": state.waits_for,
        "order": {"id": row.order_id, "order_no": row.order.order_no},
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "title": row.title,
        "serial": row.serial,
        "reason_label": said(words.REPAIR_REASONS, row.reason),
        "fault_label": said(words.FAULTS, row.fault),
        "cause_label": said(words.CAUSES, row.cause),
        "covered": row.covered,
        "centre": row.centre.name if row.centre is not None else "",
        "charge_fen": row.charge_fen,
        "charge_paid": row.charge_paid_at is not None,
        "parts_open": row.parts_open,
        "opened_at": iso(row.opened_at),
        "state_at": iso(row.state_at),
        "due_at": iso(row.due_at),
    }


def warranty(row: Warranty, language: str, at: datetime) -> dict[str, Any]:
    day = warranty_day(row.shop, at)
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "order": {"id": row.order_id, "order_no": row.order.order_no},
        "customer": {"id": row.customer_id, "nick": row.customer.nick},
        "line": row.order_line_id,
        "piece": row.piece,
        "title": row.title,
        "sku_code": row.sku_code,
        "serial": row.serial,
        "months": row.months,
        "starts_on": row.starts_on.isoformat(),
        "until": row.until.isoformat() if row.until else None,
        "covered": covered_on(day, row.until),
        "words": warranty_words(row.until, row.months, day).say(language),
        "source": source_words(row.source).say(language),
        "repairs": row.repairs,
        "registered_at": iso(row.registered_at),
    }


def price(row: RepairPrice, language: str) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "code": row.code,
        "name": row.name,
        "kind": row.kind,
        "kind_label": words.CHARGES[row.kind].say(language),
        "price_fen": row.price_fen,
        "from_at": iso(row.from_at),
        "until_at": iso(row.until_at),
    }


def part(row: Part) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "code": row.code,
        "name": row.name,
        "fits": row.fits,
        "cost_fen": row.cost_fen,
        "stock": row.stock,
        "low": row.low,
        "short": row.stock <= row.low,
        "active": row.active,
    }


def moves(rows: Sequence[PartMove], language: str) -> list[dict[str, Any]]:
    told = actor_names([row.by for row in rows], language)
    return [
        {
            "id": row.pk,
            "kind": row.kind,
            "label": MOVE_NAMES[row.kind][1 if language.startswith("en") else 0],
            "qty": row.qty,
            "after": row.after,
            "note": row.note,
            "by": told.get(row.by, ""),
            "at": iso(row.at),
        }
        for row in rows
    ]


def request(row: PartRequest, viewer: Viewer, told: dict[str, str]) -> dict[str, Any]:
    """One request with its repair, who had it in hand, and the steps that are legal now."""
    return {
        **part_line(row, viewer.language),
        "shop": row.shop_id,
        "repair": {"id": row.repair_id, "number": row.repair.number, "title": row.repair.title},
        "stock": row.part.stock,
        "asked_by": told.get(row.asked_by, ""),
        "decided_by": told.get(row.decided_by, ""),
        "issued_by": told.get(row.issued_by, ""),
        "settled_by": told.get(row.settled_by, ""),
        "issued_at": iso(row.issued_at),
        "settled_at": iso(row.settled_at),
        "can": can(PARTS, row, viewer),
    }


def requests(rows: Sequence[PartRequest], viewer: Viewer) -> list[dict[str, Any]]:
    actors = [who for row in rows for who in (row.asked_by, row.decided_by, row.issued_by, row.settled_by) if who]
    told = actor_names(actors, viewer.language)
    return [request(row, viewer, told) for row in rows]


def term(row: WarrantyTerm) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "category": row.category,
        "sku_code": row.sku_code,
        "months": row.months,
        "covers": row.covers,
    }


def centre(row: ServiceCentre) -> dict[str, Any]:
    return {
        "id": row.pk,
        "shop": row.shop_id,
        "name": row.name,
        "regions": row.regions,
        "phone": row.phone,
        "address": row.address,
        "active": row.active,
    }
