import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from vp_portal.core import limits

NOW = dt.datetime(2025, 9, 15, 12, tzinfo=dt.UTC)


def after(seconds):
    return NOW + dt.timedelta(seconds=seconds)


@pytest.mark.django_db
def test_as_many_as_the_limit_pass_and_then_none():
    assert [limits.wait("a", 2, after(seconds)) for seconds in (0, 10, 20)] == [0, 0, 40]


@pytest.mark.django_db
def test_each_key_has_its_own_count():
    assert [limits.wait(key, 1, NOW) for key in ("a", "b", "a")] == [0, 0, 60]


@pytest.mark.django_db
def test_a_minute_later_there_is_room_again_one_by_one():
    assert [limits.wait("a", 2, after(seconds)) for seconds in (0, 30, 60, 61)] == [0, 0, 0, 29]


@pytest.mark.django_db
def test_what_was_refused_is_not_counted():
    assert [limits.wait("a", 1, after(seconds)) for seconds in (0, 20, 40, 60)] == [0, 40, 20, 0]


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_counted_as_many():
    def one(_number):
        try:
            return limits.wait("a", 3, NOW)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(8)))[:4] == [0, 0, 0, 60]
