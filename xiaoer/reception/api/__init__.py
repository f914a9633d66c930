"""Reception over HTTP: the agents' side, quick replies, pictures, and the buyer's side."""

from ninja import Router

from xiaoer.reception.api.buyer import BuyerAuth, buyer_of
from xiaoer.reception.api.buyer import router as buyer
from xiaoer.reception.api.conversations import router as conversations
from xiaoer.reception.api.quick_replies import router as quick_replies
from xiaoer.reception.api.uploads import router as uploads

__all__ = ["BuyerAuth", "buyer_of", "router"]

router = Router(tags=["reception 接待"])
router.add_router("", conversations)
router.add_router("", quick_replies)
router.add_router("", uploads)
router.add_router("", buyer)
