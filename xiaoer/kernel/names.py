"""Names of actors for people to read: areas tell the kernel how to find them ("staff:4" -> 木木)."""

from collections.abc import Callable, Iterable

from xiaoer.kernel.i18n import T

Resolver = Callable[[list[int]], dict[int, str]]
_resolvers: dict[str, Resolver] = {}

OF_KINDS = {
    "clock": T("时钟（到时自动）", "The clock"),
    "system": T("系统", "The system"),
    "platform": T("平台", "The platform"),
    "courier": T("快递公司", "The courier"),
    "buyer": T("买家", "A buyer"),
    "staff": T("员工", "A colleague"),
    "token": T("接口令牌", "An API token"),
}


def named_by(kind: str, resolver: Resolver) -> None:
    """Tell where the names of one kind of actor come from; an area calls this when it loads."""
    _resolvers[kind] = resolver


def actor_names(actors: Iterable[str], language: str) -> dict[str, str]:
    """A name for each of the actors as the journal writes them, one query per kind."""
    wanted: dict[str, dict[int, str]] = {}
    found: dict[str, str] = {}
    for actor in set(actors):
        kind, _, number = actor.partition(":")
        found[actor] = OF_KINDS[kind].say(language) if kind in OF_KINDS else actor
        if number.isdigit():
            wanted.setdefault(kind, {})[int(number)] = actor
    for kind, ids in wanted.items():
        if kind in _resolvers:
            found.update({ids[pk]: name for pk, name in _resolvers[kind](list(ids)).items() if name})
    return found
