"""Shapes inside a body: decision trees (引导式解决, R585), question-and-answer pairs, steps. Pure.

A tree is written in plain Markdown: each `## Question {#name}` is a place, its list of links are the answers
(`- [少件](#missing)`), and a place without answers is an end with its advice and its actions
(`- [发起退货](action:open/return)`). The first place is where one begins.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from xiaoer.kernel.i18n import T
from xiaoer.knowledge import markdown
from xiaoer.knowledge.markdown import Node

ACTIONS: dict[str, T] = {
    "open": T("发起售后", "Open a case"),
    "script": T("发送话术", "Send a script"),
    "article": T("阅读文章", "Read an article"),
    "transfer": T("转接", "Hand over"),
    "chat": T("联系客服", "Talk to us"),
}
"""What an end of a tree can do: `action:open/return/quality` (the form filled in with that reason),
`action:script/freight-who-pays`, `action:transfer/after_sales`."""
_ACTION = re.compile(r"action:([a-z]+)(?:/([a-z0-9_-]{1,80}))?(?:/([a-z0-9_]{1,40}))?$")


@dataclass(slots=True)
class Place:
    """One question of a tree, or an end of it."""

    name: str
    title: str
    text: list[Node] = field(default_factory=list)
    answers: list[dict[str, str]] = field(default_factory=list)
    actions: list[dict[str, str]] = field(default_factory=list)

    @property
    def end(self) -> bool:
        return not self.answers

    def shown(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "title": self.title,
            "text": self.text,
            "answers": self.answers,
            "actions": self.actions,
            "end": self.end,
        }


def places_of(body: str) -> list[Place]:
    """The places of a tree in order; what stands before the first one is left to the reader as an introduction."""
    found: list[Place] = []
    for node in markdown.tree_of(body):
        if node["t"] == "h2":
            name = node["a"].get("id") or f"p{len(found) + 1}"
            found.append(Place(name, "".join(map(markdown.words_of, node["c"])).strip()))
        elif found:
            _add(found[-1], node)
    return found


def _add(place: Place, node: Node) -> None:
    """A list of nothing but links is answers or actions; everything else is text."""
    links = [_only_link(item) for item in node["c"]] if node["t"] == "ul" else []
    if not links or None in links:
        place.text.append(node)
        return
    for link in links:
        assert link is not None
        label, address = "".join(map(markdown.words_of, link["c"])), link["a"]["href"]
        if address.startswith("#"):
            place.answers.append({"label": label, "to": address[1:]})
        elif match := _ACTION.match(address):
            place.actions.append({"label": label, "do": match[1], "what": match[2] or "", "reason": match[3] or ""})
        else:
            place.actions.append({"label": label, "do": "link", "what": address, "reason": ""})


def _only_link(item: Node) -> Node | None:
    kids = [kid for kid in item["c"] if kid["t"] or kid["x"].strip()]
    return kids[0] if len(kids) == 1 and kids[0]["t"] == "a" else None


def intro_of(body: str) -> list[Node]:
    """What stands before the first place."""
    intro: list[Node] = []
    for node in markdown.tree_of(body):
        if node["t"] == "h2":
            break
        intro.append(node)
    return intro


def wrong_in(body: str) -> T | None:
    """Why a tree cannot be walked: said with the name of the place. None when it can."""
    places = places_of(body)
    if not places:
        return T("决策树至少要有一个「## 问题 {#名字}」", "A tree needs at least one `## Question {#name}`")
    names = [place.name for place in places]
    if twice := next((name for name in names if names.count(name) > 1), None):
        return T(f"「#{twice}」写了两次，请改名", f"#{twice} stands twice; rename one")
    for place in places:
        if lost := next((one["to"] for one in place.answers if one["to"] not in names), None):
            return T(
                f"「{place.title}」指向不存在的「#{lost}」", f"{place.title!r} leads to #{lost}, which is not there"
            )
        if odd := next((one["do"] for one in place.actions if one["do"] not in {*ACTIONS, "link"}), None):
            return T(f"「{place.title}」的动作「{odd}」不认识", f"{place.title!r}: the action {odd!r} is unknown")
        if place.end and not place.actions and not place.text:
            return T(
                f"「{place.title}」没有答案、说明或动作", f"{place.title!r} has neither answers, advice nor actions"
            )
    if unreached := set(names) - _reached(places):
        name = next(name for name in names if name in unreached)
        return T(f"没有答案通向「#{name}」", f"No answer leads to #{name}")
    if not any(place.end for place in places):
        return T("决策树没有终点，会一直转圈", "The tree has no end; one would walk in circles")
    return None


def _reached(places: list[Place]) -> set[str]:
    known = {place.name: place for place in places}
    seen: set[str] = set()
    todo = [places[0].name]
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [one["to"] for one in known[name].answers]
    return seen


def pairs_of(body: str) -> list[dict[str, Any]]:
    """The question-and-answer pairs of a FAQ: each `## Question` with what follows it."""
    pairs: list[dict[str, Any]] = []
    for node in markdown.tree_of(body):
        if node["t"] in ("h2", "h3"):
            pairs.append({"question": "".join(map(markdown.words_of, node["c"])), "answer": []})
        elif pairs:
            pairs[-1]["answer"].append(node)
    return pairs


def steps_of(body: str) -> list[list[Node]]:
    """The steps of a step list: the items of its numbered lists, in order."""
    return [item["c"] for node in markdown.tree_of(body) if node["t"] == "ol" for item in node["c"]]
