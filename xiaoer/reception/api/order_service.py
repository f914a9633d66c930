"""A buyer asks in the talk for a change, a cancel or a recall: the conversation says which account asks (C04, R375)."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import NotFound
from xiaoer.orders import queries as orders
from xiaoer.orders import service_reads
from xiaoer.orders.actions.service import open_service, typed_changes
from xiaoer.orders.api.service import ServiceOut
from xiaoer.orders.service_flow import SERVICE_FLOWS
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import actions
from xiaoer.reception.api.closing import _served

router = Router()


class AskedIn(Schema):
    """What she asks for; `override` is a written reason where the shop's rule only warns."""

    changes: list[dict[str, Any]] = Field(default_factory=list, max_length=10)
    reason: str = Field("", max_length=200)
    override: str = Field("", max_length=200)


@router.post(
    "/conversations/{int:conversation_id}/orders/{int:order_id}/service/{kind}",
    response={201: ServiceOut},
    summary="The buyer of this talk asks for a change, a cancel or a recall of her order",
)
def asked(
    request: HttpRequest, conversation_id: int, order_id: int, kind: str, data: AskedIn
) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    at = clock.now()
    with transaction():
        row = _served(viewer, conversation_id)
        order = orders.find(viewer, order_id)
        if kind not in SERVICE_FLOWS:
            raise NotFound()
        viewer.require(Perm.AFTERSALES_OPEN if kind == "parcel_recall" else Perm.ORDERS_REMARK, order.shop_id)
        answer = rule("same_account_check", shop=shop_facts(row.shop_id), at=at)
        actions.require_same_account(row, order.pk, kind, answer, reason=data.override, by=viewer.who, at=at)
        case = open_service(
            kind,
            order.pk,
            changes=typed_changes(data.changes) if kind == "order_change" else (),
            reason=data.reason,
            customer_id=row.customer_id,
            override=data.override,
            conversation=row.pk,
            by=viewer.who,
            at=at,
        )
    return Status(201, service_reads.shown_case(service_reads.find_service(viewer, case.pk), viewer, at))
