"""What reception gives to knowledge: scripts among the search's results, and addresses of an article's pictures."""

from collections.abc import Sequence
from datetime import datetime

from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.i18n import T
from xiaoer.knowledge import pictures, search_sources
from xiaoer.knowledge.search_excerpts import excerpt, needles_of, spans
from xiaoer.knowledge.searching import Hit
from xiaoer.reception import events_assist as events_assist
from xiaoer.reception.models import Upload
from xiaoer.reception.script_reads import Asked, quick_replies
from xiaoer.reception.signing import signed


def scripts_found(viewer: Viewer, shops: Sequence[int], query: str, limit: int, at: datetime) -> list[Hit]:
    """Scripts she may use, by word, pinyin and initials."""
    needles = needles_of(query)
    found: list[Hit] = []
    for shop in shops:
        if not (viewer.may(Perm.CHAT, shop) or viewer.may(Perm.SCRIPTS_EDIT, shop)):
            continue
        for place, row in enumerate(quick_replies(viewer, shop, Asked(query), at=at)[:limit]):
            shown, marks = excerpt(row.text, needles)
            facts = {"url": f"/settings/scripts?q={row.title}", "tags": row.tags}
            score = 0.6 / (1 + 0.3 * place)
            hit = Hit(
                "script",
                row.pk,
                shop,
                "script",
                row.title,
                spans(row.title, needles),
                shown,
                marks,
                score,
                ("script",),
                facts,
            )
            found.append(hit)
    return found[:limit]


def picture_for_all(upload: int, shop_id: int) -> str | None:
    """An article's picture for anybody: only what staff put up outside of any talk, never a buyer's photo."""
    row = Upload.objects.filter(
        pk=upload, shop_id=shop_id, conversation=None, customer_id=None, staff_id__isnull=False
    ).first()
    if row is None or row.scan not in ("none", "clean"):
        return None
    return str(signed({"id": row.pk})["url"])


search_sources.register("script", T("话术", "Scripts"), scripts_found)
pictures.signed_by(picture_for_all)
