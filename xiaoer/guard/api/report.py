"""The guard's report over HTTP and as a workbook."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router

from xiaoer.guard import appeal_reads, report_reads, report_sheet
from xiaoer.kernel import clock
from xiaoer.kernel.access import viewer_of
from xiaoer.kernel.xlsx import XLSX

router = Router()
MOST_SENTENCES = 2000


@router.get("/guard/report", summary="Hits by rule, agent, team and day; near misses, false alarms, what was at stake")
def report(request: HttpRequest, shop: int, begin: date | None = None, end: date | None = None) -> dict[str, Any]:
    return report_reads.report(viewer_of(request), shop, begin=begin, end=end, at=clock.now())


@router.get("/guard/report.xlsx", summary="The report as a workbook")
def workbook(request: HttpRequest, shop: int, begin: date | None = None, end: date | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    data = report_reads.report(viewer, shop, begin=begin, end=end, at=clock.now())
    wrong = appeal_reads.asked(viewer, shop=shop, state="false_alarm", mine=False, rule="").order_by("-at", "-pk")
    body = report_sheet.workbook(data, wrong[:MOST_SENTENCES], viewer.language)
    answer = HttpResponse(body, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="guard-{data["begin"]}-{data["end"]}.xlsx"'
    return answer
