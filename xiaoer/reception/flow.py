"""The legal steps of a conversation (接待流程). Pure.

A conversation is no case: it is taken up again after it was closed, and whose it is matters as much as its state. So
the table names, beside the states a step may start from, who may do it: the agent who serves it (`own`), any agent
for what stands in the queue, or who may assign other people's work.
"""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field

from xiaoer.kernel.access import Perm
from xiaoer.kernel.errors import Conflict, Forbidden, Invalid
from xiaoer.kernel.i18n import T

QUEUED, OPEN, CLOSED = "queued", "open", "closed"
STATE_NAMES = {QUEUED: T("排队中", "In the queue"), OPEN: T("接待中", "Open"), CLOSED: T("已结束", "Closed")}


class Close(BaseModel):
    """Solve, invite a rating, summarise, close (C23)."""

    solved: bool = Field(True, json_schema_extra={"zh": "问题已解决", "en": "Solved"})
    summary: str = Field(
        "", max_length=500, json_schema_extra={"zh": "小结（买家看不到）", "en": "Summary (hidden from the buyer)"}
    )
    topic: str = Field("", max_length=24, json_schema_extra={"zh": "问题类型", "en": "Topic"})
    invite: bool = Field(True, json_schema_extra={"zh": "邀请评价", "en": "Invite a rating"})


class Transfer(BaseModel):
    """To an agent, to a team, or with neither back to the queue."""

    agent: int | None = Field(None, json_schema_extra={"zh": "转给客服", "en": "To agent"})
    team: int | None = Field(None, json_schema_extra={"zh": "转给小组", "en": "To team"})
    note: str = Field(
        "", max_length=500, json_schema_extra={"zh": "交接说明（买家看不到）", "en": "Note (hidden from the buyer)"}
    )


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that may be done to a conversation."""

    verb: str
    sources: tuple[str, ...]
    zh: str
    en: str
    style: str = "default"
    form: type[BaseModel] | None = None


STEPS = (
    Step("take", (QUEUED, OPEN), "接入", "Take", "primary"),
    Step("close", (OPEN, QUEUED), "结束会话", "Close", "primary", Close),
    Step("transfer", (OPEN, QUEUED), "转接", "Transfer", "default", Transfer),
    Step("reopen", (CLOSED,), "重新打开", "Reopen"),
)
_STEPS = {step.verb: step for step in STEPS}


def permitted(verb: str, state: str, *, own: bool, others: bool, perms: frozenset[Perm]) -> bool:
    """May somebody with `perms` do it? `own`: she serves it; `others`: somebody else does."""
    if Perm.CHAT not in perms:
        return False
    if verb == "take":
        return not own and (not others or Perm.CHAT_ASSIGN in perms)
    if verb == "close" and state == QUEUED:
        return Perm.CHAT_ASSIGN in perms
    return own or Perm.CHAT_ASSIGN in perms or (state == QUEUED and not others)


def require_legal(verb: str, state: str, *, own: bool, others: bool, perms: frozenset[Perm]) -> Step:
    """The step, or the refusal that says why not."""
    step = _STEPS.get(verb)
    if step is None:
        raise Invalid(f"没有「{verb}」这个操作", f"There is no step {verb!r}", code="unknown_verb")
    if state not in step.sources:
        name = STATE_NAMES[state]
        raise Conflict(
            "not_legal_now",
            f"会话{name.zh}，现在不能{step.zh}；页面可能已过期，请刷新",
            f"The conversation is {name.en.lower()!r}; {step.en.lower()} is not possible now. Refresh to see what changed",
            current={"state": state, "label": name.both()},
        )
    if verb == "take" and own:
        raise Conflict(
            "already_yours", "这个会话已经由您接待", "You already serve this conversation", current={"state": state}
        )
    if not permitted(verb, state, own=own, others=others, perms=perms):
        raise Forbidden(
            f"不能{step.zh}别人的会话，请找主管或当前接待客服",
            f"Only who serves the conversation or a supervisor may {step.en.lower()} it",
        )
    return step


def steps_for(state: str, *, own: bool, others: bool, perms: frozenset[Perm]) -> list[Step]:
    """The buttons: every step that is legal now for somebody with `perms`."""
    return [
        step
        for step in STEPS
        if state in step.sources and permitted(step.verb, state, own=own, others=others, perms=perms)
    ]


def button(step: Step, form: dict[str, Any] | None, language: str) -> dict[str, Any]:
    """A step as the API names it in `can`."""
    label = T(step.zh, step.en).say(language)
    return {"verb": step.verb, "label": label, "style": step.style, "form": form, "disabled": None}
