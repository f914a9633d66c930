"""The journal refuses change and deletion in the database itself, and deadlines are listed by shop.

SQLite forgets triggers when Django rebuilds a table: a later migration that alters Event runs `guard` again
(tests/test_journal.py notices when it does not).
"""

from typing import Any

from django.db import migrations, models

SAYS = "the journal is append-only"
SQLITE = [
    f"""CREATE TRIGGER IF NOT EXISTS journal_no_{verb.lower()} BEFORE {verb} ON kernel_event
    BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"""
    for verb in ("UPDATE", "DELETE")
]
POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION journal_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{SAYS}'; END $$""",
    """CREATE OR REPLACE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON kernel_event
    FOR EACH STATEMENT EXECUTE FUNCTION journal_refuses()""",
]


def guard(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def unguard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            schema_editor.execute(f"DROP TRIGGER IF EXISTS journal_no_{verb}")
    else:
        schema_editor.execute("DROP TRIGGER IF EXISTS journal_append_only ON kernel_event")


class Migration(migrations.Migration):

    dependencies = [("kernel", "0001_initial")]

    operations = [
        migrations.AddIndex(
            model_name="deadline",
            index=models.Index(
                condition=models.Q(("settled_at__isnull", True)), fields=["shop_id", "due_at"], name="deadline_shop"
            ),
        ),
        migrations.RunPython(guard, unguard),
    ]
