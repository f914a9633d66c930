"""`xiaoer`: the command line. Each area adds its own commands in `<area>/commands.py`."""

import argparse
import os
import sys
from importlib import import_module
from importlib.util import find_spec


def main(argv: list[str] | None = None) -> int:
    """Run one command; the exit status is 0 when it did what was asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiaoer.settings")
    arguments = sys.argv[1:] if argv is None else argv
    if arguments[:1] == ["manage"]:
        from django.core.management import execute_from_command_line

        execute_from_command_line(["xiaoer manage", *arguments[1:]])
        return 0
    import django

    django.setup()
    from xiaoer.kernel.errors import Refusal

    options = build_parser().parse_args(arguments)
    try:
        return int(options.run(options) or 0)
    except Refusal as refusal:
        print(refusal.text.say(_language()), file=sys.stderr)
        for name, text in refusal.fields.items():
            print(f"  {name}: {text.say(_language())}", file=sys.stderr)
        return 1


def _language() -> str:
    return "zh" if os.environ.get("LANG", "").startswith("zh") else "en"


def build_parser() -> argparse.ArgumentParser:
    """The parser with every area's commands; a command is a function in `options.run`."""
    from django.conf import settings

    parser = argparse.ArgumentParser(prog="xiaoer", description="Xiaoer 小二: the customer-service desk of a shop")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    subparsers.add_parser("manage", help="Django's own commands (migrate, shell, ...)", add_help=False)
    for area in ["kernel", *settings.AREAS]:
        name = f"xiaoer.{area}.commands"
        if find_spec(name) is not None:
            import_module(name).add_commands(subparsers)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
