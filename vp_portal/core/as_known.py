"""The tables as they were known at the end of a day, for everything that one piece of work reads.

While it lasts, temporary tables and views with the names of the portal's own stand before these: PostgreSQL looks
for a name among a session's temporary relations first. So every report, whatever it joins, is one of that day, and
knows nothing of it. They go with the transaction. Decision 0034 has the argument.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.functional import Promise

#: What pages may be about. Each app says how its part is made as it was.
PLAN, MONEY = "plan", "money"


def end_of(day: dt.date) -> dt.datetime:
    """The moment when a day is over, local time."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time.min, timezone.get_current_timezone())


@dataclass(frozen=True)
class Stand:
    """What stands before a table of the portal's: a SELECT of its columns, in which `%(end)s` is the end of the day.

    `is_view`: worked out each time that it is read, not once. `then` are statements about it, indexes among them.
    """

    table: str
    select: str
    is_view: bool = False
    then: str = ""

    @property
    def script(self) -> str:
        how = f"VIEW {self.table}" if self.is_view else f"TABLE {self.table} ON COMMIT DROP"
        return f"CREATE TEMP {how} AS {self.select}; {self.then}"

    @property
    def drop(self) -> str:
        return f"DROP {'VIEW' if self.is_view else 'TABLE'} pg_temp.{self.table};"


@dataclass(frozen=True)
class Source:
    """What an app knows of a day. `first`: a query for the first moment that it knows anything of.

    `stands` may look things up: it is asked when the day is, inside the transaction.
    """

    name: str
    label: str | Promise
    first: str
    stands: Callable[[dt.datetime], Iterable[Stand]]


SOURCES: dict[str, Source] = {}
# Whole tables are made out of whole tables. Where a table's statistics are from when it was empty, the planner would go
# through another one for each of its rows: half a minute instead of a tenth of a second.
_SET_BASED, _AS_BEFORE = "SET LOCAL enable_nestloop = off;", "SET LOCAL enable_nestloop TO DEFAULT;"


def register(source: Source) -> None:
    SOURCES[source.name] = source


def columns_of(model: type[models.Model]) -> list[str]:
    """As they are written in SQL."""
    return [connection.ops.quote_name(str(field.column)) for field in model._meta.concrete_fields]


def from_history(model: Any, then: str = "") -> Stand:
    """A tracked table out of its history: the newest row of each key, where it isn't the one that removed it.

    It has its key as such: the database lets a question that groups by it choose the other columns too.
    """
    meta, past = model._meta, model.history.model._meta
    columns = ", ".join(columns_of(model))
    return Stand(
        table=meta.db_table,
        select=f"""SELECT {columns} FROM (
            SELECT DISTINCT ON ({meta.pk.column}) * FROM public.{past.db_table} WHERE history_date < %(end)s
            ORDER BY {meta.pk.column}, history_date DESC, history_id DESC
        ) newest WHERE history_type <> '-'""",  # noqa: S608  # names of our own tables
        then=f"ALTER TABLE pg_temp.{meta.db_table} ADD PRIMARY KEY ({meta.pk.column}); {then}",
    )


def links_from_history(model: Any, name: str) -> Stand:
    """The links of a tracked many-to-many field: those that the newest history row of each key has."""
    field = model._meta.get_field(name)
    through, past = field.remote_field.through._meta, model.history.model
    kept = apps.get_model(past._meta.app_label, f"{past.__name__}_{name}")._meta.db_table
    near, far = field.m2m_column_name(), field.m2m_reverse_name()
    return Stand(
        table=through.db_table,
        select=f"""SELECT kept.m2m_history_id::bigint AS id, kept.{near}, kept.{far} FROM public.{kept} kept JOIN (
            SELECT DISTINCT ON (id) history_id, history_type FROM public.{past._meta.db_table}
            WHERE history_date < %(end)s ORDER BY id, history_date DESC, history_id DESC
        ) newest ON newest.history_id = kept.history_id WHERE newest.history_type <> '-'""",  # noqa: S608  # as above
    )


_inside: ContextVar[bool] = ContextVar("inside", default=False)


def is_inside() -> bool:
    """Whether what is read now is of another day: other tables stand before the portal's."""
    return _inside.get()


@contextmanager
def known_on(day: dt.date, names: Iterable[str]) -> Iterator[None]:
    """Has everything that is read inside be of the end of the day, of the sources with those names.

    What is to be read must have been read when it ends: a lazy answer would tell of today.
    """
    end = end_of(day)
    with transaction.atomic():
        stands = [stand for name in names for stand in SOURCES[name].stands(end)]
        _execute(f"{_SET_BASED} {' '.join(stand.script for stand in stands)} {_AS_BEFORE}", {"end": end})
        before = _inside.set(True)
        try:
            yield
        finally:
            _inside.reset(before)
        # They go with the transaction too. This is for one inside another.
        _execute(" ".join(stand.drop for stand in reversed(stands)))


def _execute(script: str, values: dict[str, Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(script, values)


def first_days(names: Iterable[str]) -> dict[str, dt.date | None]:
    """The first day that each source knows anything of; None where it knows nothing at all. One query."""
    wanted = list(names)
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"({SOURCES[name].first})" for name in wanted))
        moments = cursor.fetchone()
    return {name: moment and timezone.localdate(moment) for name, moment in zip(wanted, moments, strict=True)}
