"""An exchange for tests: a token that reports calls, and short words for its events."""

from datetime import datetime, timedelta
from typing import Any

from xiaoer.kernel import clock
from xiaoer.kernel.clock import iso
from xiaoer.kernel.testing import NOON, Caller, Cast


class Exchange:
    """A PBX with the scope voice.events in both shops."""

    def __init__(self, cast: Cast) -> None:
        body = {"name": "PBX", "shops": [cast.tmall.pk, cast.taobao.pk], "scopes": ["voice.events"]}
        made = cast.as_("owner").post("/api/tokens", body, status=201)
        self.headers = {"Authorization": f"Bearer {made['token']}"}
        self.caller = Caller(self.headers)
        self.shop = cast.tmall.pk
        self.cast = cast
        self.sent = 0

    def event(self, call: str, kind: str, at: datetime | None = None, agent: str = "", **more: Any) -> dict[str, Any]:
        self.sent += 1
        body = {"shop": self.shop, "call": call, "event_id": f"e{self.sent}", "event": kind, **more}
        if at is not None:
            body["at"] = iso(at)
        if agent:
            body["agent"] = f"staff:{self.cast.staff[agent].pk}"
        return body

    def post(self, events: Any, status: int = 200) -> Any:
        return self.caller.post("/api/voice/events", events, status=status)

    def tell(self, call: str, kind: str, at: datetime | None = None, agent: str = "", **more: Any) -> dict[str, Any]:
        """One event, which must be taken in; returns its result."""
        (row,) = self.post(self.event(call, kind, at, agent, **more))["results"]
        assert row["result"] in ("created", "updated"), row
        found: dict[str, Any] = row
        return found

    def call(self, key: str, agent: str, start: datetime, *, wait: int = 8, talk: int = 240, **more: Any) -> int:
        """A whole answered call; returns its number."""
        at = start + timedelta(seconds=wait)
        self.tell(key, "queued", start, **more)
        self.tell(key, "ringing", start + timedelta(seconds=1), agent)
        self.tell(key, "answered", at, agent)
        return int(self.tell(key, "ended", at + timedelta(seconds=talk), agent)["id"])


def online(cast: Cast, *usernames: str, at: datetime = NOON) -> None:
    """These agents are at their desks."""
    from xiaoer.reception import actions

    for name in usernames:
        actions.set_status(cast.tmall.pk, cast.staff[name].pk, status="online", by=cast.who(name), at=at)


def moment(seconds: float) -> Any:
    """The clock stands this many seconds after NOON."""
    return clock.frozen(NOON + timedelta(seconds=seconds))
