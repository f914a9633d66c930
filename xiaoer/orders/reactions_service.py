"""Money that went back moves the cases that wait for it (R052: papers are destroyed only after the refund), and a
recall's slip is made as a file."""

from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.orders.actions.service_steps import refund_settled
from xiaoer.orders.print_tasks import make_papers
from xiaoer.orders.service_reads import slip_run


@reacts("order.refunded", name="orders.service_refunded")
def refunded(event: Event) -> None:
    refund_settled(int(event.subject.partition(":")[2]), at=event.at)


@reacts("order.service_moved", name="orders.service_slip")
def slip_wanted(event: Event) -> None:
    """Queued twice is drawn once: a run is claimed."""
    run = slip_run(event.payload["case"]) if event.payload["verb"] == "print_slip" else None
    if run is not None:
        make_papers.enqueue(run)
