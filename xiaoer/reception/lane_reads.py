"""The busiest reads of the workbench without a framework: the boxes of conversations. Same function as the API's view."""

from collections.abc import Hashable
from urllib.parse import parse_qs

import orjson

from xiaoer.kernel.access import Viewer
from xiaoer.kernel.errors import Refusal
from xiaoer.reception.queries import box_page

_TEXTS, _NUMBERS = frozenset({"box", "q", "cursor"}), frozenset({"shop", "customer", "limit"})


def question(viewer: Viewer, query: bytes) -> Hashable:
    """What the answer depends on: agents with equal rights and teams see the same queue."""
    box = parse_qs(query).get(b"box", [b""])[-1]
    own = None if box == b"queue" else viewer.who
    return own, viewer.kind, frozenset(viewer.shops.items()), viewer.team_ids, query


def boxes(viewer: Viewer, query: bytes) -> bytes:
    """GET /api/conversations; an unusual question is refused, which hands it to the API."""
    given = parse_qs(query.decode("latin-1"), keep_blank_values=True)
    wanted: dict[str, object] = {"box": "mine"}
    for name, values in given.items():
        text = values[-1].encode("latin-1").decode("utf-8", "replace")
        if name in _TEXTS:
            wanted[name] = text
        elif name in _NUMBERS and text.isascii() and text.isdigit() and len(text) < 19:
            wanted[name] = int(text)
        else:
            raise Refusal("unusual", name, name)
    if viewer.kind == "buyer":
        raise Refusal("unusual", "buyer", "buyer")
    items, after = box_page(viewer, **wanted)  # type: ignore[arg-type]  # checked above
    return orjson.dumps({"items": items, "next": after})
