"""What stands beside complaints: contacts at authorities (R457), news of the trade (R501), the check of the standard."""

from datetime import datetime

from django.db import IntegrityError
from django.db.transaction import atomic

from xiaoer.complaints import events
from xiaoer.complaints.complaint_flow import COMPLAINT
from xiaoer.complaints.complaint_forms import AuthorityIn, Inspect, NewsIn, Talk
from xiaoer.complaints.models import Authority, Complaint, News
from xiaoer.kernel.access import Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict
from xiaoer.kernel.events import announce
from xiaoer.kernel.moving import subject_of

_MOST_TALKS = 50


def inspect(row: Complaint, form: Inspect, *, by: Who, at: datetime) -> None:
    """R481: a closed complaint is checked against the standard; who did not keep it may be penalised. Once."""
    told = {**form.model_dump(), "by": str(by), "at": iso(at)}
    if not Complaint.objects.filter(pk=row.pk, state="closed", inspected={}).update(inspected=told):
        raise Conflict(
            "not_now",
            "只有已结案且未检查过的投诉可以检查",
            "Only a closed complaint that was not checked yet can be checked",
            current={"state": row.state},
        )
    said = events.ComplaintInspected(number=row.number, kept=len(form.kept), penalised=bool(form.person))
    announce(said, shop_id=row.shop_id, subject=subject_of(COMPLAINT, row), by=by, at=at)


def add_authority(shop_id: int, form: AuthorityIn, *, by: Who, at: datetime) -> Authority:
    try:
        with atomic():
            row = Authority.objects.create(shop_id=shop_id, added_at=at, added_by=str(by), **form.model_dump())
    except IntegrityError:
        raise Conflict("known", f"「{form.name}」已在联络登记里", f"{form.name!r} is in the register already") from None
    said = events.AuthorityNoted(name=row.name, kind=row.kind)
    announce(said, shop_id=shop_id, subject=f"authority:{row.pk}", by=by, at=at)
    return row


def talked(row: Authority, form: Talk, *, by: Who, at: datetime) -> None:
    """A word with them, kept with its time."""
    talks = [{"text": form.text, "by": str(by), "at": iso(at)}, *row.talks][:_MOST_TALKS]
    Authority.objects.filter(pk=row.pk).update(talks=talks, talked_at=at)
    said = events.AuthorityNoted(name=row.name, kind=row.kind)
    announce(said, shop_id=row.shop_id, subject=f"authority:{row.pk}", by=by, at=at)


def add_news(shop_id: int, form: NewsIn, *, by: Who, at: datetime) -> News:
    row = News.objects.create(shop_id=shop_id, added_at=at, added_by=str(by), **form.model_dump())
    announce(events.NewsNoted(title=row.title, kind=row.kind), shop_id=shop_id, subject=f"news:{row.pk}", by=by, at=at)
    return row
