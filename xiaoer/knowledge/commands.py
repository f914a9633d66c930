"""`xiaoer knowledge`: search, import, export, and how well the search ranks a retrieval set."""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any


def add_commands(subparsers: Any) -> None:
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "knowledge", help="the knowledge base: search, import, bench"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    bench = verbs.add_parser("bench", help="MRR@10, recall@10, nDCG@10 and latency on a retrieval set")
    bench.add_argument("corpus", type=Path, help='a JSON object a line: {"id", "text"}, "title" if there is one')
    bench.add_argument("queries", type=Path, help='a JSON object a line: {"id", "text"}')
    bench.add_argument("qrels", type=Path, help="query<TAB>document<TAB>grade, or TREC's four columns")
    bench.add_argument("--json", action="store_true", help="the figures as one JSON object")
    bench.add_argument("--missed", action="store_true", help="also the questions whose first hit is wrong")
    bench.set_defaults(run=run_bench)
    search = verbs.add_parser("search", help="search as staff of every shop")
    search.add_argument("query")
    search.add_argument("--json", action="store_true", help="one JSON object with all hits")
    search.add_argument("--limit", type=int, default=10)
    search.add_argument("--shop", default="", help="only this shop (its short name)")
    search.set_defaults(run=run_search)
    load = verbs.add_parser("import", help="a Markdown folder, XLSX or CSV of questions and answers, or HTML")
    load.add_argument("path", type=Path)
    load.add_argument("--shop", default="", help="into which shop (its short name); not needed when there is one")
    load.add_argument("--category", default="service", help="for what names none (default: service)")
    load.set_defaults(run=run_import)
    export = verbs.add_parser("export", help="every published article as Markdown files that import again")
    export.add_argument("path", type=Path, help="a folder; files of the same name are written over")
    export.add_argument("--shop", default="")
    export.set_defaults(run=run_export)
    rebuild = verbs.add_parser("reindex", help="index every article anew (after a new thesaurus or model)")
    rebuild.set_defaults(run=run_reindex)


def run_bench(options: argparse.Namespace) -> int:
    from xiaoer.knowledge.search_bench import Problems, index_of, measure, read_set

    problems = Problems()
    try:
        data = read_set(options.corpus, options.queries, options.qrels, problems)
    except OSError as error:
        print(f"读不到文件：{error.filename} / cannot read {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    for line in problems.lines[:50]:
        print(line, file=sys.stderr)
    if not data.corpus:
        print("没有可检索的文本 / the corpus has no text", file=sys.stderr)
        return 2
    engine, keys = index_of(data)
    found = measure(data, engine, keys)
    if not found.queries:
        print("没有一条查询有标注答案，请检查 id 是否一致 / no query has an answer; check the ids", file=sys.stderr)
        return 2
    told = {
        "queries": found.queries,
        "documents": len(data.corpus),
        "MRR@10": round(found.mrr, 4),
        "recall@10": round(found.recall, 4),
        "nDCG@10": round(found.ndcg, 4),
        "p50_ms": round(found.p50_ms, 2),
        "p99_ms": round(found.p99_ms, 2),
        "bad_lines": len(problems.lines),
    }
    print(json.dumps(told) if options.json else "\n".join(f"{name:10} {value}" for name, value in told.items()))
    if options.missed:
        print("\n".join(found.missed))
    return 0


def run_search(options: argparse.Namespace) -> int:
    from xiaoer.kernel import clock
    from xiaoer.knowledge.searching import Asker, find
    from xiaoer.people.queries import every_shop, shop_by_slug

    shops = [shop_by_slug(options.shop).id] if options.shop else list(every_shop().values_list("pk", flat=True))
    found = find(Asker(tuple(shops)), options.query, at=clock.now(), limit=max(1, min(options.limit, 100)))
    if options.json:
        items = [
            {
                "source": hit.source,
                "id": hit.ref,
                "shop": hit.shop_id,
                "kind": hit.kind,
                "key": hit.facts.get("key", ""),
                "title": hit.title,
                "excerpt": hit.excerpt,
                "score": hit.score,
            }
            for hit in found.items
        ]
        print(json.dumps({"query": options.query, "total": found.total, "items": items}, ensure_ascii=False))
        return 0
    for hit in found.items:
        print(f"{hit.score:.3f}  {hit.title}\n       {hit.excerpt}")
    if not found.items:
        print("没有找到，换个说法试试 / nothing found; try other words")
    return 0


def run_import(options: argparse.Namespace) -> int:
    from xiaoer.kernel import clock
    from xiaoer.kernel.access import SYSTEM
    from xiaoer.kernel.db import transaction
    from xiaoer.kernel.errors import Refusal
    from xiaoer.knowledge.actions.life import load_article
    from xiaoer.knowledge.forms import CATEGORIES
    from xiaoer.knowledge.search_import import Bad, read

    shop, counts, bad = _shop(options.shop), Counter[str](), []
    shelves = {label.zh: name for name, label in CATEGORIES.items()}
    for page in read(options.path):
        if isinstance(page, Bad):
            bad.append((page.where, page.why))
            continue
        named = str(page.values.get("category") or options.category)
        values = {**page.values, "category": shelves.get(named, named)}
        try:
            with transaction():
                counts[load_article(shop, values, key=page.key, note="import", by=SYSTEM, at=clock.now())] += 1
        except Refusal as refusal:
            why = "；".join(f"{name}：{text.zh}" for name, text in refusal.fields.items()) or refusal.text.zh
            bad.append((page.where, why))
    for where, why in bad:
        print(f"{where}: {why}", file=sys.stderr)
    print(
        f"新增 {counts['added']}，更新 {counts['changed']}，未变 {counts['same']}，退回 {len(bad)}"
        f" / added {counts['added']}, changed {counts['changed']}, same {counts['same']}, rejected {len(bad)}"
    )
    return 1 if bad and not counts.total() else 0


def run_export(options: argparse.Namespace) -> int:
    from xiaoer.knowledge.search_import import markdown_of
    from xiaoer.knowledge.search_reads import published_values

    options.path.mkdir(parents=True, exist_ok=True)
    count = 0
    for key, values in published_values(_shop(options.shop)):
        (options.path / f"{key}.md").write_text(markdown_of(values, key), encoding="utf-8")
        count += 1
    print(f"已导出 {count} 篇到 {options.path} / {count} articles written")
    return 0


def run_reindex(options: argparse.Namespace) -> int:
    from xiaoer.kernel import clock
    from xiaoer.kernel.db import transaction
    from xiaoer.knowledge.actions.indexing import rebuild

    with transaction():
        print(f"已索引 {rebuild(at=clock.now())} 篇 / indexed")
    return 0


def _shop(slug: str) -> int:
    """The shop named, or the only one."""
    from xiaoer.kernel.errors import Invalid
    from xiaoer.people.queries import every_shop, shop_by_slug

    if slug:
        return shop_by_slug(slug).id
    shops = list(every_shop().values_list("pk", "slug")[:20])
    if len(shops) != 1:
        names = "、".join(name for _, name in shops) or "-"
        raise Invalid(f"请用 --shop 指定店铺：{names}", f"Say which shop with --shop: {names}")
    return int(shops[0][0])
