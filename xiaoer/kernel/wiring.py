"""Import the parts of an area that register themselves: event types, deadline handlers, reactions."""

from importlib import import_module
from importlib.util import find_spec


def load_area(package: str) -> None:
    """Load `events`, `timers` and `reactions` of an area, each only when it exists."""
    for part in ("events", "timers", "reactions"):
        name = f"{package}.{part}"
        if find_spec(name) is not None:
            import_module(name)
