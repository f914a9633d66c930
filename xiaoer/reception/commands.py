"""`xiaoer reception search ...`: the index of the message search."""

import argparse
from typing import Any


def add_commands(subparsers: Any) -> None:
    reception = subparsers.add_parser("reception", help="reception: the message search")
    what = reception.add_subparsers(dest="what", required=True, metavar="WHAT")
    search = what.add_parser("search", help="the index of the message search")
    search.add_argument("step", choices=("rebuild", "catch-up"), help="rebuild: empty it and read the whole journal")
    search.set_defaults(run=run_search)


def run_search(options: argparse.Namespace) -> int:
    from xiaoer.reception.actions import indexing

    if options.step == "rebuild":
        indexing.forget_all()
    total = 0
    while True:
        before = indexing.place_now()
        total += indexing.index_some()
        if indexing.place_now() == before:
            break
        print(f"\r{total} messages", end="", flush=True)
    print(f"\r{total} messages indexed")
    return 0
