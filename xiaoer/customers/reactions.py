"""What happens to a buyer elsewhere is written on her timeline (往来记录, R790): talks, ratings, tasks, cases."""

from xiaoer.customers import actions
from xiaoer.customers.models import Customer
from xiaoer.kernel.access import Who
from xiaoer.kernel.models import Event
from xiaoer.kernel.names import actor_names
from xiaoer.kernel.reactions import reacts

TALKS = (
    "conversation.opened",
    "conversation.closed",
    "conversation.rated",
    "conversation.identity",
    "conversation.merged",
)
TASKS = ("task.made", "task.ended")
_STEPS = (
    "opened", "approve", "auto_approve", "refuse", "escalate", "withdraw", "ship", "receive", "grant", "auto_refund",
    "auto_grant", "send_back", "refund", "auto_close",
)  # fmt: skip
CASES = tuple(f"{flow}.{verb}" for flow in ("return", "refund_only") for verb in _STEPS)
CALLS = ("call.answered", "call.missed", "call.ended")
PROFILE = ("customer.tagged", "customer.graded", "customer.confirmed")
_KEPT = ("reason", "stars", "nps", "reasons", "result", "how", "order", "into", "state", "kind", "due_at")


@reacts(*TALKS, *TASKS, *CASES, *CALLS, *PROFILE, name="customers.timeline")
def on_timeline(event: Event) -> None:
    """One journal line about a buyer becomes one entry. Only short facts go over, no words of anybody."""
    if event.customer_id is None or not Customer.objects.filter(pk=event.customer_id).exists():
        return
    kind, _, number = event.actor.partition(":")
    by = Who(kind, int(number) if number.isdigit() else None, _name(event.actor))
    actions.put_on_timeline(
        event.customer_id,
        kind=event.kind,
        subject=event.subject,
        details={name: event.payload[name] for name in _KEPT if event.payload.get(name) not in (None, "", [])},
        once=f"journal:{event.number}",
        by=by,
        at=event.at,
    )


def _name(actor: str) -> str:
    return actor_names([actor], "zh").get(actor, "")
