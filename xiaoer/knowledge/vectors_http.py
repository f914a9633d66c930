"""Optional: meaning from a model behind an OpenAI-compatible `/v1/embeddings`. Off unless somebody names an address.

`XIAOER_VECTORS=https://host/v1`, with `XIAOER_VECTORS_KEY` and `XIAOER_VECTORS_MODEL`. A save does not wait for the network:
texts get their vectors in the background (`tasks.embed_entries`). A question asks once; when the endpoint is slow or
gone, the search goes on by words, and the endpoint is left alone for a while.
"""

import json
import logging
import os
import time
import urllib.error
import urllib.request
from typing import Any

import numpy as np

from xiaoer.knowledge.vectors import Vectors

log = logging.getLogger("xiaoer.knowledge")
_TIMEOUT, _REST, _BATCH, _MOST_BYTES = 2.0, 30.0, 64, 64_000_000


class Unreachable(OSError):
    """The endpoint gave no vectors."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The key goes to the host that was named, nowhere else."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


class RemoteEncoder:
    """The embedder of an endpoint; its vectors' length is known from its first answer."""

    local = False

    def __init__(self, url: str, key: str = "", model: str = "text-embedding-3-small") -> None:
        self.url, self.key, self.name, self.size = url.rstrip("/"), key, model, 0
        self._rests_until = 0.0

    def embed(self, texts: list[str]) -> Vectors:
        """One row a text, of length one. Call it outside any transaction."""
        if time.monotonic() < self._rests_until:
            raise Unreachable("the endpoint did not answer a moment ago")
        try:
            parts = [self._ask(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        except (OSError, ValueError, KeyError, TypeError) as error:
            self._rests_until = time.monotonic() + _REST
            log.warning("no vectors from %s: %s; searching by words", self.url, error)
            raise Unreachable(str(error)) from error
        rows = np.concatenate(parts) if parts else np.zeros((0, self.size), np.float32)
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-6))

    def _ask(self, texts: list[str]) -> Vectors:
        headers = {"Content-Type": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        body = json.dumps({"model": self.name, "input": texts}).encode()
        request = urllib.request.Request(f"{self.url}/embeddings", body, headers, method="POST")  # noqa: S310  # see remote
        opener = urllib.request.build_opener(_NoRedirect())
        with opener.open(request, timeout=_TIMEOUT) as answer:
            data = json.loads(answer.read(_MOST_BYTES))["data"]
        rows = np.array([row["embedding"] for row in sorted(data, key=lambda row: row["index"])], np.float32)
        if rows.shape != (len(texts), self.size or rows.shape[-1]):
            raise ValueError(f"{len(texts)} texts of {self.size or '?'} numbers asked, got {rows.shape}")
        self.size = rows.shape[1]
        return rows


def remote(url: str) -> RemoteEncoder:
    """The endpoint of the environment (http and https only: `vectors.embedder` looks)."""
    model = os.environ.get("XIAOER_VECTORS_MODEL", "text-embedding-3-small")
    return RemoteEncoder(url, os.environ.get("XIAOER_VECTORS_KEY", ""), model)
