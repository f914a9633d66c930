"""`xiaoer guard check --platform tmall < messages.jsonl`: the check for scripts, archives and other desks."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from xiaoer.guard.given import switches_of
from xiaoer.guard.packs import PackError, check, shipped, write_checked
from xiaoer.guard.queries import AFTER_CUTOFF
from xiaoer.guard.rules import Context
from xiaoer.guard.turns import direction_of, turns_of
from xiaoer.kernel.calendar import BEIJING
from xiaoer.orders.promise import Asked
from xiaoer.orders.promise_reads import promise_of


def add_commands(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    guard = subparsers.add_parser("guard", help="check outgoing messages 发送前检查")
    parts = guard.add_subparsers(dest="guard_command", required=True, metavar="COMMAND")
    checking = parts.add_parser("check", help="read messages as JSON lines, write a verdict a line")
    checking.add_argument("--platform", default="", help="taobao, tmall, kuaishou, ...; unknown: the strictest rules")
    checking.add_argument("--language", default="zh", choices=("zh", "en"), help="language of the reasons")
    checking.set_defaults(run=run_check)
    rules = parts.add_parser("rules", help="list the rules with their level on a platform")
    rules.add_argument("--platform", default="")
    rules.add_argument("--language", default="zh", choices=("zh", "en"))
    rules.set_defaults(run=run_rules)
    packs = parts.add_parser("packs", help="check the shipped rule packs in full and note that they are sound")
    packs.set_defaults(run=run_packs)
    learn = parts.add_parser("learn", help="learn what forbidden sentences read like, from the labelled set")
    learn.set_defaults(run=run_learn)


def run_check(options: argparse.Namespace) -> int:
    """Standard input to standard output; a bad line is answered with its number, the others go on."""
    try:
        shipped()
    except PackError as refused:
        print(refused, file=sys.stderr)
        return 2
    bad = 0
    for answer in check_lines(sys.stdin.buffer, options.platform, options.language):
        bad += "error" in answer
        line = json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace")
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    if bad:
        print(f'{bad} line(s) could not be read; see the answers with "error"', file=sys.stderr)
    return 0


def run_rules(options: argparse.Namespace) -> int:
    for rule in shipped().rules:
        level = rule.level_for(options.platform)
        print(f"{level:6} {rule.id:26} {rule.title.say(options.language)}  [{', '.join(rule.source)}]")
    return 0


def run_packs(options: argparse.Namespace) -> int:
    """After editing a pack: every rule against its own examples; what is noted makes starting quick."""
    try:
        for pack in write_checked():
            print(f"{pack.name:16} {len(pack.rules):3} rules  {pack.title.zh}")
    except PackError as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


def run_learn(options: argparse.Namespace) -> int:
    """Learn the likeness model anew, after the labelled set or the packs changed."""
    from xiaoer.guard import learning

    found = learning.learn(learning.rows())
    learning.write(found)
    print(f"{len(found.weights)} weights, {len(found.known)} known sentences")
    return 0


def check_lines(lines: Iterable[bytes], platform: str, language: str) -> Iterator[dict[str, Any]]:
    """One answer per line that is not blank, in order."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        message: Any = None
        try:
            message = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
            yield _answer(message, platform, language)
        except (UnicodeDecodeError, json.JSONDecodeError, ValueError, RecursionError) as wrong:
            known = message.get("id") if isinstance(message, dict) else None
            yield {"line": number, "id": known, "error": _explain(wrong)}


def _answer(message: Any, platform: str, language: str) -> dict[str, Any]:
    if not isinstance(message, dict):
        raise ValueError('not an object; write {"id": ..., "direction": "out", "text": ...}')
    text = message.get("text")
    if not isinstance(text, str):
        raise ValueError(f"text is {text!r}; it must be a string")
    verdict = check(text, context_of(message, platform))
    rules = [
        {
            "id": hit.id,
            "level": hit.level,
            "span": list(hit.span),
            "reason": hit.reason.say(language),
            "rewrite": hit.rewrite.say(language) if hit.rewrite else None,
        }
        for hit in verdict.rules
    ]
    return {"id": message.get("id"), "verdict": verdict.verdict, "rules": rules}


def context_of(message: Mapping[str, Any], platform: str) -> Context:
    """The context of one line. Everything but the text may be missing; what is there is read with good will."""
    given = message.get("context")
    given = {} if given is None else given
    if not isinstance(given, dict):
        raise ValueError(f"context is {given!r}; it must be an object")
    direction = direction_of(message.get("direction", message.get("from", "")))
    where = str(given.get("platform") or message.get("platform") or platform).strip().lower()
    at = _moment(given.get("at", given.get("day", given.get("date"))), "at")
    own, asked, unanswered = turns_of(message.get("history"), direction)
    return Context(
        platform=where,
        role=str(given.get("role", "")),
        author=str(given.get("author", given.get("author_kind", "staff"))),
        direction=direction,
        day=at.date() if at else None,
        switches=_switches(given) | (_of_the_hour(given, where, at) if where == "taobao" and at else frozenset()),
        known_numbers=frozenset(_texts(given.get("known_numbers"), "known_numbers")),
        allowed_hosts=frozenset(name.lower() for name in _texts(given.get("allowed_hosts"), "allowed_hosts")),
        order_state=str(given.get("order_state") or ""),
        history=own,
        asked=asked,
        unanswered=unanswered,
    )


def _switches(given: Mapping[str, Any]) -> frozenset[str]:
    named = given.get("switches", ())
    found = {name for name, on in named.items() if on is True} if isinstance(named, dict) else set()
    if not isinstance(named, dict):
        found = set(_texts(named, "switches"))
    return frozenset(found) | switches_of(given)


def _of_the_hour(given: Mapping[str, Any], platform: str, at: datetime) -> frozenset[str]:
    """After the cut-off nothing that is paid now leaves today (C01): asked of the ship promise."""
    paid = _moment(given.get("paid_at"), "paid_at")
    promise, _ = promise_of(Asked(platform=platform, at=at, paid_at=paid, stock=True))
    return AFTER_CUTOFF if promise.may_say.value == "tomorrow" else frozenset()


def _moment(value: Any, name: str) -> datetime | None:
    """A time in ISO form; without a zone it is Beijing's. A bare date counts as its noon."""
    if value in (None, ""):
        return None
    try:
        text = str(value).strip()
        found = datetime.fromisoformat(text + "T12:00" if len(text) == 10 else text.replace("Z", "+00:00"))
    except ValueError:
        raise ValueError(f"{name} is {value!r}; write a date or time such as 2026-11-11T15:30") from None
    return (found.replace(tzinfo=BEIJING) if found.tzinfo is None else found).astimezone(BEIJING)


def _texts(value: Any, name: str) -> list[str]:
    if value is None:
        return []
    if isinstance(value, (str, int)):
        return [str(value)]
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"context.{name} is {value!r}; it must be a list")
    return [str(item) for item in value]


def _explain(wrong: Exception) -> str:
    if isinstance(wrong, UnicodeDecodeError):
        return f"not UTF-8 at byte {wrong.start}"
    if isinstance(wrong, json.JSONDecodeError):
        return f"not JSON: {wrong.msg} at column {wrong.colno}"
    return str(wrong)
