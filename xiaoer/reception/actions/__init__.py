"""Writes of reception, by what they write."""

from xiaoer.reception.actions.agents import note_assigned, note_calls, note_seen_online, set_mode, set_status
from xiaoer.reception.actions.aside import change_task, end_task, make_task, snooze, wake
from xiaoer.reception.actions.buyers import link_visitor, note_wrong_proof, prove, require_not_locked, start_visit
from xiaoer.reception.actions.closing import close, invite, rate, reopen, warn_idle
from xiaoer.reception.actions.conversations import (
    assign,
    label,
    open_conversation,
    read,
    requeue,
    take,
    transfer,
)
from xiaoer.reception.actions.guide import recommend, tick_guide
from xiaoer.reception.actions.identity import asked_to_prove, check_order, require_same_account
from xiaoer.reception.actions.merging import merge
from xiaoer.reception.actions.messages import post_message
from xiaoer.reception.actions.notes import let_go, note_seen, whisper, whispers_seen, write_note
from xiaoer.reception.actions.offline import leave_offline, reveal_contact, step_offline
from xiaoer.reception.actions.quick_replies import (
    add_quick_reply,
    change_quick_reply,
    load_starter,
    note_used,
    remove_quick_reply,
)
from xiaoer.reception.actions.script_files import import_scripts
from xiaoer.reception.actions.summaries import model_answered, model_asked, note_feedback, save_summary
from xiaoer.reception.actions.tags import drop_tag, put_tag
from xiaoer.reception.actions.uploads import (
    keep_upload,
    note_refused,
    note_scanned,
    require_quota,
    scan_again,
    sweep_uploads,
    use_uploads,
)
from xiaoer.reception.actions.watching import stop_watching, watch
from xiaoer.reception.actions.words import auto_reply, set_reception

__all__ = [
    "add_quick_reply",
    "asked_to_prove",
    "assign",
    "auto_reply",
    "change_quick_reply",
    "change_task",
    "check_order",
    "close",
    "drop_tag",
    "end_task",
    "import_scripts",
    "invite",
    "keep_upload",
    "label",
    "leave_offline",
    "let_go",
    "link_visitor",
    "load_starter",
    "make_task",
    "merge",
    "model_answered",
    "model_asked",
    "note_assigned",
    "note_calls",
    "note_feedback",
    "note_refused",
    "note_scanned",
    "note_seen",
    "note_seen_online",
    "note_used",
    "note_wrong_proof",
    "open_conversation",
    "post_message",
    "prove",
    "put_tag",
    "rate",
    "read",
    "recommend",
    "remove_quick_reply",
    "reopen",
    "requeue",
    "require_not_locked",
    "require_quota",
    "require_same_account",
    "reveal_contact",
    "save_summary",
    "scan_again",
    "set_mode",
    "set_reception",
    "set_status",
    "snooze",
    "start_visit",
    "step_offline",
    "stop_watching",
    "sweep_uploads",
    "take",
    "tick_guide",
    "transfer",
    "use_uploads",
    "wake",
    "warn_idle",
    "watch",
    "whisper",
    "whispers_seen",
    "write_note",
]
