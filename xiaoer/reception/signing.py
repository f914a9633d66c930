"""Addresses of pictures that a buyer's browser may open: an <img> sends no header, so a signature stands in the query.

It opens this one picture until it ends, and nothing else. It is only put into answers that the buyer may read.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.signing import BadSignature, TimestampSigner

from xiaoer.reception.settings import MEDIA_LIFE

_signer = TimestampSigner(salt="xiaoer.media")


def signed(attachment: Mapping[str, Any]) -> dict[str, Any]:
    """A picture of a message with an address that works for a while without a header."""
    pk = int(attachment["id"])
    return {**attachment, "url": f"/uploads/{pk}?t={_signer.sign(str(pk)).partition(':')[2]}"}


def all_signed(attachments: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [signed(one) for one in attachments if isinstance(one.get("id"), int)]


def opens(ticket: str, upload_id: int) -> bool:
    """Is the ticket genuine, for this picture, and not run out (by the machine's clock, as sessions are)?"""
    try:
        _signer.unsign(f"{upload_id}:{ticket}", max_age=MEDIA_LIFE)
    except BadSignature:
        return False
    return True
