"""The rows behind the figures. January–July 2025 is asked for where nothing else is said."""

from decimal import Decimal

import pytest

from finance.models import ImportBatch
from tests.factories.core import UserFactory
from vp_portal.core import exports
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry
from vp_portal.core.spreadsheets import read_xlsx

pytestmark = pytest.mark.django_db

PATH = "/finance/postings/"


@pytest.fixture
def rows(as_controller):
    return lambda **query: as_controller(PATH, **query)


def amounts(response) -> list[str]:
    return sorted(str(row.amount) for row in response.context["page"].rows)


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def test_a_controller_sees_every_row_to_the_ore(rows):
    response = rows()
    assert response.context["page"].count == 9
    assert response.context["page"].total == Decimal("1210.10")
    assert "9 rader, summa 1 210,10 kr" in text(response)
    assert "−50,00" in text(response)


def test_a_line_manager_sees_own_cost_centres_with_salaries(see, world):
    response = see(world.manager.user, PATH, kind="cost")
    assert amounts(response) == ["400.10", "500.00", "600.00"]
    assert "Annat AB" not in text(response)


def test_a_cost_owner_sees_what_was_sent_to_the_own_cost_object(see, world):
    assert amounts(see(world.owner.user, PATH, kind="cost")) == ["-50.00", "350.00", "400.10", "600.00"]


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.ADMINISTRATOR])
def test_management_sees_no_salaries(see, world, role):
    response = see(world.users[role], PATH)
    assert "500.00" not in amounts(response)
    assert "Lönekostnader ingår inte" in text(response)


def test_a_reader_is_told_why_there_is_nothing(see, world):
    response = see(world.users[Role.READER], PATH)
    assert "Du har inga kostnader att visa här" in text(response)
    assert "page" not in response.context


def test_a_reader_gets_no_file(see, world):
    assert see(world.users[Role.READER], PATH, format="csv")["Content-Type"].startswith("text/html")


def test_before_the_first_import_the_page_says_what_to_do(see, today):
    assert "manage.py import_postings" in text(see(UserFactory(role=Role.CONTROLLER), PATH))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"from": "202502", "to": "202502"}, ["-50.00", "350.00"]),
        ({"from": "202411", "to": "202411"}, ["999.00"]),
        ({"from": "202500", "to": "202500"}, ["5000.00"]),
        ({"special": "1"}, ["5000.00"]),
        ({"cost_centre": "11310"}, ["-50.00", "200.00", "350.00"]),
        ({"unit": "ITS"}, ["-50.00", "200.00", "350.00"]),
        ({"group": "state.personal"}, ["200.00", "500.00"]),
        ({"account": "40"}, ["200.00", "500.00"]),
        ({"kind": "cost", "unallocated": "1"}, ["200.00", "500.00"]),
        ({"kind": "cost", "cost_object": "-"}, ["200.00", "500.00"]),
        ({"cost_object": "TJ1"}, ["-50.00", "33.00", "350.00", "400.10", "600.00"]),
        ({"kind": "cost", "cost_object": "TJ1;-", "cost_centre": "11310"}, ["-50.00", "200.00", "350.00"]),
        ({"kind": "income"}, ["-900.00"]),
        ({"kind": "distribution"}, ["33.00"]),
        ({"q": "nordmoln licens"}, ["400.10"]),
        ({"q": "lf77"}, ["600.00"]),
        ({"q": "%"}, []),
    ],
)
def test_rows_are_found_by(rows, query, expected):
    assert amounts(rows(**query)) == sorted(expected)


def test_an_imports_rows_are_those_of_all_periods(rows, world):
    response = rows(batch=world.batch.pk)
    assert response.context["page"].count == 13
    assert f"Import {world.batch.pk}" in text(response)


def test_rows_of_an_import_that_no_longer_counts_are_not_shown(rows, world):
    ImportBatch.objects.update(ended_at=world.batch.booked_at)
    assert rows().context["page"].count == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "x"}, "x är ingen period"),
        ({"batch": "x"}, "Importens nummer är inget tal"),
        ({"batch": "99999999999999999999999"}, "Filtret kan inte användas"),
        ({"cost_object": "TJX"}, "TJX finns inte"),
        ({"kind": "x"}, "x är inget slag"),
        ({"sort": "x"}, "Filtret kan inte användas"),
        ({"q": "a\x00b"}, "Filtret kan inte användas"),
        ({"account": "a\x00b"}, "Filtret kan inte användas"),
    ],
)
def test_what_cannot_be_understood_is_said(rows, query, said):
    response = rows(**query)
    assert response.status_code == 200
    assert said in text(response)
    assert "page" not in response.context


@pytest.mark.parametrize("page", ["0", "-1", "x", "99", ""])
def test_a_page_that_is_not_there_is_the_nearest(rows, page):
    assert rows(page=page).context["page"].rows.number == 1


def test_the_sum_is_of_all_pages(rows, world):
    for _number in range(60):
        world.post(world.licences, world.mine, 202506, "1.00")
    world.allocate()
    page = rows(page="2").context["page"]
    assert (len(page.rows.object_list), page.count, page.total) == (19, 69, Decimal("1270.10"))


def test_the_largest_amount_can_stand_first(rows):
    assert [row.amount for row in rows(sort="amount").context["page"].rows][:2] == [
        Decimal("-900.00"),
        Decimal("600.00"),
    ]


def test_a_row_says_its_cost_object_and_where_it_came_from(rows, world):
    page = text(rows(q="nordmoln"))
    assert "E-post" in page
    assert f'href="/finance/imports/{world.batch.pk}/"' in page


def test_a_manager_gets_no_link_to_the_import(see, world):
    assert "/finance/imports/" not in text(see(world.manager.user, PATH))


def test_a_row_without_a_home_says_so(rows):
    assert "utan hemvist" in text(rows(account="4011"))


def test_csv_has_the_rows_of_the_page_and_no_formulas(rows, world):
    world.post(world.licences, world.mine, 202506, "-7.00", text="=HYPERLINK(1)", supplier_name="@SUM(A1)")
    world.allocate()
    lines = rows(format="csv", sort="file").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 10
    assert "'=HYPERLINK(1)" in lines[-1]
    assert "'@SUM(A1)" in lines[-1]
    assert ";-7,00;" in lines[-1]


def test_xlsx_adds_up_to_the_pages_sum(rows):
    header, lines = read_xlsx(rows(format="xlsx", kind="cost").content)
    amount = header.index("Belopp")
    assert sum(Decimal(line[amount]) for line in lines) == rows(kind="cost").context["page"].total


def test_a_file_holds_no_more_than_its_user_may_see(see, world):
    file = see(world.manager.user, PATH, format="csv").content.decode("utf-8-sig")
    assert "Annat AB" not in file
    assert "11310" not in file


def test_too_many_rows_for_a_file_are_said(rows, monkeypatch):
    monkeypatch.setattr(exports, "MOST_ROWS", 5)
    response = rows(format="csv")
    assert response["Content-Type"].startswith("text/html")
    assert "Urvalet har 9 rader. En fil tar högst 5" in text(response)


@pytest.mark.parametrize("who", ["controller", "chef"])
def test_the_number_of_queries_does_not_grow(see, world, django_assert_max_num_queries, who):
    user = world.users[Role.CONTROLLER] if who == "controller" else world.manager.user
    see(user, PATH, q="nordmoln")
    with django_assert_max_num_queries(29) as few:
        assert see(user, PATH, q="nordmoln").context["page"].count == 1
    for _number in range(30):
        world.post(world.licences, world.mine, 202506, "1.00", supplier_name="Nordmoln AB", batch=world.batch)
    world.allocate()
    with django_assert_max_num_queries(29) as many:
        assert see(user, PATH, q="nordmoln").context["page"].count == 31
    assert len(many.captured_queries) == len(few.captured_queries)


def test_who_reads_sensitive_rows_leaves_a_trace_without_amounts(see, world):
    see(world.manager.user, PATH, kind="cost", cost_centre="11320")
    entry = AuditEntry.objects.get(event=AuditEvent.SENSITIVE_VIEW)
    assert entry.user_id == world.manager.user.pk
    assert entry.detail["rows"] == 1
    assert entry.detail["cost_centre"] == "11320"
    assert "500" not in str(entry.detail)


def test_a_file_of_sensitive_rows_leaves_a_trace_too(see, world):
    see(world.users[Role.CONTROLLER], PATH, kind="cost", format="csv")
    assert AuditEntry.objects.get(event=AuditEvent.SENSITIVE_VIEW).detail["rows"] == 2


def test_open_rows_leave_none(see, world):
    see(world.users[Role.MANAGEMENT], PATH)
    assert not AuditEntry.objects.filter(event=AuditEvent.SENSITIVE_VIEW).exists()
