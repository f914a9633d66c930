"""Orders over HTTP: the order desk with the ERP's door, and the import of reports."""

from ninja import Router

from xiaoer.orders.api.imports import router as imports
from xiaoer.orders.api.orders import router as orders
from xiaoer.orders.api.promise import router as promise

router = Router(tags=["orders 订单"])
router.add_router("", imports)
router.add_router("", orders)
router.add_router("", promise)
