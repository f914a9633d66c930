"""The roster and certificates over HTTP (排班、上岗证): who is on shift when, a sheet taken in, who may receive."""

import tempfile
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from xiaoer.kernel import cells, clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.rejects import Rejects
from xiaoer.people.queries import who_is_meant
from xiaoer.routing import actions, queries, roster, roster_sheet

router = Router()


class SwitchOut(Schema):
    on: bool
    explain: str


class ShiftOut(Schema):
    id: int
    staff: int
    starts_at: str
    ends_at: str
    name: str
    now: bool
    by: str


class CertificateOut(Schema):
    granted_at: str
    expires_at: str | None
    valid: bool
    by: str


class OnRosterOut(Schema):
    id: int
    name: str
    shifts: list[ShiftOut]
    certificate: CertificateOut | None


class RosterOut(Schema):
    first: str
    days: int
    roster_binds: SwitchOut
    certificate_binds: SwitchOut
    people: list[OnRosterOut]


class ShiftIn(Schema):
    staff: int
    day: date
    start: str = Field(description="HH:MM, Beijing time")
    end: str = Field(description="HH:MM; not after the start: the next day")
    name: str = Field("", max_length=16)


class CertificateIn(Schema):
    expires_on: date | None = Field(None, description="The last day on which it holds; none: for ever")


class TakenOut(Schema):
    rows: int
    added: int
    known: int
    rejected: int
    reasons: list[str]
    rejects_csv: str


@router.get("/routing/roster", response=RosterOut, summary="Who is on shift when, and who holds a certificate (R427)")
def board(request: HttpRequest, shop: int, first: date | None = None, days: int = 7) -> dict[str, Any]:
    viewer = viewer_of(request)
    queries.require_watcher(viewer, shop)
    at = clock.now()
    start = first or at.astimezone(cells.CHINA).date()
    return roster.board(shop, viewer, first=start, days=days, at=at)


@router.post("/routing/roster", response={201: ShiftOut}, summary="One shift")
def add_shift(request: HttpRequest, shop: int, data: ShiftIn) -> Status[dict[str, Any]]:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT_ASSIGN, shop)
    start, end = roster_sheet.time_of(data.start), roster_sheet.time_of(data.end)
    draft = roster_sheet.Draft(data.staff, *roster_sheet.span(data.day, start, end), data.name)
    at = clock.now()
    with transaction():
        row = actions.add_shift(shop, draft, by=viewer.who, at=at)
    return Status(201, roster.shown_shift(row, at))


@router.delete("/routing/roster/{int:shift_id}", response={204: None}, summary="Take one shift out")
def drop_shift(request: HttpRequest, shop: int, shift_id: int) -> Status[None]:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT_ASSIGN, shop)
    with transaction():
        actions.drop_shift(roster.find_shift(shop, shift_id), by=viewer.who, at=clock.now())
    return Status(204, None)


@router.post("/routing/roster/import", response=TakenOut, summary="Take a roster in (CSV or XLSX)")
def take_roster(request: HttpRequest, shop: Form[int], file: File[UploadedFile]) -> dict[str, Any]:
    """Columns 客服 (name or account), 日期, 上班, 下班, 班次. What she has at that time already gives way to the file."""
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT_ASSIGN, shop)
    if (file.size or 0) > roster_sheet.MAX_BYTES:
        raise Invalid("文件太大，请分开上传", "The file is too large; send it in parts", code="file_unusable")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster"
        path.write_bytes(file.read())
        columns, rows = roster_sheet.read(path, Path(file.name or "").name, who_is_meant(shop))
    rejects = Rejects(columns, viewer.language)
    for row in rows:
        if row.draft is None:
            rejects.add(row.number, row.raw, row.wrong)
    good = [row.draft for row in rows if row.draft is not None]
    with transaction():
        added, known = actions.take_roster(shop, good, by=viewer.who, at=clock.now())
    return {
        "rows": len(rows), "added": added, "known": known, "rejected": len(rejects.rows),
        "reasons": rejects.first(), "rejects_csv": rejects.csv(),
    }  # fmt: skip


@router.put("/routing/certificates/{int:staff}", response={204: None}, summary="Give or prolong a certificate (上岗证)")
def grant(request: HttpRequest, shop: int, staff: int, data: CertificateIn) -> Status[None]:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT_ASSIGN, shop)
    last = data.expires_on
    until = None if last is None else datetime.combine(last, datetime.min.time(), cells.CHINA) + timedelta(days=1)
    with transaction():
        actions.grant(shop, staff, until, by=viewer.who, at=clock.now())
    return Status(204, None)


@router.delete("/routing/certificates/{int:staff}", response={204: None}, summary="Withdraw a certificate")
def withdraw(request: HttpRequest, shop: int, staff: int) -> Status[None]:
    viewer = viewer_of(request)
    viewer.require(Perm.CHAT_ASSIGN, shop)
    with transaction():
        actions.withdraw(shop, staff, by=viewer.who, at=clock.now())
    return Status(204, None)
