"""After-sales over HTTP: cases for staff, the return dock, and the buyer's own cases."""

from ninja import Router

from xiaoer.aftersales.api.buyer import router as buyer
from xiaoer.aftersales.api.cases import router as cases
from xiaoer.aftersales.api.charts import router as charts
from xiaoer.aftersales.api.dock import router as dock
from xiaoer.aftersales.api.dock_goods import router as dock_goods
from xiaoer.aftersales.api.explain import mine as my_judgement
from xiaoer.aftersales.api.explain import router as explain
from xiaoer.aftersales.api.finance import router as finance
from xiaoer.aftersales.api.morning import router as morning
from xiaoer.aftersales.api.payout_accounts import mine as my_accounts
from xiaoer.aftersales.api.payout_accounts import router as payout_accounts
from xiaoer.aftersales.api.registers import router as registers
from xiaoer.aftersales.api.repair import router as repair
from xiaoer.aftersales.api.trouble import router as trouble
from xiaoer.aftersales.api.vouchers import mine as my_vouchers
from xiaoer.aftersales.api.vouchers import router as vouchers

__all__ = ["router"]

router = Router(tags=["aftersales 售后"])
router.add_router("", explain)
router.add_router("", my_judgement)
router.add_router("", cases)
router.add_router("", dock_goods)
router.add_router("", dock)
router.add_router("", finance)
router.add_router("", payout_accounts)
router.add_router("", morning)
router.add_router("", registers)
router.add_router("", charts)
router.add_router("", repair)
router.add_router("", trouble)
router.add_router("", vouchers)
router.add_router("", my_vouchers)
router.add_router("", my_accounts)
router.add_router("", buyer)
