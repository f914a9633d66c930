"""A line may be for several people: room for their names. SQLite rebuilds the table, so the triggers are set again."""

from importlib import import_module

from django.db import migrations, models

_append_only = import_module("xiaoer.kernel.migrations.0002_append_only")


class Migration(migrations.Migration):

    dependencies = [("kernel", "0003_audience")]

    operations = [
        migrations.RunPython(_append_only.unguard, _append_only.guard),
        migrations.AlterField(
            model_name="event",
            name="audience",
            field=models.CharField(max_length=240, null=True),
        ),
        migrations.RunPython(_append_only.guard, _append_only.unguard),
    ]
