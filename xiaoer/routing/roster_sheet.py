"""A roster as a sheet (排班表): one shift a row, read from CSV or XLSX; every bad row with all its reasons."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from xiaoer.kernel import cells, sheets
from xiaoer.kernel.cells import CHINA
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T
from xiaoer.kernel.workbook import refuse

COLUMNS: dict[str, tuple[str, ...]] = {
    "who": ("客服", "姓名", "员工", "账号", "name", "agent"),
    "day": ("日期", "上班日期", "date", "day"),
    "start": ("上班", "开始", "上班时间", "start", "from"),
    "end": ("下班", "结束", "下班时间", "end", "until"),
    "name": ("班次", "班别", "shift"),
}
NEEDED = ("who", "day", "start", "end")
MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 10_000
_TIME = re.compile(r"(\d{1,2})(?:[:：点](\d{1,2})?)?(?::\d{2})?分?")


@dataclass(frozen=True, slots=True)
class Draft:
    """A shift as the sheet names it. One that ends before it starts runs into the next day (夜班)."""

    staff_id: int
    starts_at: datetime
    ends_at: datetime
    name: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    raw: list[str]
    draft: Draft | None
    wrong: tuple[T, ...]


def read(path: Path, filename: str, people: Mapping[str, Sequence[int]]) -> tuple[list[str], list[Row]]:
    """The columns and the rows; `people` gives who is meant by a name or an account."""
    facts = sheets.inspect(path, filename, lambda heads: len(_places(heads)))
    places = _places(facts.columns)
    missing = [COLUMNS[name][0] for name in NEEDED if name not in places]
    if missing:
        raise refuse(f"缺少列：{'、'.join(missing)}", f"Columns are missing: {', '.join(missing)}")
    found: list[Row] = []
    for number, raw, _ in sheets.rows(facts):
        if len(found) >= MAX_ROWS:
            raise refuse(f"最多 {MAX_ROWS} 行，请分开上传", f"{MAX_ROWS} rows at most; send it in parts")
        values = {name: cells.clean(raw[at]) if at < len(raw) else "" for name, at in places.items()}
        draft, wrong = draft_of(values, people)
        found.append(Row(number, raw, draft, tuple(wrong)))
    return facts.columns, found


def _places(heads: Sequence[str]) -> dict[str, int]:
    bare = [sheets.normalise(head) for head in heads]
    return {name: bare.index(word) for name, words in COLUMNS.items() for word in words[::-1] if word in bare}


def draft_of(values: Mapping[str, str], people: Mapping[str, Sequence[int]]) -> tuple[Draft | None, list[T]]:
    """One row as a shift, or every reason why not."""
    who, wrong = values.get("who", ""), []
    meant = people.get(who.lower(), ())
    if not meant:
        wrong.append(T(f"本店没有接待客服「{who}」", f"Nobody called {who!r} receives buyers in this shop"))
    elif len(meant) > 1:
        wrong.append(
            T(f"有 {len(meant)} 位「{who}」，请写账号", f"{len(meant)} people are called {who!r}; give the account")
        )
    day = _day(values.get("day", ""))
    if day is None:
        wrong.append(
            T(f"日期「{values.get('day', '')}」认不出，例如 2026-11-22", f"Not a date: {values.get('day', '')!r}")
        )
    start, end = _time(values.get("start", "")), _time(values.get("end", ""))
    for given, read_, zh in ((values.get("start", ""), start, "上班"), (values.get("end", ""), end, "下班")):
        if read_ is None:
            wrong.append(T(f"{zh}时间「{given}」认不出，例如 09:00", f"Not a time of day: {given!r}"))
    if wrong or day is None or start is None or end is None:
        return None, wrong
    since, until = span(day, start, end)
    return Draft(meant[0], since, until, values.get("name", "")[:16]), []


def span(day: date, start: timedelta, end: timedelta) -> tuple[datetime, datetime]:
    """From when until when, in Beijing time. 22:00 to 6:00 ends the next morning, 9:00 to 24:00 at midnight."""
    midnight = datetime.combine(day, time(), CHINA)
    return midnight + start, midnight + (end if end > start else end + timedelta(days=1))


def time_of(text: str) -> timedelta:
    """A time of day that somebody typed."""
    found = _time(text)
    if found is None:
        raise Invalid(
            fields={"start": T(f"时间「{text[:20]}」认不出，例如 09:00", f"Not a time of day: {text[:20]!r}")}
        )
    return found


def _day(text: str) -> date | None:
    try:
        found = cells.moment(text)
    except cells.CellError:
        return None
    return found.astimezone(CHINA).date() if found is not None else None


def _time(text: str) -> timedelta | None:
    # A cell with a date and a time (Excel) names the time only.
    fits = _TIME.fullmatch(text.rpartition(" ")[2])
    if not fits:
        return None
    hours, minutes = int(fits[1]), int(fits[2] or 0)
    return timedelta(hours=hours, minutes=minutes) if hours * 60 + minutes <= 24 * 60 and minutes < 60 else None
