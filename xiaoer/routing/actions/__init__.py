"""Writes of routing, by what they write."""

from xiaoer.routing.actions.assigning import assign, drain, take_back
from xiaoer.routing.actions.duty import note_pages, note_spell
from xiaoer.routing.actions.moving import escalate, hand_over, propose_handover, reroute
from xiaoer.routing.actions.parking import choose_accounts
from xiaoer.routing.actions.peak import hold_peak
from xiaoer.routing.actions.roster import add_shift, drop_shift, grant, take_roster, withdraw
from xiaoer.routing.actions.sorting import correct, train
from xiaoer.routing.actions.topics import add_topic, change_topic, load_starter

__all__ = [
    "add_shift",
    "add_topic",
    "assign",
    "change_topic",
    "choose_accounts",
    "correct",
    "drain",
    "drop_shift",
    "escalate",
    "grant",
    "hand_over",
    "hold_peak",
    "load_starter",
    "note_pages",
    "note_spell",
    "propose_handover",
    "reroute",
    "take_back",
    "take_roster",
    "train",
    "withdraw",
]
