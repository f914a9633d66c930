"""Reviews and disputes over HTTP."""

from ninja import Router

from xiaoer.complaints.api.complaints import router as complaints
from xiaoer.complaints.api.disputes import router as disputes
from xiaoer.complaints.api.reviews import router as reviews

__all__ = ["router"]

router = Router(tags=["complaints 评价、维权与投诉"])
router.add_router("", reviews)
router.add_router("", disputes)
router.add_router("", complaints)
