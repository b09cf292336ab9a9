"""The pages of budgets and forecasts, for controllers and for those who see a part."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from finance.actions import approvals as actions
from finance.choices import ApprovalLevel
from finance.models import BudgetVersion
from tests.conftest import TODAY
from tests.core.registers import filled
from tests.factories.finance import BudgetFactory, BudgetLineFactory, ForecastFactory
from vp_portal.core.access import Role
from vp_portal.core.periods import MONTHS, Period
from vp_portal.core.spreadsheets import read_csv, read_xlsx

pytestmark = pytest.mark.django_db
HEAD = "kst\tkontogrupp\tbelopp\n"


def text(response):
    return " ".join(response.content.decode().replace("\xa0", " ").split())


@pytest.fixture
def controller(client, world):
    client.force_login(world.users[Role.CONTROLLER])
    return client


@pytest.fixture
def draft(world):
    return BudgetFactory(name="Budget 2025")


def url(version, rest=""):
    return f"/finance/budgets/{version.pk}/{rest}"


def fill(world, version, **fields):
    for centre, group, amount in (
        (world.mine, world.licences.group, "1200.00"),
        (world.mine, world.salaries.group, "500.25"),
        (world.other, world.salaries.group, "333.33"),
    ):
        BudgetLineFactory(version=version, cost_centre=centre, account_group=group, amount=Decimal(amount), **fields)


def test_a_version_is_made_from_the_outcome_with_a_factor(controller, world):
    form = filled(controller, "/finance/budgets/new/")
    data = form | {"kind": "budget", "year": "2026", "name": "Budget 2026", "start": "outcome-2025", "factor": "1,1"}
    response = controller.post("/finance/budgets/new/", data)
    version = BudgetVersion.objects.get()
    assert response.headers["Location"] == url(version)
    assert sum(line.amount for line in version.lines.per_centre().costs()) == Decimal("2200.11")
    assert version.made_by == world.users[Role.CONTROLLER]


def test_a_computed_forecast_tells_how_it_came_to_be(controller):
    form = filled(controller, "/finance/budgets/new/")
    data = form | {"kind": "forecast", "year": "2025", "tertial": "2", "name": "T2", "start": "computed"}
    controller.post("/finance/budgets/new/", data)
    page = text(controller.get(url(BudgetVersion.objects.get(), "basis/")))
    assert "IT" in page
    assert "Beloppen kommer ojämnt" in page or "Ett stort belopp om året" in page


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "forecast"}, "Välj vilket tertial"),
        ({"start": "computed"}, "Det som räknas fram är en prognos"),
        ({"year": "1"}, "mellan 1990 och 2199"),
        ({"name": ""}, "Namn"),
        ({"factor": "-1"}, "Räkna upp med"),
    ],
)
def test_a_version_that_makes_no_sense_is_refused(controller, changes, words):
    form = filled(controller, "/finance/budgets/new/") | {"kind": "budget", "year": "2026", "name": "B"}
    response = controller.post("/finance/budgets/new/", form | changes)
    assert response.status_code == 422
    assert words in text(response)
    assert not BudgetVersion.objects.exists()


def test_pasted_rows_are_previewed_and_stored_on_a_yes(controller, world, draft, django_capture_on_commit_callbacks):
    pasted = HEAD + "11320\tit\t1 200,00\n11320\tpersonal\t-0,01"
    response = controller.post(url(draft, "rows/preview/"), {"text": pasted})
    assert (response.status_code, draft.lines.count()) == (200, 0)
    assert "kostnader 1 199,99 kr" in text(response)
    form = {"kept": response.context["confirm"].initial["kept"], "origin": "inklistrat"}
    with django_capture_on_commit_callbacks(execute=True):
        controller.post(url(draft, "rows/store/"), form)
    assert sum(line.amount for line in draft.lines.all()) == Decimal("1199.99")
    draft.refresh_from_db()
    assert draft.origin == "inklistrat, 2 rader"
    assert "Raderna finns inte kvar" in text(controller.post(url(draft, "rows/store/"), form))


def test_rows_kept_for_one_version_are_not_anothers(controller, world, draft):
    response = controller.post(url(draft, "rows/preview/"), {"text": HEAD + "11320\tit\t10"})
    other = BudgetFactory(year=2025)
    answer = controller.post(url(other, "rows/store/"), {"kept": response.context["confirm"].initial["kept"]})
    assert "Raderna finns inte kvar" in text(answer)
    assert not other.lines.exists()


@pytest.mark.parametrize("name", ["../../etc/passwd", "x", "0" * 31])
def test_the_name_of_kept_rows_names_nothing_else(controller, draft, name):
    assert controller.post(url(draft, "rows/store/"), {"kept": name}).status_code == 422


def test_rows_larger_than_a_form_are_stored_whole(controller, world, draft, settings):
    """The yes names the rows, which wait on the disk."""
    body = ("kst;kontogrupp;" + ";".join(MONTHS) + "\n11320;it;" + ";".join(["123456789,01"] * 12)).encode()
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 200
    response = controller.post(url(draft, "rows/preview/"), {"file": SimpleUploadedFile("budget.csv", body)})
    kept = response.context["confirm"].initial["kept"]
    assert controller.post(url(draft, "rows/store/"), {"kept": kept}).status_code == 302
    assert draft.lines.count() == 12


def test_what_is_too_much_to_paste_is_refused_with_what_to_do(controller, draft, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    response = controller.post(url(draft, "rows/preview/"), {"text": HEAD + "x" * 2000})
    assert response.status_code == 422
    assert "Spara det som en fil och läs in filen" in text(response)


def test_a_few_rows_pasted_into_a_version_are_not_where_it_came_from(controller, world, draft):
    fill(world, draft)
    BudgetVersion.objects.filter(pk=draft.pk).update(origin="Kopierad från utfallet 2024 × 1")
    controller.post(url(draft, "rows/store/"), {"text": HEAD + "11320\tit\t1 200,00", "origin": "inklistrat"})
    draft.refresh_from_db()
    assert draft.origin == "Kopierad från utfallet 2024 × 1"
    assert "inklistrat, 1 rad" in text(controller.get(url(draft)))


@pytest.mark.parametrize(
    ("role", "waits"), [(Role.CONTROLLER, "utan att vänta på"), (Role.MANAGEMENT, "Linjecheferna först")]
)
def test_whose_turn_it_is_meets_the_form(see, world, draft, role, waits):
    """A controller may pass over managers with a reason; management waits for the controller."""
    fill(world, draft)
    actions.submit(draft, dues=dict.fromkeys(ApprovalLevel, TODAY), by=world.users[Role.CONTROLLER], on=TODAY)
    page = text(see(world.users[role], url(draft)))
    assert waits in page
    assert ("Skicka tillbaka" in page) == (role == Role.CONTROLLER)


def test_a_year_that_is_not_over_says_how_far_it_is_booked(controller):
    assert "Utfallet 2025, bara det som är bokfört till och med" in text(controller.get("/finance/budgets/new/"))


def test_a_file_is_previewed_by_its_name(controller, draft):
    file = SimpleUploadedFile("budget.csv", b"kst;kontogrupp;belopp\n11320;it;12,00\n")
    response = controller.post(url(draft, "rows/preview/"), {"file": file, "text": ""})
    assert response.status_code == 200
    assert "budget.csv" in text(response)


def test_unknown_codes_and_wrong_values_are_told_and_nothing_is_stored(controller, draft):
    response = controller.post(url(draft, "rows/preview/"), {"text": HEAD + "99999\tit\t10\n11320\tit\tx"})
    assert response.status_code == 422
    page = text(response)
    assert "Okända koder: inget är sparat" in page
    assert "99999" in page
    assert "inget belopp" in page
    assert "confirm" not in response.context
    controller.post(url(draft, "rows/store/"), {"text": HEAD + "99999\tit\t10"})
    assert not draft.lines.exists()


def test_a_file_with_unknown_codes_is_told_what_they_hold_and_nothing_is_stored(controller, draft):
    rows = b"kst;kontogrupp;belopp\n11320;it;12,00\n99999;it;10,00\n99999;it2;5,50\n"
    response = controller.post(
        url(draft, "rows/preview/"), {"file": SimpleUploadedFile("budget.csv", rows), "text": ""}
    )
    assert response.status_code == 422
    assert "Okända koder: inget är sparat" in text(response)
    assert [(each.code, each.line, each.count) for each in response.context["found"].unknown] == [
        ("99999", 3, 2),
        ("it2", 4, 1),
    ]
    assert '99999</th><td>kostnadsställe</td><td class="num">3</td>' in text(response)
    assert not draft.lines.exists()


def test_an_income_without_its_sign_is_pointed_at(controller, draft):
    response = controller.post(url(draft, "rows/preview/"), {"text": HEAD + "11320\tanslag\t900"})
    assert "Intäkterna är negativa" in text(response)


def test_the_table_to_change_holds_what_the_version_has(controller, world, draft):
    fill(world, draft)
    held = controller.get(url(draft, "rows/?filled=1")).context["form"].initial["text"]
    response = controller.post(url(draft, "rows/preview/"), {"text": held})
    assert "3 rader, kostnader 2 033,58 kr" in text(response)


def test_a_row_is_changed_month_by_month_and_by_a_spread_year(controller, world, draft):
    place = url(draft, "row/?cost_centre=11320&group=state.it")
    controller.post(place, {"m1": "10,50", "m12": "1 000"})
    assert {(line.period, line.amount) for line in draft.lines.all()} == {
        (Period(202501), Decimal("10.50")),
        (Period(202512), Decimal("1000.00")),
    }
    controller.post(place, {"year_amount": "100", "m1": "10,50"})
    assert sum(line.amount for line in draft.lines.all()) == Decimal("100.00")
    assert "Ändrad för hand" in text(controller.get(place))


def test_page_csv_and_xlsx_show_the_same(controller, world, draft):
    fill(world, draft)
    page = controller.get(url(draft)).context
    csv = read_csv(controller.get(url(draft), {"format": "csv"}).content)
    xlsx = read_xlsx(controller.get(url(draft), {"format": "xlsx"}).content)
    sums = {Decimal(table[1][-1][-1].replace(",", ".")) for table in (csv, xlsx)}
    assert sums == {page["cuts"]["cost_centre"].total} == {sum(row.total for row in page["page"])}
    assert [row[:4] for row in csv[1]] == [row[:4] for row in xlsx[1]]


def test_a_manager_sees_own_rows_and_that_the_rest_is_left_out(see, world):
    version = BudgetFactory(state="submitted")
    fill(world, version)
    response = see(world.manager.user, url(version))
    assert response.context["cuts"]["cost_centre"].cost == Decimal("1700.25")
    assert "Andras lönebudget visas inte" in text(response)


@pytest.mark.parametrize("role", [Role.READER, Role.MANAGEMENT, Role.ADMINISTRATOR])
def test_a_draft_is_not_found_by_others(see, world, draft, role):
    assert see(world.users[role], url(draft)).status_code == 404


def test_from_draft_to_decided_in_the_browser(client, world, draft):
    fill(world, draft)
    client.force_login(world.users[Role.CONTROLLER])
    client.post(url(draft, "submit/"), filled(client, url(draft, "submit/")))
    for user, level in (
        (world.manager.user, "unit"),
        (world.users[Role.CONTROLLER], "controller"),
        (world.users[Role.MANAGEMENT], "management"),
    ):
        client.force_login(user)
        mine = draft.approvals.filter(level=level).exclude(unit__code="ITS").get()
        assert "Skicka tillbaka" in text(client.get(url(draft)))
        client.post(url(draft, f"approvals/{mine.pk}/"), {"said": "yes", "comment": "Ja."})
    draft.refresh_from_db()
    assert (draft.state, draft.counts) == ("decided", True)


def test_days_of_the_levels_come_in_order(controller, draft):
    days = {"unit": "2025-10-10", "controller": "2025-10-01", "management": "2025-11-01"}
    response = controller.post(url(draft, "submit/"), days)
    assert response.status_code == 422
    assert "Dagen ligger före nivån under" in text(response)


def test_a_draft_is_discarded_and_others_are_not(controller, draft):
    sent = BudgetFactory(state="submitted")
    for version in (draft, sent):
        controller.post(url(version, "discard/"))
    assert list(BudgetVersion.objects.all()) == [sent]


def test_a_forecast_is_computed_anew(controller):
    version = ForecastFactory()
    controller.post(url(version, "compute/"))
    assert version.lines.exists()


@pytest.mark.parametrize("page", ["", "basis/"])
def test_pages_ask_the_same_number_of_queries_for_more_rows(
    controller, world, draft, page, django_assert_num_queries, django_assert_max_num_queries
):
    fill(world, draft)
    controller.get(url(draft, page))
    with django_assert_max_num_queries(30) as asked:
        controller.get(url(draft, page))
    for _number in range(30):
        BudgetLineFactory(version=draft)
    with django_assert_num_queries(len(asked)):
        controller.get(url(draft, page))


def test_the_list_asks_the_same_number_of_queries_for_more_versions(
    controller, world, draft, django_assert_num_queries, django_assert_max_num_queries
):
    controller.get("/finance/budgets/")
    with django_assert_max_num_queries(30) as asked:
        controller.get("/finance/budgets/")
    for number in range(5):
        fill(world, BudgetFactory(name=f"Till {number}"))
    with django_assert_num_queries(len(asked)):
        controller.get("/finance/budgets/")
