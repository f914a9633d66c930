"""What is typed when a version of rules or an appeal moves on."""

from pydantic import BaseModel, Field


class Note(BaseModel):
    """What changed and why: the publisher reads it."""

    note: str = Field(
        min_length=2, max_length=500, json_schema_extra={"zh": "改了什么、为什么", "en": "What changed and why"}
    )


class Answer(BaseModel):
    """What the author must change before it can be published."""

    answer: str = Field(min_length=2, max_length=500, json_schema_extra={"zh": "退回原因", "en": "Why it goes back"})


class Judgement(BaseModel):
    """The reviewer's word on an appeal; the agent reads it."""

    answer: str = Field(
        min_length=2,
        max_length=300,
        json_schema_extra={"zh": "复核意见（客服可见）", "en": "Opinion (the agent reads it)"},
    )
