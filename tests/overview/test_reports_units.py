"""The tree of units on a day."""

import pytest

from services.models import OrgUnit, UnitParent
from tests.conftest import TODAY
from tests.factories.services import PersonFactory, UnitFactory
from vp_portal.core.periods import since
from vp_portal.overview.reports import units

pytestmark = pytest.mark.django_db


def tree() -> list[units.Node]:
    return units.tree(OrgUnit.objects.all(), TODAY)


def test_units_stand_under_their_parent_with_depth_and_manager():
    top = UnitFactory(code="A", manager=PersonFactory(name="Siv"))
    UnitFactory(code="B", parent=top)
    (root,) = tree()
    assert [(node.code, node.depth, node.manager) for node in root.below] == [("A", 0, "Siv"), ("B", 1, "")]


@pytest.mark.parametrize(
    ("below", "label"), [(0, "Drift"), (1, "Drift (+ 1 underenhet)"), (2, "Drift (+ 2 underenheter)")]
)
def test_the_label_counts_the_units_below(below, label):
    top = UnitFactory(code="A", name="Drift")
    for _ in range(below):
        UnitFactory(parent=top)
    assert tree()[0].label == label


def test_a_unit_whose_parent_is_not_among_the_units_is_a_root():
    top = UnitFactory(code="A")
    UnitFactory(code="B", parent=top)
    assert [node.code for node in units.tree(OrgUnit.objects.filter(code="B"), TODAY)] == ["B"]


def test_a_circle_in_the_data_ends():
    top = UnitFactory(code="A")
    circle = UnitFactory(code="B", parent=UnitFactory(code="C", parent=top))
    UnitParent.objects.filter(unit__code="C").update(parent=circle)
    assert [node.code for node in units.flat(tree())] == ["A"]


def test_a_unit_that_has_ended_is_left_out():
    UnitFactory(valid=since(TODAY.replace(year=2010), TODAY.replace(year=2011)))
    assert tree() == []
