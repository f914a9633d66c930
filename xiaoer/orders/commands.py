"""`xiaoer orders import FILE`, `sample`, and `xiaoer orders promise|money < cases.jsonl`."""

import argparse
import json
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from xiaoer.kernel.access import Who
from xiaoer.kernel.i18n import T


def add_commands(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    group = subparsers.add_parser("orders", help="import order reports, make sample reports, ship promises")
    verbs = group.add_subparsers(dest="verb", required=True, metavar="VERB")
    take = verbs.add_parser("import", help="import a CSV or XLSX order report of a shop")
    take.add_argument("file", type=Path)
    take.add_argument("--shop", required=True, help="the shop's address name (slug)")
    take.add_argument("--mapping", help='JSON {"order_no": "订单编号", ...}; default: remembered, else guessed')
    take.add_argument("--rejects", type=Path, help="where to write the rejected rows (CSV)")
    take.set_defaults(run=import_file)
    make = verbs.add_parser("sample", help="write a realistic order report (the same seed gives the same file)")
    make.add_argument("--lines", type=int, default=100)
    make.add_argument("--encoding", default="gbk", choices=["gbk", "gb18030", "utf-8", "utf-8-sig"])
    make.add_argument("--kind", default="orders", choices=["orders", "items"])
    make.add_argument("--seed", type=int, default=1)
    make.add_argument("--out", type=Path, required=True)
    make.set_defaults(run=write_sample)
    say = verbs.add_parser("promise", help="what may be said of the ship time: JSON lines in, one answer a line out")
    say.add_argument(
        "--shop", help="answer with this shop's platform and settings (slug); default: each line's platform"
    )
    say.add_argument("--language", default="zh", choices=["zh", "en"], help="language of the errors")
    say.set_defaults(run=promise)
    pay = verbs.add_parser("money", help="money advice: JSON lines in, one answer a line out")
    pay.add_argument("--shop", help="answer with this shop's platform and settings (slug)")
    pay.add_argument("--language", default="zh", choices=["zh", "en"], help="language of the errors")
    pay.set_defaults(run=money)


def import_file(options: argparse.Namespace) -> int:
    """0 when at least one row went in or nothing was wrong; 1 when every row was rejected or the file is unusable."""
    from xiaoer.kernel import clock
    from xiaoer.kernel.db import transaction
    from xiaoer.kernel.errors import Invalid
    from xiaoer.orders import actions, queries, reading, tasks
    from xiaoer.people.queries import shop_by_slug

    path: Path = options.file
    if not path.is_file():
        print(f"{path}: 没有这个文件 / no such file", file=sys.stderr)
        return 2
    shop = shop_by_slug(options.shop)
    by = Who("system", None, "xiaoer orders import")
    facts = reading.inspect(path.resolve(), path.name)
    mapping = queries.mapping_for(shop.id, facts)
    if options.mapping:
        try:
            mapping = dict(json.loads(options.mapping))
        except (ValueError, TypeError) as error:
            text = T("--mapping 不是合法的 JSON 对象", "--mapping is not a JSON object")
            raise Invalid(fields={"mapping": text}) from error
    with transaction():
        row = actions.create_import(shop.id, filename=path.name, facts=facts, mapping=mapping, by=by, at=clock.now())
        actions.start_import(row.pk, mapping, by=by, at=clock.now())
    rejects = options.rejects.resolve() if options.rejects else None
    done = tasks.run_import(row.pk, by=by, now=clock.now, progress=_show, rejects_path=rejects)
    print(file=sys.stderr)
    if done is None:
        return 1
    print(
        f"{done.filename}: {done.rows} rows | created {done.created}, updated {done.updated}, "
        f"unchanged {done.unchanged}, stale {done.stale} orders | rejected {done.rejected} rows"
        + (f" -> {done.rejects_path}" if done.rejected else "")
    )
    if done.problem:
        print(done.problem, file=sys.stderr)
    return 1 if done.state != "done" or (done.rows and done.rejected >= done.rows) else 0


def _show(_row: object, rows: int, permille: int) -> None:
    bar = "#" * (permille // 50)
    print(f"\r[{bar:<20}] {permille / 10:5.1f}%  {rows} rows", end="", file=sys.stderr, flush=True)


def write_sample(options: argparse.Namespace) -> int:
    from xiaoer.orders import sample

    sample.write(options.out, lines=options.lines, encoding=options.encoding, kind=options.kind, seed=options.seed)
    print(f"{options.out}: {options.lines} rows, {options.encoding}", file=sys.stderr)
    return 0


def promise(options: argparse.Namespace) -> int:
    """Standard input to standard output, in order. 0 when at least one line was answered or none came; else 1."""
    from xiaoer.orders.promise_lines import answer_lines
    from xiaoer.orders.promise_reads import numbers_for
    from xiaoer.people.queries import shop_by_slug

    shop = shop_by_slug(options.shop) if options.shop else None
    return _answers(answer_lines(sys.stdin.buffer, lambda asked: numbers_for(asked, shop), options.language))


def money(options: argparse.Namespace) -> int:
    """The same for money advice (改价、优惠券、分期、手续费、退款拆分、包邮)."""
    from xiaoer.orders.pay_lines import answer_lines
    from xiaoer.orders.pay_reads import money_rules
    from xiaoer.people.queries import shop_by_slug

    shop = shop_by_slug(options.shop) if options.shop else None

    def asked(platform: str, at: datetime) -> tuple[Any, dict[str, dict[str, Any]]]:
        return money_rules(at, shop=shop, platform=platform)

    return _answers(answer_lines(sys.stdin.buffer, asked, options.language))


def _answers(answers: Iterable[dict[str, Any]]) -> int:
    good = bad = 0
    for answer in answers:
        bad, good = bad + ("error" in answer), good + ("error" not in answer)
        line = json.dumps(answer, ensure_ascii=False).encode("utf-8", "backslashreplace")
        sys.stdout.buffer.write(line + b"\n")
        sys.stdout.buffer.flush()
    if bad:
        print(f'{good} answered, {bad} could not be read; see the lines with "error"', file=sys.stderr)
    return 1 if bad and not good else 0
