import datetime as dt

import pytest
from django.core.exceptions import ValidationError

from services.models import OrgUnit, UnitParent
from tests.factories.services import PersonFactory, UnitFactory, UnitManagerFactory, UnitParentFactory
from tests.models import refused, refused_in_words
from vp_portal.core.periods import since

pytestmark = pytest.mark.django_db

DAY = dt.date(2025, 9, 15)


def test_a_unit_is_not_its_own_parent():
    unit = UnitFactory()
    row = UnitParent(unit=unit, parent=unit, valid=since(DAY))
    assert refused(row) == ("services_unitparent_not_its_own_parent", ["En enhet kan inte höra till sig själv."])


def test_a_circle_is_refused_however_far_down():
    top = UnitFactory(name="Topp")
    middle = UnitFactory(parent=top)
    bottom = UnitFactory(name="Botten", parent=middle)
    with pytest.raises(ValidationError) as caught:
        UnitParent(unit=top, parent=bottom, valid=since(DAY)).clean()
    assert caught.value.message_dict == {"parent": ["Botten ligger under Topp: det skulle bli en cirkel."]}


def test_a_circle_that_only_comes_later_is_refused():
    top, unit = UnitFactory(), UnitFactory()
    UnitParentFactory(unit=unit, parent=top, valid=since(dt.date(2026, 1, 1)))
    assert "cirkel" in refused_in_words(UnitParent(unit=top, parent=unit, valid=since(DAY)))[0]


def test_a_circle_that_was_before_the_rows_own_days_is_none():
    top, unit = UnitFactory(), UnitFactory()
    UnitParentFactory(unit=unit, parent=top, valid=since(dt.date(2020, 1, 1), dt.date(2024, 12, 31)))
    UnitParent(unit=top, parent=unit, valid=since(dt.date(2025, 1, 1))).full_clean()


def test_the_tree_is_read_as_it_was_on_a_day():
    old, new = UnitFactory(), UnitFactory()
    unit = UnitFactory()
    UnitParentFactory(unit=unit, parent=old, valid=since(dt.date(2020, 1, 1), dt.date(2024, 12, 31)))
    UnitParentFactory(unit=unit, parent=new, valid=since(dt.date(2025, 1, 1)))
    for day, parent in [(dt.date(2024, 12, 31), old), (dt.date(2025, 1, 1), new)]:
        assert unit in OrgUnit.objects.filter(pk=parent.pk).with_below(day)
        assert OrgUnit.objects.with_parent(day).get(pk=unit.pk).parent_id == parent.pk


def test_a_manager_is_named_as_of_a_day():
    row = UnitManagerFactory(person=PersonFactory(name="Eva Lind"), valid=since(dt.date(2025, 1, 1)))
    named = {
        day: OrgUnit.objects.with_manager(day).get(pk=row.unit_id).manager_name for day in (dt.date(2024, 1, 1), DAY)
    }
    assert list(named.values()) == [None, "Eva Lind"]
