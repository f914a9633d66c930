"""What a text must hold before it is handed in; what changed between two texts; names made from titles. Pure."""

import difflib
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from xiaoer.kernel.i18n import T
from xiaoer.kernel.text import pinyin, segment
from xiaoer.knowledge import trees

_VARIABLE = re.compile(r"\{\{?\s*[a-z_\u4e00-\u9fff]{2,20}\s*(?:\|([^{}]*))?\}\}?")


def key_of(title: str) -> str:
    """尺码表怎么看 -> chimabiao-zenme-kan: what an address can hold."""
    words = "-".join(pinyin(word) for word in segment(title))
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:60] or "article"


def stamp_of(values: Mapping[str, Any]) -> str:
    """What a writer's screen shows, as a mark: whoever saves says on which text she wrote."""
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()[:16]


def unfinished(values: Mapping[str, Any]) -> dict[str, T]:
    """What is missing before it can be handed in, by field."""
    kind, body = values["kind"], str(values["body"]).strip()
    found: dict[str, T] = {}
    if not body:
        found["body"] = T("还没有正文", "There is no text yet")
    elif kind == "tree" and (wrong := trees.wrong_in(body)) is not None:
        found["body"] = wrong
    elif kind == "faq" and not trees.pairs_of(body):
        found["body"] = T(
            "问答要写成「## 问题」加回答，至少一对", "Write pairs as `## Question` and its answer, at least one"
        )
    elif kind == "steps" and not trees.steps_of(body):
        found["body"] = T("步骤要写成「1. 2. 3.」的编号列表", "Write the steps as a numbered list")
    if not values["category"]:
        found["category"] = T("请选一个分类，读者靠它找到这篇", "Choose a category; readers find it by that")
    return found


def sayable(text: str) -> str:
    """A script as it might go out, for the guard: variables replaced by what stands behind their bar."""
    return _VARIABLE.sub(lambda match: match[1] or "", text)


def diff(old: str, new: str) -> list[dict[str, str]]:
    """Line by line: kept, gone, new; a changed line shows its changed words."""
    before, after = old.splitlines(), new.splitlines()
    found: list[dict[str, str]] = []
    for verb, i1, i2, j1, j2 in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if verb == "equal":
            found += [{"is": "same", "text": line} for line in before[i1:i2]]
            continue
        found += [{"is": "gone", "text": line} for line in before[i1:i2]]
        found += [{"is": "new", "text": line} for line in after[j1:j2]]
    return found


def changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Which values beside the body differ."""
    names = [name for name in new if name not in ("body", "body_en") and old.get(name) != new.get(name)]
    return [{"field": name, "old": _said(old.get(name)), "new": _said(new.get(name))} for name in names]


def _said(value: Any) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "、".join(map(str, value))
    return "" if value is None else str(value)
