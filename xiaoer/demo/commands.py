"""`xiaoer run` (set up, demo, serve) and `xiaoer demo load|reset`."""

import argparse
import shutil
import sys

from django.conf import settings

from xiaoer.kernel import clock
from xiaoer.kernel.schema import bring_up
from xiaoer.kernel.testing import CAST, PASSWORD


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    run = subparsers.add_parser("run", help="set up the database, load the demo shop once, serve")
    run.add_argument("--port", type=int, default=8000)
    run.add_argument("--host", default="127.0.0.1")
    run.set_defaults(run=run_demo)
    demo = subparsers.add_parser("demo", help="load the demo shop, or throw its data away and load it anew")
    demo.add_argument("what", choices=["load", "reset"])
    demo.add_argument("--yes", action="store_true", help="reset: really delete everything in XIAOER_HOME")
    demo.set_defaults(run=manage_demo)


def prepare() -> None:
    """Tables up to date; the demo loaded when there is none yet, else its clock goes on where it stopped."""
    from xiaoer.demo import actions
    from xiaoer.demo.load import load
    from xiaoer.demo.queries import is_loaded

    bring_up()
    if is_loaded():
        actions.resume_clock(at=clock.real_now())
        return
    print("Loading the demo shop ...", flush=True)
    real = clock.real_now()
    opening = actions.opening_time(real)
    clock.set_offset(opening - real)
    load(opening)


def run_demo(options: argparse.Namespace) -> int:
    if not settings.DEMO:
        print("`xiaoer run` serves the demo: set XIAOER_DEMO=1, or use `xiaoer serve`.", file=sys.stderr)
        return 2
    prepare()
    print(banner(f"http://{options.host}:{options.port}"), flush=True)
    from xiaoer.kernel.serving import serve

    return serve(host=options.host, port=options.port)


def banner(address: str) -> str:
    """The address and who can sign in."""
    roles = {
        "owner": "店主",
        "supervisor": "客服主管",
        "quanquan": "售前客服",
        "anan": "售后客服",
        "clerk": "打单员",
        "warehouse": "仓库",
        "finance": "财务",
        "inspector": "质检",
    }
    lines = [f"    {name:<12} {roles[name]}  {CAST[name][0]}" for name in roles]
    return "\n".join(
        [
            "",
            f"  小二 Xiaoer   {address}",
            "",
            f"  Buyer's page 买家页面   {address}/shop/quanquan-tmall",
            f"  Sign in 登录（密码都是 {PASSWORD}）",
            *lines,
            "",
        ]
    )


def manage_demo(options: argparse.Namespace) -> int:
    if options.what == "reset":
        if not (options.yes and settings.DEMO):
            print(f"This deletes everything in {settings.HOME}. Set XIAOER_DEMO=1 and add --yes.", file=sys.stderr)
            return 2
        for path in settings.HOME.glob("xiaoer.sqlite3*"):
            path.unlink()
        for name in ("uploads", "imports"):
            shutil.rmtree(settings.HOME / name, ignore_errors=True)
    prepare()
    return 0
