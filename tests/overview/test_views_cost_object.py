"""The page of a service area, a service, an FO or an overhead object."""

from decimal import Decimal

import pytest
from django.urls import reverse

from finance.choices import Sensitivity
from services.choices import Lifecycle
from services.models import CostObject
from tests.conftest import TODAY
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.finance import AccountGroupFactory, CostCentreFactory, FundingShareFactory, FundingSourceFactory
from tests.factories.goals import CheckInFactory, ExpectedResultFactory
from tests.factories.services import (
    AssignmentFactory,
    CostOwnerFactory,
    MaintenanceObjectFactory,
    OverheadFactory,
    PersonFactory,
    ServiceAreaFactory,
    ServiceFactory,
    UnitFactory,
)
from vp_portal.core.access import Role
from vp_portal.core.periods import since

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]

NO_COST = "Du har inte behörighet att se kostnaden här"


def url(own) -> str:
    return reverse("overview:cost_object", args=[own.code])


@pytest.fixture
def owner():
    return PersonFactory(name="Ola Ägare", user=UserFactory())


@pytest.fixture
def service(owner):
    area = ServiceAreaFactory(name="Arbetsplats")
    return ServiceFactory(code="EPOST", name="E-post", area=area, cost_owner=owner)


@pytest.fixture
def salaries():
    return {"account_group": AccountGroupFactory(name="Löner"), "sensitivity": Sensitivity.SENSITIVE}


def test_the_cost_owner_sees_cost_against_last_year_but_no_salaries(text, owner, service, book, salaries):
    book(202407, "1000000", service)
    book(202507, "1500000", service)
    book(202507, "7000000", service, **salaries)
    shown = text(owner.user, url(service))
    assert "1,5 Mkr" in shown
    assert "+50,0 %" in shown
    assert "Lönekostnader ingår inte" in shown


def test_a_line_manager_sees_what_own_cost_centres_bear_and_is_told_so(text, boss, service, book, salaries):
    book(202507, "1000000", service, **salaries)
    book(202507, "5000000", service, cost_centre=CostCentreFactory(unit=UnitFactory()))
    shown = text(boss.user, url(service))
    assert "1,0 Mkr" in shown
    assert "Bara den kostnad som du får se ingår" in shown


def test_a_controller_sees_all_of_it(text, service, book, salaries):
    book(202507, "1000000", service, **salaries)
    shown = text(UserFactory(role=Role.CONTROLLER), url(service))
    assert "1,0 Mkr" in shown
    assert "ingår inte" not in shown


def test_an_outsider_sees_the_facts_and_not_a_krona(text, service, book):
    book(202507, "1234567", service)
    shown = text(UserFactory(role=Role.READER), url(service))
    assert "Ola Ägare" in shown
    assert NO_COST in shown
    assert "1,2 Mkr" not in shown
    assert "1 235" not in shown


def test_an_owner_of_something_that_costs_nothing_is_told_so(text, owner, service, book):
    book(202507, "1234567", ServiceFactory())
    shown = text(owner.user, url(service))
    assert "Ingen kostnad hittills i år" in shown
    assert NO_COST not in shown


def test_an_area_adds_up_its_services(text, owner, book):
    area = ServiceAreaFactory(cost_owner=owner)
    for name, amount in (("E-post", "1000000"), ("Kalender", "2000000")):
        book(202507, amount, ServiceFactory(name=name, area=area))
    book(202507, "9000000", ServiceFactory(name="Annat"))
    shown = text(owner.user, url(area))
    assert "3,0 Mkr" in shown
    assert "Kalender" in shown
    assert "Annat" not in shown


def test_people_stand_with_their_task_and_share_on_the_day(text, service):
    AssignmentFactory(
        person=PersonFactory(name="Ida Ny"), cost_object=service.cost_object, task="Drift", share=Decimal(40)
    )
    gone = since(TODAY.replace(year=2022), TODAY.replace(year=2023))
    AssignmentFactory(person=PersonFactory(name="Per Borta"), cost_object=service.cost_object, valid=gone)
    shown = text(UserFactory(), url(service))
    assert "Ida Ny" in shown
    assert "40 %" in shown
    assert "Per Borta" not in shown.split("Ändringar")[0]


def test_what_is_missing_is_said_in_its_place(text):
    shown = text(UserFactory(), url(ServiceFactory()))
    for missing in ("Ingen ansvarig.", "Ingen kostnadsägare.", "Inget tjänsteområde.", "Ingen är bemannad här i dag."):
        assert missing in shown
    assert "Utse en" not in shown


def test_those_who_may_are_led_to_where_it_is_put_right(text):
    service = ServiceFactory()
    shown = text(AdminUserFactory(), url(service))
    assert f"{reverse('admin:services_costowner_add')}?cost_object={service.pk}" in shown
    assert reverse("admin:services_service_change", args=[service.pk]) in shown


def test_results_of_the_current_plan_stand_with_their_status(text, service):
    result = ExpectedResultFactory(text="Vi vet vad e-post kostar.")
    result.cost_objects.add(CostObject.objects.get(pk=service.pk))
    CheckInFactory(result=result, comment="Halvvägs.")
    shown = text(UserFactory(), url(service))
    assert "Vi vet vad e-post kostar." in shown
    assert "Halvvägs." in shown


def test_the_history_says_who_changed_what(text, service):
    service.lifecycle = Lifecycle.RETIRING
    service.owner = PersonFactory(name="Nora Ny")
    service._history_user = UserFactory(first_name="Ada", last_name="Admin")
    service.save()
    history = text(UserFactory(), url(service)).split('id="history"')[1]
    assert "Tjänst ändrades" in history
    assert "Ada Admin" in history
    assert "Livscykel: <del>I drift</del> → <ins>Avvecklas</ins>" in history
    assert "Ansvarig: <del>–</del> → <ins>Nora Ny</ins>" in history


def test_the_history_holds_cost_owners_and_changed_links(text, service):
    service.maintenance_objects.add(MaintenanceObjectFactory())
    history = text(UserFactory(), url(service)).split('id="history"')[1]
    assert "Kostnadsägare: Ola Ägare, från och med 2020-01-01" in history
    assert "kopplingar ändrades" in history


@pytest.mark.parametrize("factory", [ServiceAreaFactory, ServiceFactory, MaintenanceObjectFactory, OverheadFactory])
def test_every_kind_has_a_page(text, factory):
    own = factory(name="Någonting")
    assert "Någonting" in text(UserFactory(), url(own))


def test_an_unknown_code_is_not_found(client):
    client.force_login(UserFactory())
    assert client.get(reverse("overview:cost_object", args=["finns-inte"])).status_code == 404


def test_a_figure_leads_to_its_rows(text, owner, service, book):
    book(202507, "1000000", service)
    shown = text(owner.user, url(service))
    assert f"{reverse('finance:postings')}?from=202507&amp;to=202507&amp;kind=cost&amp;cost_object=EPOST" in shown
    assert "group=" in shown


@pytest.mark.parametrize("factory", [ServiceAreaFactory, ServiceFactory, MaintenanceObjectFactory])
def test_the_number_of_queries_does_not_follow_the_number_of_rows(queries, boss, book, factory):
    own = factory(owner=boss, cost_owner=boss)
    focus = ExpectedResultFactory().focus_area

    def grow() -> None:
        book(202506, "100", own, account_group=AccountGroupFactory())
        AssignmentFactory(cost_object=own.cost_object)
        related = ServiceFactory if factory is not ServiceFactory else MaintenanceObjectFactory
        link = related(owner=PersonFactory(), cost_owner=PersonFactory())
        if factory is ServiceAreaFactory:
            link.area = own
            link.save()
        else:
            (own.services if factory is MaintenanceObjectFactory else own.maintenance_objects).add(link)
        result = ExpectedResultFactory(focus_area=focus)
        result.cost_objects.add(own.cost_object)
        CheckInFactory(result=result)
        own.owner = PersonFactory()
        own.save()

    CostOwnerFactory()
    grow()
    grow()
    few = queries(boss.user, url(own))
    for _ in range(28):
        grow()
    assert queries(boss.user, url(own)) == few < 30


def test_everyone_sees_the_model_and_the_owner_the_gap(text, owner, service, book):
    book(202507, "1500000", service)
    source = FundingSourceFactory(name="Anslag")
    FundingShareFactory(cost_object=service.cost_object, source=source, share=Decimal(75))
    rest = FundingSourceFactory(name="Ofinansierad", is_unfunded=True)
    FundingShareFactory(cost_object=service.cost_object, source=rest, share=Decimal(25))
    shown = text(owner.user, url(service))
    assert "Anslag 75,00 %" in shown
    assert "375 tkr" in shown
    reader = text(UserFactory(role=Role.READER), url(service))
    assert "Anslag 75,00 %" in reader
    assert "375 tkr" not in reader


def test_no_model_is_said_with_a_link_for_who_can_set_one(text, service):
    assert "Ange en →" in text(UserFactory(role=Role.CONTROLLER), url(service))
    shown = text(UserFactory(role=Role.READER), url(service))
    assert "Ingen modell." in shown
    assert "Ange en →" not in shown


def test_an_area_leads_to_the_funding_of_its_services(service, client):
    client.force_login(UserFactory(role=Role.CONTROLLER))
    assert 'href="/finance/funding/?area=' in client.get(url(service.area)).content.decode()
