"""Everything that changes an after-sales case, one verb per function; see `perform.py` for the table of verbs."""

from xiaoer.aftersales.actions.clocks import set_platform_clock
from xiaoer.aftersales.actions.opening import open_case
from xiaoer.aftersales.actions.perform import perform, perform_by_clock, ship_closes_refund
from xiaoer.aftersales.actions.steps import add_note
from xiaoer.aftersales.actions.strays import match_stray, register_stray

__all__ = [
    "add_note",
    "match_stray",
    "open_case",
    "perform",
    "perform_by_clock",
    "register_stray",
    "set_platform_clock",
    "ship_closes_refund",
]
