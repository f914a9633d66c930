"""What stands beside the calls: who does them, other calls in the register, activities, summaries."""

from datetime import datetime

from django.db import IntegrityError
from django.db.transaction import atomic

from xiaoer.care import call_forms as forms
from xiaoer.care import call_reads, events
from xiaoer.care.actions.calls import plan, require_open
from xiaoer.care.actions.saying import require_sayable
from xiaoer.care.call_flow import CARE_CALL
from xiaoer.care.models import CallNote, CareActivity, CareCall, CareSummary, CareTracker
from xiaoer.kernel.access import Perm, Who
from xiaoer.kernel.calendar import BEIJING
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.kernel.moving import subject_of
from xiaoer.people.queries import holds, shop_facts
from xiaoer.policy.queries import rule


def set_tracker(
    shop_id: int, clerk: int, deputy: int | None, deputy_until: datetime | None, *, by: Who, at: datetime
) -> CareTracker:
    """指定跟踪业务员 (R632), and who stands in until when (R647). Open calls of who is away go to the deputy."""
    for name, staff in (("clerk", clerk), ("deputy", deputy)):
        if staff is not None and not holds(shop_id, staff, Perm.AFTERSALES_OPEN):
            raise Invalid(fields={name: T("此人在本店没有售后权限", "This person may not do this work here")})
    if deputy is not None and (deputy_until is None or deputy_until <= at):
        raise Invalid(fields={"deputy_until": T("请填代理到什么时候", "Until when does she stand in?")})
    told = {"clerk": clerk, "deputy": deputy, "deputy_until": deputy_until, "by": str(by), "at": at}
    row, _ = CareTracker.objects.update_or_create(shop_id=shop_id, defaults=told)
    holder = call_reads.owner_of(shop_id, at)
    CareCall.objects.filter(shop_id=shop_id, state__in=CARE_CALL.open_states()).update(owner_id=holder)
    said = events.TrackerSet(clerk=clerk, deputy=deputy)
    announce(said, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return row


def set_call_owner(row: CareCall, staff: int, *, by: Who, at: datetime) -> None:
    """临时指派 (R647): one follow-up goes to a colleague."""
    require_open(row)
    if not holds(row.shop_id, staff, Perm.AFTERSALES_OPEN):
        raise Invalid(fields={"owner": T("此人在本店没有售后权限", "This person may not do this work here")})
    CareCall.objects.filter(pk=row.pk).update(owner_id=staff)
    row.owner_id = staff
    said = events.CallOwned(number=row.number, owner=staff)
    announce(said, shop_id=row.shop_id, subject=subject_of(CARE_CALL, row), by=by, at=at)


def note_call(shop_id: int, customer_id: int, form: forms.Note, *, by: Who, at: datetime) -> CallNote:
    """Any call with a customer goes into the register (R645)."""
    row = CallNote.objects.create(
        shop_id=shop_id, customer_id=customer_id, reached=True, by=str(by), at=at, **form.model_dump()
    )
    _noted(row, by, at)
    return row


def take_voice_call(
    shop_id: int,
    customer_id: int,
    voice_call: int,
    *,
    incoming: bool,
    complains: bool,
    points: str,
    by: Who,
    at: datetime,
) -> None:
    """A call of the telephone desk that was summed up: in the register once, its latest summary (R645)."""
    told = {"points": points, "kind": "complains" if complains else "question"}
    made = {**told, "shop_id": shop_id, "customer_id": customer_id, "incoming": incoming, "reached": True,
            "by": str(by), "at": at}  # fmt: skip
    row, fresh = CallNote.objects.update_or_create(voice_call=voice_call, defaults=told, create_defaults=made)
    if fresh:
        _noted(row, by, at)


def _noted(row: CallNote, by: Who, at: datetime) -> None:
    said = events.CallNoted(kind=row.kind, incoming=row.incoming)
    announce(said, shop_id=row.shop_id, subject=f"customer:{row.customer_id}", by=by, at=at)


def announce_activity(
    shop_id: int, form: forms.Activity, customers: list[int], *, by: Who, at: datetime
) -> CareActivity:
    """R643: everybody chosen is told by telephone, two weeks ahead at the latest."""
    ahead = rule("activity_notice", shop=shop_facts(shop_id), at=at)
    last = form.held_at - ahead.duration
    if last <= at:
        first = f"{(at + ahead.duration).astimezone(BEIJING):%Y-%m-%d}"
        text = T(
            f"活动要提前 {ahead.value} 天电话通知，最早可定在 {first} 之后",
            f"Announced {ahead.value} days ahead: after {first}",
        )
        raise Invalid(fields={"held_at": text})
    if not customers:
        raise Invalid(fields={"tag": T("没有找到客户，请填标签或旺旺ID", "No customers found: type a tag or names")})
    require_sayable(shop_id, form.text, "text", at=at)
    row = CareActivity.objects.create(
        shop_id=shop_id, by=str(by), at=at, **form.model_dump(include={"title", "text", "held_at", "letter"})
    )
    told = [
        plan(shop_id, one, "activity", f"activity:{row.pk}:{one}", start=at, about=form.title, until=last, by=by, at=at)
        for one in customers
    ]
    row.invited = sum(one is not None for one in told)
    CareActivity.objects.filter(pk=row.pk).update(invited=row.invited)
    said = events.ActivityAnnounced(title=row.title, invited=row.invited)
    announce(said, shop_id=shop_id, subject=f"care_activity:{row.pk}", by=by, at=at)
    return row


def file_summary(shop_id: int, form: forms.Summary, *, by: Who, at: datetime) -> CareSummary:
    """小结、总结 (R648): filed with the figures as they are now; a filed one is not changed."""
    try:
        with atomic():
            row = CareSummary.objects.create(
                shop_id=shop_id, by=str(by), at=at, figures=call_reads.figures_of(shop_id, form.period),
                **form.model_dump(),
            )  # fmt: skip
    except IntegrityError:
        raise Conflict(
            "known", f"{form.period} 的小结已经存档", f"The summary of {form.period} is filed already"
        ) from None
    announce(events.SummaryFiled(period=row.period), shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return row
