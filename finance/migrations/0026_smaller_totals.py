import django.db.models.deletion
from django.db import migrations, models

import vp_portal.core.fields
import vp_portal.core.periods

# As `actions/budget_totals.py` adds up, for all versions that there are.
FILL = """
INSERT INTO finance_budgettotal (version_id, "by", period, cost_centre_id, cost_object_id, account_group_id, amount)
WITH line AS MATERIALIZED (
    SELECT l.*, g.kind FROM finance_budgetline l JOIN finance_accountgroup g ON g.id = l.account_group_id
)
SELECT version_id, 'account_group', period, min(cost_centre_id), min(cost_object_id), account_group_id, sum(amount)
FROM line GROUP BY version_id, period, cost_centre_id IS NULL, account_group_id
UNION ALL
SELECT version_id, 'cost_centre', period, cost_centre_id, NULL, min(account_group_id), sum(amount)
FROM line WHERE cost_centre_id IS NOT NULL GROUP BY version_id, period, cost_centre_id, kind
UNION ALL
SELECT version_id, 'cost_object', period, NULL, cost_object_id, min(account_group_id), sum(amount)
FROM line WHERE cost_object_id IS NOT NULL GROUP BY version_id, period, cost_object_id, kind
"""


def points_to(model, **how):
    kept = {"db_index": False, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+"} | how
    return models.ForeignKey(to=model, **kept)


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0025_lighter_line_indexes"),
        ("services", "0002_history_outlives_the_account"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="costtotal",
            index=models.Index(
                condition=models.Q(("by", "cost_centre")),
                fields=["run", "cost_centre", "period"],
                name="finance_total_of_centre",
            ),
        ),
        migrations.CreateModel(
            name="BudgetTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "by",
                    models.CharField(
                        choices=[
                            ("account_group", "kontogrupp"),
                            ("cost_centre", "kostnadsställe"),
                            ("cost_object", "kostnadsbärare"),
                        ],
                        max_length=14,
                    ),
                ),
                ("period", vp_portal.core.periods.PeriodField(verbose_name="period")),
                ("amount", vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="belopp")),
                ("account_group", points_to("finance.accountgroup")),
                ("cost_centre", points_to("finance.costcentre", null=True, blank=True)),
                ("cost_object", points_to("services.costobject", null=True, blank=True)),
                (
                    "version",
                    points_to(
                        "finance.budgetversion",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="totals",
                    ),
                ),
            ],
            options={"verbose_name": "budgetens totalsumma", "verbose_name_plural": "budgetens totalsummor"},
        ),
        migrations.AddIndex(
            model_name="budgettotal",
            index=models.Index(fields=["version", "by", "period"], name="finance_budgettotal_by"),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
