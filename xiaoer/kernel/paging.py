"""Pages of a list by keyset: the next page starts after the last row seen, however many rows came in between."""

import base64
import binascii
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from xiaoer.kernel.errors import Invalid
from xiaoer.kernel.i18n import T

MOST = 100
Row = TypeVar("Row", bound=Model)


def newest_first(rows: QuerySet[Row], field: str, *, cursor: str | None, limit: int) -> tuple[list[Row], str | None]:
    """One page by a time column, latest first, and the cursor of the next page (None at the end)."""
    return _page(rows, field, cursor, limit, "lt", "-")


def soonest_first(rows: QuerySet[Row], field: str, *, cursor: str | None, limit: int) -> tuple[list[Row], str | None]:
    """One page by a time column, earliest first, and the cursor of the next page (None at the end)."""
    return _page(rows, field, cursor, limit, "gt", "")


def cursor_after(row: Any, field: str) -> str:
    """The cursor of the page that begins after `row`, for a page put together from several lists."""
    return _seal(getattr(row, field), row.pk)


def _page(
    rows: QuerySet[Row], field: str, cursor: str | None, limit: int, beyond: str, sign: str
) -> tuple[list[Row], str | None]:
    limit = max(1, min(limit, MOST))
    if cursor:
        at, pk = _open(cursor)
        rows = rows.filter(Q(**{f"{field}__{beyond}": at}) | Q(**{field: at, f"pk__{beyond}": pk}))
    found = list(rows.order_by(f"{sign}{field}", f"{sign}pk")[: limit + 1])
    if len(found) <= limit:
        return found, None
    last: Any = found[limit - 1]
    return found[:limit], _seal(getattr(last, field), last.pk)


def _seal(at: datetime, pk: int) -> str:
    return base64.urlsafe_b64encode(f"{at.isoformat()}|{pk}".encode()).decode().rstrip("=")


def _open(cursor: str) -> tuple[datetime, int]:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at, _, pk = text.partition("|")
        return datetime.fromisoformat(at), int(pk)
    except (ValueError, binascii.Error):
        raise Invalid(
            fields={"cursor": T("翻页标记无效，请从第一页重新开始", "Bad cursor; start at the first page")}
        ) from None
