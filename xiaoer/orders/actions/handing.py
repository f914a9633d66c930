"""要回单据或包裹 (R051, R052, R056, R058): asked, handed over, destroyed or restocked; every step is signed."""

from datetime import datetime

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events_print as events
from xiaoer.orders.actions import service_hooks
from xiaoer.orders.models import Order
from xiaoer.orders.models_print import HandOver

WHAT = {"papers": T("发货单与快递单", "slip and waybill"), "parcel": T("包裹", "parcel")}
ENDS = {
    "destroyed": T("撕毁", "destroyed"),
    "restocked": T("入库", "restocked"),
    "returned": T("改好后交回", "given back corrected"),
    "dropped": T("不再需要", "not needed any more"),
}


def ask_back(order_id: int, *, what: str, case: str, by: Who, at: datetime) -> HandOver:
    """Ask the warehouse for the papers or the parcel; the same case again answers the same hand-over."""
    if what not in WHAT:
        raise Invalid(fields={"what": T("只能要回 papers 或 parcel", "Either papers or parcel")})
    row = Order.objects.filter(pk=order_id).first()
    if row is None:
        raise NotFound("没有这张订单", "There is no such order")
    known = HandOver.objects.filter(case=case, what=what).filter(settled_at__isnull=True).first()
    if known is not None:
        return known
    asked = HandOver.objects.create(
        shop_id=row.shop_id,
        order=row,
        what=what,
        case=case,
        asked_by=str(by),
        asked_by_name=by.name[:64],
        asked_at=at,
    )
    payload = events.OrderAskedBack(hand_over=asked.pk, what=what, case=case, order_no=row.order_no)
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.pk}", by=by, at=at)
    return asked


def hand_over(hand_over_id: int, *, took: str, by: Who, at: datetime) -> HandOver:
    """交出: `by` gave it, `took` is the name of the person who took it (签收人)."""
    took = took.strip()
    if not 1 <= len(took) <= 64:
        raise Invalid(fields={"took": T("请填写接收人姓名（签收）", "Write the name of who took it")})
    row = _find(hand_over_id)
    moved = HandOver.objects.filter(pk=row.pk, state=HandOver.ASKED).update(
        state=HandOver.HANDED, gave_by=str(by), gave_by_name=by.name[:64], took_by_name=took, handed_at=at
    )
    if not moved:
        raise _not_so(hand_over_id)
    payload = events.OrderHandedOver(
        hand_over=row.pk, what=row.what, case=row.case, order_no=row.order.order_no, gave=by.name, took=took
    )
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)
    service_hooks.handed_over(row.case, by=by, at=at)
    return _find(hand_over_id)


def settle(hand_over_id: int, how: str, *, note: str = "", by: Who, at: datetime) -> HandOver:
    """撕毁 papers or 入库 a parcel (R052), signed by whoever says so."""
    row = _find(hand_over_id)
    fits = {"papers": ("destroyed", "returned"), "parcel": ("restocked", "destroyed", "returned")}[row.what]
    if how not in fits:
        names = "、".join(ENDS[one].zh for one in fits)
        raise Invalid(fields={"how": T(f"{WHAT[row.what].zh}只能：{names}", f"{WHAT[row.what].en}: {', '.join(fits)}")})
    moved = HandOver.objects.filter(pk=row.pk, state=HandOver.HANDED).update(
        state=HandOver.SETTLED,
        how=how,
        settled_by=str(by),
        settled_by_name=by.name[:64],
        settled_at=at,
        note=note.strip()[:200],
    )
    if not moved:
        raise _not_so(hand_over_id)
    payload = events.OrderSettled(
        hand_over=row.pk, what=row.what, case=row.case, order_no=row.order.order_no, how=how, signed=by.name
    )
    announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)
    service_hooks.settled(row.case, how, by=by, at=at)
    return _find(hand_over_id)


def end_with_case(case: str, *, done: bool, by: Who, at: datetime) -> None:
    """The case ended: what was not handed over yet is not asked for any more; papers or parcel that a finished change
    had fetched are back on their way, corrected. What was handed over for a withdrawn case still waits for a signature.
    """
    ends = {HandOver.ASKED: "dropped", **({HandOver.HANDED: "returned"} if done else {})}
    for row in HandOver.objects.select_related("order").filter(case=case, state__in=ends).order_by("pk"):
        how = ends[row.state]
        moved = HandOver.objects.filter(pk=row.pk, state=row.state).update(
            state=HandOver.SETTLED, how=how, settled_by=str(by), settled_by_name=by.name[:64], settled_at=at
        )
        if moved:
            payload = events.OrderSettled(
                hand_over=row.pk, what=row.what, case=case, order_no=row.order.order_no, how=how, signed=by.name
            )
            announce(payload, shop_id=row.shop_id, subject=f"order:{row.order_id}", by=by, at=at)


def _find(hand_over_id: int) -> HandOver:
    row = HandOver.objects.select_related("order__customer").filter(pk=hand_over_id).first()
    if row is None:
        raise NotFound("没有这条交接", "There is no such hand-over")
    return row


def _not_so(hand_over_id: int) -> Conflict:
    now = _find(hand_over_id)
    said = {
        HandOver.ASKED: T("还没有交出，请先交接签收", "was not handed over yet; sign for it first"),
        HandOver.HANDED: T(
            f"已由 {now.gave_by_name} 交给 {now.took_by_name}",
            f"was handed by {now.gave_by_name} to {now.took_by_name}",
        ),
        HandOver.SETTLED: T(f"已由 {now.settled_by_name} 处理完", f"was settled by {now.settled_by_name}"),
    }[now.state]
    return Conflict(
        "wrong_state",
        f"订单 {now.order.order_no} 的{WHAT[now.what].zh}{said.zh}",
        f"The {WHAT[now.what].en} of order {now.order.order_no} {said.en}",
        current={"state": now.state},
    )
