"""When a talk ends its buyer's sensitive questions are counted (敏感提问, R511): once a talk, behind the message lane."""

from xiaoer.guard import actions as guard_actions
from xiaoer.guard import queries as guard
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.people.queries import shop_facts
from xiaoer.reception.models import Message

LAST = 80
"""So many of the buyer's last messages of a talk are looked at."""


@reacts("conversation.closed", name="reception.count_traps")
def count_traps(event: Event) -> None:
    if event.shop_id is None:
        return
    talk = int(event.payload["conversation"])
    context = guard.context_for(shop_facts(event.shop_id), at=event.at, direction="in")
    said = Message.objects.filter(conversation_id=talk, author_kind="buyer", kind="text").order_by("-seq")
    for seq, text, at in said.values_list("seq", "text", "at")[:LAST]:
        guard_actions.record_hits(
            guard.check(text, context),
            shop_id=event.shop_id,
            text=text,
            outcome="asked",
            conversation_id=talk,
            key=f"asked:{talk}:{seq}",
            by=SYSTEM,
            at=at,
        )
