"""Writes of reception, by what they write."""

from xiaoer.reception.actions.agents import note_assigned, set_status
from xiaoer.reception.actions.buyers import link_visitor, note_wrong_proof, prove, require_not_locked, start_visit
from xiaoer.reception.actions.closing import close, rate, reopen
from xiaoer.reception.actions.conversations import (
    assign,
    label,
    open_conversation,
    read,
    requeue,
    take,
    transfer,
)
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.actions.quick_replies import (
    add_quick_reply,
    change_quick_reply,
    load_starter,
    note_used,
    remove_quick_reply,
)
from xiaoer.reception.actions.uploads import keep_upload

__all__ = [
    "add_quick_reply",
    "assign",
    "change_quick_reply",
    "close",
    "keep_upload",
    "label",
    "link_visitor",
    "load_starter",
    "note_assigned",
    "note_used",
    "note_wrong_proof",
    "open_conversation",
    "post_message",
    "prove",
    "rate",
    "read",
    "remove_quick_reply",
    "reopen",
    "requeue",
    "require_not_locked",
    "set_status",
    "start_visit",
    "take",
    "transfer",
]
