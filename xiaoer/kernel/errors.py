"""Refusals: what the desk says when it will not do something.

Every refusal names the value and the remedy, in Chinese and English, and carries the HTTP status that the
API answers with. Raising one rolls the transaction back, so a refusal leaves the data unchanged.
"""

from typing import Any

from xiaoer.kernel.i18n import T


class Refusal(Exception):
    """A request that is understood and declined. `code` is stable for machines, the text is for people."""

    status = 409

    def __init__(
        self,
        code: str,
        zh: str,
        en: str,
        *,
        fields: dict[str, T] | None = None,
        current: dict[str, Any] | None = None,
        status: int | None = None,
        extra: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{code}: {en}")
        self.code = code
        self.text = T(zh, en)
        self.fields = fields or {}
        self.current = current
        self.extra = extra or {}
        if status is not None:
            self.status = status

    def body(self, language: str) -> dict[str, Any]:
        """The JSON answer: `{"error": {code, message, fields?, current?}}` plus any extra top-level parts."""
        error: dict[str, Any] = {"code": self.code, "message": self.text.say(language)}
        if self.fields:
            error["fields"] = {name: text.say(language) for name, text in self.fields.items()}
        if self.current is not None:
            error["current"] = self.current
        return {"error": error, **self.extra}


class NotFound(Refusal):
    """The thing does not exist for this viewer; whether it exists for others is not told (law 9)."""

    status = 404

    def __init__(self, zh: str = "没有找到，可能已被删除或不在您的店铺范围内", en: str = "Not found here") -> None:
        super().__init__("not_found", zh, en)


class Forbidden(Refusal):
    """Seen, but the viewer's roles do not allow the action."""

    status = 403

    def __init__(self, zh: str, en: str, code: str = "forbidden") -> None:
        super().__init__(code, zh, en)


class Invalid(Refusal):
    """The input cannot be used; `fields` says which value and what to type instead."""

    status = 422

    def __init__(
        self,
        zh: str = "请检查标出的内容",
        en: str = "Please check the marked fields",
        *,
        code: str = "invalid",
        fields: dict[str, T] | None = None,
    ) -> None:
        super().__init__(code, zh, en, fields=fields)


class Conflict(Refusal):
    """Somebody was first: the row is no longer in the state that the caller saw. `current` is the row now."""

    status = 409


class TooMany(Refusal):
    """Tried too often; the text says when to try again."""

    status = 429


class Unauthenticated(Refusal):
    status = 401

    def __init__(self, zh: str = "请先登录", en: str = "Please sign in") -> None:
        super().__init__("unauthenticated", zh, en)
