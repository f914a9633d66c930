"""What comes next on the demo's clock."""

from datetime import datetime
from typing import Any

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.clock import iso
from xiaoer.kernel.models import Deadline


def _running(viewer: Viewer) -> Any:
    return Deadline.objects.filter(shop_id__in=viewer.shop_ids, settled_at=None, next_at__isnull=False)


def next_due(viewer: Viewer) -> datetime | None:
    """When the next clock of the viewer's shops runs out."""
    return _running(viewer).order_by("due_at").values_list("due_at", flat=True).first()


def next_deadlines(viewer: Viewer, limit: int) -> list[dict[str, Any]]:
    return [
        {"kind": row.kind, "subject": row.subject, "due_at": iso(row.due_at)}
        for row in _running(viewer).order_by("due_at")[:limit]
    ]


def is_loaded() -> bool:
    """The demo's shop exists already."""
    from xiaoer.people.models import Shop

    return Shop.objects.filter(slug="quanquan-tmall").exists()
