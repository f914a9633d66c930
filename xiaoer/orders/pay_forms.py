"""What must be typed for a reminder, a pre-sale and a follow-up entry: labels in both languages. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.kernel.i18n import T
from xiaoer.orders.pay_words import CHANNELS, REASONS, SOLUTIONS


def _field(zh: str, en: str, default: Any = ..., *, extra: Any = None, **limits: Any) -> Any:
    return Field(default, json_schema_extra={"zh": zh, "en": en, **(extra or {})}, **limits)


def _choice(zh: str, en: str, options: Mapping[str, T], default: Any = ...) -> Any:
    extra = {"enum": list(options), "labels": {code: label.both() for code, label in options.items()}}
    return _field(zh, en, default, extra=extra, pattern="^(" + "|".join(options) + ")$")


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Sent(Form):
    """How the reminder went out, and what it said."""

    channel: str = _choice("发送方式", "Channel", CHANNELS)
    text: str = _field("内容", "Text", "", max_length=500)
    reason: str | None = _choice("未付款原因", "Reason", REASONS, None)
    conversation: int | None = _field("会话", "Conversation", None)


class Hand(Form):
    """Who shall see to it."""

    owner: int = _field("跟进人", "Owner", ge=1)


class Agree(Form):
    """商定方案 (R737): what was agreed with the buyer; a compensation is a proposal for after-sales."""

    kind: str = _choice("方案", "Solution", SOLUTIONS)
    amount_fen: int | None = _field("补偿金额", "Compensation", None, ge=0, le=10**9)
    text: str = _field("说明", "Explanation", min_length=2, max_length=300)


class Why(Form):
    text: str = _field("原因", "Why", min_length=2, max_length=300)


class Result(Form):
    result: str = _field("结果", "Result", min_length=2, max_length=300)
