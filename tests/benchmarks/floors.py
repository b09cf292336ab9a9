"""What loading costs without the portal: `\\copy` of clean rows into plain tables."""

import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.apps.registry import Apps
from django.db import connection, models

from finance.models import Account, CostCentre, ImportBatch, LedgerProject
from tests.benchmarks.ledger import Row, kronor

BARE, PLAIN = "benchmark_bare", "benchmark_plain"
_COLUMNS = (
    "batch_id, line, period, account_id, cost_centre_id, project_id, activity, funder, counterparty, posted_on, "
    "voucher_no, supplier_no, text, amount"
)


class _Ledger(models.Model):
    """The columns of a posting as one writes them first."""

    id = models.BigAutoField(primary_key=True)
    line = models.IntegerField()
    activity = models.CharField(max_length=40)
    funder = models.CharField(max_length=40)
    counterparty = models.CharField(max_length=40)
    voucher_no = models.CharField(max_length=60)
    supplier_no = models.CharField(max_length=60)
    text = models.CharField(max_length=500)
    amount = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.line)


#: django-import-export asks the registry for the plain model; nobody asks for the bare one.
_registry: Any = Apps()


class PlainPosting(_Ledger):  # it has its parent's
    """Seven btrees (the key, four foreign keys, period and day) and four foreign keys."""

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    cost_centre = models.ForeignKey(CostCentre, models.PROTECT, related_name="+")
    project = models.ForeignKey(LedgerProject, models.PROTECT, related_name="+", null=True)
    period = models.IntegerField(db_index=True)
    posted_on = models.DateField(db_index=True)

    class Meta:
        app_label = "finance"
        db_table = PLAIN


class BarePosting(_Ledger):  # as above
    """The same columns without an index or a key."""

    id = models.BigIntegerField(primary_key=True)
    batch_id = models.BigIntegerField()
    account_id = models.BigIntegerField()
    cost_centre_id = models.BigIntegerField()
    project_id = models.BigIntegerField(null=True)
    period = models.IntegerField()
    posted_on = models.DateField()

    class Meta:
        apps = _registry
        app_label = "finance"
        db_table = BARE


def make_tables() -> None:
    with connection.schema_editor() as editor:
        editor.create_model(PlainPosting)
        editor.create_model(BarePosting)
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {BARE} DROP COLUMN id")
        cursor.execute("SELECT count(*) FROM pg_index WHERE indrelid = %s::regclass", [PLAIN])
        assert cursor.fetchone()[0] == 7
        cursor.execute("SELECT count(*) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'", [PLAIN])
        assert cursor.fetchone()[0] == 4


def cleaner(batch: ImportBatch) -> Callable[[int, Row], str]:
    """Makes the line of a clean file: ids for codes, a decimal point."""
    accounts = dict(Account.objects.values_list("code", "pk"))
    centres = dict(CostCentre.objects.values_list("code", "pk"))
    projects: dict[str, Any] = {**dict(LedgerProject.objects.values_list("code", "pk")), "": ""}

    def clean(line: int, r: Row) -> str:
        return (
            f"{batch.pk};{line};{r.period};{accounts[r.account]};{centres[r.centre]};{projects[r.project]};"
            f'{r.activity};"{r.funder}";"{r.counterparty}";{r.day};{r.voucher};{r.supplier};{r.text};'
            f"{kronor(r.ore, '.')}\n"
        )

    return clean


def empty_tables() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {BARE}, {PLAIN}")


def copy_seconds(table: str, path: Path) -> float:
    """Empties the table, and times `psql \\copy` of the file into it, commit included."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {table}")
        cursor.execute("CHECKPOINT") if _may_checkpoint(cursor) else None
    program = shutil.which("psql")
    started = time.perf_counter()
    if program:
        db = connection.settings_dict
        address = [f"--host={db['HOST']}", f"--username={db['USER']}", f"--dbname={db['NAME']}"]
        address += [f"--port={db['PORT']}"] if db["PORT"] else []
        order = f"\\copy {table} ({_COLUMNS}) FROM '{path}' WITH (FORMAT csv, DELIMITER ';')"
        subprocess.run([program, "--no-psqlrc", "--quiet", *address, "--command", order], check=True)
    else:
        _copy_without_psql(table, path)
    return time.perf_counter() - started


def _may_checkpoint(cursor: Any) -> bool:
    cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
    return bool(cursor.fetchone()[0])


def _copy_without_psql(table: str, path: Path) -> None:
    order = f"COPY {table} ({_COLUMNS}) FROM STDIN WITH (FORMAT csv, DELIMITER ';')"
    with connection.cursor() as cursor, cursor.copy(order) as copy, path.open("rb") as file:
        while block := file.read(1 << 16):
            copy.write(block)
