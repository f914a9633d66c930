"""Follow-ups: what is still owed to a caller (待办、回拨), with a due time and an owner."""

from datetime import datetime

from django.db.models import QuerySet

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Perm, Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.people.queries import holds, shop_facts
from xiaoer.policy.queries import rule
from xiaoer.voice import events
from xiaoer.voice.models import Call, FollowUp

DUE = "follow_up"


def open_follow_up(
    call: Call,
    *,
    kind: str,
    text: str = "",
    owner_id: int | None = None,
    due_at: datetime | None = None,
    by: Who,
    at: datetime,
) -> FollowUp:
    """Promise something to the caller. Without a due time the rule of its kind sets it."""
    key = "voice_callback_within" if kind == "callback" else "voice_follow_up_within"
    due = due_at or at + rule(key, shop=shop_facts(call.shop_id), at=at).duration
    if due <= at:
        raise Invalid(fields={"due_at": T("跟进时间须在将来", "The due time must lie in the future")})
    _check_owner(call.shop_id, owner_id)
    row = FollowUp.objects.create(
        shop_id=call.shop_id,
        call=call,
        kind=kind,
        text=text.strip()[:500],
        owner_id=owner_id,
        due_at=due,
        created_at=at,
    )
    deadlines.start(DUE, f"follow_up:{row.pk}", shop_id=call.shop_id, due_at=due, at=at)
    said = events.FollowUpOpened(call=call.pk, follow_up=row.pk, kind=kind, owner=owner_id)
    announce(said, shop_id=call.shop_id, subject=f"follow_up:{row.pk}", by=by, at=at)
    return row


def _check_owner(shop_id: int, owner_id: int | None) -> None:
    if owner_id is not None and not holds(shop_id, owner_id, Perm.CHAT):
        raise Invalid(
            fields={"owner": T("这位同事不在本店接待岗位", "This colleague does not serve buyers in this shop")}
        )


def change_follow_up(
    follow_up_id: int,
    *,
    owner_id: int | None = None,
    due_at: datetime | None = None,
    text: str | None = None,
    by: Who,
    at: datetime,
) -> FollowUp:
    """Hand it to a colleague, or promise another time; what is not given stays."""
    row = _open(follow_up_id)
    _check_owner(row.shop_id, owner_id)
    if due_at is not None and due_at <= at:
        raise Invalid(fields={"due_at": T("跟进时间须在将来", "The due time must lie in the future")})
    columns: dict[str, object] = {
        "owner_id": owner_id if owner_id is not None else row.owner_id,
        "due_at": due_at or row.due_at,
        "text": row.text if text is None else text.strip()[:500],
        "late_at": None if due_at is not None else row.late_at,
    }
    _swap(row, columns)
    if due_at is not None:
        deadlines.start(DUE, f"follow_up:{row.pk}", shop_id=row.shop_id, due_at=due_at, at=at)
    _tell(row, by=by, at=at)
    return row


def close_follow_up(follow_up_id: int, *, state: str, result: str, by: Who, at: datetime) -> FollowUp:
    """Done, or dropped with the reason why."""
    row = _open(follow_up_id)
    if not result.strip():
        raise Invalid(fields={"result": T("请写明处理结果", "Say what came of it")})
    _swap(row, {"state": state, "done_at": at, "done_by": str(by), "result": result.strip()[:500]})
    deadlines.settle(f"follow_up:{row.pk}", at=at)
    _tell(row, by=by, at=at)
    return row


def _open(follow_up_id: int) -> FollowUp:
    row = FollowUp.objects.filter(pk=follow_up_id).first()
    if row is None:
        raise NotFound("没有这条跟进", "There is no such follow-up")
    if row.state != FollowUp.OPEN:
        raise _closed()
    return row


def _closed() -> Conflict:
    return Conflict("follow_up_closed", "这条跟进已经办结，请刷新", "This follow-up is closed already; reload")


def _swap(row: FollowUp, columns: dict[str, object]) -> None:
    if FollowUp.objects.filter(pk=row.pk, state=FollowUp.OPEN).update(**columns) == 0:
        raise _closed()
    for name, value in columns.items():
        setattr(row, name, value)


def _tell(row: FollowUp, *, by: Who, at: datetime) -> None:
    said = events.FollowUpChanged(call=row.call_id, follow_up=row.pk, state=row.state, owner=row.owner_id)
    announce(said, shop_id=row.shop_id, subject=f"follow_up:{row.pk}", by=by, at=at)


def follow_up_is_late(follow_up_id: int, *, by: Who, at: datetime) -> None:
    row = FollowUp.objects.filter(pk=follow_up_id, state=FollowUp.OPEN).first()
    if row is None or FollowUp.objects.filter(pk=row.pk, late_at=None).update(late_at=at) == 0:
        return
    said = events.FollowUpLate(call=row.call_id, follow_up=row.pk, owner=row.owner_id)
    announce(said, shop_id=row.shop_id, subject=f"follow_up:{row.pk}", by=by, at=at)


# ------------------------------------------------------------------------------------------------ lost calls


def owe_callback(call: Call, *, by: Who, at: datetime) -> None:
    """Nobody answered: somebody calls back (R586). One call back per caller, however often she tried."""
    if call.direction != "inbound" or not call.number_hash:
        return
    if _callbacks(call).exists():
        return
    open_follow_up(call, kind="callback", by=by, at=at)


def forgive_callback(call: Call, *, by: Who, at: datetime) -> None:
    """A late event says that the call was answered after all."""
    for row in FollowUp.objects.filter(call=call, kind="callback", state=FollowUp.OPEN):
        close_follow_up(row.pk, state=FollowUp.DROPPED, result="话机补报：电话已接通", by=by, at=at)


def called_again(call: Call, *, by: Who, at: datetime) -> None:
    """The caller reached us: the call back that was owed to her is done."""
    if not call.number_hash:
        return
    for row in _callbacks(call).exclude(call=call):
        close_follow_up(row.pk, state=FollowUp.DONE, result=f"客户再次来电并已接通（电话 #{call.pk}）", by=by, at=at)


def _callbacks(call: Call) -> QuerySet[FollowUp]:
    return FollowUp.objects.filter(
        shop_id=call.shop_id, state=FollowUp.OPEN, kind="callback", call__number_hash=call.number_hash
    )
