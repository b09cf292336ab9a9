"""No combination of told sums holds fewer than five people: shown by elimination, on trees of any shape."""

from hypothesis import given
from hypothesis import strategies as st

from finance.reports.rule_of_five import FEWEST, below, told
from tests.finance.isolation import isolated_groups


@st.composite
def organisations(draw):
    """Up to twelve units, each with a parent among those before it or none, and people who may be in several."""
    count = draw(st.integers(1, 12))
    parents = [None, *(draw(st.one_of(st.none(), st.integers(0, unit - 1))) for unit in range(1, count))]
    tree = {unit: [child for child, parent in enumerate(parents) if parent == unit] for unit in range(count)}
    roots = [unit for unit, parent in enumerate(parents) if parent is None]
    crowd = st.sets(st.integers(0, 40), max_size=9)
    return tree, roots, {unit: draw(crowd) for unit in range(count)}


def people_of(units, people):
    return {person for unit in units for person in people[unit]}


@given(organisations())
def test_no_group_under_five_can_be_isolated(organisation):
    tree, roots, people = organisation
    sums = [below(tree, unit) for unit in told(tree, roots, people)]
    for group in isolated_groups(sums):
        assert len(people_of(group, people)) >= FEWEST


@given(organisations(), st.data())
def test_nor_by_a_manager_who_sees_the_rows_of_some_units(organisation, data):
    tree, roots, people = organisation
    known = set().union(*(below(tree, unit) for unit in data.draw(st.sets(st.sampled_from(sorted(tree)), max_size=3))))
    unknown = {unit: crowd for unit, crowd in people.items() if unit not in known}
    sums = [below(tree, unit) - known for unit in told(tree, roots, unknown, known)]
    for group in isolated_groups([units for units in sums if units]):
        assert len(people_of(group, people)) >= FEWEST


@given(organisations())
def test_a_whole_organisation_of_five_is_always_told(organisation):
    tree, roots, people = organisation
    told_units = told(tree, roots, people)
    for root in roots:
        assert (root in told_units) == (len(people_of(below(tree, root), people)) >= FEWEST)


def test_a_small_remainder_takes_the_smallest_unit_back():
    people = {0: range(3), 1: range(10, 20), 2: range(20, 26), 3: range(30, 39)}
    assert told({0: [1, 2, 3]}, [0], people) == {0, 1, 3}


def test_a_parent_without_anybody_is_the_sum_of_its_units():
    people = {1: range(10, 15), 2: range(20, 25)}
    assert told({0: [1, 2]}, [0], people, empty={0}) == {0, 1, 2}
    assert told({0: [1, 2]}, [0], people) == {0, 1}


def test_a_group_of_four_is_not_told_and_a_group_of_five_is():
    assert told({}, [0], {0: range(4)}) == frozenset()
    assert told({}, [0], {0: range(5)}) == {0}


def test_someone_in_two_units_of_a_group_counts_once():
    assert told({0: [1]}, [0], {0: range(4), 1: range(4)}) == frozenset()
