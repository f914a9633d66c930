"""Fixtures for every test: the cast, a standing clock, passwords hashed fast, sockets only to this machine.

The suite runs on SQLite, and on PostgreSQL with `python -m tests.postgres -- pytest ...`.
"""

import gc
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

from tests import template
from xiaoer.kernel import clock
from xiaoer.kernel.again import Again
from xiaoer.kernel.models import Event
from xiaoer.kernel.testing import NOON, Cast, make_cast

if os.environ.get("XIAOER_TEST_PROFILE") != "slow":
    from hypothesis import settings as hypothesis_settings

    hypothesis_settings.register_profile("quick", max_examples=25, deadline=None)
    hypothesis_settings.load_profile("quick")


TEMPLATE = pytest.StashKey[Path | None]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TEMPLATE] = template.begin()
    config.addinivalue_line("filterwarnings", "ignore:No directory at.*:UserWarning")  # nobody ran collectstatic


def pytest_collection_finish() -> None:
    """What is loaded by now stays for the whole run: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_unconfigure(config: pytest.Config) -> None:
    template.end(config.stash.get(TEMPLATE, None))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of one database are left out on the other; on PostgreSQL, areas' tests that touch no database are too."""
    postgres = "postgresql" in str(django_settings.DATABASES["default"]["ENGINE"])
    if postgres:
        pure = [item for item in items if _is_pure(item)]
        if pure:
            pure[0].config.hook.pytest_deselected(items=pure)
        items[:] = [item for item in items if not _is_pure(item)]
    unfit = "sqlite_only" if postgres else "postgres_only"
    for item in items:
        if item.get_closest_marker(unfit):
            item.add_marker(pytest.mark.skip(reason="a property of the other database"))


def _is_pure(item: pytest.Item) -> bool:
    """A test inside an area that asks for no database: it says the same on every one, and ran on SQLite."""
    asked = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    inside = item.path.relative_to(item.config.rootpath).parts[0] == "xiaoer"
    return inside and not asked and not item.get_closest_marker("django_db")


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """The test database is a copy of the run's template: it stands before Django looks."""
    return True


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """A copy of the empty database for this worker (`tests/template.py`)."""
    from django.db import connection

    wanted = connection.settings_dict["TEST"]
    if connection.vendor == "sqlite":
        template.copy_to(Path(wanted["NAME"]))
    elif name := os.environ.get(template.POSTGRES):
        wanted["TEMPLATE"] = name


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """On SQLite, Django empties tables between tests with DELETE, which the journal's trigger would refuse."""
    from django.db import connection

    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER IF EXISTS journal_no_delete")
                cursor.execute("PRAGMA synchronous=OFF")
    yield
    if connection.vendor == "sqlite":
        connection.close()
        for file in Path(connection.settings_dict["TEST"]["NAME"]).parent.glob(
            Path(connection.settings_dict["TEST"]["NAME"]).name + "*"
        ):
            file.unlink()


@pytest.fixture(autouse=True)
def _fast_passwords(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    real = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else address
        if isinstance(host, str) and not (host.startswith(("127.", "/")) or host in ("localhost", "::1", "")):
            raise AssertionError(f"a test tried to reach {host}; tests talk to this machine only")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)


@pytest.fixture
def noon() -> Iterator[Any]:
    """The shop's clock stands at NOON (12:00 in Beijing)."""
    with clock.frozen(NOON):
        yield NOON


the_cast = Again(make_cast, anew=(Event,))


@pytest.fixture
def cast(db: Any, noon: Any) -> Cast:
    """Both shops with everybody in them, at noon."""
    return the_cast()
