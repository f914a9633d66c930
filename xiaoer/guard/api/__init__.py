"""The guard over HTTP: the check, a shop's own rules, appeals, the report."""

from ninja import Router

from xiaoer.guard.api.appeals import router as appeals
from xiaoer.guard.api.check import router as check
from xiaoer.guard.api.report import router as report
from xiaoer.guard.api.rulesets import router as rulesets

router = Router(tags=["guard 发送前检查"])
router.add_router("", check)
router.add_router("", rulesets)
router.add_router("", appeals)
router.add_router("", report)
