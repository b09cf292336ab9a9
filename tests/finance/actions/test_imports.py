"""Booking a file: what gets in, what is refused, and that nothing is stored in between."""

import datetime as dt
import threading
from decimal import Decimal

import pytest
from django.db import connection, connections
from django.db.models import Sum

from finance.actions import allocation, imports
from finance.actions.imports import book_file
from finance.models import (
    Account,
    AllocationLine,
    AllocationRun,
    CodeString,
    CostCentre,
    CostRollup,
    ImportBatch,
    LedgerCell,
    LedgerSum,
    Posting,
)
from tests.factories.core import UserFactory
from tests.factories.finance import ProfileFactory, RuleFactory
from tests.factories.services import ServiceFactory
from tests.finance.ledger_files import AT, HEADER, ROWS, book, default_source, write
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
REAL = "leverantorsreskontra-2016-03.csv"


def partitions() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_class WHERE relname LIKE 'finance_posting_b%' AND relkind = 'r'")
        return cursor.fetchone()[0]


def stored() -> dict[str, int]:
    models = (Posting, ImportBatch, LedgerCell, CodeString, Account, CostCentre, AllocationRun, CostRollup)
    return {model.__name__: model.objects.count() for model in models} | {"partitions": partitions()}


def test_a_file_is_booked_with_its_rows_in_order(tmp_path):
    result = book(write(tmp_path, *ROWS))
    rows = Posting.objects.order_by("id").values_list("line", "period", "amount", "voucher_no", "posted_on", "text")
    assert result.status == "booked"
    assert list(rows) == [
        (2, Period(202503), Decimal("1000.00"), "1", dt.date(2025, 3, 14), "Hyra mars"),
        (3, Period(202503), Decimal("2500.50"), "2", dt.date(2025, 3, 15), "Licens"),
        (4, Period(202504), Decimal("-500.25"), "3", dt.date(2025, 4, 1), "Kredit"),
    ]


def test_the_result_says_what_was_booked(tmp_path):
    report = book(write(tmp_path, *ROWS)).as_json()
    assert report["batch"] == ImportBatch.objects.get().pk
    assert (report["rows"], report["booked"], report["sum"], report["encoding"]) == (3, 3, "3000.25", "UTF-8")
    assert report["periods"] == {"202503": {"rows": 2, "sum": "3500.50"}, "202504": {"rows": 1, "sum": "-500.25"}}


def test_the_batch_remembers_who_and_which_file(tmp_path):
    user = UserFactory()
    book(write(tmp_path, *ROWS), by=user)
    batch = ImportBatch.objects.get()
    assert (batch.file_name, batch.row_count, batch.total) == ("huvudbok.csv", 3, Decimal("3000.25"))
    assert (batch.booked_by, batch.booked_at, batch.history.count()) == (user, AT, 1)


def test_twins_are_all_kept(tmp_path):
    result = book(write(tmp_path, ROWS[0], ROWS[0], ROWS[0]))
    assert (result.booked, result.sum, Posting.objects.count()) == (3, Decimal("3000.00"), 3)


def test_new_accounts_get_their_name_and_group_and_history(tmp_path):
    book(write(tmp_path, *ROWS))
    account = Account.objects.get(code="5730")
    assert (account.name, account.group.code, account.chart.code) == ("Licenser", "drift", "stat")
    assert account.history.get().history_change_reason


def test_an_account_outside_all_ranges_has_no_group(tmp_path):
    book(write(tmp_path, "202503;8999;Resultat;1100;;1;;;10,00"))
    assert Account.objects.get().group is None


def test_an_account_shorter_than_a_range_lies_outside_it(tmp_path):
    book(write(tmp_path, "202503;5;Fem;1100;;1;;;10,00"))
    assert Account.objects.get().group is None


def test_cells_and_sums_hold_the_same_as_the_rows(tmp_path):
    book(write(tmp_path, *ROWS, ROWS[0]))
    assert LedgerCell.objects.get(code_string__account__code="5010").amount == Decimal("2000.00")
    assert sum(LedgerCell.objects.values_list("amount", flat=True)) == Decimal("4000.25")
    assert sum(CostRollup.objects.in_force().values_list("amount", flat=True)) == Decimal("4000.25")


def test_the_ledgers_sums_by_account_hold_the_same_as_its_cells(tmp_path):
    book(write(tmp_path, *ROWS, ROWS[0]))
    cells = LedgerCell.objects.order_by().values_list("batch", "period", "code_string__account")
    sums = cells.annotate(total=Sum("amount"), rows=Sum("row_count"))
    assert sorted(sums) == sorted(LedgerSum.objects.values_list("batch", "period", "account", "amount", "row_count"))


def test_a_second_file_adds_to_the_run_in_force(tmp_path):
    book(write(tmp_path, *ROWS))
    book(write(tmp_path, *ROWS[:2]))
    assert AllocationRun.objects.count() == 1
    assert sum(CostRollup.objects.in_force().values_list("amount", flat=True)) == Decimal("6500.75")


def test_what_a_rule_reaches_lands_on_its_cost_object(tmp_path):
    service = ServiceFactory()
    RuleFactory(cost_object=service, conditions=[("account", "exact", "5730")])
    book(write(tmp_path, *ROWS))
    assert sum(AllocationLine.objects.values_list("amount", flat=True)) == Decimal("2000.25")
    assert CostRollup.objects.in_force().unallocated().get().amount == Decimal("1000.00")


def test_the_same_file_again_is_a_duplicate_and_stores_nothing(tmp_path):
    path = write(tmp_path, *ROWS)
    first = book(path)
    before = stored()
    again = book(path)
    assert (again.status, again.batch, again.booked) == ("duplicate", first.batch, 0)
    assert stored() == before


def test_the_same_file_may_be_booked_again_when_its_batch_has_ended(tmp_path):
    path = write(tmp_path, *ROWS)
    book(path)
    ImportBatch.objects.update(ended_at=AT)
    AllocationRun.objects.update(in_force_to=AT)
    assert book(path).status == "booked"


def test_unknown_codes_are_refused_and_named_once(tmp_path):
    default_source()
    result = book_file(write(tmp_path, *ROWS), at=AT)
    assert result.status == "refused"
    assert [(u.kind, u.code, u.count, u.sum) for u in result.unknown_codes] == [
        ("account", "5010", 1, Decimal("1000.00")),
        ("account", "5730", 2, Decimal("2000.25")),
        ("cost_centre", "1100", 2, Decimal("3500.50")),
        ("cost_centre", "1200", 1, Decimal("-500.25")),
        ("project", "P1", 1, Decimal("1000.00")),
    ]
    assert not any(stored().values())


def test_a_dry_run_stores_nothing(tmp_path):
    result = book(write(tmp_path, *ROWS), dry_run=True)
    assert (result.status, result.rows, result.booked, result.sum) == ("dry_run", 3, 0, Decimal("3000.25"))
    assert not any(stored().values())


def test_a_failure_in_the_last_step_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(allocation, "_check", lambda run: (_ for _ in ()).throw(allocation.NotConserved))
    with pytest.raises(allocation.NotConserved):
        book(write(tmp_path, *ROWS))
    assert not any(stored().values())


def test_a_file_with_one_bad_row_leaves_nothing(tmp_path):
    result = book(write(tmp_path, *ROWS, "202503;5010;;1100;;4;;;12 34,00"))
    assert [(e.line, e.column, e.value) for e in result.errors] == [(5, "Belopp", "12 34,00")]
    assert not any(stored().values())


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        ("202514;5010;;1100;;1;;;5,00", "Period", "över 13"),
        (";5010;;1100;;1;;;5,00", "Period", "saknas"),
        ("202503;;;1100;;1;;;5,00", "Konto", "konto saknas"),
        ("202503;50/10;;1100;;1;;;5,00", "Konto", "får inte innehålla"),
        ("202503;5010;;11 00;;1;;;5,00", "Kst", "får inte innehålla"),
        ("202503;5010;;1100;;1;2025-02-30;;5,00", "Datum", "finns inte"),
        ("202503;5010;;1100;;1;;;", "Belopp", "saknas"),
        ("202503;5010;;1100;;1;;" + "x" * 501 + ";5,00", "Text", "högst 500"),
        ("202503;5010;;1100;;1;;5,00", "", "8 fält"),
        ("202503;5010;;1100;;1;;;5,00;extra", "", "10 fält"),
        ('202503;5010;;1100;;1;;"öppet citat;5,00', "", "citationstecken"),
    ],
)
def test_a_row_that_is_wrong_is_named_by_line_and_column(tmp_path, row, column, reason):
    result = book(write(tmp_path, row))
    assert result.status == "refused"
    assert [(e.line, e.column) for e in result.errors] == [(2, column)]
    assert reason in result.errors[0].reason


def test_at_most_a_thousand_errors_are_listed_and_all_are_counted(tmp_path):
    result = book(write(tmp_path, *["202503;5010;;1100;;1;;;fel"] * 1200))
    assert (len(result.errors), result.error_count) == (1000, 1200)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "tom"),
        (b"PK\x03\x04resten", "XLSX"),
        (b"\xd0\xcf\x11\xe0resten", "XLS"),
        (b"%PDF-1.7", "PDF"),
        (b"<html><table>", "webbsida"),
        (b"Konto;Belopp\0;Period", "NUL"),
        (b"hej\r\n", "rubrikrad"),
        (b"a;b;c\r\n1;2;3\r\n", "rubrikrad"),
        (HEADER.encode() + b"\r\n", "inga rader"),
        (b"Konto;Kst;Datum\r\n5010;1;2025-01-01\r\n", "Kolumnen saknas"),
        (b"Period;Konto;Belopp;Belopp\r\n", "Flera kolumner"),
        (b"Period;Konto;Belopp;Debet\r\n", "både belopp och debet"),
        ("Period;Konto;Text;Belopp\r\n202501;5010;å ä".encode() + b"\xff;1,00", "blandar"),
        (b"Period;Konto;Text;Belopp\r\n202501;5010;x;900000000000,00\r\n202501;5010;x;900000000000,00", "större"),
        (b"Period;Konto;Text;Belopp\r\n202501;5010;\xc3\xa5" + b"x" * (1 << 20) + b";\xe5\r\n", "blandar"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "fil.csv"
    path.write_bytes(content)
    result = book(path)
    assert result.status == "refused"
    assert reason in result.errors[0].reason


def test_every_missing_column_is_named(tmp_path):
    result = book(write(tmp_path, "1;2", header="Kst;Projekt"))
    assert [error.column for error in result.errors] == ["konto", "belopp", "period"]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "finns inte" in book(tmp_path / "saknas.csv").errors[0].reason


def test_without_a_default_source_the_source_must_be_given(tmp_path):
    result = book_file(write(tmp_path, *ROWS), at=AT)
    assert "importkälla" in result.errors[0].reason


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_swedish_letters_survive_every_encoding(tmp_path, encoding):
    book(write(tmp_path, "202503;5010;Köp åt Östen;ÅÄÖ;;1;;Skärmar;5,00", encoding=encoding))
    assert (Posting.objects.get().text, CostCentre.objects.get().code) == ("Skärmar", "ÅÄÖ")


@pytest.mark.parametrize("separator", [";", "\t", "|", ","])
@pytest.mark.parametrize("line_end", ["\r\n", "\n", "\r"])
def test_every_separator_and_line_end_is_read(tmp_path, separator, line_end):
    lines = ["Period;Konto;Kst;Text;Belopp", '202503;5010;1100;"a;b";"1,50"', '202503;5010;1100;"rad\r\ntvå";"2,00"']
    path = tmp_path / "fil.txt"
    path.write_bytes(line_end.join(line.replace(";", separator) for line in lines).encode())
    result = book(path)
    assert (result.status, result.sum) == ("booked", Decimal("3.50"))
    assert [p.text for p in Posting.objects.order_by("line")] == [f"a{separator}b", "rad\r\ntvå"]


def test_titles_blank_rows_and_repeated_headers_are_passed_over(tmp_path):
    lines = ["sep=;", "Huvudbok för mars", "", "Period;Konto;Kst;Belopp;;", "202503;5010;1100;5,00;;", ";;;;;"]
    lines += ["Period;Konto;Kst;Belopp;;", "202503;5010;1100;7,00"]
    path = tmp_path / "fil.csv"
    path.write_text("\n".join(lines))
    result = book(path)
    assert (result.booked, result.sum) == (2, Decimal("12.00"))
    assert [(row.line, row.reason) for row in result.skipped] == [(6, "tom rad"), (7, "rubrikraden upprepas")]
    assert list(Posting.objects.order_by("line").values_list("line", flat=True)) == [5, 8]


def test_sum_rows_are_control_totals_and_never_booked(tmp_path):
    sums = ["Delsumma;;;;;;;;3 500,50", ROWS[2], "Totalt;;;;;;;;3000,25"]
    result = book(write(tmp_path, *ROWS[:2], *sums))
    assert (result.booked, result.control_total, result.sum) == (3, Decimal("3000.25"), Decimal("3000.25"))
    assert len(ImportBatch.objects.get().skipped) == 2


def test_a_sum_row_that_disagrees_refuses_the_file(tmp_path):
    result = book(write(tmp_path, *ROWS, "Summa;;;;;;;;3000,26"))
    assert result.status == "refused"
    assert "stämmer inte" in result.errors[0].reason


def test_a_row_called_sum_with_an_account_is_booked(tmp_path):
    assert book(write(tmp_path, "202503;5010;;1100;;1;;Summa hyror;5,00")).booked == 1


def test_debit_and_credit_become_one_amount(tmp_path):
    path = write(tmp_path, "202503;5010;1;100,00;", "202503;5010;1;;40,50", header="Period;Konto;Kst;Debet;Kredit")
    book(path)
    assert list(Posting.objects.order_by("line").values_list("amount", flat=True)) == [Decimal(100), Decimal("-40.50")]


@pytest.mark.parametrize(("row", "reason"), [("202503;5010;1;5,00;6,00", "både"), ("202503;5010;1;;", "saknas")])
def test_debit_and_credit_together_or_missing_are_errors(tmp_path, row, reason):
    result = book(write(tmp_path, row, header="Period;Konto;Kst;Debet;Kredit"))
    assert reason in result.errors[0].reason


def test_a_zero_beside_a_debit_is_nothing(tmp_path):
    result = book(write(tmp_path, "202503;5010;1;5,00;0,00", header="Period;Konto;Kst;Debet;Kredit"))
    assert result.sum == Decimal("5.00")


def test_a_year_and_a_month_column_make_a_period(tmp_path):
    book(write(tmp_path, "2025;3;5010;5,00", header="År;Månad;Konto;Belopp"))
    assert Posting.objects.get().period == Period(202503)


def test_a_given_period_stands_in_for_a_missing_column(tmp_path):
    book(write(tmp_path, "5010;5,00", header="Konto;Belopp"), period=Period(202505))
    assert Posting.objects.get().period == Period(202505)


def test_a_given_period_that_the_rows_contradict_is_an_error(tmp_path):
    result = book(write(tmp_path, *ROWS), period=Period(202503))
    assert [error.line for error in result.errors] == [4]


def test_an_ambiguous_amount_column_is_refused_until_a_profile_says(tmp_path):
    path = write(tmp_path, "202503;5010;1.234", header="Period;Konto;Belopp")
    assert "tvetydigt" in book(path).errors[0].reason
    columns = {"Period": "period", "Konto": "account", "Belopp": "amount"}
    profile = ProfileFactory(source=default_source(), columns=columns, decimal_mark=",")
    assert book(path, profile=profile).sum == Decimal("1234.00")


def test_a_profile_with_the_files_own_headers_is_chosen_and_gives_its_source(tmp_path):
    columns = {"Mån": "period", "A": "account", "B": "amount", "C": ""}
    profile = ProfileFactory(columns=columns, decimal_mark=".")
    result = book(write(tmp_path, "202503;5010;12.50;x", header="Mån;A;B;C"))
    batch = ImportBatch.objects.get()
    assert (result.sum, batch.profile, batch.source) == (Decimal("12.50"), profile, profile.source)


def test_a_profile_with_a_role_that_does_not_exist_refuses_the_file(tmp_path):
    profile = ProfileFactory(source=default_source(), columns={"Konto": "kontot"})
    assert "kontot" in book(write(tmp_path, *ROWS), profile=profile).errors[0].reason


@pytest.mark.real_data
def test_the_real_file_gives_its_known_figures(ledger_folder):
    result = book(ledger_folder / REAL)
    sums = {
        code: sum(Posting.objects.filter(code_string__cost_centre__code=code).values_list("amount", flat=True))
        for code in ("BPN", "VPN", "STV")
    }
    assert (result.booked, result.sum) == (20_000, Decimal("65850760.45"))
    assert Posting.objects.filter(amount__lt=0).count() == 788
    assert (Account.objects.count(), CostCentre.objects.count()) == (209, 30)
    assert sums == {"BPN": Decimal("13563329.24"), "VPN": Decimal("11477479.45"), "STV": Decimal("6580171.35")}


@pytest.mark.real_data
@pytest.mark.parametrize(("encoding", "separator"), [("utf-8-sig", "\t"), ("utf-16", "|")])
def test_the_real_file_in_another_dress_gives_the_same(ledger_folder, tmp_path, encoding, separator):
    text = (ledger_folder / REAL).read_text("cp1252").replace("|", "/").replace(";", separator)
    path = tmp_path / "fil.txt"
    path.write_bytes(text.replace("\r\n", "\n").encode(encoding))
    result = book(path)
    assert (result.booked, result.sum) == (20_000, Decimal("65850760.45"))
    assert CostCentre.objects.get(code="VSÖ").name == "Socialnämnd öster"


@pytest.mark.real_data
def test_the_real_file_names_every_unknown_code_once(ledger_folder):
    default_source()
    result = book_file(ledger_folder / REAL, at=AT)
    assert (result.status, len(result.unknown_codes)) == ("refused", 239)
    assert sum(code.count for code in result.unknown_codes if code.kind == "account") == 20_000


def test_booking_does_not_keep_readers_of_the_ledger_waiting(tmp_path):
    book(write(tmp_path, *ROWS))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation JOIN pg_namespace n "
            "ON n.oid = c.relnamespace WHERE l.pid = pg_backend_pid() AND l.mode = 'AccessExclusiveLock' "
            "AND n.nspname = 'public' AND c.relname NOT LIKE 'finance_posting_b%'"
        )
        assert not [name for (name,) in cursor.fetchall() if not name.startswith("pg_")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("partitions_go")
def test_of_two_bookings_of_one_file_at_once_exactly_one_wins(tmp_path):
    path = write(tmp_path, *ROWS)
    default_source()
    start, statuses = threading.Barrier(2), []

    def work():
        start.wait(10)
        statuses.append(imports.book_file(path, create_codes=True, at=AT).status)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(statuses) == ["booked", "duplicate"]
    assert Posting.objects.count() == 3
