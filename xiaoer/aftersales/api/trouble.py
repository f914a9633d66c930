"""A case opened from an alert of the courier desk (物流异常): the right flow, its parcel and its alert are filled in."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from xiaoer.aftersales.actions import trouble_alerts
from xiaoer.aftersales.api.cases import shown, staff_of
from xiaoer.aftersales.api.schemas import CaseOut
from xiaoer.aftersales.trouble_reads import told_of_alert
from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm
from xiaoer.kernel.db import transaction
from xiaoer.orders import parcel_facts

router = Router()


class AlertCaseIn(Schema):
    note: str = Field("", max_length=500)
    order: int | None = Field(None, description="Which order, when several lie in the parcel")


class AlertCases(Schema):
    """The cases that stand for an alert's parcel already."""

    flow: str
    flow_label: str
    reason: str
    reason_label: str
    cases: list[dict[str, Any]]


@router.get(
    "/parcel-trouble/alerts/{int:alert_id}", response=AlertCases, summary="Which case an alert asks for, or has"
)
def about(request: HttpRequest, alert_id: int) -> dict[str, Any]:
    viewer = staff_of(request)
    alert = parcel_facts.alert_facts(viewer, alert_id)
    return told_of_alert(alert, viewer)


@router.post("/parcel-trouble/alerts/{int:alert_id}", response={201: CaseOut}, summary="Open a case from an alert")
def opened(request: HttpRequest, alert_id: int, data: AlertCaseIn) -> Status[dict[str, Any]]:
    """Out-of-area alerts open 快递超区, the others 物流异常. 409 with the number when one runs already."""
    viewer = staff_of(request)
    with transaction():
        alert = parcel_facts.alert_facts(viewer, alert_id)
        viewer.require(Perm.AFTERSALES_OPEN, alert.shop_id)
        flow, row = trouble_alerts.open_from(alert, data.order, data.note, by=viewer.who, at=clock.now())
    return Status(201, shown(viewer, flow, row.pk))
