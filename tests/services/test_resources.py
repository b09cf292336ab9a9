"""The catalogue's files, in and out through the admin's own pages."""

import datetime as dt

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from services import resources
from services.models import Assignment, OrgUnit, Person, Service, UnitManager, UnitParent
from tests.core.files import complaints, confirm, preview, put_in, take_out
from tests.core.registers import address
from tests.factories.core import AdminUserFactory
from tests.factories.services import (
    MaintenanceObjectFactory,
    PersonFactory,
    ServiceAreaFactory,
    ServiceFactory,
    UnitFactory,
    UnitManagerFactory,
)
from vp_portal.core.spreadsheets import read_csv, read_xlsx, write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(AdminUserFactory(first_name="Ada", last_name="Berg"))
    return client


def test_units_come_in_by_code_with_their_days(browser):
    put_in(
        browser, OrgUnit, ["kod", "namn", "från och med", "till och med"], ["D", "Drift", "2024-01-01", "2025-12-31"]
    )
    assert OrgUnit.objects.get(code="D").valid == DateRange(dt.date(2024, 1, 1), dt.date(2026, 1, 1))


def test_a_known_code_is_changed_and_what_the_file_leaves_out_stays(browser):
    unit = UnitFactory(code="D", name="Drift")
    page = put_in(browser, OrgUnit, ["Kod", "NAMN"], ["D", "Drift och support"])
    unit.refresh_from_db()
    assert (unit.name, unit.valid.lower) == ("Drift och support", dt.date(2020, 1, 1))
    assert "Importen är klar: 0 nya, 1 ändrad, 0 oförändrade." in page.content.decode()


def test_an_import_leaves_history_with_who_and_which_file(browser):
    put_in(browser, Person, ["signatur", "namn"], ["eli", "Eva Lind"])
    record = Person.objects.get(code="eli").history.get()
    assert record.history_user.get_full_name() == "Ada Berg"
    assert record.history_change_reason == "Import av fil.csv"


def test_the_same_file_again_changes_nothing(browser):
    service = ServiceFactory(area=ServiceAreaFactory())
    service.maintenance_objects.add(MaintenanceObjectFactory())
    data = take_out(browser, Service).content
    before = service.history.count()
    page = confirm(browser, Service, preview(browser, Service, data))
    assert "0 nya, 0 ändrade, 1 oförändrad" in page.content.decode()
    assert service.history.count() == before


@pytest.mark.parametrize(("name", "chosen", "read"), [("a.csv", "0", read_csv), ("a.xlsx", "1", read_xlsx)])
def test_services_go_out_and_come_in_again(browser, name, chosen, read):
    area, obj = ServiceAreaFactory(code="KOM"), MaintenanceObjectFactory(code="FO7")
    service = ServiceFactory(code="0012", name="=E-post", area=area, owner=PersonFactory(code="eli"))
    service.maintenance_objects.add(obj)
    data = take_out(browser, Service, chosen).content
    assert read(data)[1][0][:6] == ["0012", "=E-post", "", "I drift", "eli", "KOM"]
    Service.objects.all().delete()
    confirm(browser, Service, preview(browser, Service, data, name))
    again = Service.objects.get(code="0012")
    assert (again.name, again.area, again.maintenance_objects.get()) == ("=E-post", area, obj)


def test_a_file_follows_the_lists_filters(browser):
    ServiceFactory(code="A", lifecycle="live")
    ServiceFactory(code="B", lifecycle="retired")
    rows = read_csv(take_out(browser, Service, lifecycle__exact="retired").content)[1]
    assert [row[0] for row in rows] == ["B"]


def test_a_file_has_a_safe_name_and_is_not_kept(browser, today):
    response = take_out(browser, Service)
    assert response.headers["Content-Disposition"] == 'attachment; filename="tjanster-2025-09-15.csv"'
    assert response.headers["Cache-Control"].endswith("private")


def test_a_file_needs_as_many_queries_for_thirty_rows_as_for_one(browser, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (1, 29):
        for _each in range(more):
            service = ServiceFactory(area=ServiceAreaFactory(), owner=PersonFactory())
            service.maintenance_objects.add(MaintenanceObjectFactory())
        with CaptureQueriesContext(connection) as queries:
            take_out(browser, Service)
        counts.append(len(queries))
    assert counts[0] == counts[1]


ERRORS = [
    ("D;Drift;2024-13-01;", [(2, "från och med: ”2024-13-01” är inget datum (ÅÅÅÅ-MM-DD).")]),
    ("D;Drift;2025-01-01;2024-01-01", [(2, "från och med: Slutet får inte ligga före starten.")]),
    ("D;;2025-01-01;", [(2, "namn: Detta fält får inte vara tomt.")]),
    ("D 1;Drift;2025-01-01;", [(2, "kod: En kod får inte innehålla blanktecken eller något av / ? # & % ; \\")]),
]


@pytest.mark.parametrize(("line", "expected"), ERRORS)
def test_a_mistake_is_told_with_its_line_and_column(browser, line, expected):
    page = preview(browser, OrgUnit, f"kod;namn;från och med;till och med\r\n{line}\r\n".encode())
    assert complaints(page) == expected
    assert "Ingenting är sparat" in page.content.decode()


def test_one_mistake_stops_the_whole_file(browser):
    page = preview(browser, Person, b"signatur;namn\r\neli;Eva Lind\r\nbek;\r\n")
    assert complaints(page) == [(3, "namn: Detta fält får inte vara tomt.")]
    assert not Person.objects.exists()


def test_unknown_codes_are_named(browser):
    UnitFactory(code="D")
    page = preview(browser, UnitManager, b"enhet;linjechef;fr\xe5n och med\r\nD;xyz;2024-01-01\r\nQ;xyz;2024-01-01\r\n")
    assert complaints(page) == [
        (2, "linjechef: Person med koden ”xyz” finns inte."),
        (3, "enhet: Enhet med koden ”Q” finns inte."),
        (3, "linjechef: Person med koden ”xyz” finns inte."),
    ]


def test_unknown_codes_among_several_are_named(browser):
    page = preview(browser, Service, "kod;namn;förvaltningsobjekt\r\nT;Tjänst;FO1, FO2\r\n".encode())
    assert complaints(page) == [(2, "Förvaltningsobjekt med koden ”FO1, FO2” finns inte.")]


def test_unknown_and_missing_columns_are_named(browser):
    page = preview(browser, OrgUnit, b"koden;namn\r\nD;Drift\r\n")
    assert complaints(page) == [("", "Okänd kolumn: koden. Kolumnen ”kod” saknas.")]


def test_an_overlap_within_the_file_is_told(browser):
    UnitFactory(code="D")
    PersonFactory(code="eli")
    data = "enhet;linjechef;från och med\r\nD;eli;2024-01-01\r\nD;eli;2025-01-01\r\n".encode()
    page = preview(browser, UnitManager, data)
    assert complaints(page) == [(3, "från och med: Enheten har redan en chef de dagarna.")]


def test_a_circle_is_told(browser):
    top = UnitFactory(code="A", name="A")
    UnitFactory(code="B", name="B", parent=top)
    page = preview(browser, UnitParent, "enhet;hör till;från och med\r\nA;B;2024-01-01\r\n".encode())
    assert complaints(page) == [(2, "hör till: B ligger under A: det skulle bli en cirkel.")]


def test_a_manager_is_found_by_unit_and_first_day(browser):
    row = UnitManagerFactory(unit__code="D", person=PersonFactory(code="eli"))
    headers = ["enhet", "linjechef", "från och med", "till och med"]
    put_in(browser, UnitManager, headers, ["D", "eli", "2020-01-01", "2024-12-31"], ["D", "eli", "2025-01-01", ""])
    row.refresh_from_db()
    assert row.valid.upper == dt.date(2025, 1, 1)
    assert UnitManager.objects.count() == 2


def test_shares_have_a_decimal_comma(browser):
    PersonFactory(code="eli")
    ServiceFactory(code="T")
    headers = ["person", "kostnadsbärare", "arbetsuppgift", "andel i procent", "från och med"]
    put_in(browser, Assignment, headers, ["eli", "T", "Drift", "12,5", "2025-01-01"])
    assert str(Assignment.objects.get().share) == "12.5000"
    assert ";12,5000;" in take_out(browser, Assignment).content.decode()


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.xlsx", b"kod;namn", "Filen kan inte läsas som XLSX."),
        ("a.csv", b"a;b\r\n1;2;3", "Rad 2 har inte lika många kolumner som rubrikraden."),
        ("a.csv", b"kod;namn\r\n", "Filen har inga rader att läsa in."),
    ],
)
def test_a_file_that_cannot_be_read_says_why(browser, name, data, text):
    assert text in preview(browser, Person, data, name).content.decode()


def test_a_file_is_refused_by_its_size_before_it_is_read(browser, settings):
    settings.REGISTER_MOST_BYTES = 2048
    page = preview(browser, Person, b"signatur;namn\r\n" + b"eli;Eva\r\n" * 300)
    assert page.context["form"].errors["import_file"] == ["Filen är för stor: 2,7\xa0kB. Högst 2,0\xa0kB tas emot."]
    assert not list(settings.MEDIA_ROOT.iterdir())


def test_what_has_changed_since_the_preview_stops_the_import(browser):
    data = "enhet;linjechef;från och med\r\nD;eli;2024-01-01\r\n".encode()
    unit = UnitFactory(code="D")
    PersonFactory(code="eli")
    page = preview(browser, UnitManager, data)
    UnitManagerFactory(unit=unit)
    answer = confirm(browser, UnitManager, page)
    assert "Enheten har redan en chef de dagarna." in answer.content.decode()
    assert UnitManager.objects.count() == 1


@pytest.mark.parametrize("name", ["../../settings.py", "..", "0" * 32, ""])
def test_a_forged_file_name_is_refused(browser, name):
    data = {"import_file_name": name, "original_file_name": "x", "format": "0", "resource": "0"}
    response = browser.post(address(Person, "process_import"), data)
    assert response.status_code == 200
    assert "errornote" in response.content.decode()


@pytest.mark.parametrize("changes", [{"format": "9"}, {"format": "x"}, {"resource": "7"}])
def test_forged_choices_are_refused(browser, changes):
    page = preview(browser, Person, b"signatur;namn\r\neli;Eva\r\n")
    response = browser.post(address(Person, "process_import"), {**page.context["confirm_form"].initial, **changes})
    assert response.status_code == 200
    assert not Person.objects.exists()


def test_an_uploaded_file_is_gone_when_it_has_been_read(browser, tmp_path):
    page = preview(browser, Person, b"signatur;namn\r\neli;Eva\r\n")
    assert len(list(tmp_path.rglob("*"))) == 2
    confirm(browser, Person, page)
    assert [path.name for path in tmp_path.rglob("*")] == ["register-imports"]


def test_nothing_inline_in_preview_and_errors(browser):
    from tests.core.test_admin_pages import INLINE

    PersonFactory(code="eli", name="Eva")
    for data in ("signatur;namn\r\neli;<b>Eva</b>\r\n", "signatur;namn\r\neli;\r\n"):
        page = preview(browser, Person, data.encode()).content.decode()
        assert INLINE.findall(page) == []
        assert "<b>" not in page


def test_numbers_of_a_spreadsheet_are_codes_without_decimals(browser):
    data = write_xlsx(["signatur", "namn"], [[1010, "Eva"]])
    confirm(browser, Person, preview(browser, Person, data, "a.xlsx"))
    assert Person.objects.get().code == "1010"


def test_blank_lines_are_passed_over_and_counted(browser):
    page = preview(browser, Person, b"signatur;namn\r\n;\r\neli;\r\n")
    assert complaints(page) == [(3, "namn: Detta fält får inte vara tomt.")]


@pytest.mark.parametrize(
    "resource", [r for r in vars(resources).values() if isinstance(r, type) and r.__module__ == resources.__name__]
)
def test_headers_are_swedish_and_told_apart(resource):
    headers = resource().get_export_headers()
    assert len(set(headers)) == len(headers)
    assert not {"code", "name", "owner", "valid", "unit"} & set(headers)
