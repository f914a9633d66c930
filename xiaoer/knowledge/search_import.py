"""Knowledge from files and into files (导入导出): a Markdown folder, question-and-answer sheets, HTML pages. No database.

Every page gets a key that the same file gives again, so that importing twice changes nothing.
"""

import csv
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from xiaoer.kernel import workbook
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.text import normal
from xiaoer.knowledge import frontmatter, starter

_ENDINGS = (".md", ".markdown", ".xlsx", ".csv", ".html", ".htm")
_COLUMNS = {
    "question": ("问题", "标题", "question", "title", "q", "标准问题"),
    "answer": ("答案", "回答", "内容", "answer", "a", "标准答案", "正文"),
    "category": ("分类", "类目", "category"),
    "tags": ("标签", "关键词", "tags", "keywords"),
    "similar": ("相似问题", "相似问法", "similar", "questions", "扩展问"),
    "key": ("编号", "key", "id"),
    "audience": ("受众", "可见范围", "audience"),
}
_SPLIT = re.compile(r"[,，;；|\n、]+")
_KEY = re.compile(r"[^a-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Page:
    """One piece of knowledge of a file."""

    where: str
    key: str
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bad:
    """What could not be read: where, and why."""

    where: str
    why: str


def read(path: Path) -> Iterator[Page | Bad]:
    """Everything under a folder, or one file; what cannot be read comes back with its reason."""
    if path.is_dir():
        files = [one for one in sorted(path.rglob("*")) if one.is_file() and one.suffix.lower() in _ENDINGS]
        if not files:
            raise Invalid(
                f"{path} 里没有可以导入的文件（{'、'.join(_ENDINGS)}）", f"{path} has no file to import: {_ENDINGS}"
            )
        for one in files:
            yield from _file(one, path)
    elif path.suffix.lower() in _ENDINGS and path.is_file():
        yield from _file(path, path.parent)
    else:
        raise Invalid(
            f"{path} 不存在或格式不支持，请给出文件夹或 {'、'.join(_ENDINGS)} 文件",
            f"{path} does not exist or is of no known kind; give a folder or one of {_ENDINGS}",
        )


def _file(path: Path, root: Path) -> Iterator[Page | Bad]:
    where = str(path.relative_to(root))
    try:
        if path.suffix.lower() in (".md", ".markdown"):
            page = starter.page_of(path)
            values = {**page.values}
            if path.parent == root and "category" in values and "category:" not in path.read_text("utf-8")[:2000]:
                values["category"] = ""
            values.setdefault("title", _first_heading(str(values["body"])) or path.stem)
            yield Page(where, str(values.pop("key", page.key))[:80], values)
        elif path.suffix.lower() in (".html", ".htm"):
            yield _html(path, where)
        else:
            yield from _sheet(path, where)
    except (frontmatter.BadHead, UnicodeDecodeError, csv.Error) as error:
        yield Bad(where, str(error))
    except Refusal as refusal:
        yield Bad(where, refusal.text.zh)


def _first_heading(body: str) -> str:
    found = re.search(r"^#+\s*(.+)$", body, re.M)
    return found[1].strip() if found else ""


def key_of(text: str) -> str:
    """A key for what has no name of its own: it follows from the question."""
    plain = _KEY.sub("", normal(text))[:30]
    return f"{plain or 'qa'}-{hashlib.sha256(normal(text).encode()).hexdigest()[:12]}"


def _sheet(path: Path, where: str) -> Iterator[Page | Bad]:
    rows = _rows(path)
    columns: dict[str, int] = {}
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if not columns:
            columns = _columns(cells)
            if not {"question", "answer"} <= columns.keys():
                yield Bad(
                    f"{where}:{number}", "第一行要有「问题」和「答案」两列 / needs the columns question and answer"
                )
                return
            continue
        yield _pair({name: cells[at].strip() for name, at in columns.items() if at < len(cells)}, f"{where}:{number}")


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    if path.suffix.lower() == ".xlsx":
        workbook.check(path)
        for number, cells, _ in workbook.rows(path):
            yield number, cells
    else:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from enumerate(csv.reader(lines), 1)


def _columns(cells: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        for name, known in _COLUMNS.items():
            if normal(cell).strip() in known:
                found.setdefault(name, place)
    return found


def _pair(row: dict[str, str], where: str) -> Page | Bad:
    question, answer = row.get("question", ""), row.get("answer", "")
    if not question or not answer:
        return Bad(
            where, f"缺少{'问题' if not question else '答案'} / {'question' if not question else 'answer'} is empty"
        )
    audience = {"买家可见": "buyer", "买家": "buyer", "buyer": "buyer"}.get(normal(row.get("audience", "")), "staff")
    values = {
        "title": question,
        "kind": "article",
        "body": answer,
        "summary": answer if len(answer) <= 120 and "\n" not in answer else "",
        "questions": [one for one in _SPLIT.split(row.get("similar", "")) if one.strip()],
        "category": row.get("category", ""),
        "tags": [one.strip() for one in _SPLIT.split(row.get("tags", "")) if one.strip()],
        "audience": audience,
    }
    return Page(where, _KEY.sub("-", normal(row.get("key", ""))).strip("-")[:80] or key_of(question), values)


class _Reader(HTMLParser):
    """HTML as the Markdown an article holds: headings, paragraphs, lists, bold, links; scripts and styles go."""

    _HIDDEN = ("script", "style", "head", "nav", "footer", "noscript")
    _BEFORE = {"h1": "\n\n# ", "h2": "\n\n## ", "h3": "\n\n### ", "p": "\n\n", "div": "\n", "br": "\n", "li": "\n- "}

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.title = ""
        self.hidden, self.in_title = 0, False
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "title":
            self.in_title = True
        elif tag in self._HIDDEN:
            self.hidden += 1
        elif tag in self._BEFORE:
            self.parts.append(self._BEFORE[tag])
        elif tag in ("b", "strong"):
            self.parts.append("**")
        elif tag == "a":
            address = dict(attrs).get("href") or ""
            self.links.append(address if address.startswith("http") else "")
            self.parts.append("[" if self.links[-1] else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "title":
            self.in_title = False
        elif tag in self._HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        elif tag in ("b", "strong"):
            self.parts.append("**")
        elif tag == "a" and self.links:
            address = self.links.pop()
            self.parts.append(f"]({address})" if address else "")

    def handle_data(self, data: str) -> None:
        if self.in_title:
            self.title += data
        elif not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def _html(path: Path, where: str) -> Page | Bad:
    reader = _Reader()
    reader.feed(path.read_text("utf-8"))
    body = re.sub(r"\n{3,}", "\n\n", "".join(reader.parts)).strip()
    title = (_first_heading(body) or reader.title or path.stem).strip()
    body = re.sub(r"^#\s+.*\n+", "", body, count=1)
    if not body:
        return Bad(where, "没有正文 / the page has no text")
    return Page(
        where, _KEY.sub("-", normal(path.stem)).strip("-")[:80] or key_of(title), {"title": title[:120], "body": body}
    )


def markdown_of(values: dict[str, Any], key: str) -> str:
    """An article as a file that imports as the same article."""
    lines = ["---", f"key: {key}"]
    for name, value in values.items():
        if name in ("body", "body_en", "owner", "shops", "replaces") or value in ("", None, [], False):
            continue
        shown = (
            f"[{', '.join(map(str, value))}]"
            if isinstance(value, list)
            else str(value).lower()
            if value is True
            else value
        )
        lines.append(f"{name}: {shown}")
    english = f"\n<!-- en -->\n{values['body_en']}\n" if values.get("body_en") else ""
    return "\n".join([*lines, "---", str(values.get("body", "")), english]).rstrip() + "\n"
