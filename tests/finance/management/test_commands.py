import json
import zipfile
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from finance.models import AllocationLine, AllocationRun, Posting
from tests.factories.finance import ProfileFactory, RuleFactory
from tests.factories.services import ServiceFactory
from tests.finance.ledger_files import ROWS, default_source, write
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db


def run(*args) -> tuple[int, str]:
    """Exit code and output."""
    out = StringIO()
    try:
        call_command(*args, stdout=out)
    except SystemExit as stop:
        return stop.code, out.getvalue()
    return 0, out.getvalue()


@pytest.fixture
def file(tmp_path):
    default_source()
    return str(write(tmp_path, *ROWS))


def test_the_json_object_has_every_field_and_amounts_as_text(file):
    code, out = run("import_postings", file, "--create-codes", "--json")
    report = json.loads(out)
    assert code == 0
    assert set(report) == {
        *("status", "batch", "format", "encoding", "rows", "booked", "skipped", "sum", "control_total", "periods"),
        *("errors", "error_count", "unknown_codes", "seconds"),
    }
    assert (report["status"], report["sum"], report["booked"]) == ("booked", "3000.25", 3)


def test_a_booked_file_is_told_in_words(file):
    code, out = run("import_postings", file, "--create-codes")
    assert code == 0
    assert out.startswith("Bokförd: importomgång")
    assert "3\u00a0000,25\u00a0kr" in out
    assert "Ny kod: account 5010" in out


def test_a_duplicate_exits_with_2(file):
    run("import_postings", file, "--create-codes")
    code, out = run("import_postings", file, "--create-codes", "--json")
    assert (code, json.loads(out)["status"], Posting.objects.count()) == (2, "duplicate", 3)


def test_unknown_codes_exit_with_2_and_are_named(file):
    code, out = run("import_postings", file)
    assert code == 2
    assert "Okänd kod: account 5730, 2 rader" in out
    assert not Posting.objects.exists()


def test_a_dry_run_exits_with_0_and_stores_nothing(file):
    code, out = run("import_postings", file, "--create-codes", "--dry-run")
    assert (code, out.splitlines()[0].split(":")[0]) == (0, "Skulle bokföras")
    assert not Posting.objects.exists()


def test_errors_are_told_with_line_and_column_and_the_rest_counted(tmp_path):
    default_source()
    code, out = run("import_postings", str(write(tmp_path, *["202503;5010;;1;;1;;;x"] * 30)))
    assert code == 2
    assert "Rad 2, Belopp ”x”: inget belopp" in out
    assert "… och 10 fel till." in out


def test_all_errors_are_written_to_a_file(tmp_path):
    default_source()
    wrong = str(write(tmp_path, *["202503;5010;;1;;1;;;x"] * 1100))
    assert run("import_postings", wrong, "--errors", str(tmp_path / "fel.csv"))[0] == 2
    assert len((tmp_path / "fel.csv").read_text(encoding="utf-8-sig").splitlines()) == 1101


@pytest.mark.parametrize(("total", "code"), [("3000,25", 0), ("3000.24", 2)])
def test_a_control_total_must_be_the_files_sum(file, total, code):
    found, out = run("import_postings", file, "--create-codes", "--control-total", total)
    assert found == code
    assert Posting.objects.exists() == (code == 0)
    assert ("Det skiljer +0,01" in out) == (code == 2)


def test_one_file_of_a_zip_is_chosen_by_its_name(file, tmp_path):
    with zipfile.ZipFile(tmp_path / "mars.zip", "w") as archive:
        archive.write(file, "a.csv")
        archive.writestr("b.csv", "x")
    path = str(tmp_path / "mars.zip")
    code, out = run("import_postings", path)
    assert code == 2
    assert "a.csv, b.csv" in out
    assert run("import_postings", path, "--member", "a.csv", "--create-codes")[0] == 0


def test_source_profile_and_period_are_found_by_code(tmp_path):
    profile = ProfileFactory(columns={"K": "account", "B": "amount"})
    path = str(write(tmp_path, "5010;5,00", header="K;B"))
    options = ("--profile", profile.code, "--source", default_source().code, "--period", "2025-03", "--create-codes")
    assert run("import_postings", path, *options)[0] == 0
    assert Posting.objects.get().batch.source.code == "huvudbok"


@pytest.mark.parametrize("option", ["--source", "--profile", "--period", "--control-total"])
def test_an_option_that_names_nothing_is_an_error_that_exits_with_2(file, option):
    with pytest.raises(CommandError) as stop:
        call_command("import_postings", file, option, "finnsinte")
    assert stop.value.returncode == 2


def test_allocate_runs_the_rules_again_and_says_what_is_left(file):
    run("import_postings", file, "--create-codes")
    RuleFactory(cost_object=ServiceFactory(), conditions=[("account", "exact", "5730")])
    out = run("allocate")[1]
    assert "varav utan hemvist 1\u00a0000,00\u00a0kr" in out
    assert AllocationRun.objects.count() == 2


def test_allocate_takes_over_what_lies_outside_the_periods(file):
    run("import_postings", file, "--create-codes")
    service = ServiceFactory()
    RuleFactory(cost_object=service, conditions=[("account", "exact", "5730")])
    assert run("allocate", "--from", "202504", "--to", "202504")[0] == 0
    lines = AllocationLine.objects.filter(run__in=AllocationRun.objects.in_force())
    assert [(line.cell.period, line.amount) for line in lines] == [(Period(202504), Decimal("-500.25"))]
    run("allocate", "--from", "202503", "--to", "202503")
    assert sum(lines.all().values_list("amount", flat=True)) == Decimal("2000.25")


@pytest.mark.parametrize("stretch", [("--from", "x"), ("--from", "202505", "--to", "202504")])
def test_allocate_refuses_periods_that_make_no_stretch(stretch):
    with pytest.raises(CommandError) as stop:
        call_command("allocate", *stretch)
    assert stop.value.returncode == 2


def test_a_period_that_is_booked_is_replaced_or_added_to_when_said(file, tmp_path):
    run("import_postings", file, "--create-codes")
    other = str(write(tmp_path, *ROWS, ROWS[0], name="ny.csv"))
    assert run("import_postings", other)[0] == 2
    assert "Ersätter importomgång" in run("import_postings", other, "--replace")[1]
    assert Posting.objects.count() == 4
    assert run("import_postings", file, "--add")[0] == 0
    assert Posting.objects.count() == 7


def test_a_user_that_is_not_there_is_an_error_that_exits_with_2(file):
    with pytest.raises(CommandError, match="Ingen aktiv användare") as stop:
        call_command("import_postings", file, "--user", "ingen")
    assert stop.value.returncode == 2


def test_a_lost_database_is_said_and_tells_what_to_do(file, monkeypatch):
    def lost(*args, **kwargs):
        raise OperationalError("server closed the connection")

    monkeypatch.setattr("finance.management.commands.import_postings.book_file", lost)
    with pytest.raises(CommandError, match="bokförs inte två gånger"):
        call_command("import_postings", file)
