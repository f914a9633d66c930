"""Money that went back moves the cases that wait for it (R052: papers are destroyed only after the refund)."""

from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.orders.actions.service_steps import refund_settled


@reacts("order.refunded", name="orders.service_refunded")
def refunded(event: Event) -> None:
    refund_settled(int(event.subject.partition(":")[2]), at=event.at)
