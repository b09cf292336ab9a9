import pytest

from goals.models import DecidedPlan, Plan
from tests.factories.core import UserFactory
from tests.factories.goals import DecidedPlanFactory, ExpectedResultFactory, FocusAreaFactory, PlanSectionFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(today):
    section = PlanSectionFactory(number="1.1", title="Uppdrag", text="Vi levererar värde till forskning.")
    area = PlanSectionFactory(plan=section.plan, number="3.1", title="Leverans", text="{{ resultat 3.1 }}")
    ExpectedResultFactory(focus_area=FocusAreaFactory(plan=section.plan, section=area, number="3.1"))
    return section.plan


@pytest.fixture
def as_(client):
    def sign_in(role):
        client.force_login(UserFactory(role=role))
        return client

    return sign_in


def decided(client) -> DecidedPlan:
    seen = client.get("/plan/document/decide/").context["form"]["seen"].value()
    data = {"seen": seen, "registry_no": "V-2025-0123", "decided_on": "2025-09-15", "signed_by": "Kim, IT-chef"}
    response = client.post("/plan/document/decide/", data)
    assert response.status_code == 302, response.context["form"].errors
    return DecidedPlan.objects.latest("pk")


def test_a_plan_owner_decides_and_everybody_reads_it_as_it_was(as_, plan) -> None:
    made = decided(as_(Role.PLAN_OWNER))
    plan.sections.update(text="Helt annat")
    text = as_(Role.READER).get(f"/plan/document/versions/{made.pk}/").content.decode()
    assert all(part in text for part in ("Vi levererar värde", "V-2025-0123", "Kim, IT-chef", made.sha256))
    assert "är det som beslutades" in text
    assert "Helt annat" not in text
    assert "Resultat i 3.1" in text


def test_what_was_shown_is_what_is_decided(as_, plan) -> None:
    client = as_(Role.PLAN_OWNER)
    seen = client.get("/plan/document/decide/").context["form"]["seen"].value()
    plan.sections.update(text="Ändrat under tiden")
    data = {"seen": seen, "registry_no": "V-1", "decided_on": "2025-09-15", "signed_by": "Kim"}
    response = client.post("/plan/document/decide/", data)
    assert response.status_code == 422
    assert "Planen har ändrats sedan sidan visades." in response.content.decode()
    assert (
        client.post("/plan/document/decide/", data | {"seen": response.context["form"]["seen"].value()}).status_code
        == 302
    )


def test_what_is_missing_is_said_at_the_field(as_, plan) -> None:
    response = as_(Role.PLAN_OWNER).post("/plan/document/decide/", {"decided_on": "2099-01-01"})
    assert response.status_code == 422
    assert {"registry_no", "signed_by"} <= set(response.context["form"].errors)
    assert not DecidedPlan.objects.exists()


@pytest.mark.parametrize("role", [Role.READER, Role.CONTROLLER, Role.MANAGEMENT, Role.ADMINISTRATOR])
@pytest.mark.parametrize("path", ["decide", "revise"])
def test_others_neither_decide_nor_revise(as_, plan, role, path) -> None:
    client = as_(role)
    assert client.get(f"/plan/document/{path}/").status_code == 403
    assert client.post(f"/plan/document/{path}/", {"registry_no": "x"}).status_code == 403


def test_the_comparison_marks_words_with_more_than_colour(as_, plan) -> None:
    made = decided(as_(Role.PLAN_OWNER))
    plan.sections.filter(number="1.1").update(text="Vi levererar nytta till forskning.")
    plan.results.update(text="Nytt resultat")
    text = as_(Role.READER).get(f"/plan/document/versions/{made.pk}/changes/").content.decode()
    assert '<del><span class="visually-hidden">[borttaget: </span>värde' in text
    assert '<ins><span class="visually-hidden">[nytt: </span>nytta' in text
    assert text.count('<article class="stack') == 2
    assert "2 ändringar sedan dess" in as_(Role.READER).get("/plan/document/").content.decode()


def test_versions_are_listed(as_, plan) -> None:
    client = as_(Role.PLAN_OWNER)
    assert "Planen är inte beslutad än." in client.get("/plan/document/versions/").content.decode()
    made = [decided(client) for _ in range(2)]
    assert [version.pk for version in client.get("/plan/document/versions/").context["versions"]] == [
        made[1].pk,
        made[0].pk,
    ]


def test_a_version_that_is_none_is_not_found(as_, plan) -> None:
    for number in ("0", "9" * 30):
        assert as_(Role.READER).get(f"/plan/document/versions/{number}/").status_code == 404


def test_a_revision_drops_what_is_not_chosen(as_, plan) -> None:
    client = as_(Role.PLAN_OWNER)
    assert client.get("/plan/document/revise/").status_code == 200
    response = client.post("/plan/document/revise/", {"first_year": "2026", "last_year": "2028"})
    made = Plan.objects.get(first_year=2026)
    assert response.headers["Location"] == f"/plan/document/?plan={made.pk}"
    assert not made.results.exists()
    assert str(plan.results.get().retired_on) == "2026-01-01"
    assert str(made) in client.get("/plan/document/").content.decode()


def test_a_revision_for_years_that_are_taken_is_refused(as_, plan) -> None:
    data = {"first_year": plan.first_year, "last_year": plan.last_year}
    response = as_(Role.PLAN_OWNER).post("/plan/document/revise/", data)
    assert response.status_code == 422
    assert "first_year" in response.context["form"].errors


@pytest.mark.parametrize("count", [1, 30])
def test_a_fixed_number_of_queries(as_, plan, count, django_assert_num_queries) -> None:
    for number in range(count):
        PlanSectionFactory(plan=plan, text="Text", number=f"1.{number + 2}")
    made = DecidedPlanFactory(plan=plan)
    client = as_(Role.PLAN_OWNER)
    paths = {"versions/": 7, f"versions/{made.pk}/": 6, f"versions/{made.pk}/changes/": 10, "decide/": 20}
    for path, queries in paths.items():
        with django_assert_num_queries(queries):
            assert client.get(f"/plan/document/{path}").status_code == 200
