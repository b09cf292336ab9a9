"""What the database says of results, as values. Equal facts make equal rows, so a row is worked out once."""

import datetime as dt
import json
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple, Self

from django.db.models import Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import JSONObject

from goals.models import CheckIn, ExpectedResult, FollowUpRules, Plan
from goals.numbering import in_order
from goals.occasions import Occasion
from goals.reports import evidence
from goals.reports.evidence import Evidence
from vp_portal.core.periods import Period, Tertial
from vp_portal.core.prepared import Prepared, as_json


class Said(NamedTuple):
    """The check-in that stands."""

    occasion: Occasion
    status: str
    progress: int
    comment: str
    made_at: dt.datetime

    @classmethod
    def read(cls, row: dict[str, Any]) -> Self:
        occasion = Occasion(Tertial.parse(row["tertial"]), Period(row["month"]) if row["month"] else None)
        made_at = dt.datetime.fromisoformat(row["made_at"])
        return cls(occasion, row["status"], row["progress"], row["comment"], made_at)


class Terms(NamedTuple):
    """A plan's years, and the values of its rules for follow-up."""

    first_year: int
    last_year: int
    values: tuple[Any, ...]

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """No query where the plan was loaded with `follow_up`."""
        rules = FollowUpRules.of(plan)
        return cls(plan.first_year, plan.last_year, tuple(getattr(rules, name) for name in _RULES))

    @property
    def rules(self) -> FollowUpRules:
        return _rules(self.values)


class Facts(NamedTuple):
    """One result. `is_chosen`: not only there as a part of another."""

    pk: int
    focus_area_id: int
    goal_id: int | None
    parent_id: int | None
    number: str
    text: str
    owner: str | None
    owner_code: str | None
    unit: str | None
    unit_id: int | None
    unit_code: str | None
    monthly: bool
    starts_on: dt.date | None
    due_on: dt.date | None
    weight: Decimal
    roll_up: str
    is_chosen: bool
    evidence: Evidence | None
    said: Said | None
    terms: Terms

    @property
    def starts(self) -> dt.date:
        """The plan's first day where the result has no start of its own."""
        return self.starts_on or dt.date(self.terms.first_year, 1, 1)


_RULES = tuple(field.attname for field in FollowUpRules._meta.concrete_fields if not field.primary_key)
_TERMS = ("plan__first_year", "plan__last_year", *(f"plan__follow_up__{name}" for name in _RULES))
_OWN = (
    "pk",
    "focus_area_id",
    "goal_id",
    "parent_id",
    "number",
    "text",
    "owner__name",
    "owner__code",
    "unit__name",
    "unit_id",
    "unit__code",
    "monthly",
    "starts_on",
    "due_on",
    "weight",
    "roll_up",
    "is_chosen",
    "measured",
    "said",
)
_SAID = ("tertial", "month", "status", "progress", "comment", "made_at")


def load(
    results: "QuerySet[ExpectedResult]", on: dt.date, chosen: "QuerySet[ExpectedResult] | None" = None
) -> list[Facts]:
    """As known at the end of a day, in the plan's order. One query. `chosen`: those asked for; without it all are."""
    return read(as_json(_known(results, on, chosen).values_list(*_OWN, *_TERMS)))


def of_plan(plan: Plan, on: dt.date) -> str:
    """Every result of a plan as known at the end of a day, for `read`. One query."""
    return _of_plan.as_json(plan=plan.pk, day=on)


def read(known: str, terms: Terms | None = None) -> list[Facts]:
    """In the plan's order. `terms`: those of the plan that all belong to; else they are in the rows."""
    found = [_facts(list(row.values()), terms) for row in json.loads(known, parse_float=Decimal)]
    return sorted(found, key=lambda facts: in_order(facts.number))


def _known(results: Any, on: dt.date, chosen: "QuerySet[ExpectedResult] | None" = None) -> "QuerySet[ExpectedResult]":
    said = CheckIn.objects.that_stands(on).values(json=JSONObject(**{name: name for name in _SAID}))
    asked = Value(value=True) if chosen is None else Exists(chosen.filter(pk=OuterRef("pk")))
    known = results.annotate(measured=evidence.annotation(on), said=Subquery(said[:1]), is_chosen=asked)
    found: QuerySet[ExpectedResult] = known.order_by()
    return found


_of_plan = Prepared(
    lambda plan, day: _known(ExpectedResult.objects.filter(plan=plan).in_force(day), day).values_list(*_OWN),
    plan=int,
    day=dt.date,
)


def _facts(values: list[Any], terms: Terms | None) -> Facts:
    """Out of the values of `_OWN`, and of `_TERMS` where there are any."""
    row = dict(zip(_OWN, values, strict=False))
    converted = [
        row["starts_on"] and dt.date.fromisoformat(row["starts_on"]),
        row["due_on"] and dt.date.fromisoformat(row["due_on"]),
        Decimal(row["weight"]),
        row["roll_up"],
        row["is_chosen"],
        evidence.read(row["measured"]),
        row["said"] and Said.read(row["said"]),
        terms or _terms(tuple(values[len(_OWN) :])),
    ]
    return Facts._make([*values[: _OWN.index("starts_on")], *converted])


def _terms(values: tuple[Any, ...]) -> Terms:
    """Out of the row of a result: without rules of its own a plan has the defaults."""
    first, last, *rules = values
    return Terms(first, last, tuple(rules) if rules[0] is not None else _defaults())


@lru_cache
def _defaults() -> tuple[Any, ...]:
    rules = FollowUpRules()
    return tuple(getattr(rules, name) for name in _RULES)


@lru_cache(maxsize=64)
def _rules(values: tuple[Any, ...]) -> FollowUpRules:
    """Read by every row of a page, changed by none."""
    return FollowUpRules(**dict(zip(_RULES, values, strict=True)))
