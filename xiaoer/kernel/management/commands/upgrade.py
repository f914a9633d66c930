"""`xiaoer manage upgrade`: the tables of this version, in a new database or in one that has been used."""

from typing import Any

from django.core.management.base import BaseCommand

from xiaoer.kernel.schema import bring_up


class Command(BaseCommand):
    """Lay the tables of a new database, or migrate the old one."""

    help = "Lay the tables of a new database, or migrate one that has been used."

    def handle(self, *args: Any, **options: Any) -> None:
        bring_up(verbosity=options["verbosity"])
