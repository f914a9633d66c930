"""Routing over HTTP: who is there, why a conversation went where it went, and how the shop wants it."""

from ninja import Router

from xiaoer.routing.api.agents import router as agents
from xiaoer.routing.api.roster import router as roster
from xiaoer.routing.api.settings import router as settings
from xiaoer.routing.api.talks import router as talks

router = Router(tags=["routing 分流"])
router.add_router("", agents)
router.add_router("", talks)
router.add_router("", settings)
router.add_router("", roster)
