import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from goals.content import as_document
from goals.exporting import docx as writer
from goals.exporting import markdown
from goals.exporting.paper import paper
from goals.models import Plan
from goals.reports.content import content_of
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.goals import (
    CheckInFactory,
    ExpectedResultFactory,
    FocusAreaFactory,
    GoalFactory,
    PlanSectionFactory,
)
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry, User

pytestmark = pytest.mark.django_db
URL = "/plan/document/import/"


@pytest.fixture
def plan(today):
    section = PlanSectionFactory(number="01", title="Inledning", text="")
    for number, text in (("1.1", "Gammal text."), ("03", ""), ("3.1", "")):
        PlanSectionFactory(plan=section.plan, number=number, title=f"Titel {number}", text=text)
    area = FocusAreaFactory(plan=section.plan, section=section.plan.sections.get(number="3.1"), number="3.1")
    area.name = "Titel 3.1"
    area.save()
    goal = GoalFactory(focus_area=area)
    for _ in range(2):
        CheckInFactory(result=ExpectedResultFactory(focus_area=area, goal=goal))
    return section.plan


@pytest.fixture
def owner(client, today):
    client.force_login(UserFactory(role=Role.PLAN_OWNER))
    return client


def text_of(plan) -> str:
    return markdown.write(as_document(content_of(plan, TODAY)))


def sent(client, data: str | bytes, name: str = "plan.md"):
    body = data.encode() if isinstance(data, str) else data
    return client.post(URL, {"file": SimpleUploadedFile(name, body)})


def confirmed(client, response, **values):
    form = response.context["form"]
    data = {name: form[name].value() or "" for name in ("text", "seen", "name")}
    return client.post(f"{URL}confirm/", data | values)


def test_what_was_exported_changes_nothing(owner, plan) -> None:
    outcome = sent(owner, text_of(plan)).context["outcome"]
    assert (outcome.created, outcome.changed, outcome.dropped) == ([], [], [])
    data = writer.write(paper(content_of(plan, TODAY), None, "2025-09-15"))
    outcome = sent(owner, data, "plan.docx").context["outcome"]
    assert (outcome.created, outcome.changed, outcome.dropped) == ([], [], [])


def test_the_preview_tells_and_stores_nothing(owner, plan) -> None:
    changed = text_of(plan).replace("Gammal text.", "Ny text.").replace("2. Resultat 3.1.2 är uppnått.", "5. Fem")
    response = sent(owner, changed)
    page = response.content.decode()
    assert '<del><span class="visually-hidden">[borttaget: </span>Gammal' in page
    assert [(row.kind, row.number) for row in response.context["outcome"].created] == [("förväntat resultat", "3.1.5")]
    assert [row.number for row in response.context["outcome"].dropped] == ["3.1.2"]
    assert plan.sections.get(number="1.1").text == "Gammal text."
    assert plan.results.count() == 2


def test_a_yes_does_it_and_drops_only_what_is_asked_for(owner, plan) -> None:
    changed = (
        text_of(plan).replace("Gammal text.", "Ny text. 😀 e\u0301 שלום").replace("2. Resultat 3.1.2 är uppnått.", "")
    )
    assert confirmed(owner, sent(owner, changed)).status_code == 302
    assert plan.sections.get(number="1.1").text == "Ny text. 😀 e\u0301 שלום"
    assert plan.results.get(number="3.1.2").retired_on is None
    assert confirmed(owner, sent(owner, changed), drop="on").status_code == 302
    dropped = plan.results.get(number="3.1.2")
    assert dropped.retired_on == TODAY
    assert dropped.history.first().history_change_reason == "Inläst från plan.md"


def test_reading_in_is_in_the_audit_log_and_a_preview_is_not(owner, plan) -> None:
    shown = sent(owner, text_of(plan).replace("Gammal text.", "Ny text."))
    assert not AuditEntry.objects.filter(event=AuditEvent.PLAN_IMPORT).exists()
    confirmed(owner, shown)
    entry = AuditEntry.objects.get(event=AuditEvent.PLAN_IMPORT)
    assert (entry.target_id, entry.address) == (str(plan.pk), "127.0.0.1")
    assert entry.detail == {"new": 0, "changed": 1, "dropped": 0}
    assert entry.user_id == User.objects.get(role_grants__role=Role.PLAN_OWNER).pk


def test_a_result_that_comes_back_is_in_the_plan_again(owner, plan) -> None:
    text = text_of(plan)
    plan.results.filter(number="3.1.2").update(retired_on=TODAY)
    confirmed(owner, sent(owner, text))
    assert plan.results.get(number="3.1.2").retired_on is None


def test_a_section_that_is_dropped_is_removed_when_nothing_hangs_on_it(owner, plan) -> None:
    text = text_of(plan).replace("## 1.1. Titel 1.1\n\nGammal text.\n\n", "")
    confirmed(owner, sent(owner, text), drop="on")
    assert not plan.sections.filter(number="1.1").exists()


def test_a_plan_that_changed_since_the_preview_is_shown_anew(owner, plan) -> None:
    response = sent(owner, text_of(plan).replace("Gammal", "Ny"))
    plan.sections.filter(number="1.1").update(text="Någon annans")
    answer = confirmed(owner, response)
    assert answer.status_code == 200
    assert "Planen har ändrats sedan förhandsvisningen." in answer.content.decode()
    assert plan.sections.get(number="1.1").text == "Någon annans"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (b"# 01 A\n\n## 1.2. B\n\n## 1.1. C\n", 5),
        (b"# 01 A\n\n\0\n", 3),
        (b"\xef\xbb\xbf# 01 A\r\rtext\r\n\n### 1.1.1. B\n", 5),
        (b"# 01 A\n" + b"x" * 79 + b"\n" + b"y" * 5_000_000, 3),
        (b"# 01 A\n\xff\n", 2),
        (b"PK\x03\x04 broken", 1),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_with_the_line(owner, plan, data, line) -> None:
    response = sent(owner, data)
    assert response.status_code == 422
    assert f"Rad {line}:" in response.content.decode()


def test_other_years_than_the_plans_are_refused(owner, plan) -> None:
    assert "inte planens" in sent(owner, text_of(plan).replace("# 03 Titel 03", "# 03 År 2030-2032")).content.decode()


def test_the_first_plan_is_made_out_of_a_file(owner) -> None:
    text = "# 02 Riktning 2024-2026\n\n# 03 Mål\n\n## 3.1. Leverans\n\n1. Ett\n"
    assert confirmed(owner, sent(owner, text)).headers["Location"] == "/plan/document/"
    assert Plan.objects.get().results.get().number == "3.1.1"


@pytest.mark.parametrize("role", [Role.READER, Role.CONTROLLER, Role.ADMINISTRATOR])
def test_others_may_not(client, plan, role) -> None:
    client.force_login(UserFactory(role=role))
    assert sent(client, "# 01 A").status_code == 403
    assert client.post(f"{URL}confirm/", {"text": "x", "seen": "-"}).status_code == 403
