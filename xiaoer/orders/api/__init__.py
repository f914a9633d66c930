"""Orders over HTTP: the order desk with the ERP's door, and the import of reports."""

from ninja import Router

from xiaoer.orders.api.buyers import router as buyers
from xiaoer.orders.api.cod import router as cod
from xiaoer.orders.api.couriers import router as couriers
from xiaoer.orders.api.followup import router as followup
from xiaoer.orders.api.imports import router as imports
from xiaoer.orders.api.invoices import router as invoices
from xiaoer.orders.api.orders import router as orders
from xiaoer.orders.api.parcels import router as parcels
from xiaoer.orders.api.pay import router as pay
from xiaoer.orders.api.printing import router as printing
from xiaoer.orders.api.promise import router as promise
from xiaoer.orders.api.service import router as service
from xiaoer.orders.api.transfers import router as transfers

router = Router(tags=["orders 订单"])
router.add_router("", followup)
router.add_router("", couriers)
router.add_router("", imports)
router.add_router("", orders)
router.add_router("", pay)
router.add_router("", parcels)
router.add_router("", printing)
router.add_router("", promise)
router.add_router("", service)
router.add_router("", invoices)
router.add_router("", transfers)
router.add_router("", cod)
router.add_router("", buyers)
