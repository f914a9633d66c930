"""Scripts in and out as files (话术导入导出)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, File, Router, Schema
from ninja.files import UploadedFile

from xiaoer.kernel import clock
from xiaoer.kernel.access import Perm, viewer_of
from xiaoer.kernel.db import transaction
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.xlsx import XLSX
from xiaoer.people.queries import team_names
from xiaoer.reception import actions, queries, script_reads, script_sheet

router = Router()


class Rejected(Schema):
    row: int
    title: str
    reason: str


class ImportOut(Schema):
    """What came of the file; `rejects_csv` is the file of rejected rows, to be mended and sent again."""

    added: int
    changed: int
    same: int
    rejected: list[Rejected]
    rejects_csv: str = Field(description="CSV with the reasons; empty when every row was taken")


@router.get("/quick-replies/export", summary="The scripts as XLSX")
def export(request: HttpRequest, shop: int, category: str = "", scope: str = "", state: str = "") -> HttpResponse:
    viewer, at = viewer_of(request), clock.now()
    if not viewer.may(Perm.SCRIPTS_EDIT, shop):
        viewer.require(Perm.CHAT, shop)
    asked = queries.Asked(category=category, scope=scope, state=state, manage=True)
    teams, today = team_names(shop), script_reads.day_of(at)
    rows = []
    for row in queries.quick_replies(viewer, shop, asked, at=at):
        shown = queries.shown_reply(row, viewer, today=today)
        named = teams.get(row.team_id or 0, "") if row.team_id else {"shop": "店铺", "personal": "个人"}[shown["scope"]]
        rows.append({**shown, "scope": named})
    answer = HttpResponse(script_sheet.write(rows, viewer.language), content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="scripts.xlsx"'
    return answer


@router.post("/quick-replies/import", response=ImportOut, summary="Scripts from XLSX or CSV")
def imported(request: HttpRequest, shop: int, file: File[UploadedFile]) -> dict[str, Any]:
    """Columns as in the export; a row whose title stands there already changes that script."""
    viewer = viewer_of(request)
    only_personal = not viewer.may(Perm.SCRIPTS_EDIT, shop)
    if only_personal:
        viewer.require(Perm.CHAT, shop)
    if viewer.kind != "staff":
        raise Invalid("接口令牌不能导入话术，请用员工账号", "A token cannot import scripts; sign in as a person")
    heads, rows = script_sheet.read(file.read(script_sheet.MAX_BYTES + 1), file.name or "")
    with transaction():
        done = actions.import_scripts(
            shop, rows, only_personal=only_personal, language=viewer.language, by=viewer.who, at=clock.now()
        )
    return {
        "added": done.added,
        "changed": done.changed,
        "same": done.same,
        "rejected": [{"row": n, "title": v.get("title", ""), "reason": why} for n, v, why in done.rejected],
        "rejects_csv": script_sheet.rejects(heads, done.rejected, viewer.language) if done.rejected else "",
    }
