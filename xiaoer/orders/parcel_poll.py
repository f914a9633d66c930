"""Asking 快递100 over the network. Never called inside a transaction (law 5): the task asks, then writes.

The account stands in the environment: XIAOER_KUAIDI100_CUSTOMER, XIAOER_KUAIDI100_KEY, XIAOER_KUAIDI100_SALT (signs the
pushes), XIAOER_KUAIDI100_CALLBACK (where pushes reach us, up to and without the shop's name),
XIAOER_KUAIDI100_QUERY and XIAOER_KUAIDI100_SUBSCRIBE (other addresses than the documented ones).
"""

import json
import os
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from xiaoer.orders.parcel_kuaidi100 import MOST_BYTES, Account, Failure, Report, read_answer, subscribed

QUERY = "https://poll.kuaidi100.com/poll/query.do"
SUBSCRIBE = "https://poll.kuaidi100.com/poll"
TIMEOUT = 10.0
"""Seconds; a task waits, no person does."""


def account() -> Account | None:
    """The installation's account, or None when there is none."""
    given = {
        name: os.environ.get(f"XIAOER_KUAIDI100_{name.upper()}", "") for name in ("customer", "key", "salt", "callback")
    }
    return Account(**given) if given["customer"] and given["key"] else None


def salt() -> str:
    return os.environ.get("XIAOER_KUAIDI100_SALT", "")


def ask(form: dict[str, str]) -> Report | Failure:
    """One real-time question."""
    body = _post(os.environ.get("XIAOER_KUAIDI100_QUERY", QUERY), form)
    return body if isinstance(body, Failure) else read_answer(body)


def subscribe(form: dict[str, str]) -> bool:
    """One subscription; False when 快递100 said no or could not be reached."""
    body = _post(os.environ.get("XIAOER_KUAIDI100_SUBSCRIBE", SUBSCRIBE), form)
    return not isinstance(body, Failure) and subscribed(body)


def _post(url: str, form: dict[str, str]) -> Any:
    if not url.startswith(("https://", "http://")):
        return Failure("", f"{url!r} is no web address")
    request = urllib.request.Request(url, data=urllib.parse.urlencode(form).encode())  # noqa: S310  # http(s) checked above
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310  # http(s) checked above
            raw = answer.read(MOST_BYTES + 1)
    except (urllib.error.URLError, OSError) as error:
        return Failure("network", str(error)[:200])
    if len(raw) > MOST_BYTES:
        return Failure("size", "the answer is too large")
    try:
        return json.loads(raw)
    except ValueError:
        return Failure("format", "the answer is no JSON")
