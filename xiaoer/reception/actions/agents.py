"""An agent says whether she takes buyers now (接待状态)."""

from datetime import datetime

from xiaoer.kernel.access import Perm, Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import agents_with
from xiaoer.reception import events
from xiaoer.reception.models import AgentStatus
from xiaoer.reception.rules import STATUSES

_CAP = range(1, 101)


def set_status(
    shop_id: int,
    staff_id: int,
    *,
    status: str | None = None,
    cap: int | None = None,
    clear_cap: bool = False,
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
    if staff_id not in agents_with(shop_id, Perm.CHAT):
        wrong["staff"] = T("这位同事不在本店接待岗位", "This colleague does not chat in this shop")
    if wrong:
        raise Invalid(fields=wrong)
    row, _ = AgentStatus.objects.get_or_create(shop_id=shop_id, staff_id=staff_id, defaults={"since": at})
    before, old_cap = row.status, row.cap
    row.status = status or before
    row.cap = None if clear_cap else (cap if cap is not None else old_cap)
    if (row.status, row.cap) == (before, old_cap):
        return row
    row.since = at if row.status != before else row.since
    row.save(update_fields=["status", "cap", "since"])
    announce(
        events.AgentStatusChanged(status=row.status, previous=before, cap=row.cap),
        shop_id=shop_id,
        subject=f"staff:{staff_id}",
        by=by,
        at=at,
    )
    return row


def note_assigned(shop_id: int, staff_id: int, *, at: datetime) -> None:
    """Remember when the assigner last gave her somebody: among equals the longest idle is next."""
    AgentStatus.objects.filter(shop_id=shop_id, staff_id=staff_id).update(last_assigned_at=at)
