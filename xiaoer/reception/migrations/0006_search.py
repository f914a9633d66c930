"""The table of the message search: SQLite's FTS5 or PostgreSQL's tsvector, both over words we cut ourselves.

Django has no name for either, so this stands beside the models. Remade from the journal by
`xiaoer reception search rebuild`.
"""

from typing import Any

from django.db import migrations

SQLITE = [
    "CREATE VIRTUAL TABLE IF NOT EXISTS reception_messagesearch USING fts5"
    " (words, tokenize='unicode61 remove_diacritics 0')"
]
POSTGRESQL = [
    "CREATE TABLE IF NOT EXISTS reception_messagesearch (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX IF NOT EXISTS messagesearch_words ON reception_messagesearch USING gin (words)",
]


def make(apps: Any, schema_editor: Any) -> None:
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRESQL:
        schema_editor.execute(statement)


def drop(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute("DROP TABLE IF EXISTS reception_messagesearch")


class Migration(migrations.Migration):

    dependencies = [("reception", "0005_facts")]

    operations = [migrations.RunPython(make, drop)]
