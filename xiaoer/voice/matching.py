"""Who is calling: the number's mask, its hash, and the buyers it may belong to (来电匹配)."""

from typing import Any

from django.utils.crypto import salted_hmac

from xiaoer.customers.queries import customer_facts, holders_of, mask_phone, plain_number
from xiaoer.orders.queries import receivers_by_phone

_MOST_CANDIDATES = 12


def number_hash(number: str) -> str:
    """The same caller gives the same hash in this installation; without its key nobody can compute it."""
    return salted_hmac("xiaoer.voice.caller", number, algorithm="sha256").hexdigest() if number else ""


def candidates(shop_id: int, number: str) -> dict[int, str]:
    """Customer id -> how: "own" (her profile), "receiver" (an order's receiver), "masked" (what a mask leaves agrees).

    The surest come first. A receiver's phone is a hint, not a proof: who ordered is asked before order data is told.
    """
    own, receivers = holders_of(shop_id, number), receivers_by_phone(shop_id, number)
    found = {pk: "own" for pk, how in own.items() if how == "exact"}
    found |= {pk: "receiver" for pk, how in receivers.items() if how == "exact" and pk not in found}
    found |= {pk: "masked" for pk in (*own, *receivers) if pk not in found}
    return dict(list(found.items())[:_MOST_CANDIDATES])


def caller_columns(shop_id: int, number: str) -> dict[str, Any]:
    """The columns of a call that say who calls: mask, hash, and the customer when only one can be meant."""
    plain = plain_number(number)
    if len(plain) < 3:
        return {}
    columns: dict[str, Any] = {"number_mask": mask_phone(plain), "number_hash": number_hash(plain)}
    likely = candidates(shop_id, plain)
    sure = [pk for pk, how in likely.items() if how != "masked"]
    if len(sure) == 1:
        facts = customer_facts(sure[0])
        columns |= {"customer_id": facts.id, "vip": facts.vip, "matched": "exact"}
        if COMPLAINT_TAG in facts.tags:
            columns["complaint"] = True
    else:
        columns["matched"] = "several" if likely else "none"
        columns["vip"] = max((customer_facts(pk).vip for pk in sure), default=0)
    return columns


COMPLAINT_TAG = "投诉"
"""A customer with this tag has a complaint open: her calls are answered first (R697)."""
