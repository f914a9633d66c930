"""The starter set of quick replies: what the seeds say an agent may answer, by platform. Read once, from TOML."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class StarterReply:
    """One ready sentence; `platforms` empty means every platform; `source` names the seed's row."""

    key: str
    title: str
    text: str
    category: str
    shortcut: str
    platforms: tuple[str, ...]
    source: str
    step: str = ""
    style: str = ""
    variant: str = ""
    tags: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def starter_replies() -> tuple[StarterReply, ...]:
    """Every sentence of every file, in the order written."""
    found: list[StarterReply] = []
    for item in sorted(files("xiaoer.reception.starter").iterdir(), key=lambda item: item.name):
        if not item.name.endswith(".toml"):
            continue
        data = tomllib.loads(item.read_text("utf-8"))
        for row in data["reply"]:
            found.append(
                StarterReply(
                    key=row["key"],
                    title=row["title"],
                    text=row["text"],
                    category=row.get("category", data["category"]),
                    shortcut=row.get("shortcut", ""),
                    platforms=tuple(row.get("platforms", ())),
                    source=row["source"],
                    step=row.get("step", ""),
                    style=row.get("style", ""),
                    variant=row.get("variant", ""),
                    tags=tuple(row.get("tags", ())),
                )
            )
    return tuple(found)


def replies_for(platform: str) -> list[StarterReply]:
    """The sentences that may be said on a platform."""
    return [reply for reply in starter_replies() if not reply.platforms or platform in reply.platforms]
