"""What the generic parts must know of one after-sales flow (售后流程): desks, case page, clocks, words, how it is opened.

Every flow of the area is one `Kind`, listed in `kinds.py`; its verbs stand in `actions/verbs.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from xiaoer.aftersales.models import CaseRow
from xiaoer.kernel.access import Viewer
from xiaoer.kernel.flow import Flow, Starts
from xiaoer.kernel.i18n import T
from xiaoer.orders.queries import OrderFacts
from xiaoer.people.queries import ShopFacts

Offer = Callable[[ShopFacts, OrderFacts, str, datetime], dict[str, Any] | None]


def _nothing(row: Any, language: str) -> dict[str, Any]:
    return {}


def _no_forms(row: Any) -> dict[str, dict[str, Any]]:
    return {}


def _no_facts(row: Any, viewer: Viewer, at: datetime) -> list[dict[str, Any]]:
    return []


def _own_rule(row: Any, clock: Starts) -> str:
    return clock.rule


MONEY = ("platform", "alipay", "wechat", "bank", "points")


def _money(row: Any) -> tuple[str, ...]:
    """Money goes back by these; what a shop may use of them its rules say."""
    return MONEY


def _no_values(row: Any) -> dict[str, str]:
    return {}


@dataclass(frozen=True)
class Kind:
    """One flow of the area. What is left out has no part in the generic screens.

    `prefix` begins its case numbers. `texts`: state -> what the buyer is told, with places such as {until}, {amount},
    {answer}. `on_due`: clock -> verb when it runs out; a clock that is missing only reports that the shop is late.
    `internal`: clocks the buyer does not see. `hidden`: states in which the buyer does not see the case at all.
    `reasons`, `labels`, `choices`: words of the columns and of a step's details. `ask` is the application form.
    `offer` says whether and how the flow may be opened for an order; `buyer_opens`: by the buyer herself.
    `facts` are further lines of the case page ({"label", "value"}, optionally "tone"); `more` is data for
    the flow's own panel; `initial`: what the form of a step begins with; `rule_of`: another duration by circumstance.
    `channels`: how it may be paid. `twins`: the platform's own number names one case.
    """

    flow: Flow
    model: type[CaseRow]
    prefix: str
    ask: type[BaseModel]
    texts: Mapping[str, T]
    on_due: Mapping[str, str] = field(default_factory=dict)
    internal: frozenset[str] = frozenset()
    hidden: frozenset[str] = frozenset()
    reasons: Mapping[str, T] = field(default_factory=dict)
    labels: Mapping[str, T] = field(default_factory=dict)
    choices: Mapping[str, Mapping[str, T]] = field(default_factory=dict)
    reminders: Mapping[str, T] = field(default_factory=dict)
    offer: Offer | None = None
    buyer_opens: bool = False
    facts: Callable[[Any, Viewer, datetime], list[dict[str, Any]]] = _no_facts
    more: Callable[[Any, str], dict[str, Any]] = _nothing
    initial: Callable[[Any], dict[str, dict[str, Any]]] = _no_forms
    values: Callable[[Any], dict[str, str]] = _no_values
    rule_of: Callable[[Any, Starts], str] = _own_rule
    channels: Callable[[Any], tuple[str, ...]] = _money
    twins: bool = False

    @property
    def name(self) -> str:
        return self.flow.name
