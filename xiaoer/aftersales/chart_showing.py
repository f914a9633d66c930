"""The nine charts as a page shows them: words of the viewer, and each clock with its length in the shop today."""

from datetime import datetime
from typing import Any

from xiaoer.aftersales.charts import Chart, Step, charts
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.flow import FLOWS, Flow, Starts
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import ShopFacts, facts_of, find_shop
from xiaoer.policy import queries as policy
from xiaoer.policy.rules import NoRule

WHO = {
    "buyer": T("买家", "Buyer"),
    "agent": T("客服", "Agent"),
    "warehouse": T("仓库", "Warehouse"),
    "finance": T("财务", "Finance"),
    "supervisor": T("主管", "Supervisor"),
    "owner": T("店主", "Owner"),
    "department": T("责任部门", "Department"),
    "platform": T("平台", "Platform"),
    "courier": T("快递", "Courier"),
    "nobody": T("系统", "System"),
}


def shown(viewer: Viewer, shop_id: int | None, at: datetime) -> list[dict[str, Any]]:
    """All nine. Clocks are those of `shop_id`, else of the viewer's first shop, else the strictest."""
    chosen = shop_id if shop_id is not None else min(viewer.shop_ids, default=None)
    shop = None if chosen is None else facts_of(find_shop(viewer, chosen))
    return [_chart(one, shop, viewer.language, at) for one in charts()]


def _chart(chart: Chart, shop: ShopFacts | None, language: str, at: datetime) -> dict[str, Any]:
    flow = FLOWS[chart.flow]
    return {
        "no": chart.no,
        "flow": chart.flow,
        "title": chart.title.say(language),
        "rows": list(chart.rows),
        "said": list(chart.said),
        "aside": [flow.state(name).label.say(language) for name in chart.aside],
        "lanes": [{"who": who, "label": WHO[who].say(language)} for who in chart.lanes],
        "steps": [_step(one, flow, language) for one in chart.steps],
        "clocks": [_clock(one, shop, language, at) for one in flow.clocks()],
    }


def _step(step: Step, flow: Flow, language: str) -> dict[str, Any]:
    return {
        "name": step.name,
        "shape": step.shape,
        "who": step.who,
        "label": step.label.say(language),
        "state": step.state,
        "state_label": flow.state(step.state).label.say(language) if step.state else "",
        "ways": [{"to": way.to, "label": way.label.say(language)} for way in step.ways],
    }


def _clock(clock: Starts, shop: ShopFacts | None, language: str, at: datetime) -> dict[str, Any]:
    try:
        length = policy.rule(clock.rule, at=at, shop=shop).value_text.say(language)
    except NoRule:
        length = ""
    who = WHO.get(clock.who, WHO["nobody"]).say(language)
    return {"kind": clock.kind, "label": clock.label.say(language), "rule": clock.rule, "who": who, "length": length}
