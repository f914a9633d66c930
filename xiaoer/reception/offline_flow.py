"""The way of an offline message (离线留言): left, claimed, answered or dropped. Pure."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from xiaoer.kernel.access import Perm
from xiaoer.kernel.flow import Flow, Move, State
from xiaoer.kernel.i18n import T

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=400)]


class Answered(BaseModel):
    """What was told to the buyer; a summary for colleagues, not sent."""

    model_config = ConfigDict(extra="forbid")
    note: Words = Field(
        json_schema_extra={
            "zh": "处理结果（买家看不到）",
            "en": "What was done (hidden from the buyer)",
            "x-kind": "textarea",
        }
    )


class Dropped(BaseModel):
    """Why nobody answers it: a double, an advertisement, she could not be reached."""

    model_config = ConfigDict(extra="forbid")
    note: Words = Field(json_schema_extra={"zh": "关闭原因", "en": "Why it is dropped", "x-kind": "textarea"})


OFFLINE = Flow(
    "offline",
    "离线留言",
    "Offline message",
    "reception",
    states=(
        State("new", "待处理", "New", "open", "agent"),
        State("claimed", "处理中", "In hand", "open", "agent"),
        State("answered", "已回复", "Answered", "done"),
        State("dropped", "已关闭", "Dropped", "dropped"),
    ),
    moves=(
        Move("claim", "new", "claimed", "领取", "Claim", may=Perm.CHAT, style="primary", for_buyer=False),
        Move("release", "claimed", "new", "放回", "Put back", may=Perm.CHAT, for_buyer=False),
        Move(
            "answer",
            ("new", "claimed"),
            "answered",
            "已回复",
            "Answered",
            may=Perm.CHAT,
            form=Answered,
            style="primary",
        ),
        Move("drop", ("new", "claimed"), "dropped", "关闭", "Drop", may=Perm.CHAT, form=Dropped, style="danger"),
    ),
)

CONTACT_KINDS: dict[str, T] = {
    "phone": T("打电话给我", "Call me"),
    "none": T("就在这里回复我", "Answer me here"),
}
CONTACT_TIMES: dict[str, T] = {
    "any": T("都可以", "Any time"),
    "morning": T("上午 9-12 点", "Morning, 9-12"),
    "afternoon": T("下午 12-18 点", "Afternoon, 12-18"),
    "evening": T("晚上 18-21 点", "Evening, 18-21"),
}
