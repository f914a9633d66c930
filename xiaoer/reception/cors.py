"""Which answers other sites' pages may read: the widget is embedded anywhere. Pure.

Only addresses that are used with a buyer's token are open; the token travels in a header and no cookie is sent, so a
foreign page can do nothing in the name of a signed-in agent. Used by the Django part (`middleware.py`) and by the
raw ASGI part (message lane and stream).
"""

OPEN_TO_ALL = ("/api/buyer/", "/lane/", "/stream", "/uploads/")
"""Paths that begin so answer cross-origin requests."""

_HEADERS = "Authorization, Content-Type, Last-Event-ID, Accept-Language"


def is_open(path: str) -> bool:
    """True for the addresses that the embedded widget calls."""
    return path.startswith(OPEN_TO_ALL)


def cors_headers(origin: str | None) -> dict[str, str]:
    """The headers that let the page at `origin` read the answer; none when the request is not cross-origin.

    Never `Access-Control-Allow-Credentials`: with it a foreign page could ride on an agent's session cookie.
    """
    if not origin:
        return {}
    return {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}


def preflight_headers(origin: str | None) -> dict[str, str]:
    """The answer to the browser's OPTIONS question before it sends the real request."""
    if not origin:
        return {}
    return {
        **cors_headers(origin),
        "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
        "Access-Control-Allow-Headers": _HEADERS,
        "Access-Control-Max-Age": "86400",
    }
