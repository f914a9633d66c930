"""The telephone over HTTP: the exchange's door, calls, follow-ups, figures."""

from ninja import Router

from xiaoer.voice.api.calls import router as calls
from xiaoer.voice.api.exchange import router as exchange
from xiaoer.voice.api.figures import router as figures
from xiaoer.voice.api.tasks import router as tasks

router = Router(tags=["voice 电话"])
for part in (exchange, calls, tasks, figures):
    router.add_router("", part)
