"""The administrator's overview: accounts that lead nowhere, what changed last, jobs that failed."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast
from procrastinate.contrib.django.models import ProcrastinateJob

from finance.models import ImportBatch
from goals.models import SentReminder
from services.models import Person, UnitManager
from vp_portal.core.database_files import ownerless_bytes
from vp_portal.core.models import RoleGrant, User

CHANGES = 15
#: So many history rows are read: an import or a saved form makes many at a time, which are told as one.
READ = 300
LISTED = 10

#: Fewer bytes than this without an owner are no news: some are always there.
OWNERLESS_LIMIT = 20 * 2**20

#: The field that says which row it was, tried in this order.
_NAMES = ("number", "code", "name", "file_name")


@dataclass(frozen=True)
class Latest:
    """Changes of one sort that someone made in one minute: when the last of them was, who (empty: the system), in
    which register, how, how many, and which row where it was one."""

    at: dt.datetime
    who: str
    register: str
    kind: str
    count: int
    row: str


@dataclass(frozen=True)
class AdministratorPage:
    """`accounts` are active accounts without a person or without any right, with what they lack. `unsure`: reminders
    whose sending was cut off, so that nobody knows whether they went. `ownerless`: bytes that a killed database server
    has left on its disk; 0 when there are next to none, and while jobs run: what they store has no owner yet."""

    accounts: tuple[User, ...]
    changes: tuple[Latest, ...]
    failed: tuple[ProcrastinateJob, ...]
    waiting: int
    unsure: tuple[SentReminder, ...]
    ownerless: int


def page(on: dt.date, at: dt.datetime) -> AdministratorPage:
    waiting = ProcrastinateJob.objects.filter(status__in=["todo", "doing"]).count()
    ownerless = 0 if waiting else ownerless_bytes()
    return AdministratorPage(
        accounts=tuple(_accounts_that_lead_nowhere(on)),
        changes=tuple(_latest_changes()),
        failed=tuple(ProcrastinateJob.objects.filter(status="failed").order_by("-id")[:LISTED]),
        waiting=waiting,
        unsure=tuple(SentReminder.objects.unsure(at).select_related("person", "result")[:LISTED]),
        ownerless=ownerless if ownerless >= OWNERLESS_LIMIT else 0,
    )


def _accounts_that_lead_nowhere(on: dt.date) -> QuerySet[User]:
    """Active accounts with `has_person` and `has_right` (a role or a unit), where one of them is false."""
    person = Person.objects.filter(user=OuterRef("pk"))
    manages = UnitManager.objects.on(on).filter(person__user=OuterRef("pk"))
    roles = RoleGrant.objects.on(on).filter(user=OuterRef("pk"))
    accounts = User.objects.filter(is_active=True).annotate(
        has_person=Exists(person), has_right=Exists(roles) | Exists(manages)
    )
    return (accounts.filter(has_person=False) | accounts.filter(has_right=False)).order_by("username")[:LISTED]


def _latest_changes() -> list[Latest]:
    """The newest history rows of all registers: one query, a UNION ALL with a limit in each part. Accounts and
    imports are left out: each sign-in is a change of an account, and the imports have a page of their own."""
    tracked = [
        model
        for model in apps.get_models()
        if hasattr(model._meta, "simple_history_manager_attribute") and model not in {User, ImportBatch}
    ]
    parts = [_part(model) for model in tracked]
    rows = list(parts[0].union(*parts[1:], all=True).order_by("-change_at")[:READ])
    users = User.objects.in_bulk({row["change_by"] for row in rows} - {None})
    names = {model._meta.label_lower: model._meta for model in tracked}
    together: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        minute = row["change_at"].replace(second=0, microsecond=0)
        together.setdefault((minute, row["change_by"], row["change_in"], row["change_kind"]), []).append(row)
    return [_latest(found, names, users) for found in list(together.values())[:CHANGES]]


def _latest(found: list[dict[str, Any]], names: dict[str, Any], users: dict[int, User]) -> Latest:
    newest, count = found[0], len(found)
    meta = names[newest["change_in"]]
    return Latest(
        at=newest["change_at"],
        who=str(users.get(newest["change_by"], "")),
        register=str(meta.verbose_name if count == 1 else meta.verbose_name_plural),
        kind=newest["change_kind"],
        count=count,
        row=(newest["change_of"] or "") if count == 1 else "",
    )


def _part(model: Any) -> QuerySet[Any]:
    """The newest history rows of one register, with columns that all registers have."""
    fields = {field.name for field in model._meta.get_fields()}
    name = next((name for name in _NAMES if name in fields), None)
    columns = {
        "change_at": F("history_date"),
        "change_by": F("history_user_id"),
        "change_kind": F("history_type"),
        "change_of": Cast(F(name), TextField()) if name else Value("", output_field=TextField()),
        "change_in": Value(model._meta.label_lower, output_field=CharField()),
    }
    newest: QuerySet[Any] = model.history.order_by("-history_date").annotate(**columns)
    return newest.values(*columns)[:READ]
