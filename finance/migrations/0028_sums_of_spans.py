import django.db.models.deletion
from django.db import migrations, models

import vp_portal.core.fields
import vp_portal.core.periods

KEYS = "cost_object_id, account_group_id, cost_centre_id, is_distribution, sensitivity"
SUMS = "sum(amount), sum(absolute), sum(row_count)"
# As `actions/totals.py` adds up, for all runs that there are: tertials, years, and what is put together of them.
FILL = f"""
INSERT INTO finance_spantotal (run_id, "by", months, period, {KEYS}, amount, absolute, row_count)
SELECT run_id, '', months, period - (period % 100 - 1) % months, {KEYS}, sum(amount), sum(abs(amount)), sum(row_count)
FROM finance_costrollup CROSS JOIN (VALUES (4), (12)) v (months)
WHERE period % 100 BETWEEN 1 AND 12
GROUP BY run_id, months, period - (period % 100 - 1) % months, {KEYS};

INSERT INTO finance_spantotal (run_id, "by", months, period, {KEYS}, amount, absolute, row_count)
WITH part AS MATERIALIZED (
    SELECT s.*, g.kind FROM finance_spantotal s LEFT JOIN finance_accountgroup g ON g.id = s.account_group_id
)
SELECT run_id, 'account_group', months, period, min(cost_object_id), account_group_id, NULL::bigint, is_distribution,
       sensitivity, {SUMS}
FROM part GROUP BY run_id, months, period, cost_object_id IS NULL, account_group_id, is_distribution, sensitivity
UNION ALL
SELECT run_id, 'cost_centre', months, period, min(cost_object_id), min(account_group_id), cost_centre_id,
       is_distribution, sensitivity, {SUMS}
FROM part GROUP BY run_id, months, period, cost_object_id IS NULL, kind, cost_centre_id, is_distribution, sensitivity
UNION ALL
SELECT run_id, 'cost_object', months, period, cost_object_id, min(account_group_id), NULL, is_distribution,
       sensitivity, {SUMS}
FROM part GROUP BY run_id, months, period, cost_object_id, kind, is_distribution, sensitivity;
"""  # noqa: S608  # our own texts


def points_to(model, **how):
    kept = {"db_index": False, "db_constraint": False, "on_delete": django.db.models.deletion.PROTECT}
    return models.ForeignKey(to=model, **kept, **{"related_name": "+", **how})


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0026_smaller_totals"),
        ("services", "0002_history_outlives_the_account"),
    ]

    operations = [
        migrations.CreateModel(
            name="SpanTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("account_group", "kontogrupp"),
                            ("cost_centre", "kostnadsställe"),
                            ("cost_object", "kostnadsbärare"),
                        ],
                        max_length=14,
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(verbose_name="månader")),
                ("period", vp_portal.core.periods.PeriodField(verbose_name="period")),
                ("is_distribution", models.BooleanField(default=False)),
                (
                    "sensitivity",
                    models.PositiveSmallIntegerField(
                        choices=[(0, "Öppen"), (1, "Känslig"), (2, "Särskilt känslig")], default=0
                    ),
                ),
                ("amount", vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="belopp")),
                (
                    "absolute",
                    vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="bruttobelopp"),
                ),
                ("row_count", models.IntegerField(verbose_name="rader")),
                ("account_group", points_to("finance.accountgroup", null=True)),
                ("cost_centre", points_to("finance.costcentre", null=True)),
                ("cost_object", points_to("services.costobject", null=True)),
                ("run", points_to("finance.allocationrun", related_name="spans")),
            ],
            options={
                "verbose_name": "summa av flera månader",
                "verbose_name_plural": "summor av flera månader",
                "indexes": [
                    models.Index(
                        fields=["run", "by", "months", "period", "cost_centre"], name="finance_span_by_period"
                    ),
                ],
            },
        ),
        # Nothing looks for a span by its own number, and it costs each run an index.
        migrations.RunSQL(
            "ALTER TABLE finance_spantotal DROP CONSTRAINT finance_spantotal_pkey",
            "ALTER TABLE finance_spantotal ADD PRIMARY KEY (id)",
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
