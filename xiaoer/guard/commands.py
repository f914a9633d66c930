"""`xiaoer guard check --platform tmall < messages.jsonl`: the check for scripts, archives and other desks."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from xiaoer.guard.packs import PackError, check, shipped
from xiaoer.guard.rules import Context

INCOMING = frozenset({"in", "incoming", "inbound", "buyer", "received"})
OUTGOING = frozenset({"out", "outgoing", "outbound", "agent", "staff", "sent", ""})


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
    """The context of one line. `history` may hold texts or {"direction", "text"}; only the same side's count."""
    given = message.get("context")
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise ValueError(f"context is {given!r}; it must be an object")
    direction = _direction(message.get("direction"))
    switches = given.get("switches", ())
    if isinstance(switches, dict):
        switches = [name for name, on in switches.items() if on is True]
    return Context(
        platform=str(given.get("platform") or platform),
        role=str(given.get("role", "")),
        author=str(given.get("author", given.get("author_kind", "staff"))),
        direction=direction,
        day=_day(given.get("day", given.get("date"))),
        switches=frozenset(_texts(switches, "switches")),
        known_numbers=frozenset(_texts(given.get("known_numbers", ()), "known_numbers")),
        allowed_hosts=frozenset(name.lower() for name in _texts(given.get("allowed_hosts", ()), "allowed_hosts")),
        order_state=str(given.get("order_state", "")),
        history=tuple(_history(message.get("history"), direction)),
    )


def _direction(value: Any) -> str:
    word = str(value if value is not None else "").lower()
    if word in INCOMING:
        return "in"
    if word in OUTGOING:
        return "out"
    raise ValueError(f'direction is {value!r}; write "out" for the agent\'s or "in" for the buyer\'s message')


def _day(value: Any) -> date | None:
    if value is None:
        return None
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError:
        raise ValueError(f"day is {value!r}; write a date such as 2026-11-11") from None


def _texts(value: Any, name: str) -> list[str]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"context.{name} is {value!r}; it must be a list")
    return [str(item) for item in value]


def _history(value: Any, direction: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise ValueError(f"history is {value!r}; it must be a list")
    found: list[str] = []
    for item in value:
        if isinstance(item, str):
            found.append(item)
        elif isinstance(item, dict) and isinstance(item.get("text"), str):
            if _direction(item.get("direction")) == direction:
                found.append(item["text"])
        else:
            raise ValueError(f"history holds {item!r}; write texts or objects with direction and text")
    return found


def _explain(wrong: Exception) -> str:
    if isinstance(wrong, UnicodeDecodeError):
        return f"not UTF-8 at byte {wrong.start}"
    if isinstance(wrong, json.JSONDecodeError):
        return f"not JSON: {wrong.msg} at column {wrong.colno}"
    return str(wrong)
