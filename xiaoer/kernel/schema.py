"""The tables of a database: laid at once in a new one, migrated in one that has been used (docs/decisions/0011).

Django makes a migration's tables from the history of every model, rendering all related models anew for each step:
over a minute for our areas. A new database needs no history, only what stands at its end.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations import RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import StateApps


def bring_up(*, verbosity: int = 0) -> None:
    """Make the database fit this version: lay a new one, migrate any other. Safe to repeat."""
    if is_new():
        lay()
    call_command("migrate", verbosity=verbosity)


def is_new() -> bool:
    """Whether nothing at all stands in the database yet."""
    with connection.cursor() as cursor:
        return not connection.introspection.table_names(cursor)


def lay() -> None:
    """Every table as the models say, what migrations add besides them, and a note that all of them are applied."""
    with _unchecked(), transaction.atomic():
        with connection.schema_editor() as editor:
            for model in _models():
                editor.create_model(model)
        loader = MigrationLoader(None)
        history = _in_order(loader)
        with connection.schema_editor() as editor:
            for key in history:
                for step in _by_hand(loader.disk_migrations[key]):
                    step.code(cast(StateApps, apps), editor)  # the models as they are: nothing older exists
        recorder = MigrationRecorder(connection)
        recorder.ensure_schema()
        recorder.migration_qs.bulk_create([recorder.Migration(app=app, name=name) for app, name in history])


@contextmanager
def _unchecked() -> Iterator[None]:
    """SQLite cannot alter its tables while it checks foreign keys; the switch only works outside a transaction."""
    held = connection.disable_constraint_checking()
    try:
        yield
    finally:
        if held:
            connection.enable_constraint_checking()


def _models() -> Iterator[Any]:
    """Every model with a table of its own; tables between two models come with the first of them."""
    for model in apps.get_models():
        if model._meta.managed and not model._meta.proxy and model._meta.can_migrate(connection):
            yield model


def _in_order(loader: MigrationLoader) -> list[tuple[str, str]]:
    found: dict[tuple[str, str], None] = {}
    for leaf in sorted(loader.graph.leaf_nodes()):
        found.update(dict.fromkeys(loader.graph.forwards_plan(leaf)))
    return list(found)


def _by_hand(migration: Any) -> list[RunPython]:
    """Steps of our own areas that are written in Python: triggers and search tables. Those of libraries only convert
    rows, of which a new database has none."""
    if not type(migration).__module__.startswith("xiaoer."):
        return []
    return [step for step in migration.operations if isinstance(step, RunPython)]
