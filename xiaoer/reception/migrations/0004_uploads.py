from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("reception", "0003_lighter_indexes")]

    operations = [
        migrations.AddField("upload", "scan", models.CharField(default="none", max_length=8)),
        migrations.AddField("upload", "thumb", models.BooleanField(default=False)),
        migrations.AddField("upload", "unused_since", models.DateTimeField(null=True)),
        migrations.AlterField("upload", "mime", models.CharField(max_length=100)),
        migrations.AddIndex(
            "upload",
            models.Index(
                condition=models.Q(("unused_since__isnull", False)),
                fields=["shop", "unused_since"],
                name="upload_unused",
            ),
        ),
        migrations.AddIndex(
            "upload",
            models.Index(
                condition=models.Q(("scan__in", ("none", "pending"))), fields=["shop"], name="upload_to_scan"
            ),
        ),
    ]
