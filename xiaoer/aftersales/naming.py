"""Names of actors, couriers and instants as a screen shows them; the flows' own panels use them too."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from xiaoer.kernel.i18n import T
from xiaoer.orders.carriers import CARRIERS
from xiaoer.people.queries import names_of

_KINDS = {
    "clock": T("系统", "System"),
    "system": T("系统", "System"),
    "buyer": T("买家", "Buyer"),
    "platform": T("平台", "Platform"),
    "token": T("接口", "Interface"),
    "courier": T("快递", "Courier"),
}


def actor_names(actors: Iterable[str], language: str) -> dict[str, str]:
    """ "staff:4" -> the person's name; other kinds by their word."""
    told = {actor: actor.partition(":") for actor in set(actors)}
    staff = names_of(int(pk) for kind, _, pk in told.values() if kind == "staff" and pk.isdigit())
    found = {}
    for actor, (kind, _, pk) in told.items():
        word = _KINDS[kind].say(language) if kind in _KINDS else actor
        found[actor] = staff.get(int(pk), actor) if kind == "staff" and pk.isdigit() else word
    return found


def carrier_name(code: str, language: str) -> str:
    return CARRIERS[code].label.say(language) if code in CARRIERS else code


def local_time(at: datetime, zone: str) -> str:
    here = at.astimezone(ZoneInfo(zone))
    return f"{here.month}月{here.day}日 {here:%H:%M}"
