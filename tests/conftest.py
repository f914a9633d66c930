"""One live server for the modules that talk to a running one: starting it costs more than most of their tests."""

from collections.abc import Iterator

import pytest

from tests.live import Live, live

AGENTS, TALKS = 4, 12
"""What each module has for itself, so that no test meets another module's closed talk or signed-out agent."""
MODULES = ("tests.test_lane", "tests.test_stream", "tests.test_serving")


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    count = len(MODULES)
    with live(tmp_path_factory.mktemp("house"), agents=AGENTS * count, conversations=TALKS * count) as server:
        yield server


@pytest.fixture(scope="module")
def shop(house: Live, request: pytest.FixtureRequest) -> Live:
    """The part of the house that this module may use."""
    return house.part(MODULES.index(request.module.__name__), agents=AGENTS, talks=TALKS)
