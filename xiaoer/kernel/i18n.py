"""Text in both languages of the product: Chinese first, English complete."""

from typing import Any, NamedTuple


class T(NamedTuple):
    """One sentence or label in Chinese and English."""

    zh: str
    en: str

    def say(self, language: str = "zh") -> str:
        """The text in `language`: anything that starts with "en" is English, all else Chinese."""
        return self.en if language.startswith("en") else self.zh

    def fill(self, **values: Any) -> "T":
        """The same sentence with its `{name}` places filled."""
        return T(self.zh.format(**values), self.en.format(**values))

    def both(self) -> dict[str, str]:
        return {"zh": self.zh, "en": self.en}


def language_of(accept: str) -> str:
    """`zh` or `en` from an Accept-Language header; Chinese when nothing is said."""
    first = accept.split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "zh"
