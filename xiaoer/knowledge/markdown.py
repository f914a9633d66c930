"""Markdown of articles (知识正文) as a tree of allowed elements, as HTML, and as plain text. Pure.

Raw HTML is never passed on: the parser has it switched off, and what leaves here is built from a list of allowed elements
and addresses. The workbench draws the tree itself, the help centre prints `html_of`; neither ever sees foreign markup.

Addresses: https, mailto and tel; `upload:12` a picture or film of ours; `article:size-label` another article by its key;
`#place`. Anything else stands as plain text. A link alone in a paragraph that leads to a film is shown as a film (视频).
"""

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

Node = dict[str, Any]
"""{"t": element, "a": {attributes}, "c": [children]}; text is {"t": "", "x": text}."""

BLOCKS = frozenset(
    {"p", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "table", "thead", "tbody", "tr", "hr"}
)
INLINE = frozenset({"strong", "em", "s", "code", "a", "br", "img", "video", "th", "td"})
ALLOWED = BLOCKS | INLINE
_VOID = frozenset({"hr", "br", "img"})
_HEADING = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h4", "h5": "h4", "h6": "h4"}
_SCHEMES = frozenset({"https", "http", "mailto", "tel", "upload", "article", "action"})
_FILM = re.compile(r"\.(mp4|mov|webm)(\?|$)|^https://(v\.youku\.com|www\.bilibili\.com/video|v\.qq\.com)/", re.I)
_ANCHOR = re.compile(r"\s*\{#([a-z0-9_-]{1,40})\}\s*$")
_LONGEST = 60_000
"""Characters of a body that are read; the form allows fewer."""

_parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def tree_of(text: str) -> list[Node]:
    """The elements of a Markdown text."""
    tokens = _parser.parse(text[:_LONGEST])
    root: list[Node] = []
    _walk(iter(tokens), root)
    for node in root:
        _films(node)
    return root


def _walk(tokens: Iterator[Token], into: list[Node]) -> None:
    """Put elements into `into` until the element that is open is closed."""
    for token in tokens:
        if token.nesting < 0:
            return
        if token.type == "inline":
            _walk(iter(token.children or []), into)
        elif token.type == "text":
            into.append(text_node(token.content))
        elif token.type in ("softbreak", "hardbreak"):
            into.append({"t": "br", "a": {}, "c": []})
        elif token.type == "code_inline":
            into.append({"t": "code", "a": {}, "c": [text_node(token.content)]})
        elif token.type in ("fence", "code_block"):
            into.append({"t": "pre", "a": {}, "c": [text_node(token.content)]})
        elif token.type == "image":
            into.append(_image(token))
        elif token.nesting == 0:
            if token.tag in _VOID:
                into.append({"t": token.tag, "a": {}, "c": []})
            elif token.content:
                into.append(text_node(token.content))
        else:
            _element(token, tokens, into)


def _element(token: Token, tokens: Iterator[Token], into: list[Node]) -> None:
    children: list[Node] = []
    _walk(tokens, children)
    if token.hidden:  # the paragraph of a tight list is no paragraph
        into.extend(children)
        return
    tag = _HEADING.get(token.tag, token.tag)
    attributes: dict[str, str] = {}
    if tag == "a":
        address = safe_address(str(token.attrGet("href") or ""))
        if address is None:
            into.extend(children)
            return
        attributes["href"] = address
    elif tag == "ol" and token.attrGet("start"):
        attributes["start"] = str(token.attrGet("start"))
    elif tag in ("h2", "h3", "h4"):
        attributes |= _anchor(children)
    if tag in ALLOWED:
        into.append({"t": tag, "a": attributes, "c": children})
    else:
        into.extend(children)


def _anchor(children: list[Node]) -> dict[str, str]:
    """`## Heading {#place}`: the place is taken off the text."""
    if not children or children[-1]["t"] or not (match := _ANCHOR.search(children[-1]["x"])):
        return {}
    children[-1]["x"] = children[-1]["x"][: match.start()]
    return {"id": match[1]}


def _image(token: Token) -> Node:
    address = safe_address(str(token.attrGet("src") or ""))
    if address is None or not address.startswith("upload:"):  # a foreign picture would tell its host who reads
        return text_node(f"[{token.content}]" if token.content else "")
    return {"t": "img", "a": {"src": address, "alt": token.content}, "c": []}


def _films(node: Node) -> None:
    """A paragraph that holds nothing but a link to a film becomes the film."""
    kids = node.get("c", [])
    if node["t"] == "p" and len(kids) == 1 and kids[0]["t"] == "a" and _FILM.search(kids[0]["a"]["href"]):
        node |= {"t": "video", "a": kids[0]["a"], "c": kids[0]["c"]}


def text_node(text: str) -> Node:
    return {"t": "", "x": text}


def safe_address(address: str) -> str | None:
    """The address when people may follow it, else None: no javascript, no data, no relative path."""
    if re.fullmatch(r"#[a-z0-9_-]{1,40}", address):
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    if parts.scheme.lower() not in _SCHEMES or any(ord(char) < 33 for char in address):
        return None
    if parts.scheme == "upload" and not re.fullmatch(r"upload:[0-9]{1,18}", address):
        return None
    return address


# ------------------------------------------------------------------------------------------------ out of the tree


def html_of(nodes: list[Node], address: Callable[[str], str | None]) -> str:
    """The tree as HTML. `address` turns `upload:12`, `article:key` into what a browser opens; None leaves the text."""
    return "".join(_html(node, address) for node in nodes)


def _html(node: Node, address: Callable[[str], str | None]) -> str:
    tag = node["t"]
    if not tag:
        return escape(node["x"], quote=False)
    inner = "".join(_html(child, address) for child in node["c"])
    attributes = dict(node["a"])
    for name in ("href", "src"):
        if name in attributes:
            place = address(attributes[name])
            if place is None:
                return inner or escape(attributes.get("alt", ""))
            attributes[name] = place
    if tag == "video":
        tag = "a"
        attributes["class"] = "film"
    if tag == "a" and attributes["href"].startswith("http"):
        attributes |= {"rel": "noopener nofollow", "target": "_blank"}
    if tag == "img":
        attributes["loading"] = "lazy"
    said = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    if tag == "table":
        return f'<div class="table"><table{said}>{inner}</table></div>'
    return f"<{tag}{said}>" if tag in _VOID else f"<{tag}{said}>{inner}</{tag}>"


def plain(text: str) -> str:
    """The words alone, one block a line: for search, excerpts and messages to a buyer."""
    return re.sub(r"\n{2,}", "\n", "\n".join(_lines(tree_of(text)))).strip()


def plain_of(nodes: list[Node]) -> str:
    return re.sub(r"\n{2,}", "\n", "\n".join(_lines(nodes))).strip()


def _lines(nodes: list[Node]) -> Iterator[str]:
    line = ""
    for node in nodes:
        tag = node["t"]
        if tag in BLOCKS or tag == "video":
            if line.strip():
                yield line.strip()
            line = ""
            yield from _block_lines(node)
        elif tag == "br":
            yield line.strip()
            line = ""
        else:
            line += words_of(node)
    if line.strip():
        yield line.strip()


def _block_lines(node: Node) -> Iterator[str]:
    tag = node["t"]
    if tag == "tr":
        yield "  ".join(words_of(cell) for cell in node["c"])
    elif tag in ("ul", "ol"):
        for place, item in enumerate(node["c"], int(node["a"].get("start", 1))):
            sign = f"{place}. " if tag == "ol" else "· "
            lines = list(_lines(item["c"]))
            yield sign + (lines[0] if lines else "")
            yield from lines[1:]
    else:
        yield from _lines(node["c"])


def words_of(node: Node) -> str:
    """All text inside an element, without breaks."""
    if not node["t"]:
        return str(node["x"])
    if node["t"] == "img":
        return str(node["a"].get("alt", ""))
    return "".join(words_of(child) for child in node["c"])


def uploads_in(text: str) -> list[int]:
    """The pictures and films of ours that a text shows."""
    return sorted({int(number) for number in re.findall(r"\(upload:(\d{1,18})\)", text)})
