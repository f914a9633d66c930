"""Rows made once and written again: the cast of the tests, without hiring everybody anew for each of them.

The first test of a process lets the real actions open the shops and hire the staff; what stands in the tables then is
kept, and the next test gets the same rows (with the same keys) in a handful of statements. These are written by Django
once and sent as they stand afterwards: building them anew took a sixth of the whole suite's time.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.db import connection, models, transaction

Made = TypeVar("Made")


@dataclass
class Again(Generic[Made]):
    """What `make` writes into an empty database. Rows of `anew` get new keys each time: nothing points to them, and
    on PostgreSQL, whose sequences do not turn back, the journal would otherwise begin far behind its own head.
    """

    make: Callable[[], Made]
    anew: tuple[type[models.Model], ...] = ()
    made: Made | None = None
    rows: list[tuple[type[models.Model], list[models.Model]]] = field(default_factory=list)
    statements: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(self) -> Made:
        if self.made is None:
            before = {model for model in _tables() if model._base_manager.exists()}
            made = self.make()
            self.rows = [(model, list(model._base_manager.all())) for model in _tables() if model not in before]
            self.made = deepcopy(made)
            return made
        if not self.statements:
            with transaction.atomic(), connection.execute_wrapper(self._keep):
                self._insert()
        else:
            with connection.cursor() as cursor:
                for sql, values in self.statements:
                    cursor.execute(sql, values)
        return deepcopy(self.made)

    def _insert(self) -> None:
        for model, rows in self.rows:
            for row in rows if model in self.anew else ():
                row.pk = None
            model._base_manager.bulk_create(rows)

    def _keep(self, execute: Callable[..., Any], sql: str, values: Any, many: bool, context: dict[str, Any]) -> Any:
        if sql.startswith("INSERT"):
            self.statements.append((sql, values))
        return execute(sql, values, many, context)


def _tables() -> list[type[models.Model]]:
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
