"""Registers (登记表): saved queries over cases with the seeds' columns, places to sign, XLSX and a print view.

Never a second table of facts. A later area adds its own with `provide(Register(...))` when it loads (disputes).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import NotFound
from xiaoer.kernel.i18n import T


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key of its cells, its heading, its width in a workbook. `money` cells are fen."""

    key: str
    label: T
    width: int = 14
    money: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked of a register: shop, from, until, a word; or the one row of a `subject`."""

    shop: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    q: str = ""
    limit: int = 100
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the case it shows ("return:12"), where it opens, its cells, and signatures that the case itself holds."""

    subject: str
    shop: int
    path: str
    cells: dict[str, Any]
    signed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Register:
    """A register: its columns, the places to sign (place -> heading), and where its rows come from."""

    name: str
    title: T
    columns: tuple[Column, ...]
    rows: Callable[[Viewer, Query], list[Row]]
    places: dict[str, T] = field(default_factory=dict)
    perm: Perm = Perm.AFTERSALES_VIEW
    signs: Perm = Perm.AFTERSALES_OPEN
    source: str = ""


REGISTERS: dict[str, Register] = {}


def provide(register: Register) -> None:
    REGISTERS[register.name] = register


def find(viewer: Viewer, name: str) -> Register:
    """The register, or 404 when there is none for this viewer."""
    found = REGISTERS.get(name)
    if found is None or not viewer.shops_with(found.perm):
        raise NotFound("没有这张登记表", "There is no such register")
    return found


def listed(viewer: Viewer) -> list[Register]:
    return [one for one in REGISTERS.values() if viewer.shops_with(one.perm)]
