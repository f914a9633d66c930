"""`xiaoer serve` and `xiaoer clock`."""

import argparse
import os
from typing import Any


def add_commands(subparsers: Any) -> None:
    serve = subparsers.add_parser("serve", help="run the server: web, message lane, stream, clocks, slow jobs")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    serve.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    serve.add_argument(
        "--no-clock", action="store_true", help="no clock loop and no slow jobs here: see `xiaoer clock`"
    )
    serve.add_argument("--workers-note", action="store_true", help="say how to run more than one process")
    serve.set_defaults(run=run_serve)
    clock = subparsers.add_parser("clock", help="run only the clock loop and the slow jobs, beside other processes")
    clock.set_defaults(run=run_clock)


WORKERS = """One process is enough for one SQLite file: web, lane and clocks take turns on one write lock.
With DATABASE_URL=postgresql://... start `xiaoer serve --no-clock --port N` several times behind a reverse proxy and
`xiaoer clock` at least once; screens hear of other processes' writes by LISTEN/NOTIFY. Typing hints reach only the
screens of the same process."""


def run_serve(options: argparse.Namespace) -> int:
    from xiaoer.kernel.serving import serve

    if options.workers_note:
        print(WORKERS)
        return 0
    print(f"Xiaoer 小二: http://{options.host}:{options.port}  (Ctrl+C ends it)", flush=True)
    return serve(options.host, options.port, with_clock=not options.no_clock)


def run_clock(options: argparse.Namespace) -> int:
    from xiaoer.kernel.serving import run_clock as run

    print("Xiaoer clock loop  (Ctrl+C ends it)", flush=True)
    return run()
