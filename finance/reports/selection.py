"""What figures and rows are asked for: one selection, as a condition on sums, cells, lines and postings, and as an
address."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from finance.choices import FlowKind
from finance.models import CostCentre
from finance.models.account import in_groups_of
from services.models import OrgUnit
from services.models.unit import ids_below
from vp_portal.core.periods import Period

#: Stands for "has none" where a code is expected: the rows without cost centre, group or cost object.
NONE = "-"
#: Between codes in an address. No code can hold it.
SEPARATOR = ";"


@dataclass(frozen=True)
class Lookups:
    """The way from a kind of row to what a selection is about. No `cost_object`: it takes a query of its own."""

    period: str
    cost_centre: str
    group: str
    is_distribution: str
    cost_object: str = ""


ROLLUP = Lookups("period", "cost_centre", "account_group", "is_distribution", "cost_object")
LEDGER = Lookups(
    "period", "code_string__cost_centre", "code_string__account__group", "code_string__account__is_distribution"
)
LINE = Lookups(
    "period",
    "cell__code_string__cost_centre",
    "cell__code_string__account__group",
    "cell__code_string__account__is_distribution",
    "cost_object",
)


@dataclass(frozen=True)
class Codes:
    """Chosen codes and their keys; nothing chosen means all. A key of None is "has none"."""

    codes: tuple[str, ...] = ()
    keys: tuple[int | None, ...] = ()

    def condition(self, lookup: str) -> Q:
        if not self.codes:
            return Q()
        keys = [key for key in self.keys if key is not None]
        found = Q(**{f"{lookup}__in": keys})
        return found | Q(**{f"{lookup}__isnull": True}) if None in self.keys else found

    @property
    def value(self) -> str:
        return SEPARATOR.join(self.codes)


def specials(first: Period, last: Period) -> list[int]:
    """The special periods 00 and 13 of the years from first to last."""
    return [year * 100 + month for year in range(first.year, last.year + 1) for month in (0, 13)]


def in_periods(lookup: str, first: Period, last: Period) -> Q:
    """The ordinary months from first to last; where one of them is special, all periods between."""
    between = Q(**{f"{lookup}__gte": first, f"{lookup}__lte": last})
    if first.is_special or last.is_special:
        return between
    inside = [number for number in specials(first, last) if first < number < last]
    return between & ~Q(**{f"{lookup}__in": inside}) if inside else between


def of_kind(at: Lookups, kind: str) -> Q:
    """Income, cost, other or distribution: each row is in exactly one of them."""
    distributes = Q(**{at.is_distribution: True})
    if kind == FlowKind.DISTRIBUTION:
        return distributes
    group = in_groups_of(kind, at.group)
    if kind == FlowKind.OTHER:
        group |= Q(**{f"{at.group}__isnull": True})
    return group & ~distributes


@dataclass(frozen=True)
class Selection:
    """First and last are None when the rows of all periods are asked for."""

    on: dt.date
    first: Period | None = None
    last: Period | None = None
    units: Codes = field(default_factory=Codes)
    cost_centres: Codes = field(default_factory=Codes)
    groups: Codes = field(default_factory=Codes)
    cost_objects: Codes = field(default_factory=Codes)
    #: A service area with its services, a sub-portfolio with its FO; `within` are the keys of what lies in them.
    areas: Codes = field(default_factory=Codes)
    portfolios: Codes = field(default_factory=Codes)
    within: frozenset[int] | None = None
    #: The units without those below them.
    own_only: bool = False
    #: Only for rows: a supplier, as `suppliers.Supplier.code` says it.
    supplier: str = ""
    kind: str = ""
    #: What the economy is held against; nothing is last year. The rows have no use for it.
    compare: str = ""
    #: How the economy's sums are written; nothing is thousands of kronor.
    money: str = ""

    @property
    def objects(self) -> Codes:
        """The cost objects that are meant: those chosen, of those that lie in what is chosen."""
        if self.within is None:
            return self.cost_objects
        chosen = self.cost_objects.keys if self.cost_objects.codes else tuple(sorted(self.within))
        keys = tuple(key for key in chosen if key in self.within)
        return Codes((*self.cost_objects.codes, *self.areas.codes, *self.portfolios.codes), keys)

    def scope(self, at: Lookups) -> Q:
        """Everything but the periods, the kind and, where there is no lookup to it, the cost object."""
        condition = self.cost_centres.condition(at.cost_centre) & self.groups.condition(at.group)
        if self.units.codes:
            keys = [key for key in self.units.keys if key is not None]
            chosen = keys if self.own_only else ids_below(keys, self.on)
            centres = CostCentre.objects.of_units(OrgUnit.objects.filter(pk__in=chosen), self.on)
            condition &= Q(**{f"{at.cost_centre}__in": centres.values("pk")})
        if at.cost_object:
            condition &= self.objects.condition(at.cost_object)
        return condition

    @property
    def fields(self) -> list[str]:
        """The fields of a sum that are chosen by."""
        chosen = {
            ROLLUP.cost_centre: self.units.codes or self.cost_centres.codes,
            ROLLUP.group: self.groups.codes,
            ROLLUP.cost_object: self.objects.codes,
        }
        return [field for field, codes in chosen.items() if codes]

    def periods(self, at: Lookups) -> Q:
        if self.first is None or self.last is None:
            return Q()
        return in_periods(at.period, self.first, self.last)

    @property
    def last_year(self) -> "Selection":
        """The same months of the year before."""
        assert self.first is not None and self.last is not None  # noqa: PT018, S101
        return replace(self, first=self.first.shift(-12), last=self.last.shift(-12))

    def query(self, **changes: Any) -> dict[str, str]:
        """The selection as parameters of an address, with some of them changed; empty ones are left out."""
        values: dict[str, Any] = {
            "from": int(self.first) if self.first else "",
            "to": int(self.last) if self.last else "",
            "unit": self.units.value,
            "cost_centre": self.cost_centres.value,
            "group": self.groups.value,
            "cost_object": self.cost_objects.value,
            "area": self.areas.value,
            "portfolio": self.portfolios.value,
            "own": "on" if self.own_only and self.units.codes else "",
            "supplier": self.supplier,
            "kind": self.kind,
            **changes,
        }
        return {key: str(value) for key, value in values.items() if value not in ("", None)}

    def url(self, name: str, **changes: Any) -> str:
        """A page about the selection."""
        return f"{reverse(name)}?{urlencode(self.query(**changes))}"

    def rows_url(self, **changes: Any) -> str:
        """The rows behind a figure of the selection."""
        return self.url("finance:postings", **changes)

    def economy_url(self, **changes: Any) -> str:
        return self.url("finance:economy", **{"compare": self.compare, "money": self.money, **changes})
