"""What is typed for the steps of a watched order. Pure."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from xiaoer.care.rules import CHANNELS, OUTCOMES
from xiaoer.kernel.i18n import T


def _field(zh: str, en: str, default: Any = ..., *, help: T | None = None, extra: Any = None, **limits: Any) -> Any:
    shown: dict[str, Any] = {"zh": zh, "en": en, **(extra or {})}
    if help is not None:
        shown["description"] = help.both()
    return Field(default, json_schema_extra=shown, **limits)


def _choice(zh: str, en: str, options: Mapping[str, T], default: Any = ...) -> Any:
    extra = {"enum": list(options), "labels": {code: label.both() for code, label in options.items()}}
    return _field(zh, en, default, extra=extra, pattern="^(" + "|".join(options) + ")$")


class Form(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class Mark(Form):
    """An agent noticed something herself."""

    note: str = _field("发现了什么", "What was noticed", min_length=2, max_length=200)


class Contact(Form):
    """主动联系 (R806): how, with which words, what came of it."""

    channel: str = _choice("联系方式", "Contacted by", CHANNELS, "platform_chat")
    text: str = _field("话术", "Words", min_length=2, max_length=500)
    outcome: str = _choice("结果", "Outcome", OUTCOMES)
    note: str = _field("记录", "Notes", "", max_length=300)


class Solve(Form):
    note: str = _field("怎样解决的", "How it was solved", min_length=2, max_length=300)


class HandOn(Form):
    note: str = _field("转给谁、为什么", "To whom and why", min_length=2, max_length=300)
