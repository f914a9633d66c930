"""The search's query language (高级搜索语法, R795): what was typed as a tree, with errors that name place and remedy. Pure.

退货 运费            both help, better when both are there
退货 AND 运费         both must be there (also 并且, &&); OR, 或者, ||; NOT, 非, a minus before the word
"七天无理由"          exactly this
退*费  iph*          * any signs, ? one sign
title:运费  tag:退货  category:售后  kind:faq  platform:tmall  audience:buyer  updated:>=2026-01-01
"""

import re
from dataclasses import dataclass
from datetime import date

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T

LONGEST = 200
_FIELDS = {
    "title": "title", "标题": "title", "tag": "tag", "标签": "tag", "category": "category", "分类": "category",
    "kind": "kind", "类型": "kind", "platform": "platform", "平台": "platform", "updated": "updated", "更新": "updated",
    "audience": "audience", "受众": "audience", "source": "source", "来源": "source", "goods": "goods", "商品": "goods",
}  # fmt: skip
_AND, _OR, _NOT = {"AND", "&&", "&", "并且", "且", "+"}, {"OR", "||", "|", "或者", "或"}, {"NOT", "!", "非", "不含"}
_FULL = str.maketrans("“”„＂：（）＊？－！", '"""":()*?-!')
_TOKEN = re.compile(r'\s+|"|[()]|[^\s"()]+')
_DATE = re.compile(r"(>=|<=|>|<|=)?(\d{4})-(\d{1,2})-(\d{1,2})$")
_KINDS = {
    "文章": "article", "问答": "faq", "话术": "script", "步骤": "steps", "引导": "tree", "商品": "goods", "政策": "policy",
    "买家": "buyer", "买家可见": "buyer", "内部": "staff", "仅内部": "staff", "天猫": "tmall", "淘宝": "taobao",
    "京东": "jd", "抖音": "douyin", "拼多多": "pinduoduo", "快手": "kuaishou",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """Words that should be there."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    text: str


@dataclass(frozen=True, slots=True)
class Wild:
    """A word with * or ?."""

    text: str


@dataclass(frozen=True, slots=True)
class Field:
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Day:
    """updated: compared with a day."""

    sign: str
    day: date


@dataclass(frozen=True, slots=True)
class Not:
    part: "Node"


@dataclass(frozen=True, slots=True)
class And:
    parts: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class Or:
    parts: tuple["Node", ...]


Node = Text | Phrase | Wild | Field | Day | Not | And | Or


@dataclass(frozen=True, slots=True)
class Parsed:
    """What was asked: the words to rank by, and (only when operators were used) what must hold."""

    words: str
    must: Node | None


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    place: int
    gap: bool = True
    """Whether a space, or the beginning, stands before it."""


def refuse(place: int, zh: str, en: str) -> Invalid:
    """Malformed: which sign, and what to do."""
    text = T(f"搜索语法有误，第 {place + 1} 个字处：{zh}", f"The query is malformed at character {place + 1}: {en}")
    return Invalid(text.zh, text.en, code="query", fields={"q": text})


def tokens_of(query: str) -> list[Token]:
    """Operators, brackets, phrases, fields and words, each with its place."""
    found: list[Token] = []
    place, gap = 0, True
    text = query.translate(_FULL)
    while place < len(text):
        match = _TOKEN.match(text, place)
        assert match is not None
        piece = match.group()
        if piece.isspace():
            gap = True
        elif piece == '"':
            end = text.find('"', place + 1)
            if end < 0:
                raise refuse(place, "引号没有结束，请在后面补一个引号 ”", 'the quotation mark does not end; add a "')
            if not text[place + 1 : end].strip():
                raise refuse(place, "引号里没有内容，请写上要找的原文或去掉引号", "the phrase is empty")
            found.append(Token("phrase", text[place + 1 : end], place, gap))
            place, gap = end + 1, False
            continue
        else:
            found += _word(piece, place, gap)
            gap = False
        place += len(piece)
    return found


def _word(piece: str, place: int, gap: bool) -> list[Token]:
    if piece in "()":
        return [Token(piece, piece, place, gap)]
    if piece in _AND | _OR | _NOT:
        return [Token("and" if piece in _AND else "or" if piece in _OR else "not", piece, place, gap)]
    if piece[0] in "-!" and len(piece) > 1 and gap:
        return [Token("not", piece[0], place, gap), *_word(piece[1:], place + 1, False)]
    name, colon, value = piece.partition(":")
    if colon and name.lower() in _FIELDS:
        return [
            Token("field", _FIELDS[name.lower()], place, gap),
            *([Token("value", value, place + len(name) + 1, False)] if value else []),
        ]
    return [Token("word", piece, place, gap)]


def parse(query: str) -> Parsed:
    """The tree of a query. Plain words alone make no condition: they only rank."""
    if len(query) > LONGEST:
        raise refuse(LONGEST, f"太长了，请不超过 {LONGEST} 个字", f"too long; at most {LONGEST} characters")
    tokens = tokens_of(query)
    if all(token.kind == "word" and not _wild(token.text) for token in tokens):
        return Parsed(query.strip(), None)
    reader = _Reader(tokens, len(query))
    tree = reader.either()
    if reader.at < len(tokens):
        token = tokens[reader.at]
        raise refuse(token.place, "多了一个右括号，请删掉它或在前面补左括号", "a bracket closes that was never opened")
    return Parsed(" ".join(_positive(tree)), tree)


def _wild(text: str) -> bool:
    return ("*" in text or "?" in text.rstrip("?")) and len(text) > 1


class _Reader:
    """Reads: either = all ("or" all)*; all = one+; one = "not" one | "(" either ")" | field | phrase | word."""

    def __init__(self, tokens: list[Token], end: int) -> None:
        self.tokens, self.at, self.end, self.depth = tokens, 0, end, 0

    def peek(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def either(self) -> Node:
        parts = [self.every()]
        while (token := self.peek()) is not None and token.kind == "or":
            self.at += 1
            parts.append(self.every())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def every(self) -> Node:
        parts: list[Node] = []
        while (token := self.peek()) is not None and token.kind not in ("or", ")"):
            if token.kind == "and":
                self.at += 1
                if not parts:
                    raise refuse(token.place, f"{token.text} 前面缺少条件", f"nothing stands before {token.text}")
                if self.peek() is None:
                    raise refuse(token.place, f"{token.text} 后面缺少条件", f"nothing stands after {token.text}")
                continue
            parts.append(self.one())
        if not parts:
            token = self.peek()
            before = self.tokens[self.at - 1] if self.at else token
            place = before.place if before is not None else self.end
            raise refuse(
                place, "这里缺少要找的词，请补上或删掉多余的符号", "a word is missing here; add it, or remove the sign"
            )
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def one(self) -> Node:
        token = self.tokens[self.at]
        self.at += 1
        if token.kind == "not":
            if self.peek() is None:
                raise refuse(token.place, f"{token.text} 后面缺少要排除的词", f"nothing stands after {token.text}")
            return Not(self.one())
        if token.kind == "(":
            self.depth += 1
            if self.depth > 20:
                raise refuse(token.place, "括号套得太深，请简化", "too many brackets inside one another")
            inner = self.either()
            self.depth -= 1
            closing = self.peek()
            if closing is None or closing.kind != ")":
                raise refuse(token.place, "左括号没有对应的右括号，请在后面补上 ）", "the bracket is not closed; add )")
            self.at += 1
            return inner
        if token.kind == "field":
            return self.field(token)
        if token.kind == "phrase":
            return Phrase(token.text)
        if token.kind in ("and", "or", ")"):
            raise refuse(token.place, f"{token.text} 放错了位置", f"{token.text} cannot stand here")
        return Wild(token.text) if _wild(token.text) else Text(token.text)

    def field(self, token: Token) -> Node:
        value = self.peek()
        if value is None or value.kind not in ("value", "phrase") or (value.kind == "phrase" and value.gap):
            raise refuse(
                token.place,
                f"{token.text}: 后面要紧跟内容，例如 {_example(token.text)}",
                f"{token.text}: needs a value, for example {_example(token.text)}",
            )
        self.at += 1
        if token.text == "updated":
            match = _DATE.match(value.text)
            try:
                day = date(int(match[2]), int(match[3]), int(match[4])) if match else None
            except ValueError:
                day = None
            if match is None or day is None:
                raise refuse(
                    value.place,
                    f"「{value.text}」不是日期，请写成 updated:>=2026-01-31",
                    f"{value.text!r} is no date; write updated:>=2026-01-31",
                )
            return Day(match[1] or "=", day)
        known = token.text in ("kind", "audience", "platform", "source")
        return Field(token.text, _KINDS.get(value.text, value.text.lower()) if known else value.text)


def _example(name: str) -> str:
    return {
        "title": "title:运费", "tag": "tag:退货", "category": "category:售后", "kind": "kind:faq",
        "platform": "platform:tmall", "audience": "audience:buyer", "updated": "updated:>=2026-01-01",
    }.get(name, f"{name}:…")  # fmt: skip


def _positive(node: Node) -> list[str]:
    """The words to rank by: everything that is asked for, nothing that is excluded."""
    if isinstance(node, And | Or):
        return [word for part in node.parts for word in _positive(part)]
    if isinstance(node, Text | Phrase):
        return [node.text]
    if isinstance(node, Wild):
        return [node.text.replace("*", " ").replace("?", " ")]
    if isinstance(node, Field) and node.name == "title":
        return [node.value]
    return []


HELP = [
    (
        "退货 运费",
        T(
            "直接输入即可，支持繁体、拼音（tuihuo）、首字母（th）和错字",
            "Just type; Traditional, pinyin, initials and typos are understood",
        ),
    ),
    ("退货 AND 运费险", T("两个词都要有（也可写 并且、&&）", "Both must be there (also &&)")),
    ("退货 OR 换货", T("有一个就行（也可写 或者、||）", "Either will do (also ||)")),
    ("退货 -生鲜", T("不要含有这个词（也可写 NOT、非）", "Without this word (also NOT)")),
    ('"七天无理由"', T("原样出现这一串字", "Exactly these characters")),
    ("退*费  充?宝", T("* 代表任意几个字，? 代表一个字", "* any characters, ? one character")),
    (
        "title:运费",
        T(
            "标题里有；还有 tag: category: kind: platform: audience:",
            "In the title; also tag: category: kind: platform: audience:",
        ),
    ),
    ("updated:>=2026-01-01", T("按更新日期，可用 > >= < <= =", "By the day it was changed: > >= < <= =")),
    ("(退货 OR 换货) AND 运费", T("用括号组合", "Brackets group")),
]
"""What the help of the search box shows: an example and what it does."""
