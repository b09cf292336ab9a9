"""Fewer and smaller indexes of the rows that a run makes by the hundred thousand: every row pays for each of them.

Nothing finds such a row by its own number, and the sequence alone keeps these apart, as it keeps postings'. A cost
object's lines are read whole: without the cell, equal keys are stored once, and half the work is saved.
"""

from django.db import migrations, models

TABLES = ("finance_allocationline", "finance_costrollup", "finance_costtotal", "finance_barecell")
CHANGE = ";".join(f"ALTER TABLE {table} DROP CONSTRAINT {table}_pkey" for table in TABLES)
BACK = ";".join(f"ALTER TABLE {table} ADD PRIMARY KEY (id)" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("finance", "0024_proposed_funding")]

    operations = [
        migrations.RunSQL(CHANGE, BACK),
        migrations.RemoveIndex(model_name="allocationline", name="finance_line_by_object"),
        migrations.AddIndex(
            model_name="allocationline",
            index=models.Index(fields=["run", "cost_object"], name="finance_line_by_object"),
        ),
    ]
