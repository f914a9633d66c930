"""Writes corpus.jsonl, queries.*.jsonl and qrels.*.tsv from the passages beside this file.

How the set was made: passages and questions were written by hand in one sitting on 2026-11-22, before any number of the
ranking was tuned, by somebody who had not looked at what the analyser does with them. A line is a passage, then the
questions of buyers it answers: colloquial, with homophone typos, pinyin, Traditional and paraphrases that share no word
with the passage. Topics (lines with #) go by turns to the tuning half and to the held-out half; all passages are in
the one corpus. A question has one right passage (grade 2).

The second set (`other.*`) is of other trades (phones, food, home, pets ...), written the same way before the ranking was
worked on again, in shorter and rougher questions; its corpus has the first set's passages and the starter pages in it as
noise, so that long and short texts lie side by side.
"""

import json
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    first = made("abc")
    write_set("", first[0], first[1])
    corpus, halves = made("de")
    noise = [{"id": f"n{row['id']}", "text": row["text"]} for row in first[0]]
    for page in sorted((HERE.parent.parent / "content").rglob("*.md")):
        text = page.read_text(encoding="utf-8").split("---", 2)[-1].split("<!-- en -->")[0]
        noise.append({"id": f"s.{page.stem}", "text": " ".join(text.split())})
    write_set("other.", corpus + noise, halves)


def made(names: str) -> tuple[list[dict[str, str]], dict[str, list[tuple[str, str, str]]]]:
    """The passages of some files, and the questions of either half with their answers."""
    corpus: list[dict[str, str]] = []
    topic = -1
    halves: dict[str, list[tuple[str, str, str]]] = {"tuning": [], "held": []}
    for name in names:
        for line in (HERE / f"passages_{name}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                topic += 1
                continue
            text, _, asked = line.partition("||")
            key = f"p{len(corpus) + 1:03}"
            corpus.append({"id": key, "text": text.strip()})
            half = "tuning" if topic % 2 == 0 else "held"
            for question in filter(None, (one.strip() for one in asked.split("|"))):
                halves[half].append((f"q{sum(map(len, halves.values())) + 1:03}", question, key))
    return corpus, halves


def write_set(name: str, corpus: list[dict[str, str]], halves: dict[str, list[tuple[str, str, str]]]) -> None:
    write(f"{name}corpus.jsonl", [json.dumps(one, ensure_ascii=False) for one in corpus])
    for half, rows in halves.items():
        write(f"{name}queries.{half}.jsonl", [json.dumps({"id": q, "text": t}, ensure_ascii=False) for q, t, _ in rows])
        write(f"{name}qrels.{half}.tsv", [f"{q}\t{p}\t2" for q, _, p in rows])
    print(len(corpus), {half: len(rows) for half, rows in halves.items()})


def write(name: str, lines: list[str]) -> None:
    (HERE / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
