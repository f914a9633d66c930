"""The way of a question to the warehouse (问仓库, R066): asked, answered in time or late, or not needed any more. Pure."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, State
from xiaoer.kernel.i18n import T

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class Answer(BaseModel):
    """What the warehouse found: there, not there, only some, or from when."""

    model_config = ConfigDict(extra="forbid")
    answer: Literal["yes", "no", "partly", "when"] = Field(
        json_schema_extra={
            "zh": "有没有货",
            "en": "Is it there",
            "x-labels": {
                "yes": {"zh": "有货，可以发", "en": "There, can leave"},
                "no": {"zh": "没有", "en": "Not there"},
                "partly": {"zh": "只有一部分", "en": "Only some"},
                "when": {"zh": "之后有", "en": "Later"},
            },
        }
    )
    qty: int | None = Field(None, ge=0, le=99_999, json_schema_extra={"zh": "有几件", "en": "How many"})
    when: datetime | None = Field(None, json_schema_extra={"zh": "什么时候有", "en": "From when"})
    note: Words = Field("", json_schema_extra={"zh": "说明", "en": "Note", "x-kind": "textarea"})


CLOCK = "stock_answer"
"""Its deadline; how long depends on the urgency, so the asking starts it (actions/questions.py)."""

STOCK_QUESTION = Flow(
    "stock_question",
    "问仓库",
    "Question to the warehouse",
    "goods",
    states=(
        State("asked", "待答复", "Asked", "open", "warehouse"),
        State("expired", "超时未答", "Not answered in time", "open", "warehouse"),
        State("answered", "已答复", "Answered", "done"),
        State("withdrawn", "不用了", "Not needed any more", "dropped"),
    ),
    moves=(
        Move(
            "answer",
            ("asked", "expired"),
            "answered",
            "答复",
            "Answer",
            may=Perm.STOCK_EDIT,
            form=Answer,
            settles=("*",),
            style="primary",
            for_buyer=False,
        ),
        Move("expire", "asked", "expired", "超时", "Time is up", by=frozenset({"clock"}), settles=("*",), for_buyer=False),
        Move(
            "withdraw", ("asked", "expired"), "withdrawn", "不用问了", "Withdraw", may=Perm.CHAT, settles=("*",),
            for_buyer=False,
        ),
    ),
)  # fmt: skip

ANSWERS: dict[str, T] = {
    "yes": T("有货，可以发", "There, can leave"),
    "no": T("没有货", "Not there"),
    "partly": T("只有一部分", "Only some"),
    "when": T("之后有货", "Later"),
}
