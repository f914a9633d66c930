"""催办 (R015): a supervisor reminds, the agent answers; what is never answered is counted. Pure."""

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.aftersales.flow import STAFF
from xiaoer.kernel.flow import Flow, Move, Starts, State

ANSWERS = Starts("reminder_answer", "reminder_answered_within", "答复催办", "Answer the reminder", "agent", ())
BY_ITSELF = frozenset({"system", "clock"})


class Answer(BaseModel):
    """What the agent says: what was done, or until when it will be."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    answer: str = Field(min_length=2, max_length=300, json_schema_extra={"zh": "处理情况", "en": "What was done"})


# fmt: off
REMINDER = Flow(
    "reminder", "催办", "Reminder", "aftersales",
    states=(
        State("asked", "待答复", "Waiting for an answer", "open", "agent"),
        State("answered", "已答复", "Answered", "done"),
        State("settled", "已处理", "The case moved on", "done"),
    ),
    begins=(ANSWERS,),
    moves=(
        Move("answer", "asked", "answered", "答复", "Answer", STAFF, None, Answer, (), ("*",), "primary", for_buyer=False),
        Move("settle", "asked", "settled", "已处理", "The case moved on", BY_ITSELF, None, None, (), ("*",),
             for_buyer=False),
    ),
)
# fmt: on
