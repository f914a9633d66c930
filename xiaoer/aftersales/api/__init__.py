"""After-sales over HTTP: cases for staff, the return dock, and the buyer's own cases."""

from ninja import Router

from xiaoer.aftersales.api.buyer import router as buyer
from xiaoer.aftersales.api.cases import router as cases
from xiaoer.aftersales.api.dock import router as dock
from xiaoer.aftersales.api.explain import mine as my_judgement
from xiaoer.aftersales.api.explain import router as explain

__all__ = ["router"]

router = Router(tags=["aftersales 售后"])
router.add_router("", explain)
router.add_router("", my_judgement)
router.add_router("", cases)
router.add_router("", dock)
router.add_router("", buyer)
