"""The starter topics and skill groups, read from topics.toml once per process."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=1)
def starter() -> dict[str, list[dict[str, Any]]]:
    """Topics and the nine skill groups (R801) as the file lists them."""
    return tomllib.loads(files("xiaoer.routing").joinpath("topics.toml").read_text("utf-8"))
