"""Who is on duty, whose telephone it is, and that an agent has a caller in her ear (在线时段、分机)."""

from collections.abc import Iterable
from datetime import datetime

from xiaoer.kernel.access import Perm, Who
from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import agents_with
from xiaoer.reception import actions as reception
from xiaoer.voice import events, seating
from xiaoer.voice.models import DutySpan, Extension


def note_status(shop_id: int, staff_id: int, status: str, *, at: datetime) -> None:
    """An agent's status changed: one span ends, the next begins. Offline is no span."""
    if DutySpan.objects.filter(shop_id=shop_id, staff_id=staff_id, ended_at=None, status=status).exists():
        return
    DutySpan.objects.filter(shop_id=shop_id, staff_id=staff_id, ended_at=None).update(ended_at=at)
    if status != "offline":
        DutySpan.objects.create(shop_id=shop_id, staff_id=staff_id, status=status, started_at=at)


def hands(staff_ids: Iterable[int | None], *, by: Who, at: datetime) -> None:
    """Tell reception whose hands calls fill: routing weighs them and gives her no conversation meanwhile."""
    wanted = [pk for pk in set(staff_ids) if pk is not None]
    calls = seating.calls_in_hand(wanted) if wanted else {}
    for staff_id in sorted(wanted):
        reception.note_calls(staff_id, calls.get(staff_id, 0), by=by, at=at)


def set_extensions(shop_id: int, rows: dict[str, int], *, by: Who, at: datetime) -> None:
    """The whole list of a shop's telephones: number -> staff id."""
    agents = set(agents_with(shop_id, Perm.CHAT))
    wrong = {}
    for place, (number, staff_id) in enumerate(rows.items()):
        if not number.isascii() or not number.isalnum() or len(number) > 24:
            wrong[f"items.{place}.number"] = T(
                f"分机号「{number[:24]}」只能用字母和数字", f"{number[:24]!r}: letters and digits only"
            )
        if staff_id not in agents:
            wrong[f"items.{place}.staff"] = T(
                "这位同事不在本店接待岗位", "This colleague does not serve buyers in this shop"
            )
    if wrong:
        raise Invalid(fields=wrong)
    Extension.objects.filter(shop_id=shop_id).exclude(number__in=list(rows)).delete()
    for number, staff_id in rows.items():
        Extension.objects.update_or_create(shop_id=shop_id, number=number, defaults={"staff_id": staff_id})
    announce(events.ExtensionsSet(count=len(rows)), shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
