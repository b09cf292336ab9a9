"""Statistics of the columns that lines got: without them the database expects that nearly all lines have a slice, and
goes through all postings for a page."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("finance", "0018_superseded_line")]

    operations = [migrations.RunSQL("ANALYZE finance_allocationline, finance_passedon", migrations.RunSQL.noop)]
