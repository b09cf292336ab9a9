"""Which files were booked, and what one of them held. For controllers and administrators."""

import datetime as dt
from decimal import Decimal

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.factories.core import UserFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db

PATH = "/finance/imports/"


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def later(world):
    """A second import, in another month, with a skipped row, that no longer counts."""
    batch = world.new_batch(
        file_name="rättelse.csv",
        sha256="ab" * 32,
        skipped=[{"line": 7, "reason": "tom rad"}],
        booked_by=world.manager.user,
    )
    world.post(world.licences, world.mine, 202506, "12.50", batch=batch)
    world.post(world.licences, world.mine, 202505, "-2.50", batch=batch)
    world.allocate()
    batch.refresh_from_db()
    batch.booked_at = dt.datetime(2025, 9, 1, 10, tzinfo=dt.UTC)
    batch.ended_at = dt.datetime(2025, 9, 2, 10, tzinfo=dt.UTC)
    batch.save()
    return batch


@pytest.mark.parametrize(("role", "rows"), [(Role.CONTROLLER, "13 rader"), (Role.ADMINISTRATOR, "10 rader")])
def test_controllers_and_administrators_see_the_imports(see, world, role, rows):
    response = see(world.users[role], PATH)
    assert response.context["page"].count == 1
    assert rows in text(response)
    assert see(world.users[role], f"{PATH}{world.batch.pk}/").status_code == 200


def test_an_administrator_is_shown_the_open_part_of_a_file_and_told_so(see, world):
    response = see(world.users[Role.ADMINISTRATOR], f"{PATH}{world.batch.pk}/")
    content = response.context["content"]
    assert (content.rows, content.amount) == (10, Decimal("6759.10"))
    assert "Personal" not in [part.label for part in content.groups]
    assert "Lönekostnader ingår inte" in text(response)
    assert "Kontrollsumma" not in text(response)


def test_the_list_has_the_same_part_of_each_file(see, world):
    response = see(world.users[Role.ADMINISTRATOR], PATH)
    assert response.context["page"].total == Decimal("6759.10")
    assert [row.shown_rows for row in response.context["page"].rows] == [10]
    assert "Lönekostnader ingår inte" in text(response)


@pytest.mark.parametrize("role", [Role.READER, Role.PLAN_OWNER, Role.MANAGEMENT])
def test_others_may_not(see, world, role):
    assert see(world.users[role], PATH).status_code == 403
    assert see(world.users[role], f"{PATH}{world.batch.pk}/").status_code == 403


def test_a_line_manager_may_not(see, world):
    assert see(world.manager.user, PATH).status_code == 403


def test_without_imports_the_page_says_how_to_begin(see, today):
    assert "manage.py import_postings" in text(see(UserFactory(role=Role.CONTROLLER), PATH))


@pytest.mark.parametrize(
    ("query", "files"),
    [
        ({}, 2),
        ({"state": "now"}, 1),
        ({"state": "ended"}, 1),
        ({"q": "rättelse"}, 1),
        ({"q": "ABAB"}, 1),
        ({"q": "finns ej"}, 0),
        ({"state": "undone"}, 1),
        ({"state": "replaced"}, 0),
        ({"state": "differing"}, 0),
        ({"period": "202506"}, 1),
        ({"period": "2025-06", "state": "now"}, 0),
        ({"by": "server"}, 1),
        ({"source": "huvudbok"}, 2),
        ({"since": "2025-08-13"}, 1),
        ({"until": "2025-08-12"}, 1),
        ({"since": "2025-09-01", "until": "2025-09-01"}, 1),
    ],
)
def test_imports_are_found_by(as_controller, later, query, files):
    assert as_controller(PATH, **query).context["page"].count == files


@pytest.mark.parametrize(
    "query", [{"since": "i går"}, {"source": "x"}, {"state": "x"}, {"q": "\x00"}, {"period": "juni"}, {"by": "x"}]
)
def test_what_cannot_be_understood_is_said(as_controller, query):
    response = as_controller(PATH, **query)
    assert response.status_code == 200
    assert "Filtret kan inte användas" in text(response)


def test_imports_are_found_by_who_booked_them_and_by_number(as_controller, world, later):
    for query in ({"by": world.manager.user.pk}, {"q": str(later.pk)}):
        assert [row.pk for row in as_controller(PATH, **query).context["page"].rows] == [later.pk]


@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_the_list_goes_out_as_seen(as_controller, later, fmt):
    response = as_controller(PATH, format=fmt, state="undone")
    assert f"importer.{fmt}" in response.headers["Content-Disposition"]
    if fmt == "csv":
        head, row = response.content.decode("utf-8-sig").splitlines()
        assert "Kontrollsumma" in head
        assert "rättelse.csv" in row
        assert "Tillbakatagna" in row


def test_a_sum_that_is_not_the_typed_control_total_is_marked_found_and_named(as_controller, later, world):
    type(later).objects.filter(pk=later.pk).update(stated_total=later.total + 2, stated_by=world.users[Role.CONTROLLER])
    response = as_controller(PATH, state="differing")
    assert [row.pk for row in response.context["page"].rows] == [later.pk]
    assert "skiljer −2,00" in text(response)
    assert "filen skiljer −2,00 kr" in text(as_controller(f"{PATH}{later.pk}/"))
    table = as_controller(PATH, format="csv", state="differing").content.decode("utf-8-sig")
    assert "-2,00" in table


def test_what_a_sum_is_checked_against_is_for_those_who_see_the_whole(see, world, later):
    type(later).objects.update(stated_total=Decimal("98765.43"))
    administrator = world.users[Role.ADMINISTRATOR]
    assert "Filtret kan inte användas" in text(see(administrator, PATH, state="differing"))
    pages = [see(administrator, PATH), see(administrator, PATH, format="csv"), see(administrator, f"{PATH}{later.pk}/")]
    assert not any("765,43" in text(page) for page in pages)


def test_days_in_the_wrong_order_are_said(as_controller):
    response = as_controller(PATH, since="2025-09-02", until="2025-09-01")
    assert "Den sista dagen ligger före den första" in text(response)


def test_the_list_says_what_a_file_held_and_whether_it_counts(as_controller, later):
    page = text(as_controller(PATH))
    assert "2025-05–2025-06" in page
    assert "1 överhoppad" in page
    assert "tillbakatagen" in page


def test_an_imports_periods_and_groups_add_up_to_the_file(as_controller, world):
    content = as_controller(f"{PATH}{world.batch.pk}/").context["content"]
    assert content.agrees
    assert sum(part.amount for part in content.periods) == sum(part.amount for part in content.groups) == content.amount
    assert content.rows == world.batch.row_count or content.rows == 13


def test_an_imports_figures_lead_to_their_rows(as_controller, world):
    content = as_controller(f"{PATH}{world.batch.pk}/").context["content"]
    for part in [*content.periods, *content.groups]:
        page = as_controller(part.url).context["page"]
        assert (page.count, page.total) == (part.rows, part.amount)


def test_an_import_that_no_longer_counts_says_so_and_has_no_rows_to_open(as_controller, later):
    response = as_controller(f"{PATH}{later.pk}/")
    assert "Gäller inte längre" in text(response)
    assert "tom rad" in text(response)
    assert response.context["content"].amount == Decimal("10.00")
    assert not any(part.url for part in response.context["content"].periods)


def test_an_unknown_import_is_not_found(as_controller):
    assert as_controller(f"{PATH}9999999/").status_code == 404


def test_the_number_of_queries_does_not_grow(as_controller, world, django_assert_max_num_queries):
    as_controller(PATH)
    with django_assert_max_num_queries(20) as few:
        as_controller(PATH)
    for _number in range(30):
        world.post(world.licences, world.mine, 202506, "1.00", batch=world.new_batch(booked_by=world.manager.user))
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert as_controller(PATH).context["page"].count == 31


def test_a_controller_has_the_rules_run_again(as_controller, world, client):
    as_controller(PATH)
    response = client.post("/finance/allocation/", follow=True)
    assert "Fördelningen körs i bakgrunden" in text(response)
    assert "en ny fördelning väntar eller körs" in text(response)
    assert ProcrastinateJob.objects.get().args == {"user_id": world.users[Role.CONTROLLER].pk}


def test_a_second_wish_is_told_that_one_waits(as_controller, client):
    as_controller(PATH)
    client.post("/finance/allocation/")
    assert "En fördelning väntar redan" in text(client.post("/finance/allocation/", follow=True))


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MANAGEMENT, Role.READER])
def test_others_may_not_run_the_rules(client, world, role):
    client.force_login(world.users[role])
    assert client.post("/finance/allocation/").status_code == 403
    assert not ProcrastinateJob.objects.exists()


def test_the_rules_are_not_run_by_opening_an_address(as_controller):
    assert as_controller("/finance/allocation/").status_code == 405


def test_an_administrator_sees_when_the_rules_ran_but_no_button(see, world):
    page = text(see(world.users[Role.ADMINISTRATOR], PATH))
    assert "Reglerna kördes över hela huvudboken 2025-08-12" in page
    assert "Kör fördelningen igen" not in page
