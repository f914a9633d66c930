"""The file of rejected rows (退回行): original columns plus 行号 and 原因, ready for Excel and for importing again."""

import csv
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from types import TracebackType

from xiaoer.kernel.cells import safe_for_excel
from xiaoer.kernel.i18n import T
from xiaoer.kernel.sheets import REJECT_COLUMNS, UNCLOSED


class Rejects:
    """The rejected rows of a small file, kept in memory: the columns as they came, 行号 and 原因 in front."""

    def __init__(self, columns: Sequence[str], language: str = "zh") -> None:
        self._language = language
        self._columns = [(place, name) for place, name in enumerate(columns) if name not in REJECT_COLUMNS]
        self.rows: list[tuple[int, str, list[str]]] = []

    def add(self, row: int, raw: Sequence[str], reasons: Sequence[T]) -> None:
        why = "；".join(reason.say(self._language) for reason in reasons)
        self.rows.append((row, why, [raw[place] if place < len(raw) else "" for place, _ in self._columns]))

    def first(self, most: int = 10) -> list[str]:
        """What stands on the screen: the first rows with their reasons."""
        return [f"{row}: {why}" for row, why, _ in sorted(self.rows)[:most]]

    def csv(self) -> str:
        """The file, with the mark by which Excel knows Chinese; empty when nothing was rejected."""
        if not self.rows:
            return ""
        out = StringIO()
        sheet = csv.writer(out)
        sheet.writerow([*REJECT_COLUMNS, *(safe_for_excel(name) for _, name in self._columns)])
        for row, why, raw in self.rows:
            sheet.writerow([row, safe_for_excel(why), *map(safe_for_excel, raw)])
        return "\ufeff" + out.getvalue()


class RejectFile:
    """Written while the import runs. UTF-8 with BOM so that Excel shows Chinese; formulas are neutralised."""

    def __init__(self, path: Path, columns: Sequence[str], language: str = "zh") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._language = language
        self._columns = [(place, name) for place, name in enumerate(columns) if name not in REJECT_COLUMNS]
        self._out = path.open("w", encoding="utf-8-sig", newline="")
        path.chmod(0o600)
        self._csv = csv.writer(self._out)
        self._csv.writerow([*REJECT_COLUMNS, *(safe_for_excel(name) for _, name in self._columns)])
        self.count = 0

    def add(self, row: int, raw: Sequence[str], reasons: Sequence[T]) -> None:
        why = "；".join(reason.say(self._language) for reason in reasons)
        values = [
            safe_for_excel(raw[place].removesuffix(UNCLOSED)) if place < len(raw) else "" for place, _ in self._columns
        ]
        self._csv.writerow([row, safe_for_excel(why), *values])
        self.count += 1

    def flush(self) -> None:
        self._out.flush()

    def __enter__(self) -> "RejectFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._out.close()
