"""The page of the economy. January–July 2025 is asked for where nothing else is said."""

import json
from decimal import Decimal

import pytest

from finance.choices import FlowKind
from finance.models import ImportBatch
from tests.factories.core import UserFactory
from tests.factories.finance import AccountFactory, AccountGroupFactory, ChartFactory
from vp_portal.core.access import Role
from vp_portal.core.spreadsheets import read_xlsx

pytestmark = pytest.mark.django_db

TURNS = ["group", "cost_centre", "cost_object", "owner", "supplier", "month"]


def text(response) -> str:
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def cost(response) -> Decimal:
    return response.context["page"].flows.cost.this


def test_a_controller_sees_all_cost_and_that_it_is_the_ledgers(as_controller):
    response = as_controller()
    page = response.context["page"]
    assert cost(response) == page.table.total.this == page.proof.table.ledger == Decimal("2000.10")
    assert "kostnaderna i huvudboken" in text(response)
    assert "2 000,10 kr" in text(response)
    assert page.proof.everything.parts == page.proof.everything.ledger == Decimal("1210.10")


def test_a_line_manager_sees_own_cost_centres_with_salaries_and_that_the_rest_is_left_out(see, world):
    response = see(world.manager.user)
    assert cost(response) == Decimal("1500.10")
    assert "Bara den kostnad som du får se ingår" in text(response)
    assert response.context["page"].proof is None


def test_a_cost_owner_sees_what_was_sent_to_the_own_cost_object(see, world):
    assert cost(see(world.owner.user)) == Decimal("1300.10")


@pytest.mark.parametrize("role", [Role.MANAGEMENT, Role.ADMINISTRATOR])
def test_management_sees_all_but_salaries_and_that_they_are_left_out(see, world, role):
    response = see(world.users[role])
    assert cost(response) == Decimal("1300.10")
    assert "Lönekostnader ingår inte" in text(response)


@pytest.mark.parametrize("role", [Role.READER, Role.PLAN_OWNER])
def test_a_reader_is_told_why_there_is_nothing(see, world, role):
    response = see(world.users[role])
    assert "Du har inga kostnader att visa här" in text(response)
    assert "page" not in response.context
    assert "2 000" not in text(response)


def test_before_the_first_import_a_controller_is_told_what_to_do(see, today):
    assert "manage.py import_postings" in text(see(UserFactory(role=Role.CONTROLLER)))


def test_before_the_first_import_others_are_told_to_wait(see, today):
    assert "när en controller har läst in" in text(see(UserFactory(role=Role.READER)))


def test_the_months_are_those_up_to_the_latest_booked(as_controller):
    page = as_controller().context["page"]
    assert (page.first, page.last) == (202501, 202507)
    assert page.flows.cost.last == Decimal("400.00")


def test_distribution_accounts_and_internal_rows_are_no_cost(as_controller):
    flows = as_controller().context["page"].flows
    assert flows.by_kind[FlowKind.DISTRIBUTION].this == Decimal("33.00")
    assert flows.by_kind[FlowKind.OTHER].this == Decimal("77.00")


def test_special_periods_are_named_and_not_counted(as_controller):
    response = as_controller()
    assert response.context["page"].flows.special == Decimal("5000.00")
    rows = as_controller(response.context["page"].special_url)
    assert rows.context["page"].total == Decimal("5000.00")


def test_income_is_shown_above_zero_and_net_is_income_minus_cost(as_controller):
    flows = as_controller().context["page"].flows
    assert (flows.income.this, flows.net.this) == (Decimal("900.00"), Decimal("-1100.10"))


def test_unallocated_is_a_share_of_absolute_amounts(as_controller):
    flows = as_controller().context["page"].flows
    assert flows.unallocated == Decimal("700.00")
    assert flows.unallocated_share == Decimal("700.00") / Decimal("2000.10")


@pytest.mark.parametrize("by", TURNS)
@pytest.mark.parametrize(
    "query", [{}, {"kind": "income"}, {"unit": "ITD"}, {"cost_object": "TJ1"}, {"cost_object": "-"}]
)
def test_however_the_table_is_turned_its_sum_is_the_ledgers(as_controller, by, query):
    page = as_controller(by=by, **query).context["page"]
    assert sum(part.amount.this for part in page.table.parts) == page.table.total.this
    assert page.proof.table.holds
    assert page.proof.everything.holds


@pytest.mark.parametrize("by", TURNS)
@pytest.mark.parametrize("who", ["controller", "chef", "owner"])
def test_every_amount_of_the_table_leads_to_rows_with_its_sum(see, world, by, who):
    user = {"controller": world.users[Role.CONTROLLER], "chef": world.manager.user, "owner": world.owner.user}[who]
    for part in see(user, by=by).context["page"].table.parts:
        for url, amount in ((part.url, part.amount.this), (part.last_url, part.amount.last)):
            assert see(user, url).context["page"].total == amount


def test_the_totals_and_the_months_lead_to_rows_with_their_sums(as_controller):
    page = as_controller().context["page"]
    assert as_controller(page.cost_url).context["page"].total == page.flows.cost.this
    assert as_controller(page.income_url).context["page"].total == -page.flows.income.this
    assert as_controller(page.unallocated_url).context["page"].total == page.flows.unallocated
    mark = next(mark for mark in page.chart.marks if "mars 2025" in mark.title.replace("\xa0", " "))
    assert as_controller(mark.url).context["page"].total == Decimal("500.00")


def test_the_largest_deviation_stands_first(as_controller):
    parts = as_controller(by="cost_centre").context["page"].table.parts
    assert [part.code for part in parts] == ["11320", "11310"]
    assert [part.amount.difference for part in parts] == [Decimal("1250.10"), Decimal("350.00")]


def test_a_rows_name_narrows_the_page_to_it(as_controller):
    part = as_controller(by="cost_centre").context["page"].table.parts[0]
    page = as_controller(part.narrow_url).context["page"]
    assert page.table.dimension.code == "group"
    assert page.table.total.this == part.amount.this


def test_a_batch_that_was_ended_makes_the_proof_fail_until_the_rules_run_again(as_controller, world):
    extra = world.new_batch()
    world.post(world.licences, world.mine, 202505, "10.00", batch=extra)
    world.allocate()
    ImportBatch.objects.filter(pk=extra.pk).update(ended_at=extra.booked_at)
    response = as_controller()
    assert not response.context["page"].proof.table.holds
    assert "skiljer" in text(response)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"from": "abc"}, "abc är ingen period"),
        ({"to": "202599"}, "202599 är ingen period"),
        ({"from": "202507", "to": "202501"}, "ligger före den första"),
        ({"from": "202513", "to": "202513"}, "Välj vanliga månader"),
        ({"from": "201001", "to": "202507"}, "högst fem år"),
        ({"unit": "XX"}, "XX finns inte."),
        ({"cost_centre": "99999"}, "99999 finns inte."),
        ({"group": "it"}, "it finns inte."),
        ({"cost_object": "TJ1;TJX"}, "TJX finns inte."),
        ({"kind": "nonsense"}, "nonsense är inget slag"),
        ({"kind": "distribution"}, "Sidan visar kostnader eller intäkter"),
        ({"unit": "\x00"}, "finns inte"),
    ],
)
def test_what_cannot_be_understood_is_said_and_no_figure_is_shown(as_controller, query, said):
    response = as_controller(**query)
    assert response.status_code == 200
    assert said in text(response)
    assert "page" not in response.context


@pytest.mark.parametrize("query", [{"by": "x"}, {"sort": "x"}, {"page": "x"}, {"show": "x"}])
def test_what_only_turns_the_page_falls_back(as_controller, query):
    assert cost(as_controller(**query)) == Decimal("2000.10")


def test_months_without_rows_say_so(as_controller):
    assert "Inget är bokfört i urvalet" in text(as_controller(**{"from": "202001", "to": "202003"}))


def test_a_last_year_that_is_not_wholly_booked_is_said(as_controller):
    assert "Jämförelsen haltar" not in text(as_controller())
    response = as_controller(**{"from": "202411", "to": "202507"})
    assert "Inget är bokfört före januari 2024" in text(response)
    assert response.context["page"].cost_change == ""
    assert "Skillnaden visas bara för de månader som finns på båda sidor" in text(response)
    assert not [
        mark for mark in response.context["page"].chart.marks if "2023" in mark.title.split(":")[0].split(",")[1]
    ]


UNEVEN = {"from": "202311", "to": "202407"}


@pytest.mark.parametrize("by", ["group", "cost_centre", "cost_object", "owner", "supplier"])
def test_no_difference_is_told_where_the_comparison_is_not_whole(as_controller, by):
    response = as_controller(**UNEVEN, by=by)
    table = response.context["page"].table
    assert {(part.amount.told, part.amount.percent, part.bar) for part in table.parts} == {(None, None, None)}
    assert (table.total.told, table.total.percent, table.sort) == (None, None, "amount")
    assert '<td class="num">–</td><td class="num table__minor">–</td>' in text(response)


def test_the_months_that_can_be_compared_are(as_controller):
    parts = as_controller(**{"from": "202411", "to": "202502"}, by="month").context["page"].table.parts
    assert {part.code: part.amount.told for part in parts} == {
        "202411": None,
        "202501": Decimal("150.10"),
        "202502": Decimal("300.00"),
    }


def test_months_that_are_not_booked_yet_are_not_compared(as_controller):
    response = as_controller(**{"from": "202501", "to": "202512"})
    assert "Inget är bokfört efter juli 2025, så summorna för 2025 är inte hela" in text(response)
    assert response.context["page"].table.total.told is None
    assert cost(response) == Decimal("2000.10")


def test_a_file_tells_no_difference_either_and_says_why(as_controller):
    page = as_controller(**UNEVEN).context["page"]
    *_rows, total, said = as_controller(**UNEVEN, format="csv").content.decode("utf-8-sig").splitlines()
    assert total.endswith(";0,00;;")
    assert said.strip('"') == page.lacks
    assert json.loads(as_controller(**UNEVEN, format="json").content)["rows"][-2][4:] == [None, None]
    _header, rows = read_xlsx(as_controller(**UNEVEN, format="xlsx").content)
    assert [cell for cell in rows[-2][4:] if cell] == []


def test_codes_are_chosen_several_at_a_time(as_controller):
    both = as_controller(cost_centre="11320;11310")
    assert cost(both) == cost(as_controller(cost_centre=["11320", "11310"])) == Decimal("2000.10")
    assert "2 valda: 11320 Systemdrift, 11310 Styrning" in text(both)


def test_the_filter_offers_a_manager_the_own_codes(see, world):
    choices = see(world.manager.user).context["form"].fields["unit"].widget.choices
    assert [code for code, _label in choices] == ["", "ITD"]


def test_the_files_show_the_figures_of_the_page(as_controller):
    page = as_controller(by="cost_object").context["page"]
    lines = as_controller(by="cost_object", format="csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "Kod;Kostnadsbärare;2025;2024;Skillnad;Skillnad, %"
    assert lines[1] == "TJ1;E-post;1300,10;250,00;1050,10;420,0"
    assert lines[-1] == f";Summa;{page.table.total.this};400,00;1600,10;400,0".replace(".", ",")
    _header, rows = read_xlsx(as_controller(by="cost_object", format="xlsx").content)
    assert rows[-1][1:3] == ["Summa", "2000.1"]


def test_an_unknown_file_format_is_a_bad_request(as_controller):
    assert as_controller(format="pdf").status_code == 400


@pytest.mark.parametrize("by", TURNS)
@pytest.mark.parametrize("who", ["controller", "chef"])
def test_the_number_of_queries_does_not_grow(see, world, django_assert_max_num_queries, by, who):
    user = world.users[Role.CONTROLLER] if who == "controller" else world.manager.user
    see(user, by=by)
    with django_assert_max_num_queries(29) as few:
        see(user, by=by)
    for number in range(30):
        world.post(world.licences, world.mine, 202501 + number % 7, "1.00", batch=world.batch)
    world.allocate()
    with django_assert_max_num_queries(len(few.captured_queries)) as many:
        see(user, by=by)
    assert len(many.captured_queries) == len(few.captured_queries)


def test_groups_of_several_charts_are_told_apart(as_controller, world):
    other = AccountFactory(group=AccountGroupFactory(name="IT", chart=ChartFactory(name="Kommunens plan")))
    world.post(other, world.mine, 202505, "10.00")
    world.allocate()
    response = as_controller()
    assert {part.note for part in response.context["page"].table.parts} >= {"Kommunens plan"}
    assert "IT (Kommunens plan)" in text(response)
