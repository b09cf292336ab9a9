import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import vp_portal.core.fields


class Migration(migrations.Migration):
    """Slices of cells that are allocated anew are kept with their lines, so that earlier days can be shown."""

    dependencies = [
        ("finance", "0021_header_names"),
        ("services", "0002_history_outlives_the_account"),
    ]

    operations = [
        migrations.CreateModel(
            name="SupersededSlice",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("amount", vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="belopp")),
                ("row_count", models.IntegerField(verbose_name="rader")),
                (
                    "postings",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="konteringar"
                    ),
                ),
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="finance.allocationrun"
                    ),
                ),
            ],
            options={
                "verbose_name": "utgången del av huvudbokscell",
                "verbose_name_plural": "utgångna delar av huvudboksceller",
            },
        ),
        migrations.AddField(
            model_name="supersededline",
            name="slice",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="finance.supersededslice",
            ),
        ),
        migrations.RemoveConstraint(model_name="supersededline", name="finance_supersededline_once"),
        migrations.AddConstraint(
            model_name="supersededline",
            constraint=models.UniqueConstraint(
                fields=("run", "cell", "until", "rule", "cost_object", "slice"),
                name="finance_supersededline_once",
                nulls_distinct=False,
            ),
        ),
    ]
