"""Everything that changes a review, a dispute or a complaint; `perform.py` has the table of verbs."""

from xiaoer.complaints.actions.clocks import set_owner, set_platform_clock
from xiaoer.complaints.actions.complaints import open_complaint
from xiaoer.complaints.actions.contacts import add_authority, add_news, inspect, talked
from xiaoer.complaints.actions.disputes import link_case, register_dispute
from xiaoer.complaints.actions.evidence import add_evidence, drop_evidence, pack_made
from xiaoer.complaints.actions.feedback import answer_feedback
from xiaoer.complaints.actions.perform import perform, perform_by_clock
from xiaoer.complaints.actions.taking_in import Taken, take_disputes, take_reviews

__all__ = [
    "Taken",
    "add_authority",
    "add_evidence",
    "add_news",
    "answer_feedback",
    "drop_evidence",
    "inspect",
    "link_case",
    "open_complaint",
    "pack_made",
    "perform",
    "perform_by_clock",
    "register_dispute",
    "set_owner",
    "set_platform_clock",
    "take_disputes",
    "take_reviews",
    "talked",
]
