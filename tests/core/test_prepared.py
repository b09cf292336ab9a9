import contextlib
import datetime as dt
import json

import pytest
from django.db import DatabaseError, connection, transaction

from services.models import OrgUnit
from tests.factories.core import UserFactory
from tests.factories.services import UnitFactory
from vp_portal.core.access import Role, today
from vp_portal.core.models import RoleGrant
from vp_portal.core.prepared import Prepared, as_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def held() -> Prepared:
    return Prepared(
        lambda user, day: RoleGrant.objects.filter(user=user, valid__contains=day).values_list("role"),
        user=int,
        day=dt.date,
    )


def test_each_question_has_its_own_values(held) -> None:
    reader, controller = UserFactory(role=Role.READER), UserFactory(role=Role.CONTROLLER)
    assert [held(user=user.pk, day=today()) for user in (reader, controller)] == [[("reader",)], [("controller",)]]
    assert held(user=reader.pk, day=dt.date(1999, 1, 1)) == []


def test_it_is_compiled_once(held, django_assert_num_queries) -> None:
    held(user=1, day=today())
    held._build = None  # type: ignore[assignment]  # it must not be asked again
    with django_assert_num_queries(1):
        held(user=2, day=today())


def test_the_server_keeps_the_statement(held) -> None:
    kept = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%core_rolegrant%'"
    with connection.cursor() as cursor:
        cursor.execute(kept)
        before = cursor.fetchone()[0]
        for user in range(3):
            held(user=user, day=today())
        cursor.execute(kept)
        assert cursor.fetchone()[0] == max(before, 1)


def test_it_answers_after_a_rollback(held) -> None:
    reader = UserFactory(role=Role.READER)
    with contextlib.suppress(DatabaseError), transaction.atomic():
        held(user=reader.pk, day=today())
        raise DatabaseError
    assert held(user=reader.pk, day=today()) == [("reader",)]


@pytest.mark.parametrize("name", ["100 % 'klart'", "%s", "a\\b"])
def test_what_is_the_same_each_time_is_taken_as_it_stands(name, django_assert_num_queries) -> None:
    unit = UnitFactory(name=name)
    named = Prepared(lambda key: OrgUnit.objects.filter(pk=key, name=name).values_list("pk"), key=int)
    assert named(key=unit.pk) == [(unit.pk,)]
    with django_assert_num_queries(1):  # Logged statements have their values.
        assert named(key=unit.pk) == [(unit.pk,)]


def test_a_query_that_differs_with_its_values_is_refused() -> None:
    wrong = Prepared(
        lambda key: OrgUnit.objects.filter(pk__in=range(key % 2 + key // 10_000)).values_list("pk"), key=int
    )
    with pytest.raises(ValueError, match="another query"):
        wrong(key=1)


def test_a_value_that_the_query_does_not_ask_for_is_refused() -> None:
    wrong = Prepared(lambda key: OrgUnit.objects.filter(pk__gt=0).values_list("pk"), key=int)
    with pytest.raises(ValueError, match="doesn't ask for"):
        wrong(key=1)


def test_a_value_that_is_worked_out_of_another_is_refused() -> None:
    wrong = Prepared(lambda key: OrgUnit.objects.filter(pk=key + 1).values_list("pk"), key=int)
    with pytest.raises(ValueError, match="neither constant"):
        wrong(key=1)


def test_rows_as_one_text() -> None:
    unit = UnitFactory(name='Å "citat" 🙂')
    rows = OrgUnit.objects.filter(pk=unit.pk).values_list("pk", "name")
    assert json.loads(as_json(rows)) == [{"pk": unit.pk, "name": 'Å "citat" 🙂'}]
    assert as_json(rows.none()) == as_json(rows.filter(pk=0)) == "[]"
