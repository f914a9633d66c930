"""The evidence pack (举证包): a ZIP with a PDF cover and every part, each with its SHA-256, masked as the viewer sees it.

The journal extract is chained: every line carries the hash of itself and of the line before, so that a line cannot be
changed, added or left out without the chain breaking. The hash of the manifest stands in the journal.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xiaoer.complaints.pack_cover import Cover, cover_pdf
from xiaoer.kernel.i18n import T
from xiaoer.kernel.models import Event


@dataclass(slots=True)
class Pack:
    """The parts of a pack while it is put together."""

    parts: dict[str, bytes] = field(default_factory=dict)
    labels: dict[str, T] = field(default_factory=dict)
    left_out: list[T] = field(default_factory=list)

    def add(self, name: str, data: bytes | str, label: T) -> None:
        self.parts[name] = data.encode("utf-8") if isinstance(data, str) else data
        self.labels[name] = label

    def add_json(self, name: str, data: Any, label: T) -> None:
        self.add(name, json.dumps(data, ensure_ascii=False, indent=2, default=str), label)


@dataclass(frozen=True, slots=True)
class Sealed:
    """The finished file and what is written down about it."""

    data: bytes
    manifest: str
    parts: int


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def journal_lines(events: Iterable[Event], labels: dict[int, str]) -> str:
    """The journal extract as JSON lines, chained by hash."""
    before, out = "", []
    for one in events:
        line = {
            "number": one.number,
            "at": one.at.isoformat(),
            "kind": one.kind,
            "label": labels.get(one.number, one.kind),
            "subject": one.subject,
            "actor": one.actor.partition(":")[0],
            "details": one.payload.get("details", one.payload),
            "before": before,
        }
        said = json.dumps(line, ensure_ascii=False, sort_keys=True)
        before = digest(said.encode())
        out.append(json.dumps({**line, "sha256": before}, ensure_ascii=False, sort_keys=True))
    return "\n".join(out) + "\n"


def chain_holds(text: str) -> bool:
    """Whether a journal extract is whole: every line's hash fits it and the line before."""
    before = ""
    for raw in text.splitlines():
        line = json.loads(raw)
        told = line.pop("sha256")
        if line["before"] != before or digest(json.dumps(line, ensure_ascii=False, sort_keys=True).encode()) != told:
            return False
        before = told
    return True


def chat_text(messages: Sequence[dict[str, Any]], language: str) -> str:
    """A talk as plain text: time, who, words; pictures by their number."""
    lines = []
    for one in messages:
        who = one.get("author", {}).get("name") or one.get("author_name") or one.get("author_kind", "")
        pictures = "".join(f" [图片 {a['id']}]" for a in one.get("attachments", []))
        lines.append(f"{one['at']}  {who}: {one.get('text', '')}{pictures}")
    return "\n".join(lines) + "\n"


def sealed(pack: Pack, cover: Cover, at: datetime) -> Sealed:
    """The ZIP: cover first, then the parts, then the manifest with the hash of each."""
    listed = [
        {"name": name, "label": pack.labels[name].zh, "bytes": len(data), "sha256": digest(data)}
        for name, data in pack.parts.items()
    ]
    first = cover_pdf(cover, listed, [one.zh for one in pack.left_out], at)
    entries = {"00-封面.pdf": first, **pack.parts}
    manifest = {
        "dispute": cover.number,
        "order_no": cover.order_no,
        "made_at": at.isoformat(),
        "made_by": cover.made_by,
        "masked": True,
        "left_out": [one.zh for one in pack.left_out],
        "parts": [{"name": "00-封面.pdf", "label": "封面", "bytes": len(first), "sha256": digest(first)}, *listed],
    }
    written = json.dumps(manifest, ensure_ascii=False, indent=2).encode()
    entries["manifest.json"] = written
    out = io.BytesIO()
    stamp = (at.year, at.month, at.day, at.hour, at.minute, at.second)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name, stamp), data, zipfile.ZIP_DEFLATED)
    return Sealed(out.getvalue(), digest(written), len(entries))
