"""Writes to the plan as a whole."""

import datetime as dt
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection, models, transaction
from django.utils.translation import gettext as _

from goals.importing.document import Document, FocusArea, Result
from goals.models import ExpectedResult, Goal, Plan, PlanSection
from goals.models import FocusArea as FocusAreaRow
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.history import changed_fields

if TYPE_CHECKING:
    from vp_portal.core.models import User

#: Any number, as long as nothing else in the portal locks it.
_NEW_PLAN = 5_201_606


class YearsMissingError(Exception):
    """Neither the document nor the caller says which years the plan holds."""


class YearsDifferError(Exception):
    """The caller's years are not those of the document."""


class PlanAmbiguousError(Exception):
    """More than one plan holds those years."""


@dataclass(frozen=True)
class Changed:
    """A row that the import touched; `fields` is empty for a new one."""

    kind: str
    number: str
    fields: tuple[str, ...] = ()


@dataclass
class ImportOutcome:
    """What an import did, or with `dry_run` would do. `kept` and `dropped` are not in the document."""

    plan: str = ""
    created: list[Changed] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    unchanged: int = 0
    kept: list[Changed] = field(default_factory=list)
    dropped: list[Changed] = field(default_factory=list)
    pk: int = 0
    counts: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def import_document(
    document: Document,
    *,
    years: tuple[int | None, int | None] = (None, None),
    name: str | None = None,
    reason: str = "",
    dry_run: bool = False,
    drop_on: dt.date | None = None,
    into: Plan | None = None,
    by: "User | None" = None,
) -> ImportOutcome:
    """The plan becomes what the document says. Rows are known by their numbers; a row that is as the document
    says is not written. What the document lacks stays, unless it is dropped from a day on, `drop_on`: results
    retire, sections and goals that nothing hangs on are removed, with history. `into`: that plan and no other.

    Raises YearsMissingError, YearsDifferError, PlanAmbiguousError."""
    writer = _Writer(reason, by, drop_on)
    if into is None:
        plan = _plan(writer, *_years(document, years), name)
    else:
        plan = Plan.objects.select_for_update().get(pk=into.pk)
        _years(document, (plan.first_year, plan.last_year))
    _sections(writer, plan, document)
    done = writer.outcome
    done.plan, done.pk = str(plan), plan.pk
    new, changed, dropped = (len(each) for each in (done.created, done.changed, done.dropped))
    audit.record(AuditEvent.PLAN_IMPORT, user=by, target=plan, new=new, changed=changed, dropped=dropped)
    if dry_run:
        transaction.set_rollback(True)
    return writer.outcome


class _Writer:
    """Writes what differs and keeps the account of it."""

    def __init__(self, reason: str, by: "User | None", drop_on: dt.date | None = None) -> None:
        self.reason, self.by, self.drop_on = reason, by, drop_on
        self.outcome = ImportOutcome()

    def put(self, row: models.Model, number: str, values: dict[str, Any]) -> None:
        """Sets the values; saves a new row, or one that differs."""
        kind = str(row._meta.verbose_name)
        fields = tuple(changed_fields(row, values))
        self.outcome.counts[kind] = self.outcome.counts.get(kind, 0) + 1
        if row.pk and not fields:
            self.outcome.unchanged += 1
            return
        told = self.outcome.changed if row.pk else self.outcome.created
        labels = tuple(str(row._meta.get_field(name).verbose_name) for name in fields)  # type: ignore[union-attr]
        told.append(Changed(kind, number, labels if row.pk else ()))
        for field_name, value in values.items():
            setattr(row, field_name, value)
        row._history_user = self.by  # type: ignore[attr-defined]
        row._change_reason = self.reason  # type: ignore[attr-defined]
        row.save()

    def keep(self, row: models.Model, number: str) -> None:
        self.outcome.kept.append(Changed(str(row._meta.verbose_name), number))

    def leave(self, row: models.Model, number: str) -> None:
        """What the document lacks: kept, or dropped where that is asked for and nothing hangs on it."""
        if self.drop_on is None or (not isinstance(row, ExpectedResult) and _holds_something(row)):
            self.keep(row, number)
            return
        self.outcome.dropped.append(Changed(str(row._meta.verbose_name), number))
        row._history_user = self.by  # type: ignore[attr-defined]
        row._change_reason = self.reason  # type: ignore[attr-defined]
        if isinstance(row, ExpectedResult):
            row.retired_on = self.drop_on
            row.save()
        else:
            row.delete()


def _holds_something(row: models.Model) -> bool:
    """Whether another row points to it."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: row.pk}).exists()
        for relation in row._meta.related_objects
        if not relation.many_to_many and not relation.hidden
    )


def _years(document: Document, given: tuple[int | None, int | None]) -> tuple[int, int]:
    written = document.years or (None, None)
    for own, other in zip(written, given, strict=True):
        if own and other and own != other:
            raise YearsDifferError(document.years)
    first, last = (own or other for own, other in zip(written, given, strict=True))
    if first is None or last is None:
        raise YearsMissingError
    return first, last


def _plan(writer: _Writer, first_year: int, last_year: int, name: str | None) -> Plan:
    """The plan of those years, new where there is none. Of two that read in the same new plan at once the second waits
    and finds the first's: there is no row yet that it could wait for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NEW_PLAN])
    found = Plan.objects.select_for_update().filter(first_year=first_year, last_year=last_year)[:2]
    if len(found) > 1:
        raise PlanAmbiguousError
    plan = found[0] if found else Plan(first_year=first_year, last_year=last_year)
    values = {"name": name or plan.name or _("Verksamhetsplan")}
    if not plan.pk or list(changed_fields(plan, values)):
        Plan(first_year=first_year, last_year=last_year, **values).clean_fields()
    writer.put(plan, f"{first_year}–{last_year}", values)
    return plan


def _sections(writer: _Writer, plan: Plan, document: Document) -> None:
    sections = {row.number: row for row in plan.sections.all()}
    areas = {row.number: row for row in plan.focus_areas.all()}
    results = {row.number: row for row in plan.results.all()}
    goals = {(row.focus_area_id, row.position): row for row in Goal.objects.filter(focus_area__plan=plan)}
    for position, section in enumerate(document.sections, 1):
        row = sections.pop(section.number, None) or PlanSection(plan=plan, number=section.number)
        writer.put(row, section.number, {"title": section.title, "text": section.text, "position": position})
        if section.focus_area is not None:
            area = areas.pop(section.number, None) or FocusAreaRow(plan=plan, number=section.number)
            writer.put(area, section.number, {"name": section.title, "section_id": row.pk})
            _area(writer, area, section.focus_area, goals, results)
    for number, result in results.items():
        if result.retired_on is None:
            writer.leave(result, number)
    for goal in goals.values():
        writer.leave(goal, goal.text)
    for number, area in areas.items():
        writer.leave(area, number)
    for number, section_row in sections.items():
        writer.leave(section_row, number)


def _area(
    writer: _Writer,
    area: FocusAreaRow,
    document: FocusArea,
    goals: dict[tuple[int, int], Goal],
    results: dict[str, ExpectedResult],
) -> None:
    in_order = []
    for position, goal in enumerate(document.goals, 1):
        row = goals.pop((area.pk, position), None) or Goal(focus_area=area, position=position)
        writer.put(row, area.number, {"text": goal.text})
        in_order.append(row)
    for result in document.results:
        parent = _result(writer, area, result, None, in_order, results)
        for part in result.parts:
            _result(writer, area, part, parent, in_order, results)


def _result(
    writer: _Writer,
    area: FocusAreaRow,
    result: Result,
    parent: ExpectedResult | None,
    goals: list[Goal],
    rows: dict[str, ExpectedResult],
) -> ExpectedResult:
    """A goal that someone has chosen in the portal stands: the document only fills an empty place."""
    row = rows.pop(result.number, None) or ExpectedResult(plan_id=area.plan_id, number=result.number)
    goal = goals[result.goal - 1].pk if result.goal else None
    values = {
        "text": result.text,
        "focus_area_id": area.pk,
        "parent_id": parent.pk if parent else None,
        "retired_on": None,
    }
    writer.put(row, result.number, values | {"goal_id": row.goal_id or goal})
    return row
