"""What after-sales reads of reception: the buyer's open conversation, and pictures."""

from collections.abc import Sequence
from typing import Any

from xiaoer.kernel.access import Viewer, Who
from xiaoer.kernel.errors import Invalid
from xiaoer.reception import queries as reception
from xiaoer.reception.actions import use_uploads
from xiaoer.reception.signing import all_signed


def pictures(ids: Sequence[int], *, shop_id: int, customer_id: int | None = None) -> list[dict[str, Any]]:
    """Pictures as every screen shows them; an unknown one is refused under the name of the form's field."""
    try:
        return reception.attachments(ids, shop_id=shop_id, customer_id=customer_id)
    except Invalid as wrong:
        raise Invalid(fields={"photos": wrong.fields["attachments"]}) from None


def shown(ids: Sequence[int], *, shop_id: int, buyer: bool) -> list[dict[str, Any]]:
    """Pictures of a case; a buyer's browser gets addresses that open without a header."""
    found = pictures(ids, shop_id=shop_id) if ids else []
    return all_signed(found) if buyer else found


def use_pictures(ids: Sequence[int]) -> None:
    """A case carries them now: they are no orphans any more."""
    use_uploads(ids)


def open_conversation(shop_id: int, customer_id: int) -> int | None:
    """The conversation the buyer has open with the shop, if any."""
    viewer = Viewer(Who("buyer", customer_id), {shop_id: frozenset()}, customer_id=customer_id)
    row = reception.current_of(viewer)
    return row.pk if row is not None and row.state != "closed" else None
