"""Watched orders and follow-ups over HTTP."""

from ninja import Router

from xiaoer.care.api.calls import router as calls
from xiaoer.care.api.watch import router as watch

__all__ = ["router"]

router = Router(tags=["care 订单跟踪与回访"])
router.add_router("", watch)
router.add_router("", calls)
