"""What the return dock reads: questions by category, where pieces went, whose a stray may be, what lies unprocessed."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from xiaoer.aftersales.dock_checks import PLACES, checks_for
from xiaoer.aftersales.kinds import flow_of
from xiaoer.aftersales.models import CaseLine, GoodsBackRow, Shelved, StrayParcel
from xiaoer.aftersales.naming import actor_names
from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.i18n import T

MOST = 100


def checks(row: GoodsBackRow, language: str) -> list[dict[str, str]]:
    """The questions for the goods of a case."""
    rows = CaseLine.objects.filter(flow=flow_of(row).name, case_id=row.pk)
    categories = rows.values_list("order_line__category", flat=True).distinct()
    return [{"value": one.code, "label": one.label.say(language)} for one in checks_for(categories)]


def shelved(flow: Flow, row: GoodsBackRow, language: str) -> list[dict[str, Any]]:
    """Where the pieces of a case went."""
    return shown(Shelved.objects.filter(flow=flow.name, case_id=row.pk).order_by("pk"), language)


def shown(rows: Iterable[Shelved] | QuerySet[Shelved], language: str) -> list[dict[str, Any]]:
    found = list(rows.select_related("order_line") if isinstance(rows, QuerySet) else rows)
    told = actor_names([who for one in found for who in (one.by, one.settled_by) if who], language)
    return [
        {
            "id": one.pk,
            "flow": one.flow,
            "case": one.case_id,
            "number": one.number,
            "line": one.order_line_id,
            "title": one.order_line.title,
            "sku": one.order_line.sku,
            "qty": one.qty,
            "place": one.place,
            "place_label": PLACES[one.place].say(language),
            "note": one.note,
            "by": told.get(one.by, ""),
            "at": iso(one.at),
            "settled": one.settled,
            "settled_label": PLACES[one.settled].say(language) if one.settled else "",
            "settled_note": one.settled_note,
            "settled_by": told.get(one.settled_by, ""),
            "settled_at": iso(one.settled_at),
        }
        for one in found
    ]


def places(viewer: Viewer, *, shop: int | None, waiting: bool) -> QuerySet[Shelved]:
    """What stands in quarantine (`waiting`), or all that was put away, latest first."""
    rows = Shelved.objects.filter(shop_id__in=viewer.shops_with(Perm.AFTERSALES_VIEW))
    if shop is not None:
        rows = rows.filter(shop_id=shop)
    if waiting:
        return rows.filter(place="quarantine", settled="").order_by("at", "pk")
    return rows.order_by("-at", "-pk")


def find_shelved(viewer: Viewer, shelved_id: int) -> Shelved:
    row = places(viewer, shop=None, waiting=False).filter(pk=shelved_id).first()
    if row is None:
        raise NotFound("没有这条退货去向记录", "There is no such record")
    return row


_WHY = {
    "order_no": T("订单号一致", "Same order number"),
    "nick": T("买家昵称一致", "Same nick"),
    "near": T("运单号只差一两位，可能填错", "The waybill differs by a digit or two: perhaps mistyped"),
    "no_waybill": T("买家还没有填运单号", "The buyer has typed no waybill yet"),
    "carrier": T("快递公司一致", "Same carrier"),
    "wanted": T("换货款式一致", "Same wish"),
}
_POINTS = {"order_no": 60, "near": 45, "nick": 55, "wanted": 10, "no_waybill": 6, "carrier": 4}

LEAST = _POINTS["wanted"]
"""Fewer points are no reason to offer a case."""


def points(stray: StrayParcel, row: GoodsBackRow) -> tuple[int, list[str]]:
    """What speaks for a case: what the slip says, a waybill that is nearly the same, a case still without one."""
    slip, found = stray.slip, []
    if slip.get("order_no") and slip["order_no"] == row.order.order_no:
        found.append("order_no")
    if slip.get("nick") and slip["nick"].casefold() == row.customer.nick.casefold():
        found.append("nick")
    if row.waybill and distance(row.waybill, stray.waybill) in (1, 2):
        found.append("near")
    if not row.waybill:
        found.append("no_waybill")
    if stray.carrier and stray.carrier == row.carrier:
        found.append("carrier")
    wish = slip.get("wanted", "")
    if wish and wish in (getattr(row, "wanted", ""), getattr(row, "wanted_sku", "")):
        found.append("wanted")
    return sum(_POINTS[one] for one in found), found


def words(found: Sequence[str], language: str) -> list[str]:
    return [_WHY[one].say(language) for one in found]


def distance(one: str, other: str) -> int:
    """In how many places two numbers of the same length differ, a swapped pair counting once; else far apart."""
    if len(one) != len(other):
        return 99
    places = [at for at in range(len(one)) if one[at] != other[at]]
    swapped = len(places) == 2 and one[places[0]] == other[places[1]] and one[places[1]] == other[places[0]]
    return 1 if swapped else len(places)


def on_its_way(rows: QuerySet[Any], flow: Flow) -> QuerySet[Any]:
    """Cases of a flow whose parcel may be the one: to be posted, or posted and not received."""
    states = [state.name for state in flow.states if flow.find(state.name, "ship") or flow.find(state.name, "receive")]
    return rows.filter(Q(state__in=states))


def days_since(signed_at: datetime, at: datetime) -> int:
    return max(0, (at - signed_at).days)
