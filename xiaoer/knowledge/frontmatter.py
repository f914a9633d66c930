"""The head of a Markdown file: `key: value` lines between two `---` lines, or TOML between two `+++` lines. Pure.

`[a, b]`, or `- a` lines below the key, make a list; true, false are switches; everything else is text.
"""

import re
import tomllib
from typing import Any

_LINE = re.compile(r"^([A-Za-z_][A-Za-z0-9_-]*)\s*:\s*(.*)$")


class BadHead(ValueError):
    """A head that cannot be read; the message names the line."""


def split(text: str) -> tuple[dict[str, Any], str]:
    """(head, body). A text without a head has an empty one."""
    lines = text.lstrip("\ufeff").replace("\r\n", "\n").split("\n")
    if not lines or lines[0].strip() not in ("---", "+++"):
        return {}, "\n".join(lines).strip()
    fence = lines[0].strip()
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip() == fence), None)
    if end is None:
        raise BadHead(f"第 1 行的 {fence} 没有结束行 / the head that begins with {fence} does not end")
    body = "\n".join(lines[end + 1 :]).strip()
    if fence == "+++":
        try:
            return tomllib.loads("\n".join(lines[1:end])), body
        except tomllib.TOMLDecodeError as error:
            raise BadHead(str(error)) from None
    return _simple(lines[1:end]), body


def _simple(lines: list[str]) -> dict[str, Any]:
    head: dict[str, Any] = {}
    last = ""
    for number, line in enumerate(lines, 2):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if line.lstrip().startswith("- ") and last:
            if not isinstance(head[last], list):
                head[last] = [head[last]] if head[last] else []
            head[last].append(_text(line.lstrip()[2:]))
            continue
        match = _LINE.match(line.strip())
        if match is None:
            raise BadHead(f"第 {number} 行不是「键: 值」：{line.strip()[:40]} / line {number} is not `key: value`")
        last, value = match[1], match[2].strip()
        if value.startswith("[") and value.endswith("]"):
            head[last] = [_text(part) for part in re.split(r"[,，]", value[1:-1]) if part.strip()]
        else:
            head[last] = {"true": True, "false": False}.get(value.lower(), _text(value))
    return head


def _text(value: str) -> str:
    value = value.strip()
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value


def joined(head: dict[str, Any], body: str) -> str:
    """The file of an article: what `split` reads back."""
    lines = ["---"]
    for key, value in head.items():
        if value in (None, "", []):
            continue
        if isinstance(value, list):
            comma = any("," in str(one) or "，" in str(one) for one in value)
            lines += (
                [f"{key}:", *(f"- {one}" for one in value)] if comma else [f"{key}: [{', '.join(map(str, value))}]"]
            )
        else:
            said = str(value).lower() if isinstance(value, bool) else str(value).replace("\n", " ")
            lines.append(f"{key}: {said}")
    return "\n".join([*lines, "---", "", body.strip(), ""])
