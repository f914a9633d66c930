"""快递100's wire format: signed questions, answers, subscriptions and pushes. Pure; nothing here opens a connection.

Written from its public documents (query: api.kuaidi100.com/document/5f0ffb5ebc8da837cbd8aefc, subscription and push:
.../document/5f0ffa8f2977d50a94e1023c). It was tested against a small server that follows them, NEVER against the real
service: nobody here holds a key.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from xiaoer.kernel import cells
from xiaoer.orders.carriers import CARRIERS, by_kuaidi100, clean_waybill
from xiaoer.orders.parcel_reports import Report, TraceLine

SOURCE = "kuaidi100"
NEEDS_PHONE = frozenset({"sf", "zto"})
"""Couriers that answer only with the last four digits of a phone of the parcel."""
MOST_BYTES = 512 * 1024
NO_RECORD = "abort"


@dataclass(frozen=True, slots=True)
class Account:
    """An account with 快递100; `salt` signs what it pushes to us."""

    customer: str
    key: str
    salt: str = ""
    callback: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """What 快递100 answered instead of a trace."""

    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Push:
    """One push: the report, and how it stands with the subscription (polling, shutdown, abort, updateall)."""

    status: str
    message: str
    report: Report | None


def sign(param: str, key: str, customer: str) -> str:
    """签名: upper-case MD5 of param + key + customer."""
    return _md5(param + key + customer)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest().upper()


def query_form(carrier: str, waybill: str, account: Account, *, phone_tail: str = "", to: str = "") -> dict[str, str]:
    """The form of one real-time question (poll/query.do)."""
    asked = {"com": CARRIERS[carrier].kuaidi100, "num": waybill, "resultv2": "4", "show": "0", "order": "desc"}
    if phone_tail and carrier in NEEDS_PHONE:
        asked["phone"] = phone_tail
    if to:
        asked["to"] = to
    param = json.dumps(asked, ensure_ascii=False, separators=(",", ":"))
    return {"customer": account.customer, "sign": sign(param, account.key, account.customer), "param": param}


def subscribe_form(
    carrier: str, waybill: str, account: Account, *, callback: str, phone_tail: str = "", to: str = ""
) -> dict[str, str]:
    """The form of one subscription (poll): from now on its news is pushed to `callback`."""
    more = {"callbackurl": callback, "resultv2": "4", **({"salt": account.salt} if account.salt else {})}
    if phone_tail and carrier in NEEDS_PHONE:
        more["phone"] = phone_tail
    asked: dict[str, Any] = {"company": CARRIERS[carrier].kuaidi100, "number": waybill, "key": account.key}
    if to:
        asked["to"] = to
    asked["parameters"] = more
    return {"schema": "json", "param": json.dumps(asked, ensure_ascii=False, separators=(",", ":"))}


def read_answer(body: Any) -> Report | Failure:
    """The answer to a question: the trace, or why there is none."""
    if not isinstance(body, dict):
        return Failure("", "not a JSON object")
    if body.get("result") is False or str(body.get("status", "200")) != "200" or "data" not in body:
        return Failure(str(body.get("returnCode") or body.get("status") or ""), str(body.get("message") or "")[:200])
    return _report(body)


def subscribed(body: Any) -> bool:
    """Whether a subscription stands; asking for one that stands already (501) counts."""
    return isinstance(body, dict) and (body.get("result") is True or str(body.get("returnCode")) in ("200", "501"))


def signed_right(param: str, given: str, salt: str) -> bool:
    """Whether a push was signed with our salt (upper MD5 of param + salt). Without a salt nothing is believed."""
    return bool(salt) and hmac.compare_digest(_md5(param + salt).encode(), given.strip().upper().encode())


def read_push(param: str) -> Push | None:
    """A push; None when it is no push at all. A changed courier (comNew) counts as the courier."""
    try:
        body = json.loads(param)
    except ValueError:
        return None
    if not isinstance(body, dict):
        return None
    last = body.get("lastResult")
    report = _report(last) if isinstance(last, dict) and last.get("nu") else None
    if report is not None and (carrier := by_kuaidi100(str(body.get("comNew") or ""))) is not None:
        report = Report(report.waybill, report.lines, carrier.code, SOURCE)
    return Push(str(body.get("status") or ""), str(body.get("message") or "")[:200], report)


def answer_push(good: bool, message: str = "") -> dict[str, Any]:
    """What a push is answered with; anything but success is pushed again later."""
    return {"result": good, "returnCode": "200" if good else "500", "message": message or ("成功" if good else "失败")}


def _report(body: dict[str, Any]) -> Report:
    data = body.get("data")
    lines = [line for one in (data if isinstance(data, list) else []) if (line := _line(one)) is not None]
    newest = max(lines, key=lambda one: one.at, default=None)
    state = str(body.get("state") or "")
    if newest is not None and not newest.code and state:
        lines = [TraceLine(o.at, o.text, o.place, state) if o is newest else o for o in lines]
    carrier = by_kuaidi100(str(body.get("com") or ""))
    return Report(clean_waybill(str(body.get("nu") or "")), lines, carrier.code if carrier else "", SOURCE)


def _line(one: Any) -> TraceLine | None:
    if not isinstance(one, dict):
        return None
    text = str(one.get("context") or "").strip()
    at = _moment(one.get("ftime")) or _moment(one.get("time"))
    if not text or at is None:
        return None
    place = str(one.get("areaName") or one.get("location") or "")
    return TraceLine(at, text, place.replace(",", " ")[:60], str(one.get("statusCode") or "")[:24])


def _moment(value: Any) -> datetime | None:
    try:
        return cells.moment(str(value or ""))
    except cells.CellError:
        return None
