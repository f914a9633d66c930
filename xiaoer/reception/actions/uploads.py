"""A checked upload is kept: file first, then its row (see `uploading.py` for the checking). Used, scanned, swept."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum

from xiaoer.kernel import deadlines
from xiaoer.kernel.access import Who
from xiaoer.kernel.errors import TooMany
from xiaoer.kernel.events import announce
from xiaoer.kernel.models import Deadline
from xiaoer.people.queries import shop_facts
from xiaoer.policy.queries import rules
from xiaoer.reception import scanning
from xiaoer.reception import settings as limits
from xiaoer.reception.documents import named
from xiaoer.reception.models import Upload
from xiaoer.reception.scanning import Verdict
from xiaoer.reception.upload_events import UploadRefused, UploadScanned, UploadsSwept
from xiaoer.reception.uploading import Checked

SWEEP, SCAN = "upload_sweep", "upload_scan"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Belongs:
    """Whose an upload is: the buyer's who sent it, or the agent's, perhaps for a conversation."""

    shop_id: int
    customer_id: int | None = None
    staff_id: int | None = None
    conversation_id: int | None = None

    @property
    def of_buyer(self) -> bool:
        return self.staff_id is None and self.customer_id is not None


def path_of(key: str, thumb: bool = False) -> Path:
    """Where a file lies: two levels of folders, so that none grows without end. The small picture lies beside it."""
    return Path(settings.MEDIA_ROOT) / key[:2] / key[2:4] / (f"{key}.t" if thumb else key)


def require_quota(belongs: Belongs, *, at: datetime) -> None:
    """Refuse a buyer who floods (in ten minutes) or has sent her day's share (数量与容量): asked before the file is read."""
    if not belongs.of_buyer:
        return
    mine = Upload.objects.filter(customer_id=belongs.customer_id, staff_id=None)
    if mine.filter(at__gt=at - limits.WINDOW).count() >= limits.UPLOADS_PER_BUYER:
        raise TooMany("too_many_uploads", "上传过于频繁，请稍后再试", "Too many uploads; try again in a while")
    found = rules(["upload_buyer_daily", "upload_buyer_daily_bytes"], shop=shop_facts(belongs.shop_id), at=at)
    most, size = int(found["upload_buyer_daily"].value), int(found["upload_buyer_daily_bytes"].value)
    day = mine.filter(at__gt=at - DAY).aggregate(n=Count("pk"), size=Sum("size"))
    if day["n"] >= most or (day["size"] or 0) >= size:
        mb = size >> 20
        raise TooMany(
            "upload_quota",
            f"24 小时内最多上传 {most} 个文件、{mb} MB，请明天再传，或直接联系客服",
            f"At most {most} files and {mb} MB in 24 hours; go on tomorrow, or ask us in the chat",
        )


def write_files(checked: Checked) -> str:
    """Store the bytes under a random name, before any row names it."""
    key = secrets.token_urlsafe(24)
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(checked.data)
    if checked.thumb is not None:
        path_of(key, thumb=True).write_bytes(checked.thumb)
    return key


def remove_files(key: str) -> None:
    for path in (path_of(key), path_of(key, thumb=True)):
        path.unlink(missing_ok=True)


def keep_upload(belongs: Belongs, checked: Checked, key: str, name: str, *, scanned: Verdict, at: datetime) -> Upload:
    """The row of a file that is written. A row that is rolled back leaves a file nobody can name; never the reverse."""
    row = Upload.objects.create(
        shop_id=belongs.shop_id,
        conversation_id=belongs.conversation_id,
        customer_id=belongs.customer_id,
        staff_id=belongs.staff_id,
        key=key,
        name=named(Path(name.replace("\\", "/")).name, checked.mime),
        mime=checked.mime,
        size=len(checked.data),
        width=checked.width,
        height=checked.height,
        thumb=checked.thumb is not None,
        scan=scanned.state,
        unused_since=at if belongs.of_buyer or belongs.conversation_id is not None else None,
        at=at,
    )
    if row.unused_since is not None:
        _run(SWEEP, belongs.shop_id, at + limits.SWEEP_EVERY, at)
    if scanned.state == scanning.PENDING:
        _run(SCAN, belongs.shop_id, at + limits.RESCAN_AFTER, at)
    return row


def _run(kind: str, shop_id: int, due_at: datetime, at: datetime) -> None:
    """Let the shop's round of that kind run, unless it does."""
    subject = f"shop:{shop_id}"
    if not Deadline.objects.filter(subject=subject, kind=kind, settled_at=None).exists():
        deadlines.start(kind, subject, shop_id=shop_id, due_at=due_at, at=at)


def note_refused(belongs: Belongs, checked: Checked, verdict: Verdict, *, by: Who, at: datetime) -> None:
    """The scanner found something at the door: nothing is kept, the journal knows who sent it."""
    payload = UploadRefused(found=verdict.found, mime=checked.mime, size=len(checked.data))
    subject = f"customer:{belongs.customer_id}" if belongs.of_buyer else f"staff:{belongs.staff_id}"
    announce(payload, shop_id=belongs.shop_id, subject=subject, by=by, at=at)


def note_scanned(upload_id: int, verdict: Verdict, *, by: Who, at: datetime) -> bool:
    """A file that waited was scanned: it is served from now on, or its bytes are gone. False: it was done before."""
    waiting = Upload.objects.filter(pk=upload_id, scan__in=(scanning.NONE, scanning.PENDING))
    if waiting.update(scan=verdict.state) == 0:
        return False
    row = Upload.objects.get(pk=upload_id)
    payload = UploadScanned(upload=row.pk, state=verdict.state, found=verdict.found)
    announce(
        payload,
        shop_id=row.shop_id,
        subject=f"upload:{row.pk}",
        by=by,
        at=at,
        customer_id=row.customer_id,
        for_buyer=row.customer_id is not None,
    )
    if verdict.state == scanning.INFECTED:
        transaction.on_commit(lambda: remove_files(row.key))
    return True


def scan_again(shop_id: int, *, at: datetime) -> None:
    """There are files that still wait, or the scanner was away: look again soon."""
    _run(SCAN, shop_id, at + limits.RESCAN_AFTER, at)


def use_uploads(upload_ids: Iterable[int]) -> int:
    """A message or a case carries them: the sweep leaves them alone from now on."""
    return Upload.objects.filter(pk__in=list(upload_ids), unused_since__isnull=False).update(unused_since=None)


def sweep_uploads(shop_id: int, *, by: Who, at: datetime) -> int:
    """Remove uploads that nothing carried within the time of the rule; the files go after the commit."""
    keep = rules(["upload_orphan_kept"], shop=shop_facts(shop_id), at=at)["upload_orphan_kept"].duration
    rows = Upload.objects.filter(shop_id=shop_id, unused_since__lt=at - keep).order_by("unused_since", "pk")
    old = list(rows.values_list("pk", "key")[: limits.SWEEP_BATCH])
    if not old:
        return 0
    Upload.objects.filter(pk__in=[pk for pk, _ in old]).delete()
    announce(UploadsSwept(count=len(old)), shop_id=shop_id, subject=f"shop:{shop_id}", by=by, at=at)
    keys = [key for _, key in old]
    transaction.on_commit(lambda: [remove_files(key) for key in keys])  # type: ignore[func-returns-value]
    return len(old)
