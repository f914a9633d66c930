"""Why buyers open disputes, and what must be shown for each (维权理由与凭证清单): data of `disputes.toml`. Pure."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from xiaoer.kernel.i18n import T


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of evidence. `kind`: auto (the desk collects it), said (record of a talk), paper (added by hand)."""

    code: str
    label: T
    kind: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason with its checklist; `risk` is what the platform may make the shop pay."""

    code: str
    label: T
    must: tuple[str, ...]
    nice: tuple[str, ...]
    tip: T
    source: str
    risk: T | None = None

    @property
    def items(self) -> tuple[str, ...]:
        return (*self.must, *self.nice)


@lru_cache(maxsize=1)
def _read() -> tuple[dict[str, Item], dict[str, Reason]]:
    raw = tomllib.loads(files(__package__).joinpath("disputes.toml").read_text(encoding="utf-8"))
    items = {code: Item(code, T(*row["label"]), row["kind"]) for code, row in raw["items"].items()}
    reasons = {
        code: Reason(
            code,
            T(*row["label"]),
            tuple(row["must"]),
            tuple(row["nice"]),
            T(*row["tip"]),
            row["source"],
            T(*row["risk"]) if "risk" in row else None,
        )
        for code, row in raw["reasons"].items()
    }
    for reason in reasons.values():
        if unknown := set(reason.items) - set(items):
            raise ValueError(f"disputes.toml: {reason.code} names unknown items {sorted(unknown)}")
    return items, reasons


ITEMS, REASONS = _read()


def reason_named(text: str) -> str | None:
    """The code of a reason as files write it: by code or by Chinese or English label, also as a part of it."""
    said = text.strip()
    for reason in REASONS.values():
        if said in (reason.code, reason.label.zh) or said.lower() == reason.label.en.lower():
            return reason.code
    if not said:
        return None
    names = {part: reason.code for reason in REASONS.values() for part in reason.label.zh.split("/")}
    return next((code for part, code in names.items() if part in said), None)
