from django.db import migrations, models
from django.db.models import F


def say_when_they_were_claimed(apps, _schema_editor) -> None:
    """Until now one moment was both."""
    apps.get_model("goals", "SentReminder").objects.update(claimed_at=F("sent_at"))


class Migration(migrations.Migration):
    dependencies = [("goals", "0006_measures_reminders_and_alignment")]

    operations = [
        migrations.AddField("sentreminder", "claimed_at", models.DateTimeField("påbörjad", null=True)),
        migrations.RunPython(say_when_they_were_claimed, migrations.RunPython.noop),
        migrations.AlterField("sentreminder", "claimed_at", models.DateTimeField("påbörjad")),
        migrations.AlterField("sentreminder", "sent_at", models.DateTimeField("skickad", null=True, blank=True)),
        migrations.AlterModelOptions(
            "sentreminder",
            {
                "ordering": ["-claimed_at"],
                "verbose_name": "skickad påminnelse",
                "verbose_name_plural": "skickade påminnelser",
            },
        ),
    ]
