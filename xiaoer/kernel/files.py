"""The built workbench and the widget: a table of files read from disk, so that no address can lead anywhere else."""

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass
from pathlib import Path

from xiaoer.kernel.http import POLICY

NOT_PAGES = ("/api/", "/static/", "/uploads/", "/shop/", "/lane/", "/stream", "/help")
"""Addresses that are never a page of the workbench."""
FOREVER = b"public, max-age=31536000, immutable"
SOON = b"public, max-age=300"
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/manifest+json")
Pairs = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class File:
    """One file, ready to send, small and whole."""

    body: bytes
    packed: bytes | None
    headers: tuple[tuple[bytes, bytes], ...]
    etag: bytes

    def answer(self, asked: dict[bytes, bytes]) -> tuple[int, Pairs, bytes]:
        """Status, headers and body for these request headers."""
        base = [*self.headers, (b"etag", self.etag)]
        if asked.get(b"if-none-match") == self.etag:
            return 304, base, b""
        if self.packed is not None and b"gzip" in asked.get(b"accept-encoding", b""):
            return 200, [*base, (b"content-encoding", b"gzip"), (b"vary", b"accept-encoding")], self.packed
        return 200, base, self.body


def read_file(path: Path, cache: bytes, more: Pairs) -> File:
    body = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 6) if kind.startswith(_TEXT) and len(body) > 600 else None
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    headers = (
        (b"content-type", kind.encode()),
        (b"cache-control", cache),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
        *more,
    )
    return File(body, packed, headers, b'"' + hashlib.sha256(body).hexdigest()[:24].encode() + b'"')


class Pages:
    """The files of `web/dist` and `widget/dist` by address; read again when a new build is there."""

    def __init__(self, web: Path, widget: Path) -> None:
        self._web, self._widget = web, widget
        self._stamp: tuple[float, float] = (-1.0, -1.0)
        self._files: dict[str, File] = {}
        self._index: File | None = None

    def find(self, path: str) -> File | None:
        """The file at an address, the workbench's page for any address of its own, or None: Django's."""
        if path.startswith(NOT_PAGES) or path == "/api":
            return None
        known = self._files.get(path)
        if known is None or path == "/widget.js":
            self._read_new_build()
            known = self._files.get(path)
        if known is not None:
            return known
        last = path.rsplit("/", 1)[-1]
        if "." in last:
            return None
        if self._index is not None:
            self._read_new_build()
        return self._index

    def _read_new_build(self) -> None:
        stamp = (_changed(self._web / "index.html"), _changed(self._widget / "widget.js"))
        if stamp == self._stamp:
            return
        files: dict[str, File] = {}
        page: Pairs = [(b"content-security-policy", POLICY.encode()), (b"x-frame-options", b"DENY")]
        for path in _files_below(self._web):
            name = path.relative_to(self._web).as_posix()
            hashed = name.startswith("assets/") and "-" in path.stem
            files["/" + name] = read_file(path, FOREVER if hashed else b"no-cache", page)
        open_: Pairs = [(b"access-control-allow-origin", b"*"), (b"cross-origin-resource-policy", b"cross-origin")]
        for path in _files_below(self._widget):
            files["/" + path.relative_to(self._widget).as_posix()] = read_file(path, SOON, open_)
        self._index = files.get("/index.html") if stamp[0] else None
        if self._index is not None:
            files["/"] = self._index
        self._files, self._stamp = files, stamp


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _files_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else []
