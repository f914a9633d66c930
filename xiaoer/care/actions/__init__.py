"""Everything that changes a watched order or a follow-up."""

from xiaoer.care.actions.calls import call_due, perform_call, plan
from xiaoer.care.actions.caring import (
    announce_activity,
    file_summary,
    note_call,
    set_call_owner,
    set_tracker,
    take_voice_call,
)
from xiaoer.care.actions.watching import by_clock, close_order, late, news, notice, open_watches, perform, still

__all__ = [
    "announce_activity",
    "by_clock",
    "call_due",
    "close_order",
    "file_summary",
    "late",
    "news",
    "note_call",
    "notice",
    "open_watches",
    "perform",
    "perform_call",
    "plan",
    "set_call_owner",
    "set_tracker",
    "still",
    "take_voice_call",
]
