"""A line tells its period, so that some months of a cost object are found without reading its other cells."""

from django.db import migrations, models

import vp_portal.core.periods

FILL = """
UPDATE finance_allocationline l SET period = c.period FROM finance_ledgercell c WHERE c.id = l.cell_id
"""


class Migration(migrations.Migration):
    dependencies = [("finance", "0028_sums_of_spans")]

    operations = [
        # Before the column is filled: a row is then moved without it.
        migrations.RemoveIndex(model_name="allocationline", name="finance_line_by_object"),
        migrations.AddField(
            model_name="allocationline",
            name="period",
            field=vp_portal.core.periods.PeriodField(default=190001, verbose_name="period"),
            preserve_default=False,
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="allocationline",
            index=models.Index(fields=["run", "cost_object", "period"], name="finance_line_by_object"),
        ),
    ]
