"""Reception over HTTP: the agents' side, quick replies, pictures, and the buyer's side."""

from ninja import Router

from xiaoer.reception.api.assist import router as assist
from xiaoer.reception.api.buyer import BuyerAuth, buyer_of
from xiaoer.reception.api.buyer import router as buyer
from xiaoer.reception.api.buyer_desk import router as buyer_desk
from xiaoer.reception.api.buyer_invoices import router as buyer_invoices
from xiaoer.reception.api.closing import router as closing
from xiaoer.reception.api.colleagues import router as colleagues
from xiaoer.reception.api.conversations import router as conversations
from xiaoer.reception.api.guard import router as guard
from xiaoer.reception.api.life import router as life
from xiaoer.reception.api.offline import router as offline
from xiaoer.reception.api.order_service import router as order_service
from xiaoer.reception.api.quick_replies import router as quick_replies
from xiaoer.reception.api.script_files import router as script_files
from xiaoer.reception.api.search import router as search
from xiaoer.reception.api.uploads import router as uploads
from xiaoer.reception.api.wall import router as wall
from xiaoer.reception.api.words import router as words

__all__ = ["BuyerAuth", "buyer_of", "router"]

router = Router(tags=["reception 接待"])
router.add_router("", search)
router.add_router("", conversations)
router.add_router("", colleagues)
router.add_router("", life)
router.add_router("", guard)
router.add_router("", assist)
router.add_router("", closing)
router.add_router("", order_service)
router.add_router("", quick_replies)
router.add_router("", script_files)
router.add_router("", words)
router.add_router("", offline)
router.add_router("", uploads)
router.add_router("", wall)
router.add_router("", buyer)
router.add_router("", buyer_desk)
router.add_router("", buyer_invoices)
