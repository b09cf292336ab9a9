"""Queries of pages that are asked for often: said once in the ORM's words, then only their values are put in.

To build and compile a query takes Django longer than most of ours take the server to answer; to plan one takes the
server longer than to run it. Both are done once for a connection.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg.sql
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

from vp_portal.core.as_known import end_of, is_inside

#: Two different values of each kind that a query can be asked with: where its parameters differ, a value is put in.
#: They fit in the smallest column: Django leaves out a comparison with what can't be.
_EXAMPLES: dict[type, tuple[Any, Any]] = {
    int: (10_003, 20_003),
    dt.date: (dt.date(2001, 2, 3), dt.date(2004, 5, 6)),
}
_Model = TypeVar("_Model", bound=Model)
_Compiled = tuple[str, list[Callable[[dict[str, Any]], Any]]]


class _Cursor(psycopg.Cursor[tuple[Any, ...]]):
    """Has the server keep each statement that it is given, for as long as the connection lasts."""

    def execute(self, query: Any, params: Any = None, **options: Any) -> "_Cursor":
        usual = self.connection.prepare_threshold
        self.connection.prepare_threshold = 0  # None, as Django has it, keeps no statement at all.
        try:
            return super().execute(query, params, **options)
        finally:
            self.connection.prepare_threshold = usual


@contextmanager
def _cursor() -> Iterator[Any]:
    """As `connection.cursor()`, which sends values inside the statement's text: each would be another statement.
    Whoever has statements logged gets them so, whole. So does who looks at another day: what the server keeps goes on
    reading the tables that it was first asked of."""
    connection.ensure_connection()
    own = None if connection.queries_logged or is_inside() else _Cursor(connection.connection)
    with connection.cursor() if own is None else connection._prepare_cursor(own) as cursor:  # type: ignore[attr-defined]  # what `cursor()` does
        yield cursor


class Prepared:
    """`build` takes values by name, keys and days, and gives a `values_list` that is the same query whatever they are.
    A day may stand in it as its end too. Rows come as the database has them: fields of our own aren't converted.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"], **kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._compiled: _Compiled | None = None

    def __call__(self, **values: Any) -> list[tuple[Any, ...]]:
        sql, params = self._with(values)
        with _cursor() as cursor:
            cursor.execute(sql, params)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def as_json(self, **values: Any) -> str:
        """As `as_json` below."""
        with _cursor() as cursor:
            return _as_json(cursor, *self._with(values))

    def _with(self, values: dict[str, Any]) -> tuple[str, list[Any]]:
        self._compiled = self._compiled or self._compile()
        sql, places = self._compiled
        return sql, [place(values) for place in places]

    def _compile(self) -> _Compiled:
        first, second = ({name: _EXAMPLES[kind][turn] for name, kind in self._kinds.items()} for turn in (0, 1))
        sql, params = self._build(**first).query.sql_with_params()
        again, others = self._build(**second).query.sql_with_params()
        if sql != again or len(params) != len(others):
            raise ValueError("another query for other values")
        pairs = list(zip(params, others, strict=True))
        places = [self._place(pair, first, second) for pair in pairs if pair[0] != pair[1]]
        if unused := [name for name in self._kinds if not self._stands_for(name, params, first)]:
            raise ValueError(f"the query doesn't ask for {unused}")
        return _with_constants(sql, pairs), places

    @staticmethod
    def _stands_for(name: str, params: Sequence[Any], first: dict[str, Any]) -> bool:
        value = first[name]
        return value in params or (isinstance(value, dt.date) and end_of(value) in params)

    def _place(
        self, pair: Sequence[Any], first: dict[str, Any], second: dict[str, Any]
    ) -> Callable[[dict[str, Any]], Any]:
        one, other = pair
        for name, kind in self._kinds.items():
            if (one, other) == (first[name], second[name]):
                return lambda values: values[name]
            if kind is dt.date and (one, other) == (end_of(first[name]), end_of(second[name])):
                return lambda values: end_of(values[name])
        raise ValueError(f"a parameter is neither constant nor one of {list(self._kinds)}: {one!r}")


def _with_constants(sql: str, pairs: Sequence[tuple[Any, Any]]) -> str:
    """The statement with what is the same in both examples written out: it is then no value of unknown type."""
    left = iter(pairs)

    def written(found: re.Match[str]) -> str:
        if found.group() == "%%":
            return "%%"
        one, other = next(left)
        return "%s" if one != other else psycopg.sql.quote(one, connection.connection).replace("%", "%%")

    connection.ensure_connection()
    return re.sub("%[s%]", written, sql)


def columns(model: type[Model]) -> list[str]:
    """All that a row of the model has, to ask for in a `values_list`."""
    return [field.attname for field in model._meta.concrete_fields]


def instance(model: type[_Model], row: Sequence[Any]) -> _Model:
    """The object of a row of `columns(model)`, as if the ORM had read it. For models without fields of our own."""
    return model.from_db(connection.alias, columns(model), row)


def as_json(query: "QuerySet[Any, Any]") -> str:
    """The rows of a `values_list` as the server writes them: one text, with an object of each row. It takes a tenth of
    the time that the rows would, and says at once whether anything is other than the last time."""
    try:
        sql, params = query.query.sql_with_params()
    except EmptyResultSet:
        return "[]"
    with connection.cursor() as cursor:
        return _as_json(cursor, sql, list(params))


def _as_json(cursor: Any, sql: str, params: list[Any]) -> str:
    cursor.execute(f"SELECT coalesce(json_agg(each)::text, '[]') FROM ({sql}) each", params)  # noqa: S608  # Django's own SQL
    text: str = cursor.fetchone()[0]
    return text
