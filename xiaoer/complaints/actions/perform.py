"""The table of verbs of the flows, and the checks before each."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from xiaoer.complaints.actions import complaints, disputes, reviews
from xiaoer.complaints.flow import ON_DUE
from xiaoer.kernel.access import CLOCK, Viewer, Who
from xiaoer.kernel.errors import Forbidden
from xiaoer.kernel.flow import Flow
from xiaoer.kernel.moving import find_legal, parse_form, require_actor

Verb = Callable[..., None]
VERBS: dict[str, dict[str, Verb]] = {
    "complaint": complaints.VERBS,
    "review": {
        "triage": reviews.triage,
        "thank": reviews.thank,
        "tell": reviews.tell,
        "verify": reviews.verify,
        "remedy": reviews.remedy,
        "remedy_settled": reviews.remedy_settled,
        "answer": reviews.answer,
        "changed": reviews.changed,
        "stays": reviews.stays,
        "change_over": reviews.change_over,
        "gone": reviews.gone,
    },
    "dispute": {
        "answer": disputes.answer,
        "gather": disputes.gather,
        "offer": disputes.offer,
        "accept": disputes.accept,
        "decline": disputes.decline,
        "no_word": disputes.no_word,
        "submit": disputes.submit,
        "step_in": disputes.step_in,
        "silent": disputes.silent,
        "judge": disputes.judge,
        "execute": disputes.execute,
        "close": disputes.close,
        "withdraw": disputes.withdraw,
    },
}


def perform(viewer: Viewer, flow: Flow, row: Any, verb: str, data: dict[str, Any], *, by: Who, at: datetime) -> None:
    """Check who asks, whether it is legal now, what was typed; then do it."""
    _require_may(viewer, flow, row, verb)
    step = find_legal(flow, row, verb)
    require_actor(step, viewer, row.shop_id)
    form = parse_form(step, data)
    VERBS[flow.name][verb](row, form, by=by, at=at)


def _require_may(viewer: Viewer, flow: Flow, row: Any, verb: str) -> None:
    """403 before 409: who may never do a step is not told whether it would be legal now."""
    moves = [move for move in flow.moves if move.verb == verb]
    for move in moves:
        try:
            return require_actor(move, viewer, row.shop_id)
        except Forbidden as no:
            refusal = no
    if moves:
        raise refusal


def perform_by_clock(flow: Flow, row: Any, kind: str, *, at: datetime) -> bool:
    """A clock ran out: do what the table says, when that is still legal. Firing twice does nothing."""
    verb = ON_DUE.get((flow.name, kind))
    if verb is None or flow.find(row.state, verb) is None:
        return False
    VERBS[flow.name][verb](row, None, by=CLOCK, at=at)
    return True
