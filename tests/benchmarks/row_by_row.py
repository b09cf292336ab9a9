"""The same rows through a plain django-import-export resource: one model instance and its queries for each row."""

import csv
import itertools
import time
from pathlib import Path
from typing import Any

from django.db import transaction
from import_export import fields, resources, widgets
from tablib import Dataset

from finance.models import Account, CostCentre, ImportBatch, LedgerProject
from tests.benchmarks.floors import PlainPosting


class _Amount(widgets.DecimalWidget):
    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return super().clean(str(value).replace(",", "."), row, **kwargs)


class _Resource(resources.ModelResource):
    account = fields.Field("account", "Konto", widgets.ForeignKeyWidget(Account, "code"))
    cost_centre = fields.Field("cost_centre", "Kst", widgets.ForeignKeyWidget(CostCentre, "code"))
    project = fields.Field("project", "Projekt", widgets.ForeignKeyWidget(LedgerProject, "code"))
    period = fields.Field("period", "Period", widgets.IntegerWidget())
    posted_on = fields.Field("posted_on", "Verdatum", widgets.DateWidget())
    voucher_no = fields.Field("voucher_no", "Vernr")
    supplier_no = fields.Field("supplier_no", "Lev.nr")
    text = fields.Field("text", "Text")
    activity = fields.Field("activity", "Vht")
    funder = fields.Field("funder", "Fin")
    counterparty = fields.Field("counterparty", "Motpart")
    amount = fields.Field("amount", "Belopp", _Amount())

    class Meta:
        model = PlainPosting
        import_id_fields = ()
        force_init_instance = True
        exclude = ("id", "batch", "line")

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        instance.batch_id, instance.line = kwargs["batch"], kwargs["row_number"]


def rows_per_second(path: Path, count: int) -> float:
    """Of the file's first rows, on a registry that knows their codes."""
    batch = ImportBatch.objects.order_by("pk").values_list("pk", flat=True)[0]
    with path.open(encoding="cp1252", newline="") as file:
        header, *rows = itertools.islice(csv.reader(file, delimiter=";"), count + 1)
    data = Dataset(*rows, headers=header)
    started = time.perf_counter()
    with transaction.atomic():
        result = _Resource().import_data(data, dry_run=False, raise_errors=True, batch=batch, row_number=0)
    assert result.totals["new"] == count
    return count / (time.perf_counter() - started)
