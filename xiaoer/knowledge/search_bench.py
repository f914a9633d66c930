"""How well the search ranks a retrieval set, and how fast: MRR@10, recall@10, nDCG@10 (`xiaoer knowledge bench`)."""

import json
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from xiaoer.knowledge.search_blocks import Document
from xiaoer.knowledge.search_engine import Engine, scratch
from xiaoer.knowledge.vectors import embedder

AT = 10


@dataclass
class Problems:
    """Lines that could not be read, each named; the good ones count."""

    lines: list[str] = field(default_factory=list)

    def add(self, path: Path, number: int, why: str) -> None:
        self.lines.append(f"{path.name}:{number}: {why}")


@dataclass(frozen=True)
class RetrievalSet:
    """Texts, questions, and which text answers which question how well."""

    corpus: dict[str, tuple[str, str]]
    queries: dict[str, str]
    qrels: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Figures:
    """What was measured over the questions that have an answer."""

    queries: int
    mrr: float
    recall: float
    ndcg: float
    p50_ms: float
    p99_ms: float
    missed: list[str]


def read_set(corpus: Path, queries: Path, qrels: Path, problems: Problems) -> RetrievalSet:
    texts = {key: (str(row.get("title") or ""), str(row.get("text") or "")) for key, row in _objects(corpus, problems)}
    asked = {key: str(row.get("text") or row.get("query") or "") for key, row in _objects(queries, problems)}
    return RetrievalSet(texts, asked, dict(_qrels(qrels, problems)))


def _objects(path: Path, problems: Problems) -> Iterator[tuple[str, dict[str, object]]]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                problems.add(path, number, f"not JSON ({error}); write one object a line")
                continue
            key = row.get("id", row.get("_id")) if isinstance(row, dict) else None
            if key is None or not isinstance(row.get("text", row.get("query")), str):
                problems.add(path, number, 'needs "id" and "text", for example {"id": "1", "text": "退货流程"}')
                continue
            yield str(key), row


def _qrels(path: Path, problems: Problems) -> Iterator[tuple[str, dict[str, int]]]:
    held: dict[str, dict[str, int]] = {}
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            cells = line.split("\t") if "\t" in line else line.split()
            cells = [cell.strip() for cell in cells]
            if not any(cells):
                continue
            if len(cells) == 4:
                cells = [cells[0], cells[2], cells[3]]
            try:
                query, document, grade = cells[0], cells[1], int(float(cells[2])) if len(cells) > 2 else 1
            except (IndexError, ValueError):
                if number > 1:
                    problems.add(path, number, "needs query<TAB>document<TAB>grade, the grade a whole number")
                continue
            held.setdefault(query, {})[document] = grade
    yield from held.items()


def index_of(data: RetrievalSet) -> tuple[Engine, list[str]]:
    """A scratch index of the product's engine over the set's texts."""
    keys = list(data.corpus)
    documents = [Document(n, *data.corpus[key]) for n, key in enumerate(keys)]
    return scratch(documents, model=embedder()), keys


def measure(data: RetrievalSet, engine: Engine, keys: list[str], limit: int = AT) -> Figures:
    """Ask every question that has an answer."""
    mrr = recall = ndcg = 0.0
    times, missed = [], []
    asked = [q for q in data.queries if any(grade > 0 for grade in data.qrels.get(q, {}).values())]
    if asked:
        engine.rank("预热", limit)
    for query in asked:
        begin = time.perf_counter()
        found = [keys[place] for place in engine.rank(data.queries[query], limit)]
        times.append((time.perf_counter() - begin) * 1000)
        grades = {doc: grade for doc, grade in data.qrels[query].items() if grade > 0}
        first = next((place for place, doc in enumerate(found, 1) if doc in grades), 0)
        mrr += 1 / first if first else 0
        recall += len(grades.keys() & set(found)) / len(grades)
        ndcg += _ndcg(found, grades, limit)
        if first != 1:
            missed.append(f"{query}\t{first or '-'}\t{data.queries[query]}")
    count = max(len(asked), 1)
    times.sort()
    return Figures(len(asked), mrr / count, recall / count, ndcg / count, _part(times, 0.5), _part(times, 0.99), missed)


def _ndcg(found: list[str], grades: dict[str, int], limit: int) -> float:
    gain = lambda grade, place: (2**grade - 1) / math.log2(place + 1)  # noqa: E731
    got = sum(gain(grades.get(doc, 0), place) for place, doc in enumerate(found, 1))
    ideal = sum(gain(grade, place) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:limit], 1))
    return got / ideal if ideal else 0.0


def _part(times: list[float], part: float) -> float:
    return times[min(int(len(times) * part), len(times) - 1)] if times else 0.0
