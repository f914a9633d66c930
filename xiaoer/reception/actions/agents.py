"""An agent says whether she takes buyers now (接待状态)."""

from collections.abc import Collection
from datetime import datetime

from xiaoer.kernel.access import Perm, Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import holds
from xiaoer.reception import events
from xiaoer.reception.models import AgentStatus, ReceptionMode
from xiaoer.reception.rules import STATUSES

_CAP = range(1, 101)


def set_status(
    shop_id: int,
    staff_id: int,
    *,
    status: str | None = None,
    cap: int | None = None,
    clear_cap: bool = False,
    why: str = "",
    device: str = "",
    by: Who,
    at: datetime,
) -> AgentStatus:
    """Set status and cap of an agent in one shop; what is not given stays. Coming online lets the assigner look."""
    wrong: dict[str, T] = {}
    if status is not None and status not in STATUSES:
        names = "、".join(f"{text.zh}（{name}）" for name, text in STATUSES.items())
        wrong["status"] = T(
            f"没有状态「{status}」，可选：{names}", f"No status {status!r}; one of {', '.join(STATUSES)}"
        )
    if cap is not None and cap not in _CAP:
        wrong["cap"] = T(f"同时接待数应在 1～100 之间，收到 {cap}", f"The cap must be 1 to 100, got {cap}")
    if not holds(shop_id, staff_id, Perm.CHAT):
        wrong["staff"] = T("这位同事不在本店接待岗位", "This colleague does not chat in this shop")
    if wrong:
        raise Invalid(fields=wrong)
    row, _ = AgentStatus.objects.get_or_create(shop_id=shop_id, staff_id=staff_id, defaults={"since": at})
    before, old_cap = row.status, row.cap
    row.status = status or before
    row.cap = None if clear_cap else (cap if cap is not None else old_cap)
    row.lost_from = before if why == "line_lost" else ""
    if (row.status, row.cap) == (before, old_cap):
        AgentStatus.objects.filter(pk=row.pk).exclude(lost_from=row.lost_from).update(lost_from=row.lost_from)
        return row
    if row.status != before:
        row.since = at
        row.seen_at = None if "offline" in (row.status, before) else row.seen_at  # timed from her next sign of life
    row.save(update_fields=["status", "cap", "since", "seen_at", "lost_from"])
    announce(
        events.AgentStatusChanged(status=row.status, previous=before, cap=row.cap, why=why, device=device),
        shop_id=shop_id,
        subject=f"staff:{staff_id}",
        by=by,
        at=at,
    )
    return row


def note_calls(staff_id: int, calls: int, *, by: Who, at: datetime) -> None:
    """So many telephone calls are in her hands now. Told like a change of status: who is free again may get somebody."""
    for row in AgentStatus.objects.filter(staff_id=staff_id).exclude(calls=calls):
        if AgentStatus.objects.filter(pk=row.pk, calls=row.calls).update(calls=calls):
            announce(
                events.AgentStatusChanged(status=row.status, previous=row.status, cap=row.cap),
                shop_id=row.shop_id,
                subject=f"staff:{staff_id}",
                by=by,
                at=at,
            )


def note_assigned(shop_id: int, staff_id: int, *, band: datetime | None = None, given: int = 0, at: datetime) -> None:
    """Remember when the assigner last gave her somebody: among equals the longest idle is next.

    `given` is how many she got since `band`, the beginning of this hour band, with this one.
    """
    mine = AgentStatus.objects.filter(shop_id=shop_id, staff_id=staff_id)
    mine.update(last_assigned_at=at, band_start=band, band_given=given)


def note_seen_online(staff_ids: Collection[int], *, now: datetime) -> None:
    """Pages of these people are open at this moment (the machine's time): their line is not lost."""
    AgentStatus.objects.filter(staff_id__in=staff_ids).exclude(status="offline").update(seen_at=now)


def set_mode(shop_id: int, *, peak: bool, hold: str, auto: bool, waiting: int = 0, by: Who, at: datetime) -> bool:
    """Switch peak mode (高峰模式); False when it stands so already."""
    row, _ = ReceptionMode.objects.get_or_create(shop_id=shop_id)
    if (row.peak, row.hold) == (peak, hold):
        return False
    since = at if peak and not row.peak else (row.since if peak else None)
    swapped = ReceptionMode.objects.filter(shop_id=shop_id, peak=row.peak, hold=row.hold)
    if not swapped.update(peak=peak, hold=hold, auto=auto, since=since, by_name="" if auto else by.name[:48]):
        return False
    said = events.ModeChanged(peak=peak, auto=auto, hold=hold, waiting=waiting)
    announce(said, shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    return True
