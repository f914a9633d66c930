"""Reads of uploads: what a message or a case may carry, whom a file concerns, what waits for the scanner, thumbnails."""

from collections.abc import Iterable
from typing import Any

from xiaoer.kernel.access import Perm, Viewer
from xiaoer.kernel.errors import Invalid, NotFound
from xiaoer.kernel.i18n import T
from xiaoer.reception import rules, scanning, signing
from xiaoer.reception.models import Message, Upload


def upload_facts(row: Upload) -> dict[str, Any]:
    """A picture or file as it stands in a message's attachments; a file also says its name and size."""
    facts = {"id": row.pk, "url": f"/uploads/{row.pk}", "mime": row.mime, "width": row.width, "height": row.height}
    return facts if row.mime.startswith("image/") else {**facts, "name": row.name, "size": row.size}


def attachments(upload_ids: Iterable[int], *, shop_id: int, customer_id: int | None) -> list[dict[str, Any]]:
    """The uploads a message or a case may carry: of that shop; for a buyer (`customer_id`) only her own."""
    wanted = list(dict.fromkeys(upload_ids))
    rows = Upload.objects.filter(pk__in=wanted, shop_id=shop_id)
    if customer_id is not None:
        rows = rows.filter(customer_id=customer_id)
    found = {row.pk: row for row in rows}
    if missing := [pk for pk in wanted if pk not in found]:
        text = T(f"图片 {missing[0]} 不存在，请重新上传", f"There is no picture {missing[0]}; upload it again")
        raise Invalid(fields={"attachments": text})
    return [upload_facts(found[pk]) for pk in wanted]


def find_upload(ref: str, viewer: Viewer | None, ticket: str) -> Upload:
    """The upload by number or key, or 404. Staff of the shop see it; a buyer her own and those sent to her.

    `ticket` is the signature of a signed address; it stands for the buyer it was given to.
    """
    by_number = ref.isascii() and ref.isdigit() and len(ref) < 19
    row = Upload.objects.filter(pk=int(ref)).first() if by_number else Upload.objects.filter(key=ref).first()
    if row is not None and ticket and signing.opens(ticket, row.pk):
        return row
    if row is not None and viewer is not None and row.shop_id in viewer.shops and _concerns(row, viewer):
        return row
    raise NotFound(
        "没有这张图片，或链接已过期，请刷新页面", "No such picture, or the link has run out; reload the page"
    )


_SEES_PICTURES = (Perm.CHAT, Perm.CHAT_ALL, Perm.CHAT_ASSIGN, Perm.AFTERSALES_VIEW)
"""Pictures stand in talks and in cases: a post or a token that reaches neither has no business with them."""


def _concerns(row: Upload, viewer: Viewer) -> bool:
    if viewer.kind != "buyer":
        own = viewer.kind == "staff" and row.staff_id == viewer.id
        return own or any(viewer.may(perm, row.shop_id) for perm in _SEES_PICTURES)
    return row.customer_id == viewer.customer_id or _sent_to(row, viewer)


def _sent_to(row: Upload, viewer: Viewer) -> bool:
    """Did an agent send it to this buyer? (A picture in an internal note was not sent to her.)"""
    sent = Message.objects.filter(conversation__customer_id=viewer.customer_id or 0).exclude(author_kind="buyer")
    found = sent.exclude(kind=rules.NOTE).exclude(attachments=[]).values_list("attachments", flat=True)
    return any(one.get("id") == row.pk for attachments in found for one in attachments)


def uploads_to_scan(shop_id: int, limit: int) -> list[tuple[int, str]]:
    """Number and key of the files that were not scanned yet, oldest first."""
    rows = Upload.objects.filter(shop_id=shop_id, scan__in=(scanning.NONE, scanning.PENDING)).order_by("pk")
    return list(rows.values_list("pk", "key")[:limit])


def uploads_unused(shop_id: int) -> bool:
    """Is there anything that the sweep would look at?"""
    return Upload.objects.filter(shop_id=shop_id, unused_since__isnull=False).exists()
