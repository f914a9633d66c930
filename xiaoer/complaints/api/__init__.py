"""Reviews and disputes over HTTP."""

from ninja import Router

from xiaoer.complaints.api.disputes import router as disputes
from xiaoer.complaints.api.reviews import router as reviews

__all__ = ["router"]

router = Router(tags=["complaints 评价与维权"])
router.add_router("", reviews)
router.add_router("", disputes)
