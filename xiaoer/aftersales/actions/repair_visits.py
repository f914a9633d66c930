"""派工上门: a technician with the tools goes to the site; what was found there (R653, R659 to R661)."""

from datetime import datetime

from xiaoer.aftersales import repair_forms as mine
from xiaoer.aftersales.actions.steps import checked_photos, shop_of, step
from xiaoer.aftersales.models import RepairCase, RepairVisit
from xiaoer.aftersales.repair_flow import REPAIR
from xiaoer.kernel.access import Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.i18n import T


def dispatch(row: RepairCase, form: mine.Dispatch, *, by: Who, at: datetime) -> None:
    """R660: at once, with what the fault needs. Site and phone stay out of the journal."""
    if form.visit_at is not None and form.visit_at < at:
        raise Invalid(fields={"visit_at": T("预约时间已过，请填将来的时间", "The appointment lies in the past")})
    details = {"technician": form.technician, "visit_at": iso(form.visit_at)}
    step(REPAIR, row, "dispatch", by=by, at=at, note=form.note, details=details)
    RepairVisit.objects.create(
        repair=row,
        technician=form.technician,
        phone=form.phone,
        tools=form.tools,
        site=form.site,
        contact=form.contact,
        visit_at=form.visit_at,
        sent_by=str(by),
        sent_at=at,
    )


def solved(row: RepairCase, form: mine.Visited, *, by: Who, at: datetime) -> None:
    _report(row, form, True, by=by, at=at)
    details = {"fault": form.fault, "cause": form.cause, "result": "repaired"}
    columns = {"fault": form.fault, "cause": form.cause, "work": form.work, "result": "repaired"}
    step(REPAIR, row, "solved", by=by, at=at, note=form.note, details=details, **columns)


def unsolved(row: RepairCase, form: mine.Unsolved, *, by: Who, at: datetime) -> None:
    """R659: what cannot be solved goes to the department head at once."""
    _report(row, form, False, by=by, at=at)
    details = {"fault": form.fault, "cause": form.cause, "why_approval": "unsolved"}
    columns = {"fault": form.fault, "cause": form.cause, "why_approval": "unsolved", "approved_by": ""}
    step(REPAIR, row, "unsolved", by=by, at=at, note=form.note, details=details, **columns)


def _report(row: RepairCase, form: mine.Visited, result: bool, *, by: Who, at: datetime) -> None:
    visit = RepairVisit.objects.filter(repair=row, done_at=None).order_by("-pk").first()
    if visit is None:
        raise Conflict("no_visit", "没有进行中的派工", "No technician is on the way")
    photos = checked_photos(row.shop_id, row.customer_id, form.photos, by=by, at=at, shop=shop_of(row))
    RepairVisit.objects.filter(pk=visit.pk, done_at=None).update(
        fault=form.fault, cause=form.cause, work=form.work, photos=photos, solved=result, done_at=at
    )
