"""查看工作台: a supervisor looks at a colleague's desk, read-only, for a reason; start and stop are journalled."""

from datetime import datetime

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Perm, Who
from xiaoer.kernel.clock import iso
from xiaoer.kernel.errors import Conflict, Invalid
from xiaoer.kernel.events import Payload, announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import holds, names_of, shop_facts
from xiaoer.policy.queries import rule
from xiaoer.reception import events_life
from xiaoer.reception.models import DeskWatch


def watch(shop_id: int, staff_id: int, reason: str, *, by: Who, at: datetime) -> DeskWatch:
    """Begin; one desk at a time, and it ends by itself after a while."""
    reason = reason.strip()
    wrong: dict[str, T] = {}
    if not 2 <= len(reason) <= 200:
        wrong["reason"] = T("请写明查看原因（2～200 字）", "Say why, in 2 to 200 characters")
    if not holds(shop_id, staff_id, Perm.CHAT):
        wrong["staff"] = T("这位同事不在本店接待岗位", "This colleague does not chat in this shop")
    if staff_id == by.id:
        wrong["staff"] = T("这是您自己的工作台", "This is your own workbench")
    if wrong:
        raise Invalid(fields=wrong)
    open_now = DeskWatch.objects.filter(watcher_id=by.id, ended_at=None).first()
    if open_now is not None:
        raise Conflict(
            "already_watching",
            "您正在查看另一个工作台，请先结束",
            "You look at another workbench; stop that first",
            current={"watch": open_now.pk, "staff": open_now.staff_id},
        )
    until = at + rule("desk_watch_limit", shop=shop_facts(shop_id), at=at).duration
    row = DeskWatch.objects.create(
        shop_id=shop_id, watcher_id=by.id or 0, staff_id=staff_id, reason=reason, started_at=at, until=until
    )
    deadlines.start("desk_watch", f"desk_watch:{row.pk}", shop_id=shop_id, due_at=until, at=at)
    name = names_of([staff_id]).get(staff_id, "")
    _say(
        row,
        events_life.DeskWatchStarted(staff=staff_id, staff_name=name, reason=reason, until=iso(until) or ""),
        by=by,
        at=at,
    )
    return row


def stop_watching(row: DeskWatch, reason: str = "stopped", *, by: Who, at: datetime) -> bool:
    """End it; False when it has ended already."""
    if not DeskWatch.objects.filter(pk=row.pk, ended_at=None).update(ended_at=at):
        return False
    deadlines.settle(f"desk_watch:{row.pk}", at=at)
    name = names_of([row.staff_id]).get(row.staff_id, "")
    seconds = int((at - row.started_at).total_seconds())
    payload = events_life.DeskWatchEnded(staff=row.staff_id, staff_name=name, seconds=seconds, reason=reason)
    _say(row, payload, by=by, at=at)
    return True


def _say(row: DeskWatch, payload: Payload, *, by: Who, at: datetime) -> None:
    announce(payload, shop_id=row.shop_id, subject=f"staff:{row.staff_id}", by=by, at=at)
