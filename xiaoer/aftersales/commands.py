"""`xiaoer aftersales`: ask the return policy on the command line."""

import argparse
import sys
from typing import Any

from xiaoer.aftersales.explaining import explain_lines


def add_commands(subparsers: Any) -> None:
    """`xiaoer aftersales explain < cases.jsonl`."""
    parser: argparse.ArgumentParser = subparsers.add_parser("aftersales", help="returns: may it go back, who pays")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    explain = verbs.add_parser("explain", help="judge cases: one JSON object per line in, one out, in order")
    explain.set_defaults(run=run_explain)


def run_explain(options: argparse.Namespace) -> int:
    """Every line gets its answer; a line that cannot be read gets an error in its place and stops nothing."""
    good = bad = 0
    for line, read in explain_lines(sys.stdin.buffer):
        sys.stdout.buffer.write(line.encode("utf-8") + b"\n")
        sys.stdout.buffer.flush()
        good, bad = good + read, bad + (not read)
    if bad:
        print(f"{good} 条已判定，{bad} 条有误 / {good} judged, {bad} with errors", file=sys.stderr)
    return 0
