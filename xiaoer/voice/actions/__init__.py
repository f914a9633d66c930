"""Writes of the telephone, by what they write."""

from xiaoer.voice.actions.acd import overflow, serve_queue, take_call, waited_long
from xiaoer.voice.actions.calls import CallNews, Outcome, no_news, take_in, wait_is_over
from xiaoer.voice.actions.duty import note_status, set_extensions
from xiaoer.voice.actions.records import (
    end_assist,
    guide,
    link_customer,
    note_call,
    open_recording,
    start_assist,
    unmask,
    wrap_up,
)
from xiaoer.voice.actions.tasks import change_follow_up, close_follow_up, follow_up_is_late, open_follow_up

__all__ = [
    "CallNews",
    "Outcome",
    "change_follow_up",
    "close_follow_up",
    "end_assist",
    "follow_up_is_late",
    "guide",
    "link_customer",
    "no_news",
    "note_call",
    "note_status",
    "open_follow_up",
    "open_recording",
    "overflow",
    "serve_queue",
    "set_extensions",
    "start_assist",
    "take_call",
    "take_in",
    "unmask",
    "wait_is_over",
    "waited_long",
    "wrap_up",
]
