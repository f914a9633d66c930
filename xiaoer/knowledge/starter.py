"""The starter content (内置知识): Markdown files under content/, in our own words, each with the row it comes from. Pure."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from xiaoer.knowledge import frontmatter

FOLDER = Path(__file__).parent / "content"
_ENGLISH = "\n<!-- en -->\n"


@dataclass(frozen=True, slots=True)
class Page:
    """One file: its key is its name, its shelf the folder's."""

    key: str
    values: dict[str, Any]


@cache
def pages() -> tuple[Page, ...]:
    return tuple(page_of(path) for path in sorted(FOLDER.glob("*/*.md")))


def page_of(path: Path) -> Page:
    """A file read; after the line `<!-- en -->` stands the English text."""
    head, body = frontmatter.split(path.read_text("utf-8"))
    body, _, english = body.partition(_ENGLISH)
    values = {"category": path.parent.name, **head, "body": body.strip(), "body_en": english.strip()}
    return Page(path.stem, values)
