"""Lists of the dock over every flow whose goods come back: suggestions for a stray, parcels signed and unprocessed (R232)."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales import dock_reads, showing
from xiaoer.aftersales.kinds import FLOWS
from xiaoer.aftersales.models import StrayParcel
from xiaoer.aftersales.queries import DOCK, visible
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.orders.return_traces import signed_returns
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule

LOOKED_AT = 300
"""The latest cases of each flow that are compared with a stray."""
OFFERED = 8


def suggestions(viewer: Viewer, stray: StrayParcel) -> list[dict[str, Any]]:
    """The cases a stray may belong to, best first; nothing that speaks for a case, no suggestion."""
    found: list[tuple[int, list[str], str, Any]] = []
    for name in DOCK:
        rows = dock_reads.on_its_way(visible(viewer, name).filter(shop_id=stray.shop_id), FLOWS[name])
        for row in rows.order_by("-opened_at", "-pk")[:LOOKED_AT]:
            score, why = dock_reads.points(stray, row)
            if score >= dock_reads.LEAST:
                found.append((score, why, name, row))
    best = sorted(found, key=lambda one: (-one[0], -one[3].pk))[:OFFERED]
    shown = showing.rows([(name, row) for _, _, name, row in best], viewer.language)
    return [
        {"case": case, "score": score, "why": dock_reads.words(why, viewer.language)}
        for case, (score, why, _, _) in zip(shown, best, strict=True)
    ]


def unprocessed(viewer: Viewer, shop: int | None, at: datetime) -> list[dict[str, Any]]:
    """R232: the courier says signed, the dock has nothing: days ago longer than the shop's rule, oldest first."""
    found: list[tuple[datetime, str, Any]] = []
    for name in DOCK:
        rows = visible(viewer, name).filter(state="in_transit").exclude(waybill="")
        if shop is not None:
            rows = rows.filter(shop_id=shop)
        waiting = list(rows.order_by("due_at", "pk")[:LOOKED_AT])
        signed = signed_returns({(row.shop_id, row.waybill) for row in waiting})
        found += [(signed[key], name, row) for row in waiting if (key := (row.shop_id, row.waybill)) in signed]
    late = [one for one in found if at - one[0] >= _after(one[2].shop_id, at)]
    late.sort(key=lambda one: (one[0], one[2].pk))
    shown = showing.rows([(name, row) for _, name, row in late], viewer.language)
    return [
        {"case": case, "signed_at": iso(signed), "days": dock_reads.days_since(signed, at)}
        for case, (signed, _, _) in zip(shown, late, strict=True)
    ]


def _after(shop_id: int, at: datetime) -> Any:
    return rule("return_signed_unprocessed", shop=shop_facts(shop_id), at=at).duration
