"""What couriers report of a waybill, whoever brings it: a file, a pusher, 快递100. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from xiaoer.kernel.cells import CHINA
from xiaoer.kernel.i18n import T


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One line as a courier reports it. `code` is the courier's own."""

    at: datetime
    text: str
    place: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was reported of one waybill. `codes` says whose codes the lines carry (kuaidi100); empty: the carrier's."""

    waybill: str
    lines: Sequence[TraceLine]
    carrier: str = ""
    codes: str = ""


@dataclass(slots=True)
class Told:
    """What became of one report: lines added, lines known before, and what was turned away with the reasons."""

    waybill: str
    parcel_id: int | None = None
    added: int = 0
    known: int = 0
    problems: list[T] = field(default_factory=list)


def zoned(at: datetime) -> datetime:
    """A time without a zone is Beijing time: couriers write it so."""
    return at if at.tzinfo is not None else at.replace(tzinfo=CHINA)
