"""An agent's status changed: her time on duty is noted, and when she is free a call may be hers."""

from xiaoer.kernel import clock
from xiaoer.kernel.access import SYSTEM
from xiaoer.kernel.models import Event
from xiaoer.kernel.reactions import reacts
from xiaoer.voice import actions


@reacts("agent.status", name="voice.duty")
def status_changed(event: Event) -> None:
    if event.shop_id is None:
        return
    status = str(event.payload.get("status", ""))
    actions.note_status(event.shop_id, int(event.subject.partition(":")[2]), status, at=event.at)
    if status == "online":
        actions.serve_queue(event.shop_id, by=SYSTEM, at=clock.now())
