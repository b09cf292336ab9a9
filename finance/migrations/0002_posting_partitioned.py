"""The partitioned table of postings: Django knows its columns, PostgreSQL its shape.

Codes and cells are checked when a batch's partition is attached, in one pass, not row by row.
"""

import django.db.models.deletion
from django.db import migrations, models

import vp_portal.core.fields
import vp_portal.core.periods

CREATE = """
CREATE SEQUENCE finance_posting_id_seq AS bigint;
CREATE TABLE finance_posting (
    id bigint NOT NULL DEFAULT nextval('finance_posting_id_seq'),
    batch_id bigint NOT NULL
        CONSTRAINT finance_posting_batch_fk REFERENCES finance_importbatch (id) DEFERRABLE INITIALLY DEFERRED,
    line integer NOT NULL,
    period integer NOT NULL
        CONSTRAINT finance_posting_period_form CHECK (period BETWEEN 190000 AND 299913 AND period % 100 <= 13),
    code_string_id bigint NOT NULL
        CONSTRAINT finance_posting_code_string_fk REFERENCES finance_codestring (id) DEFERRABLE INITIALLY DEFERRED,
    counterparty_id bigint
        CONSTRAINT finance_posting_counterparty_fk REFERENCES finance_counterparty (id) DEFERRABLE INITIALLY DEFERRED,
    amount numeric(14, 2) NOT NULL,
    posted_on date,
    voucher_series varchar(40) NOT NULL,
    voucher_no varchar(60) NOT NULL,
    supplier_no varchar(60) NOT NULL,
    supplier_name varchar(200) NOT NULL,
    text varchar(500) NOT NULL,
    CONSTRAINT finance_posting_pk PRIMARY KEY (batch_id, id)
) PARTITION BY LIST (batch_id);
ALTER SEQUENCE finance_posting_id_seq OWNED BY finance_posting.id;
CREATE INDEX finance_posting_by_period ON finance_posting (period, code_string_id) INCLUDE (amount);
CREATE INDEX finance_posting_by_code ON finance_posting (code_string_id, period) INCLUDE (amount);
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0001_initial")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, "DROP TABLE finance_posting")],
            state_operations=[
                migrations.CreateModel(
                    name="Posting",
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
                                related_name="postings",
                                to="finance.importbatch",
                                verbose_name="importomgång",
                            ),
                        ),
                        (
                            "code_string",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="postings",
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
                                related_name="postings",
                                to="finance.counterparty",
                                verbose_name="motpart",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "kontering",
                        "verbose_name_plural": "konteringar",
                        "ordering": ["batch", "line"],
                    },
                ),
            ],
        ),
    ]
