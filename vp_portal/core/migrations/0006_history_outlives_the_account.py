import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from vp_portal.core.migration_operations import Together

#: Who made a change stays when the account is gone: no constraint.
HISTORIES = (
    "historicaldirectoryrole",
    "historicalrolegrant",
    "historicaluser",
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0005_sign_in"),
    ]

    operations = [
        Together(
            [
                migrations.AlterField(
                    model_name=name,
                    name="history_user",
                    field=models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
                for name in HISTORIES
            ]
        )
    ]
