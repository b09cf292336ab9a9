"""Where the rows of batches that were taken out are kept: a partition is moved here whole.

Its codes were checked when it was booked, and its own foreign keys come with it: the parent needs none.
"""

import django.db.models.deletion
from django.db import migrations, models

import vp_portal.core.fields
import vp_portal.core.periods

CREATE = """
CREATE TABLE finance_supersededposting (
    LIKE finance_posting INCLUDING DEFAULTS INCLUDING CONSTRAINTS,
    CONSTRAINT finance_supersededposting_pk PRIMARY KEY (batch_id, id)
) PARTITION BY LIST (batch_id);
CREATE INDEX finance_superseded_by_period ON finance_supersededposting (period, code_string_id) INCLUDE (amount);
CREATE INDEX finance_superseded_by_code ON finance_supersededposting (code_string_id, period) INCLUDE (amount);
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0002_posting_partitioned")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, "DROP TABLE finance_supersededposting")],
            state_operations=[
                migrations.AlterField(
                    model_name="posting",
                    name="batch",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="finance.importbatch",
                        verbose_name="importomgång",
                    ),
                ),
                migrations.AlterField(
                    model_name="posting",
                    name="code_string",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="finance.codestring",
                        verbose_name="kodsträng",
                    ),
                ),
                migrations.AlterField(
                    model_name="posting",
                    name="counterparty",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(class)ss",
                        to="finance.counterparty",
                        verbose_name="motpart",
                    ),
                ),
                migrations.CreateModel(
                    name="SupersededPosting",
                    fields=[
                        ("id", models.BigAutoField(primary_key=True, serialize=False)),
                        ("line", models.IntegerField(verbose_name="rad i filen")),
                        ("period", vp_portal.core.periods.PeriodField(verbose_name="period")),
                        (
                            "amount",
                            vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name="belopp"),
                        ),
                        ("posted_on", models.DateField(blank=True, null=True, verbose_name="datum")),
                        ("voucher_series", models.CharField(blank=True, max_length=40, verbose_name="serie")),
                        ("voucher_no", models.CharField(blank=True, max_length=60, verbose_name="verifikation")),
                        ("supplier_no", models.CharField(blank=True, max_length=60, verbose_name="leverantörsnummer")),
                        ("supplier_name", models.CharField(blank=True, max_length=200, verbose_name="leverantör")),
                        ("text", models.CharField(blank=True, max_length=500, verbose_name="text")),
                        (
                            "batch",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss",
                                to="finance.importbatch",
                                verbose_name="importomgång",
                            ),
                        ),
                        (
                            "code_string",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss",
                                to="finance.codestring",
                                verbose_name="kodsträng",
                            ),
                        ),
                        (
                            "counterparty",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="%(class)ss",
                                to="finance.counterparty",
                                verbose_name="motpart",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "utgången kontering",
                        "verbose_name_plural": "utgångna konteringar",
                        "ordering": ["batch", "line"],
                        "abstract": False,
                    },
                ),
            ],
        ),
    ]
