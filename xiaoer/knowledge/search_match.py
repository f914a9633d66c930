"""Which entries a query's conditions hold for: postings where they suffice, the texts themselves where they must be read."""

import re
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from xiaoer.kernel.text import normal
from xiaoer.knowledge.search_blocks import LABEL, Posts, Store
from xiaoer.knowledge.search_query import And, Day, Field, Node, Not, Or, Phrase, Text, Wild
from xiaoer.knowledge.search_terms import PAIR, SIGN, WORD, pairs_of, words_of

Mask = NDArray[np.bool_]
Texts = Callable[[Sequence[int]], Mapping[int, tuple[str, str]]]
"""Title and text of some entries."""
MOST_READ = 2000
"""How many texts a phrase or wildcard reads at most; the best candidates' lowest ids first."""
_HAN_OR_WORD = re.compile(r"[\u3400-\u9fff]+|[a-z0-9.]+")


class Matcher:
    """Evaluates a query's tree over a store."""

    def __init__(self, store: Store, texts: Texts, synonyms: Sequence[tuple[str, ...]] = ()) -> None:
        self.store, self.texts, self.synonyms = store, texts, synonyms
        self.size = len(store.facts().rows)

    def mask(self, node: Node) -> Mask:
        match node:
            case And(parts):
                return np.logical_and.reduce([self.mask(part) for part in parts])
            case Or(parts):
                return np.logical_or.reduce([self.mask(part) for part in parts])
            case Not(part):
                return ~self.mask(part)
            case Text(text):
                found = self.literal(text)
                for row in self.synonyms:
                    if normal(text) in row:
                        for other in row:
                            found = found | self.literal(other)
                return found
            case Phrase(text):
                plain = " ".join(normal(text).split())
                return self.read(self.literal(text), lambda title, body: plain in title or plain in body)
            case Wild(text):
                return self.wild(text)
            case Day():
                return self.day(node)
            case Field(name, value):
                return self.field(name, value)

    def label(self, label: str) -> Mask:
        return self._held((LABEL + label)[:40])

    def labels(self, labels: Sequence[str]) -> Mask:
        """Any of them."""
        found = np.zeros(self.size, bool)
        for posts in self.store.posts([(LABEL + one)[:40] for one in labels]).values():
            found[posts.ids] = True
        return found

    def literal(self, text: str) -> Mask:
        """The entries whose head or body has this text, as far as postings tell (a long text: all its pairs)."""
        plain = normal(text)
        terms: list[str] = []
        for run in _HAN_OR_WORD.findall(plain):
            if not "\u3400" <= run[0] <= "\u9fff":
                terms.append(WORD + run)
            elif len(run) == 1:
                terms.append(SIGN + run)
            else:
                terms += [PAIR + pair for pair in pairs_of(run)]
        return self._all(terms)

    def wild(self, text: str) -> Mask:
        """退*费: the entries with all literal parts, then read."""
        plain = normal(text)
        parts = [part for part in re.split(r"[*?]+", plain) if part]
        pattern = re.compile("".join({"*": r"\S{0,20}?", "?": r"\S"}.get(sign, re.escape(sign)) for sign in plain))
        terms: list[str] = []
        latin = np.ones(self.size, bool)
        for part in parts:
            if part.isascii():
                latin &= self.store_prefix(part)
            else:
                terms += [PAIR + pair for pair in pairs_of(part)] if len(part) > 1 else [SIGN + part]
        base = self._all(terms) if terms else np.ones(self.size, bool)
        return self.read(base & latin, lambda title, body: bool(pattern.search(title) or pattern.search(body)))

    def store_prefix(self, part: str) -> Mask:
        """The entries with a Latin word that holds this part, where the store can list its terms."""
        listing = getattr(self.store, "words_with", None)
        if listing is None:
            return np.ones(self.size, bool)
        found = np.zeros(self.size, bool)
        for posts in self.store.posts(listing(part)).values():
            found[posts.ids] = True
        return found

    def read(self, candidates: Mask, right: Callable[[str, str], bool]) -> Mask:
        """Those of the candidates whose text is right."""
        ids = np.flatnonzero(candidates & self.store.facts().alive)[:MOST_READ]
        found = np.zeros(self.size, bool)
        for key, (title, body) in self.texts([int(one) for one in ids]).items():
            if right(normal(title), normal(body)):
                found[key] = True
        return found

    def day(self, node: Day) -> Mask:
        updated, day = self.store.facts().rows["updated"], node.day.toordinal()
        signs = {">=": updated >= day, "<=": updated <= day, ">": updated > day, "<": updated < day}
        return signs.get(node.sign, updated == day)

    def field(self, name: str, value: str) -> Mask:
        if name == "title":
            plain = normal(value)
            return self.read(self.literal(value), lambda title, body: plain in title)
        if name == "platform":
            return self.labels([f"plat:{value}", "plat:*"])
        short = {"tag": "tag", "category": "cat", "kind": "kind", "audience": "aud", "source": "source"}
        return self.label(f"{short.get(name, name)}:{value}")

    def _all(self, terms: list[str]) -> Mask:
        found = np.ones(self.size, bool) if terms else np.zeros(self.size, bool)
        posts = self.store.posts(terms)
        for term in terms:
            one = np.zeros(self.size, bool)
            if term in posts:
                one[posts[term].ids] = True
            found &= one
        return found

    def _held(self, term: str) -> Mask:
        found = np.zeros(self.size, bool)
        posts: Posts | None = self.store.posts([term]).get(term)
        if posts is not None:
            found[posts.ids] = True
        return found


__all__ = ["MOST_READ", "Matcher", "words_of"]
