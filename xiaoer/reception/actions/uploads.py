"""A checked picture is kept: file first, then its row (see `pictures.py` for the checking)."""

import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings

from xiaoer.kernel.errors import TooMany
from xiaoer.reception import settings as limits
from xiaoer.reception.models import Upload
from xiaoer.reception.pictures import Picture


def path_of(key: str) -> Path:
    """Where a picture lies: two levels of folders, so that none grows without end."""
    return Path(settings.MEDIA_ROOT) / key[:2] / key[2:4] / key


def keep_upload(
    shop_id: int,
    picture: Picture,
    name: str,
    *,
    customer_id: int | None,
    staff_id: int | None = None,
    conversation_id: int | None = None,
    at: datetime,
) -> Upload:
    """Write the file and its row. A row that is rolled back leaves a file nobody can name; it is never the reverse."""
    if staff_id is None and customer_id is not None:
        recent = Upload.objects.filter(customer_id=customer_id, staff_id=None, at__gt=at - limits.WINDOW)
        if recent.count() >= limits.UPLOADS_PER_BUYER:
            raise TooMany("too_many_uploads", "上传过于频繁，请稍后再试", "Too many pictures; try again in a while")
    key = secrets.token_urlsafe(24)
    path = path_of(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture.data)
    return Upload.objects.create(
        shop_id=shop_id,
        conversation_id=conversation_id,
        customer_id=customer_id,
        staff_id=staff_id,
        key=key,
        name=Path(name.replace("\\", "/")).name[:120],
        mime=picture.mime,
        size=len(picture.data),
        width=picture.width,
        height=picture.height,
        at=at,
    )
