"""What is sensitive follows from ranges of a chart's accounts, no longer from the account group."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import simple_history.models
from django.conf import settings
from django.db import migrations, models

import vp_portal.core.fields
from vp_portal.core.migration_operations import Together

MORE = "Särskilt känsligt är det som säger något om hälsa, som sjuklön: det visas inte ens som summa."

# The ranges of sensitive groups, and accounts that had been put into such a group by hand. Sums follow their group.
FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
INSERT INTO finance_sensitiverange (chart_id, low, high, sensitivity, note)
SELECT g.chart_id, r.low, r.high, 1, '' FROM finance_accountrange r
JOIN finance_accountgroup g ON g.id = r.group_id AND g.is_sensitive
UNION
SELECT a.chart_id, a.code, a.code, 1, '' FROM finance_account a
JOIN finance_accountgroup g ON g.id = a.group_id AND g.is_sensitive
WHERE NOT EXISTS (
    SELECT FROM finance_accountrange r WHERE r.group_id = g.id AND length(a.code) >= length(r.low)
    AND left(a.code, length(r.low)) COLLATE "C" BETWEEN r.low AND r.high
);
INSERT INTO finance_historicalsensitiverange
    (id, chart_id, low, high, sensitivity, note, history_date, history_type, history_change_reason)
SELECT id, chart_id, low, high, sensitivity, note, now(), '+', 'Kontogruppen var känslig' FROM finance_sensitiverange;
UPDATE finance_account SET sensitivity = 1
WHERE group_id IN (SELECT id FROM finance_accountgroup WHERE is_sensitive);
UPDATE finance_costrollup SET sensitivity = 1
WHERE account_group_id IN (SELECT id FROM finance_accountgroup WHERE is_sensitive);
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0004_import_profile_reading"),
        ("services", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HistoricalSensitiveRange",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("low", vp_portal.core.fields.CodeField(max_length=40, verbose_name="från")),
                ("high", vp_portal.core.fields.CodeField(max_length=40, verbose_name="till")),
                (
                    "sensitivity",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Känslig"), (2, "Särskilt känslig")],
                        default=1,
                        help_text=MORE,
                        verbose_name="känslighet",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="varför")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                (
                    "history_type",
                    models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1),
                ),
            ],
            options={
                "verbose_name": "historical känsligt kontointervall",
                "verbose_name_plural": "historical känsliga kontointervall",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="SensitiveRange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("low", vp_portal.core.fields.CodeField(max_length=40, verbose_name="från")),
                ("high", vp_portal.core.fields.CodeField(max_length=40, verbose_name="till")),
                (
                    "sensitivity",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Känslig"), (2, "Särskilt känslig")],
                        default=1,
                        help_text=MORE,
                        verbose_name="känslighet",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=200, verbose_name="varför")),
            ],
            options={
                "verbose_name": "känsligt kontointervall",
                "verbose_name_plural": "känsliga kontointervall",
                "ordering": ["chart", "low", "high"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="costrollup",
            name="finance_costrollup_once",
        ),
        Together(
            [
                migrations.AddField(
                    model_name="account",
                    name="sensitivity",
                    field=models.PositiveSmallIntegerField(
                        choices=[(0, "Öppen"), (1, "Känslig"), (2, "Särskilt känslig")],
                        default=0,
                        editable=False,
                        help_text="Följer av kontoplanens känsliga kontointervall.",
                        verbose_name="känslighet",
                    ),
                ),
                migrations.AddField(
                    model_name="costrollup",
                    name="sensitivity",
                    field=models.PositiveSmallIntegerField(
                        choices=[(0, "Öppen"), (1, "Känslig"), (2, "Särskilt känslig")], default=0
                    ),
                ),
                migrations.AddField(
                    model_name="historicalaccount",
                    name="sensitivity",
                    field=models.PositiveSmallIntegerField(
                        choices=[(0, "Öppen"), (1, "Känslig"), (2, "Särskilt känslig")],
                        default=0,
                        editable=False,
                        help_text="Följer av kontoplanens känsliga kontointervall.",
                        verbose_name="känslighet",
                    ),
                ),
            ]
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(("sensitivity__in", [0, 1, 2])),
                name="finance_account_sensitivity_known",
                violation_error_message="Okänd känslighet.",
            ),
        ),
        migrations.AddConstraint(
            model_name="costrollup",
            constraint=models.UniqueConstraint(
                fields=(
                    "run",
                    "period",
                    "cost_object",
                    "account_group",
                    "cost_centre",
                    "is_distribution",
                    "sensitivity",
                ),
                name="finance_costrollup_once",
                nulls_distinct=False,
            ),
        ),
        Together(
            [
                migrations.AddField(
                    model_name="historicalsensitiverange",
                    name="chart",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="finance.chartofaccounts",
                        verbose_name="kontoplan",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalsensitiverange",
                    name="history_user",
                    field=models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                migrations.AddField(
                    model_name="sensitiverange",
                    name="chart",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sensitive_ranges",
                        to="finance.chartofaccounts",
                        verbose_name="kontoplan",
                    ),
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="sensitiverange",
                    constraint=models.UniqueConstraint(
                        fields=("chart", "low", "high"),
                        name="finance_sensitiverange_once",
                        violation_error_message="Intervallet finns redan i kontoplanen.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sensitiverange",
                    constraint=models.CheckConstraint(
                        condition=django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("low"),
                            django.db.models.functions.text.Length("high"),
                        ),
                        name="finance_sensitiverange_same_length",
                        violation_error_message="Från och till ska ha lika många tecken.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sensitiverange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("low__lte", models.F("high"))),
                        name="finance_sensitiverange_in_order",
                        violation_error_message="Från får inte vara större än till.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="sensitiverange",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("sensitivity__in", [1, 2])),
                        name="finance_sensitiverange_not_open",
                        violation_error_message="Ett intervall är känsligt eller särskilt känsligt.",
                    ),
                ),
            ]
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveField(
            model_name="accountgroup",
            name="is_sensitive",
        ),
        migrations.RemoveField(
            model_name="historicalaccountgroup",
            name="is_sensitive",
        ),
    ]
