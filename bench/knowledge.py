"""The knowledge search at 100,000 articles: how long a question takes, alone and with ten people typing, beside bare FTS5.

`python -m bench.knowledge --articles 100000`, on a data folder of its own. The limit is what SQLite's own full-text
index needs for the same words (MATCH, bm25, ten rows), without filters, meaning, marks or facets.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parent.parent / "xiaoer" / "knowledge" / "tests" / "data"
USERS, PACE = 10, 4.0
"""People, and questions a second each while typing."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.knowledge", description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=8.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xiaoer-bench-") as home:
        os.environ.update(XIAOER_HOME=home, DJANGO_SETTINGS_MODULE="xiaoer.settings", OMP_NUM_THREADS="1")
        os.environ.pop("DATABASE_URL", None)
        import django

        django.setup()
        measure(options.articles, options.seconds)
    return 0


def measure(articles: int, seconds: float) -> None:
    from django.db import connection

    from xiaoer.knowledge.searching import Asker, find

    queries, shop = fill(articles)
    asker = Asker((shop,))
    at = now()

    def ours(text: str) -> None:
        find(asker, text, at=at, limit=10, plain=True)

    for text in queries[:40]:
        ours(text)
    rng = random.Random(5)
    asked = [rng.choice(queries) for _ in range(300)]
    limit = timed(bare(connection), asked)
    alone = timed(ours, asked)
    print(f"  bare FTS5 MATCH, one at a time     {line(limit)}")
    print(f"  search, one at a time              {line(alone)}   {at99(alone) / at99(limit):.2f} x the limit's p99")
    print(
        f"  search, 10 people typing ({PACE:.0f}/s each) {line(crowd(ours, queries, seconds, pace=PACE))}  (wanted: p99 < 30 ms)"
    )
    print(f"  search, 10 people without a pause  {line(crowd(ours, queries, seconds, pace=0))}", flush=True)
    save(shop)


def now() -> Any:
    from xiaoer.kernel import clock

    return clock.now()


def fill(articles: int) -> tuple[list[str], int]:
    """Articles made of real passages, each with words of its own, and the questions of the test set.

    Each passage is analysed and embedded once and the blocks are written whole: the bytes are those that saving gives.
    """
    from django.core.management import call_command
    from django.db import transaction

    from xiaoer.kernel.access import SYSTEM
    from xiaoer.knowledge import vectors
    from xiaoer.people import actions as people

    call_command("upgrade", verbosity=0)
    with transaction.atomic():
        shop = people.open_shop(slug="bench", name="量一量", platform="tmall", by=SYSTEM, at=now(), hours={}).pk
    passages = [json.loads(row)["text"] for row in lines_of("corpus.jsonl")]
    queries = [json.loads(row)["text"] for half in ("tuning", "held") for row in lines_of(f"queries.{half}.jsonl")]
    model = vectors.embedder()
    known = model.embed(passages) if model else None
    begin = time.perf_counter()
    writer = Writer(shop, passages, known)
    for start in range(1, articles + 1, SIZE):
        with transaction.atomic():
            writer.block(range(start, min(start + SIZE, articles + 1)))
    print(f"  {articles:,} articles written in {time.perf_counter() - begin:.0f} s", flush=True)
    return queries, shop


GOODS = ["连衣裙", "羽绒服", "耳机", "保温杯", "四件套", "充电宝", "运动鞋", "面霜", "电饭煲", "书包", "窗帘", "猫粮"]
SIZE = 4096


class Writer:
    """Writes blocks of articles, each of two passages and a title with a number of its own."""

    def __init__(self, shop: int, passages: list[str], known: Any) -> None:
        from xiaoer.knowledge.search_terms import analyse

        self.shop, self.passages, self.known, self.rng = shop, passages, known, random.Random(4)
        self.analysed = [analyse(text) for text in passages]

    def block(self, ids: range) -> None:
        """All entries of some ids, and the rows of the one or two blocks they stand in."""
        from xiaoer.knowledge.models import IndexBlock, IndexEntry, IndexTerm
        from xiaoer.knowledge.search_blocks import fact_of, with_facts, with_posts

        entries: list[Any] = []
        terms: dict[tuple[int, str], dict[int, Any]] = {}
        facts: dict[int, dict[int, Any]] = {}
        for pk in ids:
            document, entry, found, lengths = self.article(pk)
            entries.append(entry)
            for term, counts in found.items():
                terms.setdefault((pk // SIZE, term), {})[pk % SIZE] = counts
            facts.setdefault(pk // SIZE, {})[pk % SIZE] = fact_of(document, lengths)
        IndexEntry.objects.bulk_create(entries, batch_size=500)
        for number, changes in facts.items():
            old = IndexBlock.objects.filter(number=number).first()
            packed = with_facts(bytes(old.facts) if old else b"", changes)
            IndexBlock.objects.update_or_create(
                number=number, defaults={"facts": packed, "change": random.getrandbits(62)}
            )
            held = dict(IndexTerm.objects.filter(block=number).values_list("term", "posts"))
            rows = [
                IndexTerm(term=term, block=number, posts=with_posts(bytes(held.get(term, b"")), places))
                for (block, term), places in terms.items()
                if block == number
            ]
            IndexTerm.objects.bulk_create(
                rows, batch_size=2000, update_conflicts=True, unique_fields=["term", "block"], update_fields=["posts"]
            )

    def article(self, pk: int) -> Any:
        import zlib

        from xiaoer.knowledge.models import IndexEntry
        from xiaoer.knowledge.search_blocks import LABEL, Document
        from xiaoer.knowledge.search_db import packed_vectors
        from xiaoer.knowledge.search_terms import analyse
        from xiaoer.knowledge.search_things import Thing

        one, two = self.rng.sample(range(len(self.passages)), 2)
        title = f"{self.rng.choice(GOODS)}{self.rng.randrange(10**5):05}"
        body = f"{self.passages[one]}\n{self.passages[two]}"
        thing = Thing(
            "article", pk, self.shop, title, body, category=self.rng.choice(("goods", "returns")), updated=now().date()
        )
        head = analyse(title)
        found = {term: (n, 0) for term, n in head.terms.items()}
        for part in (self.analysed[one], self.analysed[two]):
            for term, n in part.terms.items():
                had = found.get(term, (0, 0))
                found[term] = (had[0], min(had[1] + n, 255))
        found.update({LABEL + label: (1, 0) for label in thing.labels})
        entry = IndexEntry(
            id=pk, shop_id=self.shop, source="article", ref=pk, title=title, text=body, at=now(),
            terms=zlib.compress("\n".join(found).encode(), 1),
            vectors=packed_vectors(self.known[[one, two]]) if self.known is not None else b"",
            facts={"kind": "article", "category": thing.category, "tags": []},
        )  # fmt: skip
        document = Document(pk, title, body, updated=now().date())
        return document, entry, found, (head.length, self.analysed[one].length + self.analysed[two].length)


def lines_of(name: str) -> list[str]:
    return (DATA / name).read_text("utf-8").splitlines()


def bare(connection: Any) -> Any:
    """SQLite's full-text index over the same words."""
    from xiaoer.knowledge.models import IndexEntry
    from xiaoer.knowledge.search_terms import words_of
    from xiaoer.knowledge.search_words import STOP_WORDS

    with connection.cursor() as cursor:
        cursor.execute("CREATE VIRTUAL TABLE bare USING fts5 (words, tokenize='unicode61 remove_diacritics 0')")
        rows = IndexEntry.objects.values_list("pk", "title", "text").iterator(chunk_size=2000)
        cursor.executemany(
            "INSERT INTO bare (rowid, words) VALUES (%s, %s)",
            [(pk, " ".join(words_of(f"{t} {b}"))) for pk, t, b in rows],
        )

    def ask(text: str) -> None:
        words = [word for word in dict.fromkeys(words_of(text.lower())) if word not in STOP_WORDS]
        if words:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT rowid FROM bare WHERE bare MATCH %s ORDER BY rank LIMIT 10",
                    [" OR ".join(f'"{w}"' for w in words)],
                )
                cursor.fetchall()

    return ask


def timed(ask: Any, asked: list[str]) -> list[float]:
    found = []
    for text in asked:
        begin = time.perf_counter()
        ask(text)
        found.append((time.perf_counter() - begin) * 1000)
    return found


def crowd(ask: Any, queries: list[str], seconds: float, *, pace: float) -> list[float]:
    """Ten threads, each asking `pace` times a second (0: as fast as answers come)."""
    from django.db import connection

    found: list[float] = []
    end = time.perf_counter() + seconds

    def person(number: int) -> None:
        rng = random.Random(number)
        time.sleep(rng.random() / (pace or 10))
        while (begin := time.perf_counter()) < end:
            ask(rng.choice(queries))
            spent = time.perf_counter() - begin
            found.append(spent * 1000)
            if pace:
                time.sleep(max(0.0, rng.uniform(0.5, 1.5) / pace - spent))
        connection.close()

    threads = [threading.Thread(target=person, args=(n,)) for n in range(USERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def save(shop: int) -> None:
    """One article saved and found at this size."""
    from django.db import transaction

    from xiaoer.knowledge.actions.indexing import put
    from xiaoer.knowledge.search_things import Thing
    from xiaoer.knowledge.searching import Asker, find

    writes, reads = [], []
    for n in range(10):
        begin = time.perf_counter()
        with transaction.atomic():
            put(
                [Thing("article", 10**6 + n, shop, f"新写的一篇{n}", "甲乙丙丁的说明，签收后七天内可以申请退货退款。")],
                at=now(),
            )
            writes.append((time.perf_counter() - begin) * 1000)
            middle = time.perf_counter()
            assert find(Asker((shop,)), f"新写的一篇{n}", at=now()).items[0].ref == 10**6 + n
            reads.append((time.perf_counter() - middle) * 1000)
    print(
        f"  one save: {statistics.median(writes):.1f} ms; the first question after it: {statistics.median(reads):.1f} ms"
    )


def at99(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.99)]


def line(times: list[float]) -> str:
    return f"{len(times):5} questions  p50 {statistics.median(times):6.1f} ms  p99 {at99(times):6.1f} ms"


if __name__ == "__main__":
    sys.exit(main())
