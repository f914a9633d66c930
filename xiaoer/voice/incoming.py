"""What an exchange sends, checked row by row: a bad row never hurts its neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from xiaoer.kernel.errors import Refusal
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import invalid_from
from xiaoer.voice.actions import CallNews
from xiaoer.voice.rules import check_link


class ExchangeEvent(BaseModel):
    """One event of a call. `call` and `event_id` make it idempotent; it may come late and in any order."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "shop": 1,
                    "call": "pbx-20261111-000123",
                    "event_id": "000123-1",
                    "event": "queued",
                    "at": "2026-11-11T12:00:00+08:00",
                    "direction": "inbound",
                    "number": "13800001111",
                    "line": "0571-88880200",
                    "topic": "complaint",
                }
            ]
        },
    )
    shop: int
    call: str = Field(min_length=1, max_length=80, description="The exchange's number of the call")
    event_id: str = Field(min_length=1, max_length=70, description="The exchange's number of the event")
    event: Literal["queued", "ringing", "answered", "held", "resumed", "ended", "recording"]
    at: AwareDatetime | None = Field(None, description="When it happened; left out: now")
    direction: Literal["inbound", "outbound", ""] = ""
    number: str = Field("", max_length=40, description="The customer's number; stored masked and hashed")
    line: str = Field("", max_length=40, description="The number that was called, or the queue's name")
    agent: str = Field("", max_length=24, description="Extension of the agent, or her staff id as staff:12")
    team: int | None = None
    topic: Literal["", "complaint"] = Field("", description="What the caller chose in the menu")
    rings: int | None = Field(None, ge=0, le=200, description="Rings as the exchange counted them")
    reason: str = Field("", max_length=40, description="ended: who hung up, or why it failed")
    url: str = Field("", max_length=500, description="recording: where it lies")


@dataclass(frozen=True, slots=True)
class Row:
    """One row after the check: the event, or why it cannot be used."""

    index: int
    event: ExchangeEvent | None
    reasons: tuple[T, ...] = ()
    given: Mapping[str, Any] | None = None


def check(rows: list[Any], at: datetime, ahead: timedelta) -> list[Row]:
    """Each row by itself."""
    return [_check(index, row, at, ahead) for index, row in enumerate(rows)]


def _check(index: int, given: Any, at: datetime, ahead: timedelta) -> Row:
    if not isinstance(given, dict):
        return Row(index, None, (T("不是一个事件对象", "This is no event object"),))
    try:
        event = ExchangeEvent.model_validate(given)
        if event.event == "recording":
            check_link(event.url, "url")
    except ValidationError as error:
        return Row(index, None, _said(invalid_from(error)), given)
    except Refusal as refusal:
        return Row(index, None, _said(refusal), given)
    if event.at is not None and event.at > at + ahead:
        text = T(
            f"时间 {event.at.isoformat()} 在将来，请校准话机时钟",
            f"{event.at.isoformat()} lies in the future: set the clock",
        )
        return Row(index, None, (text,), given)
    return Row(index, event, (), given)


def _said(refusal: Refusal) -> tuple[T, ...]:
    return tuple(T(f"{name}：{text.zh}", f"{name}: {text.en}") for name, text in refusal.fields.items()) or (
        refusal.text,
    )


def news(event: ExchangeEvent, agent: int | None, at: datetime) -> CallNews:
    return CallNews(
        call=event.call,
        event=event.event_id,
        kind=event.event,
        at=(event.at or at).astimezone(UTC),
        direction=event.direction,
        number=event.number,
        line=event.line,
        agent=agent,
        team=event.team,
        complaint=event.topic == "complaint",
        rings=event.rings,
        reason=event.reason,
        url=event.url.strip(),
    )
