"""Everything that changes an after-sales case, one verb per function; see `perform.py` for the table of verbs."""

from xiaoer.aftersales.actions.beginning import Extras
from xiaoer.aftersales.actions.clocks import set_platform_clock
from xiaoer.aftersales.actions.dock import put_away
from xiaoer.aftersales.actions.dock import settle as settle_shelved
from xiaoer.aftersales.actions.opening import open_case
from xiaoer.aftersales.actions.perform import open_any, perform, perform_by_clock, ship_closes_refund
from xiaoer.aftersales.actions.steps import add_note
from xiaoer.aftersales.actions.strays import match_stray, register_stray
from xiaoer.aftersales.actions.verbs import OPENERS

__all__ = [
    "OPENERS",
    "Extras",
    "add_note",
    "match_stray",
    "open_any",
    "open_case",
    "perform",
    "perform_by_clock",
    "put_away",
    "register_stray",
    "set_platform_clock",
    "settle_shelved",
    "ship_closes_refund",
]
