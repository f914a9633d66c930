"""The courier desk's alerts and the cases that come from them: opened from an alert, and the alert follows the case."""

from datetime import datetime

from xiaoer.aftersales.actions import beginning, out_of_area, trouble
from xiaoer.aftersales.models import OutOfAreaCase, TroubleCase
from xiaoer.aftersales.trouble_flow import OUT_OF_AREA
from xiaoer.aftersales.trouble_forms import AskArea, AskTrouble
from xiaoer.aftersales.trouble_reads import asked_by_alert
from xiaoer.kernel.access import SYSTEM, Who
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.orders.actions import parcel_alerts
from xiaoer.orders.parcel_facts import AlertFacts, open_alerts

_OUTCOMES = {"send_again": "reshipped", "refund": "refunded", "find": "signed", "claim": "claimed"}


def open_from(
    alert: AlertFacts, order_id: int | None, note: str, *, by: Who, at: datetime
) -> tuple[str, TroubleCase | OutOfAreaCase]:
    """The flow the alert asks for, with its parcel; `order_id` when several orders lie in it (合单)."""
    if order_id is None and len(alert.orders) != 1:
        raise Invalid(fields={"order": T("这个包裹有多张订单，请选择一张", "Several orders lie in it; choose one")})
    wanted = order_id if order_id is not None else alert.orders[0]
    if wanted not in alert.orders:
        raise Invalid(fields={"order": T("这张订单不在该包裹里", "That order does not lie in this parcel")})
    flow, reason = asked_by_alert(alert.kind)
    words = {"reason": reason, "waybill": alert.parcel.waybill, "note": note}
    row: TroubleCase | OutOfAreaCase
    if flow == OUT_OF_AREA.name:
        area = AskArea.model_validate(words)
        row = out_of_area.open_area(wanted, area, beginning.Extras(), by=by, at=at, alert=alert.id)
    else:
        lost = AskTrouble.model_validate(words)
        row = trouble.open_trouble(wanted, lost, beginning.Extras(), by=by, at=at, alert=alert.id)
    if alert.open and by.kind == "staff":
        parcel_alerts.take(alert.id, by=by, at=at)
    return flow, row


def follow_case(row: TroubleCase, verb: str, *, by: Who, at: datetime) -> None:
    """What is done in the case stands in the alert too, so that nobody asks the courier twice."""
    if row.alert is None or row.parcel_id is None or row.alert not in open_alerts(row.parcel_id):
        return
    if verb == "ask_courier":
        parcel_alerts.ask_courier(row.alert, by=by, at=at)
    elif verb == "courier_says":
        parcel_alerts.answered(row.alert, answer=row.answer, by=by, at=at)
    elif verb in _OUTCOMES:
        parcel_alerts.close(row.alert, outcome=_OUTCOMES[verb], by=by, at=at)


def parcel_arrived(parcel_id: int, *, at: datetime) -> int:
    """The courier signed it off after all: what was only looked for is found; a delivered detour is done.

    A parcel "signed for" is exactly what the buyer denies in 显示签收但没收到: such a case waits for a person.
    """
    done = 0
    lost = TroubleCase.objects.select_related("shop", "order").filter(
        parcel_id=parcel_id, state__in=("opened", "buyer_checked", "courier_asked", "answered")
    )
    for one in lost.exclude(reason__in=("signed_not_received", "damaged_in_transit")):
        done += _quietly(one, "find", at=at)
    for area in OutOfAreaCase.objects.select_related("shop", "order").filter(
        parcel_id=parcel_id, state__in=OUT_OF_AREA.open_states()
    ):
        verb = "recover" if OUT_OF_AREA.find(area.state, "recover") else "arrive"
        done += _quietly(area, verb, at=at)
    return done


def _quietly(row: TroubleCase | OutOfAreaCase, verb: str, *, at: datetime) -> int:
    try:
        if isinstance(row, TroubleCase):
            form = trouble.trouble_forms.Found(where="快递显示已签收")
            trouble.find(row, form, by=SYSTEM, at=at)
        elif OUT_OF_AREA.find(row.state, verb) is not None:
            move = out_of_area.recover if verb == "recover" else out_of_area.arrive
            move(row, trouble.trouble_forms.Arrived(), by=SYSTEM, at=at)
    except Refusal:
        return 0
    return 1
