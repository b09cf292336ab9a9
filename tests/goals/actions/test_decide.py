import datetime as dt
from contextlib import nullcontext

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from goals.actions import decide
from goals.content import canonical, from_canonical, sha256
from goals.importing.parse import parse
from goals.models import DecidedPlan
from goals.models.decided import DecidedImmutable
from goals.reports.content import content_of, decidable
from tests import database
from tests.conftest import TODAY
from tests.factories.core import UserFactory
from tests.factories.goals import DecidedPlanFactory, ExpectedResultFactory, FocusAreaFactory, PlanSectionFactory
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 9, 15, 9, tzinfo=dt.UTC)
FACTS = {"registry_no": "V-2025-0123", "decided_on": TODAY, "signed_by": "Kim Konto, IT-chef", "on": TODAY, "at": AT}


def decided(plan, **values) -> DecidedPlan:
    return decide.decide(plan, lambda: decidable(plan, TODAY), **values)


@pytest.fixture
def plan(db):
    section = PlanSectionFactory(number="03", text="Läget:\n\n{{ resultat 3.1 }}")
    below = PlanSectionFactory(plan=section.plan, number="3.1", text="😀 e\u0301 שלום")
    ExpectedResultFactory(focus_area=FocusAreaFactory(plan=section.plan, section=below, number="3.1"))
    return section.plan


def test_the_whole_plan_is_stored_with_its_hash(plan) -> None:
    made = decided(plan, by=UserFactory(), **FACTS)
    assert made.sha256 == sha256(made.content)
    assert made.is_intact
    assert from_canonical(made.content).sections[0].blocks[0].rows[0][3].text == "Ej påbörjat"
    assert [section.text for section in parse(made.markdown).sections] == [s.text for s in plan.sections.all()]


def test_what_is_stored_reads_back_as_what_was_decided(plan) -> None:
    content = decidable(plan, TODAY)
    assert from_canonical(canonical(content)) == content


def test_versions_are_counted_for_each_plan(plan) -> None:
    assert [decided(plan, by=None, **FACTS).version for _ in range(2)] == [1, 2]
    assert DecidedPlanFactory().version == 1


def test_a_decision_is_in_the_audit_log(plan) -> None:
    made = decided(plan, by=UserFactory(), **FACTS)
    entry = AuditEntry.objects.get(event=AuditEvent.DECISION)
    assert entry.detail == {"version": 1, "registry_no": "V-2025-0123", "sha256": made.sha256}


def test_a_plan_that_changed_since_it_was_shown_is_not_decided(plan) -> None:
    seen = sha256(canonical(decidable(plan, TODAY)))
    plan.sections.update(text="Annat")
    with pytest.raises(decide.PlanChangedError):
        decided(plan, by=None, seen=seen, **FACTS)
    assert not DecidedPlan.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("decided_on", TODAY + dt.timedelta(days=1)),
        ("registry_no", ""),
        ("registry_no", "<script>"),
        ("signed_by", "Kim\nKonto"),
        ("signed_by", ""),
    ],
)
def test_what_cannot_be_is_said_by_field(plan, field, value) -> None:
    with pytest.raises(ValidationError) as caught:
        decided(plan, by=None, **FACTS | {field: value})
    assert list(caught.value.message_dict) == [field]


def test_later_changes_of_the_plan_leave_the_decided_one_as_it_was(plan) -> None:
    made = decided(plan, by=None, **FACTS)
    plan.sections.update(text="Annat")
    assert from_canonical(DecidedPlan.objects.get(pk=made.pk).content).sections[1].text == "😀 e\u0301 שלום"
    assert content_of(plan, TODAY).sections[1].text == "Annat"


STATEMENTS = ["UPDATE goals_decidedplan SET signed_by = 'x'", "DELETE FROM goals_decidedplan"]


@pytest.mark.parametrize("statement", STATEMENTS)
@pytest.mark.parametrize("role", ["application", "owner"])
def test_the_database_refuses_to_change_it_whoever_asks(plan, role, statement) -> None:
    decided(plan, by=None, **FACTS)
    with (
        database.as_owner() if role == "owner" else nullcontext(),
        pytest.raises(DatabaseError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert DecidedPlan.objects.get().signed_by == FACTS["signed_by"]


def test_the_database_refuses_a_hash_that_is_not_the_contents(plan) -> None:
    made = decided(plan, by=None, **FACTS)
    made.pk, made._state.adding, made.version, made.content = None, True, 2, made.content + " "
    with pytest.raises(DatabaseError, match="sha256_holds"), transaction.atomic():
        made.save()


def test_the_model_refuses_too(plan) -> None:
    made = decided(plan, by=None, **FACTS)
    for change in (
        made.save,
        made.delete,
        DecidedPlan.objects.all().delete,
        lambda: DecidedPlan.objects.update(version=9),
    ):
        with pytest.raises(DecidedImmutable):
            change()
