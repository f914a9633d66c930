"""Parcels and the cases about them follow each other: an alert hears of its case, a case of its parcel's arrival."""

from xiaoer.aftersales.actions.trouble_alerts import follow_case, parcel_arrived
from xiaoer.aftersales.models import TroubleCase
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts

_FOLLOWED = ("ask_courier", "courier_says", "find", "send_again", "refund")


@reacts(*(f"parcel_trouble.{verb}" for verb in _FOLLOWED), name="aftersales.alert_follows")
def alert_follows(event: Event) -> None:
    row = TroubleCase.objects.filter(pk=int(event.subject.partition(":")[2])).first()
    if row is not None:
        follow_case(row, event.kind.partition(".")[2], by=SYSTEM, at=event.at)


@reacts("parcel.moved", name="aftersales.parcel_arrived")
def arrived(event: Event) -> None:
    if event.payload.get("after") == "signed" and event.payload.get("direction") == "outbound":
        parcel_arrived(int(event.subject.partition(":")[2]), at=event.at)
