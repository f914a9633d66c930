"""批量处理 of follow-up entries: looked at first, then carried out in the background, each entry exactly once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Q
from django.db.transaction import atomic

from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import Conflict, Invalid, NotFound, Refusal
from xiaoer.kernel.events import announce
from xiaoer.kernel.i18n import T
from xiaoer.orders import events_pay, pay_forms, rules
from xiaoer.orders.actions import desk, followup
from xiaoer.orders.models import FollowBatch, FollowBatchItem, FollowUp
from xiaoer.orders.pay_flow import FOLLOW
from xiaoer.orders.rules import STATUS_NAMES, Status
from xiaoer.orders.service_words import REMARK_BYTES

ACTIONS: dict[str, T] = {
    "assign": T("指派", "Assign"),
    "remark": T("写备注", "Remark"),
    "note": T("加记录", "Note"),
    "finish": T("标为已解决", "Mark as solved"),
    "export": T("导出表格", "Export"),
}
STALLED = timedelta(minutes=2)
"""A running batch whose last step is older than this died with its process and may be started again."""


def preview(
    shop_id: int, action: str, entries: Sequence[FollowUp], values: Mapping[str, Any], *, by: Who, at: datetime
) -> FollowBatch:
    """What would happen to which entry, and which are refused and why. Nothing is changed yet."""
    wanted = _values(shop_id, action, values)
    batch = FollowBatch.objects.create(
        shop_id=shop_id, action=action, values=wanted, by=str(by), by_name=by.name[:64], at=at, total=len(entries)
    )
    items = []
    for place, entry in enumerate(entries):
        why = _why_not(action, entry, wanted)
        items.append(
            FollowBatchItem(
                batch=batch,
                entry=entry,
                place=place,
                fine=why is None,
                why=why.both() if why else {},
                outcome="" if why is None else "refused",
            )
        )
    FollowBatchItem.objects.bulk_create(items)
    fine = sum(item.fine for item in items)
    FollowBatch.objects.filter(pk=batch.pk).update(fine=fine, refused=len(items) - fine)
    return _get(batch.pk)


def _values(shop_id: int, action: str, values: Mapping[str, Any]) -> dict[str, Any]:
    wrong: dict[str, T] = {}
    text = str(values.get("text") or "").strip()
    if action not in ACTIONS:
        wrong["action"] = T("没有这种批量操作", "There is no such batch")
    if action in ("remark", "note", "finish") and not 2 <= len(text) <= 300:
        wrong["text"] = T("请写 2～300 字", "Write 2 to 300 characters")
    flag = str(values.get("flag") or "")
    if action == "remark" and flag not in ("", *rules.FLAGS):
        wrong["flag"] = T("没有这种旗帜", "There is no such flag")
    owner = values.get("owner")
    if action == "assign" and not isinstance(owner, int):
        wrong["owner"] = T("请选择跟进人", "Choose an owner")
    if wrong:
        raise Invalid(fields=wrong)
    if action == "assign":
        followup.require_colleague(shop_id, int(str(owner)))
    return {"text": text, "flag": flag, "owner": owner if action == "assign" else None}


def _why_not(action: str, entry: FollowUp, values: Mapping[str, Any]) -> T | None:
    """Why an entry cannot be part of it; None when it can."""
    if action == "export":
        return None
    if action == "remark":
        return _no_remark(entry, values)
    state = FOLLOW.state(entry.state)
    if state.final and action != "note":
        return T(f"这条跟进已是「{state.zh}」", f"The entry is {state.en!r}")
    if action == "assign" and entry.owner_id == values["owner"]:
        return T("已经由这位同事跟进", "This colleague has it already")
    return None


def _no_remark(entry: FollowUp, values: Mapping[str, Any]) -> T | None:
    row = entry.order
    if row.status == Status.CLOSED:
        return T(f"订单{STATUS_NAMES[Status.CLOSED].zh}，不再备注", "The order is closed")
    if values["text"] in row.seller_remark:
        return T("备注里已经有这句话", "The remark says so already")
    size = len(_remark(row.seller_remark, values["text"]).encode())
    if size > REMARK_BYTES:
        return T(f"加上后备注有 {size} 字节，超过 {REMARK_BYTES}", f"{size} bytes would exceed {REMARK_BYTES}")
    return None


def _remark(before: str, text: str) -> str:
    return f"{before}；{text}" if before else text


def start(batch_id: int, *, by: Who, at: datetime) -> FollowBatch:
    """Carry it out. Only once; a batch that died on its way may be started again and goes on where it was."""
    free = Q(state="preview") | Q(state="failed") | Q(state__in=("queued", "running"), beat_at__lt=at - STALLED)
    moved = FollowBatch.objects.filter(free, pk=batch_id, by=str(by)).update(
        state="queued", started_at=at, beat_at=at, problem=""
    )
    row = _get(batch_id)
    if not moved:
        raise Conflict(
            "batch_started",
            "这批已经在处理或已处理完，不会再做一次",
            "This batch is running or done; it is not done twice",
            current={"state": row.state},
        )
    _say(row, by=by, at=at)
    return row


def claim(batch_id: int, *, at: datetime) -> FollowBatch | None:
    claimed = FollowBatch.objects.filter(pk=batch_id, state="queued").update(state="running", beat_at=at)
    return _get(batch_id) if claimed else None


def go_on(row: FollowBatch, *, by: Who, at: datetime, most: int = 25) -> int:
    """The next entries, with what became of each, in the caller's transaction. 0: none are left."""
    open_items = FollowBatchItem.objects.filter(batch=row, outcome="").order_by("place")
    items = list(open_items.select_related("entry__order", "entry__shop")[:most])
    done = 0
    for item in items:
        try:
            with atomic():
                _DO[row.action](item.entry, row.values, by, at)
            outcome, why = "done", {}
        except Refusal as refusal:
            outcome, why = "refused", refusal.text.both()
        moved = FollowBatchItem.objects.filter(pk=item.pk, outcome="").update(outcome=outcome, why=why)
        if not moved:
            raise Conflict("batch_twice", "这批正由另一个进程处理", "Another process is at this batch")
        done += outcome == "done"
    FollowBatch.objects.filter(pk=row.pk).update(
        done=F("done") + done, refused=F("refused") + len(items) - done, beat_at=at
    )
    if items:
        _say(_get(row.pk), by=by, at=at)
    return len(items)


def _do_remark(entry: FollowUp, values: Mapping[str, Any], by: Who, at: datetime) -> None:
    why = _no_remark(entry, values)
    if why is not None:
        raise Refusal("no_remark", why.zh, why.en)
    text = _remark(entry.order.seller_remark, values["text"])
    desk.remark(entry.order_id, flag=values["flag"] or entry.order.flag, text=text, by=by, at=at)


def _do_assign(entry: FollowUp, values: Mapping[str, Any], by: Who, at: datetime) -> None:
    followup.hand(entry, pay_forms.Hand(owner=int(values["owner"])), by=by, at=at)


def _do_note(entry: FollowUp, values: Mapping[str, Any], by: Who, at: datetime) -> None:
    followup.add_note(entry, text=values["text"], by=by, at=at)


def _do_finish(entry: FollowUp, values: Mapping[str, Any], by: Who, at: datetime) -> None:
    followup.finish(entry, pay_forms.Result(result=values["text"]), by=by, at=at)


def _do_nothing(entry: FollowUp, values: Mapping[str, Any], by: Who, at: datetime) -> None:
    """An export changes nothing; its rows are collected when the file is written."""


_DO: dict[str, Callable[[FollowUp, Mapping[str, Any], Who, datetime], None]] = {
    "assign": _do_assign,
    "remark": _do_remark,
    "note": _do_note,
    "finish": _do_finish,
    "export": _do_nothing,
}


def end(row: FollowBatch, *, path: str = "", problem: str = "", by: Who, at: datetime) -> FollowBatch:
    state = "failed" if problem else "done"
    FollowBatch.objects.filter(pk=row.pk, state="running").update(
        state=state, path=path, problem=problem[:300], finished_at=at
    )
    row = _get(row.pk)
    _say(row, by=by, at=at)
    return row


def _get(batch_id: int) -> FollowBatch:
    row = FollowBatch.objects.filter(pk=batch_id).first()
    if row is None:
        raise NotFound("没有这批处理", "There is no such batch")
    return row


def _say(row: FollowBatch, *, by: Who, at: datetime) -> None:
    payload = events_pay.FollowBatchMoved(
        batch=row.pk, action=row.action, state=row.state, total=row.total, done=row.done, refused=row.refused
    )
    announce(payload, shop_id=row.shop_id, subject=f"follow_batch:{row.pk}", by=by, at=at)
