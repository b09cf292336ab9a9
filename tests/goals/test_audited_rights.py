"""Who leads, reviews and writes decides who may check in, acknowledge and write: each change is recorded."""

import pytest

from tests.factories.goals import ExpectedResultFactory, PlanSectionFactory
from tests.factories.services import PersonFactory
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def recorded(row):
    found = AuditEntry.objects.filter(event=AuditEvent.RIGHTS_CHANGED, target_model=row._meta.label, target_id=row.pk)
    return [(entry.detail["what"], entry.detail["fields"]) for entry in found.order_by("pk")]


@pytest.mark.parametrize("field", ["owner", "deputy", "reviewer"])
def test_whoever_leads_or_reviews_a_result_is_recorded(field):
    result = ExpectedResultFactory()
    before = recorded(result)
    result.text = "Ett annat resultat"
    result.save()
    assert recorded(result) == before
    setattr(result, field, PersonFactory())
    result.save()
    assert recorded(result)[len(before) :] == [("changed", [str(result._meta.get_field(field).verbose_name)])]


def test_the_author_of_a_section_is_recorded():
    section = PlanSectionFactory(author=None)
    assert recorded(section) == []
    section.author = PersonFactory()
    section.save()
    assert [what for what, _fields in recorded(section)] == ["changed"]
