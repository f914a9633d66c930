"""What callers say about a talk beside its text, in plain words: `{"cod_enabled": true, "identity_verified": false}`."""

from collections.abc import Mapping
from typing import Any

FLAGS = {
    "cod_enabled": ("cod", ""),
    "bank_transfer_enabled": ("bank_transfer", ""),
    "free_shipping": ("free_shipping", "no_free_shipping"),
    "identity_verified": ("identity_verified", "identity_unverified"),
    "in_stock": ("in_stock", "out_of_stock"),
}
"""Context keys and the switch each turns on when true and when false."""
_YES = frozenset({"true", "1", "yes", "y", "on", "是", "有"})
_NO = frozenset({"false", "0", "no", "n", "off", "否", "无", "没有"})


def switches_of(given: Mapping[str, Any]) -> frozenset[str]:
    """The switches that the given words turn on; what is missing or unclear turns on none."""
    found = set()
    for key, (yes, no) in FLAGS.items():
        word = str(given.get(key, "")).strip().lower()
        found.add(yes if word in _YES else no if word in _NO else "")
    state = str(given.get("order_state") or "").strip().lower()
    return frozenset(found | ({f"order_{state}"} if state else set())) - {""}
