"""The order desk hands a case on: the refund or the return is opened here, and the order desk is told its number."""

from xiaoer.aftersales.actions.handed_on import open_for_order
from xiaoer.aftersales.models import CaseRow
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.orders.actions.service_steps import taken_over


def _opened(event: Event, kind: str, reason: str, note: str) -> CaseRow | None:
    """What the rules refuse waits for a person: the order desk's list shows it under after-sales."""
    try:
        with transaction():
            return open_for_order(
                kind, int(event.subject.partition(":")[2]), reason, note[:500], by=SYSTEM, at=event.at
            )
    except Refusal:
        return None


@reacts("order.refund_due", name="aftersales.refund_due")
def refund_due(event: Event) -> None:
    """R050, R080: only now, after the void or with the parcel back."""
    said = event.payload
    reason = "refused_delivery" if said["shipped"] else "not_wanted"
    _opened(event, "refund_only", reason, f"{said['number']}：已作废或包裹已收回，待退款")


@reacts("order.to_aftersales", name="aftersales.taken_over")
def to_aftersales(event: Event) -> None:
    """R053, R059: what came too late becomes a return; a wish about a parcel on its way waits for a person."""
    said = event.payload
    reason = {"return": "no_reason", "refuse_delivery": "refused_delivery"}.get(str(said["wants"]))
    if reason is None:
        return
    row = _opened(event, "return", reason, f"{said['number']}：{said['what']}")
    if row is not None:
        taken_over(str(said["case"]), f"售后单 {row.number}", by=SYSTEM, at=event.at)
