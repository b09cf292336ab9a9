import django.db.models.deletion
from django.db import migrations, models

import vp_portal.core.fields


class Migration(migrations.Migration):
    """What a run sent of a cell before the cell was allocated anew is kept, so that earlier days can be shown."""

    dependencies = [
        ("finance", "0017_funding"),
        ("services", "0002_history_outlives_the_account"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupersededLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount", vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="belopp")),
                ("row_count", models.IntegerField(default=0, verbose_name="rader")),
                ("until", models.DateTimeField(verbose_name="gällde till")),
                (
                    "cell",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="finance.ledgercell"
                    ),
                ),
                (
                    "cost_object",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="services.costobject",
                    ),
                ),
                (
                    "rule",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="finance.allocationrule",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="superseded_lines",
                        to="finance.allocationrun",
                    ),
                ),
            ],
            options={
                "verbose_name": "utgången fördelad post",
                "verbose_name_plural": "utgångna fördelade poster",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "cell", "until", "rule", "cost_object"),
                        name="finance_supersededline_once",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
    ]
