"""Pages with `?as_of=`: what was known then, for who may see it today, with nothing to change."""

import datetime as dt
import re

import pytest
from django.db import connection

from finance.actions import by_hand, flags
from finance.models import Posting, PostingFlag, VarianceComment
from finance.models.scope import gets_sums
from goals.choices import Status
from goals.models import ExpectedResult
from services.models import CostObject, UnitManager
from tests.factories.core import UserFactory
from tests.factories.finance import (
    BudgetFactory,
    BudgetLineFactory,
    DriverValueFactory,
    FundingShareFactory,
    FundingSourceFactory,
)
from tests.factories.goals import (
    CheckInFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    PlanFactory,
    PlanSectionFactory,
)
from tests.factories.services import PersonFactory, ServiceFactory
from tests.finance.ledger_world import booked_world
from vp_portal.core import access
from vp_portal.core.access import Role
from vp_portal.core.models import User
from vp_portal.core.periods import Period, since
from vp_portal.overview.demo.store import history_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

BEFORE, BETWEEN, AFTER = "2025-03-01", "2025-05-01", "2025-09-01"
LATER = dt.datetime(2025, 9, 2, 8, 0, tzinfo=dt.UTC)


def on(day: str):
    """What is saved inside is known since that day's noon."""
    return history_at(dt.datetime.fromisoformat(f"{day}T12:00:00+00:00"))


@pytest.fixture
def result():
    """Read in on 10 April as "Före", changed on 10 June; a check-in made on 20 August."""
    with on("2025-04-10"):
        plan = PlanFactory(name="Planen")
        section = PlanSectionFactory(plan=plan, title="Inledning", text="Gammal text")
        was = PersonFactory(name="Gamla Ansvarig", user=UserFactory(username="forr"))
        found = ExpectedResultFactory(focus_area=FocusAreaFactory(plan=plan), text="Före", owner=was)
    with on("2025-06-10"):
        found.text, found.owner = "Efter", PersonFactory(name="Nya Ansvarig")
        found.save()
        section.text = "Ny text"
        section.save()
    with on("2025-08-20"):
        CheckInFactory(result=found, status=Status.RISK, made_at=dt.datetime(2025, 8, 20, 9, 0, tzinfo=dt.UTC))
    return found


@pytest.fixture
def world():
    """The ledger world, booked on 12 August; 111 111 more on 2 September, which no rule has been asked about."""
    return booked_world()


@pytest.fixture
def reader(world):
    return world.users[Role.READER]


@pytest.mark.parametrize("address", ["/plan/", "/plan/document/", "/plan/results/3.1.1/", "/plan/?view=gaps"])
def test_the_plan_is_told_as_it_was(text, reader, result, address):
    mark = "&" if "?" in address else "?"
    assert "Efter" in text(reader, address) or "gaps" in address or "document" in address
    shown = text(reader, f"{address}{mark}as_of={BETWEEN}")
    assert "Du ser portalen som den var 2025-05-01." in shown
    assert "Efter" not in shown


def test_a_result_has_the_words_and_the_check_ins_of_the_day(text, reader, result):
    shown = text(reader, f"/plan/results/3.1.1/?as_of={BETWEEN}")
    assert "Före" in shown
    assert "Gamla Ansvarig" in shown
    assert "Ingen har gjort en avstämning än." in shown
    assert "Det går framåt." in text(reader, f"/plan/results/3.1.1/?as_of={AFTER}")


def test_a_result_that_was_not_there_yet_says_so_and_leads_to_its_first_day(text, client, reader, result):
    with on("2025-06-20"):
        ExpectedResultFactory(focus_area=result.focus_area, text="Nytt i juni")
    shown = text(reader, f"/plan/results/3.1.2/?as_of={BETWEEN}")
    assert f"Du ser portalen som den var {BETWEEN}." in shown
    assert "Resultatet fanns inte än" in shown
    assert "Nytt i juni" not in shown
    assert 'href="?as_of=2025-06-20"' in shown
    assert "Nytt i juni" in text(reader, "/plan/results/3.1.2/?as_of=2025-06-20")
    client.force_login(reader)
    assert client.get("/plan/results/3.1.2/?as_of=2031-01-01").status_code == 200
    assert client.get("/plan/results/9.9.9/").status_code == 404


def test_the_document_has_the_text_of_the_day(text, reader, result):
    shown = text(reader, f"/plan/document/?as_of={BETWEEN}")
    assert "Gammal text" in shown
    assert "Ny text" not in shown


def test_before_everything_nothing_is_known_and_no_zero_is_shown(text, world, result):
    shown = text(world.users[Role.PLAN_OWNER], f"/?as_of={BEFORE}")
    assert "Uppgift saknas" in shown
    assert "Portalen vet något om planen först från 2025-04-10." in shown
    assert "key-figure__value" not in shown
    assert "Uppgift saknas" in text(world.users[Role.CONTROLLER], f"/finance/?as_of={BEFORE}")
    assert "Uppgift saknas" in text(world.users[Role.CONTROLLER], f"/finance/unallocated/?as_of={BEFORE}")


def test_a_wrong_day_is_told_and_today_shown(text, reader, result):
    shown = text(reader, "/plan/?as_of=2031-01-01")
    assert "2031-01-01 har inte varit än. Här visas i dag." in shown
    assert "Efter" in shown
    assert "Du ser portalen som den var" not in shown


def test_the_page_after_is_of_today_again(text, reader, result):
    text(reader, f"/plan/?as_of={BETWEEN}")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema() AND relkind IN ('r', 'v')"
        )
        assert cursor.fetchone()[0] == 0
    assert ExpectedResult.objects.get().text == "Efter"


def test_a_page_that_is_not_there_leaves_nothing_behind(client, reader, result):
    client.force_login(reader)
    assert client.get(f"/plan/results/9.9.9/?as_of={BETWEEN}").status_code == 404
    assert ExpectedResult.objects.get().text == "Efter"


def test_nobody_changes_anything_from_a_day_that_is_over(text, client, world, result):
    planner = world.users[Role.PLAN_OWNER]
    assert "Spara avstämningen" in text(planner, "/plan/results/3.1.1/")
    shown = text(planner, f"/plan/results/3.1.1/?as_of={AFTER}")
    assert "Spara avstämningen" not in shown
    assert "Du ser tillbaka, och då kan inget ändras." in shown
    document = text(planner, f"/plan/document/?as_of={AFTER}")
    assert "Registrera ett beslut" not in document
    assert 'action="/plan/export' not in document


def test_who_led_a_result_then_gets_nothing_by_it(text, result):
    was = User.objects.get(username="forr")
    for address in (f"/plan/results/3.1.1/?as_of={BETWEEN}", f"/?as_of={BETWEEN}"):
        shown = text(was, address)
        assert "Spara avstämningen" not in shown
        assert "Gör avstämning" not in shown


def test_links_keep_the_day_and_one_leads_to_today(text, reader, result):
    shown = text(reader, f"/plan/?as_of={BETWEEN}")
    assert f'href="/plan/results/3.1.1/?as_of={BETWEEN}"' in shown
    assert '<a data-today href="?">' in shown
    assert f'<input type="hidden" name="as_of" value="{BETWEEN}">' in shown
    assert 'href="/plan/calendar/"' in shown


def main_of(page: str) -> str:
    """Without the head, whose forms have tokens."""
    return page.partition("<main")[2].partition("</main>")[0]


def one_more(world) -> None:
    batch = world.new_batch()
    world.batch = batch
    world.post(world.licences, world.mine, 202507, "111111.00", text="Senare")
    world.allocate()
    type(batch).objects.filter(pk=batch.pk).update(booked_at=LATER)


def test_money_is_that_of_the_batches_booked_then(text, world):
    one_more(world)
    controller = world.users[Role.CONTROLLER]
    assert "Senare" in text(controller, "/finance/postings/")
    shown = text(controller, f"/finance/postings/?as_of={AFTER}")
    assert "Senare" not in shown
    assert "Årsavgift" in shown


@pytest.mark.parametrize("path", ["flow/", "showback/", "funding/", "?by=supplier", "?by=cost_object"])
def test_every_cut_of_the_money_is_that_of_the_batches_booked_then(text, world, path):
    with on("2025-08-01"):
        value = DriverValueFactory(cost_object=CostObject.objects.get(pk=world.service.pk), value=10)
    controller, mark = world.users[Role.CONTROLLER], "&" if "?" in path else "?"
    before = text(controller, f"/finance/{path}{mark}as_of={AFTER}")
    one_more(world)
    value.value = 20
    value.save()
    again, now = (main_of(text(controller, f"/finance/{path}{query}")) for query in (f"{mark}as_of={AFTER}", ""))
    assert f"Du ser portalen som den var {AFTER}." in before
    assert again == main_of(before)
    large = re.compile(r"\b11[12]\s")  # with the 111 111 kronor that came later
    assert (bool(large.search(now)), bool(large.search(again))) == (True, False)


def test_a_home_by_hand_and_a_flag_are_told_from_the_day_that_they_were_given(text, world):
    row = Posting.objects.get(text="Årsavgift")
    target, at = CostObject.objects.get(pk=ServiceFactory(name="För hand").pk), LATER
    by_hand.assign([row], target, reason="Hör hit", by=world.users[Role.CONTROLLER], at=at)
    with history_at(at):
        made = PostingFlag(wrong="Fel konto", to_cost_object=target)
        flags.flag(row, made, by=world.users[Role.CONTROLLER], at=at)
    page = f"/finance/postings/{row.batch_id}-{row.pk}/"
    for words in ("För hand", "Fel konto"):
        assert words in text(world.users[Role.CONTROLLER], page)
        assert words in text(world.users[Role.CONTROLLER], f"{page}?as_of=2025-09-02")
        assert words not in text(world.users[Role.CONTROLLER], f"{page}?as_of={AFTER}")


def test_a_model_of_funding_is_told_from_the_day_that_it_was_set(text, world):
    with history_at(LATER):
        source = FundingSourceFactory(name="Statsanslag")
        FundingShareFactory(cost_object=CostObject.objects.get(pk=world.service.pk), source=source)
    for page in ("/services/TJ1/", "/finance/funding/"):
        assert "Statsanslag" in text(world.users[Role.CONTROLLER], page)
        assert "Statsanslag" not in text(world.users[Role.CONTROLLER], f"{page}?as_of={AFTER}")


def test_variances_are_told_with_the_words_of_the_day_and_none_can_be_written(text, client, world):
    own = {"account_group": world.licences.group, "period": Period(202501), "cost_centre": world.mine}
    with on("2025-08-20"):
        limits = {"limit_amount": 100, "limit_percent": 10}
        version = BudgetFactory(name="Årets", state="decided", counts=True, **limits)
        BudgetLineFactory(version=version, amount=300, **own)
    manager = world.manager.user
    with history_at(LATER):
        VarianceComment.objects.create(
            version=version,
            period=202504,
            unit=world.unit,
            text="Priset höjdes",
            outcome=900,
            planned=300,
            made_at=LATER,
        )
    assert "Priset höjdes" in text(manager, "/finance/variances/")
    assert "Priset höjdes" in text(manager, "/finance/variances/?as_of=2025-09-02")
    before = text(manager, f"/finance/variances/?as_of={AFTER}")
    assert "Systemdrift" in before
    assert "Priset höjdes" not in before
    assert "Varför avviker det?" not in before
    assert "Systemdrift" not in text(manager, f"/finance/variances/?as_of={BEFORE}")
    client.force_login(manager)
    name = client.get(f"/finance/variances/?as_of={AFTER}&format=csv").headers["Content-Disposition"]
    assert "som-den-var-2025-09-01" in name


def test_files_say_which_day_they_are_of(client, world):
    client.force_login(world.users[Role.CONTROLLER])
    answer = client.get(f"/finance/postings/?as_of={AFTER}&format=csv")
    assert "som-den-var-2025-09-01" in answer.headers["Content-Disposition"]
    assert answer.content.decode("utf-8-sig").rstrip().endswith("Portalen som den var 2025-09-01")
    assert client.get(f"/finance/?as_of={AFTER}&format=xlsx").status_code == 200


def test_who_became_manager_since_sees_the_past_and_who_was_it_does_not(text, client, world):
    was, now = world.manager, PersonFactory(user=world.users[Role.READER])
    row = UnitManager.objects.get(unit=world.unit)
    row.valid = type(row.valid)(row.valid.lower, dt.date(2025, 9, 5))
    row.save()
    UnitManager.objects.create(unit=world.unit, person=now, valid=since(dt.date(2025, 9, 5)))
    assert "Årsavgift" in text(now.user, f"/finance/postings/?as_of={AFTER}")
    assert "Årsavgift" not in text(was.user, f"/finance/postings/?as_of={AFTER}")
    assert "Min översikt" in text(now.user, f"/?as_of={AFTER}")


@pytest.mark.parametrize("who", ["controller", "manager", "outsider"])
def test_three_people_see_of_the_past_what_they_see_today(text, world, who):
    user = {
        "controller": world.users[Role.CONTROLLER],
        "manager": world.manager.user,
        "outsider": world.users[Role.READER],
    }[who]
    for row in ("Årsavgift", "Lön<", "Annat AB"):
        assert (row in text(user, "/finance/postings/")) == (row in text(user, f"/finance/postings/?as_of={AFTER}"))


def test_sums_of_salaries_are_not_told_of_the_past(world):
    """The difference between two days is what one file brought."""
    management = world.users[Role.MANAGEMENT]
    assert gets_sums(management)
    access.look_back(management, dt.date(2025, 9, 15))
    assert not gets_sums(management)


def test_an_account_that_is_sensitive_today_is_so_in_the_past(text, world):
    world.licences.sensitivity = 1
    world.licences.save()
    management = world.users[Role.MANAGEMENT]
    assert "Årsavgift" not in text(management, f"/finance/postings/?as_of={AFTER}")


def test_the_administrators_overview_is_always_of_now(client, world):
    client.force_login(world.users[Role.ADMINISTRATOR])
    answer = client.get(f"/?view=administrator&as_of={AFTER}")
    assert answer.status_code == 302
    assert "as_of" not in answer.headers["Location"]


@pytest.mark.parametrize(
    "address",
    [
        *("/", "/plan/", "/finance/", "/finance/flow/", "/finance/funding/", "/finance/postings/", "/services/TJ1/"),
        "/finance/variances/",
    ],
)
def test_a_past_page_asks_as_much_for_one_row_as_for_thirty(queries, world, result, address):
    user = world.users[Role.CONTROLLER]
    asked = queries(user, f"{address}?as_of={AFTER}")
    for number in range(30):
        with on("2025-04-10"):
            CheckInFactory(result=ExpectedResultFactory(focus_area=result.focus_area, text=f"Till {number}"))
        world.post(world.licences, world.mine, 202506, "10.00", text=f"Rad {number}")
    assert queries(user, f"{address}?as_of={AFTER}") == asked


def test_a_huge_or_repeated_parameter_is_no_error(client, reader, result):
    client.force_login(reader)
    for query in (
        "as_of=" + "9" * 3000,
        "as_of=2025-05-01&as_of=x",
        "as_of=%00",
        "as_of[]=1",
        "as_of=2025-05-01&plan=1",
    ):
        assert client.get(f"/plan/?{query}").status_code == 200
