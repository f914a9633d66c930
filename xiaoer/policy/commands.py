"""`xiaoer policy`: read the rules on the command line."""

import argparse
import json
import sys
from typing import Any

from xiaoer.kernel.clock import now
from xiaoer.kernel.errors import Invalid, Refusal
from xiaoer.kernel.i18n import T
from xiaoer.policy import queries
from xiaoer.policy.rules import LAYERS, MARKETPLACES, OWN, Answer, moment, plain


def add_commands(subparsers: Any) -> None:
    """`xiaoer policy show` and `xiaoer policy check`."""
    parser: argparse.ArgumentParser = subparsers.add_parser("policy", help="rules in force and where they come from")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    show = verbs.add_parser("show", help="the rules that hold on a platform")
    show.add_argument("--platform", required=True, help=f"{', '.join((*MARKETPLACES, OWN))}; any other: strictest")
    show.add_argument("--at", default="", help="2026-11-11 or 2026-11-11T12:00:00Z (default: now)")
    show.add_argument("--key", action="append", default=[], help="only this rule; may be repeated")
    show.add_argument("--json", action="store_true", help="one JSON object")
    show.add_argument("--lang", choices=("zh", "en"), default="zh")
    show.set_defaults(run=run_show)
    check = verbs.add_parser("check", help="read every pack and count its rows")
    check.set_defaults(run=run_check)


def run_show(options: argparse.Namespace) -> int:
    at = moment(options.at) if options.at else now()
    if at is None:
        raise Invalid(
            fields={"--at": T(f"「{options.at}」不是时间，请按 2026-11-11 填写", f"{options.at!r}: write 2026-11-11")}
        )
    answers = (
        [queries.rule(key, platform=options.platform, at=at) for key in options.key]
        if options.key
        else queries.rules_of_platform(options.platform, at)
    )
    if options.json:
        rules = [as_json(answer) for answer in answers]
        body = {"platform": options.platform, "at": at.isoformat(), "rules": rules}
        print(json.dumps(body, ensure_ascii=False, indent=1))
        return 0
    for answer in answers:
        mark = " " if answer.verified else "?"
        print(f"{mark} {answer.key:34} {answer.explain.say(options.lang)}")
    print(f"{len(answers)} · ? = 待核实 to be verified", file=sys.stderr)
    return 0


def as_json(answer: Answer) -> dict[str, Any]:
    return {
        "key": answer.key,
        "title": answer.title.both(),
        "value": plain(answer.value),
        "unit": answer.unit,
        "source": answer.source,
        "trust": answer.trust,
        "strength": answer.strength,
        "verified": answer.verified,
        "layer": answer.layer,
        "valid_from": answer.valid_from.isoformat(),
        "valid_to": answer.valid_to.isoformat() if answer.valid_to else None,
        "explain": answer.explain.both(),
        "alternatives": [
            {"id": a.id, "value": plain(a.value), "trust": a.trust, "source": a.source, "note": a.note.both()}
            for a in answer.alternatives
        ],
    }


def run_check(options: argparse.Namespace) -> int:
    try:
        book = queries.book()
    except ValueError as error:
        raise Refusal("policy.bad_pack", f"规则包有误：{error}", f"Bad rule pack: {error}") from error
    for layer in LAYERS:
        rows = [row for (where, _), dated in book.rows.items() if where == layer for row in dated]
        doubtful = sum(not row.verified for row in rows)
        print(f"{layer:10} {len(rows):4} rows, {doubtful} to be verified")
    print(f"{len(book.keys)} rules")
    return 0
