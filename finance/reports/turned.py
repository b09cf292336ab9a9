"""The table that can be turned: the same cost by account group, cost centre, cost object, cost owner or month."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.choices import FlowKind
from finance.models.budget import BudgetLineQuerySet
from finance.models.rollup import CostRollupQuerySet
from finance.reports.economy import ZERO, Compared, added, sign_of, within
from finance.reports.selection import NONE, ROLLUP, SEPARATOR, Selection, of_kind
from services.models import CostObject
from vp_portal.core import formatting, small_charts

#: Querysets whose sums together are what a table is made of.
Rows = Sequence[CostRollupQuerySet | BudgetLineQuerySet]
MONTH = "month"
#: As many rows are shown at first; the rest are one row with their sum.
SHOWN = 40


@dataclass(frozen=True)
class Part:
    """`code` is as the filter takes it, several with a separator; `lacks` marks what has no code."""

    code: str
    name: str
    amount: Compared
    note: str = ""
    lacks: bool = False
    bar: small_charts.DivergingBar | None = None
    url: str = ""
    last_url: str = ""
    narrow_url: str = ""
    #: What tells parts with the same name apart, where the code does not.
    key: Any = field(default=None, compare=False)


@dataclass(frozen=True)
class Dimension:
    """`narrow` is what the table is turned to when a row is chosen; nothing where a row leads to its postings only."""

    code: str
    label: str | Promise
    heading: str | Promise
    parameter: str
    narrow: str


DIMENSIONS = {
    one.code: one
    for one in (
        Dimension("group", gettext_lazy("Kontogrupp"), gettext_lazy("per kontogrupp"), "group", "cost_centre"),
        Dimension(
            "cost_centre", gettext_lazy("Kostnadsställe"), gettext_lazy("per kostnadsställe"), "cost_centre", "group"
        ),
        Dimension(
            "cost_object", gettext_lazy("Kostnadsbärare"), gettext_lazy("per kostnadsbärare"), "cost_object", "group"
        ),
        Dimension("supplier", gettext_lazy("Leverantör"), gettext_lazy("per leverantör"), "supplier", ""),
        Dimension("owner", gettext_lazy("Ägare"), gettext_lazy("per kostnadsägare"), "cost_object", "cost_object"),
        # A month is no parameter of the filter: its parts come with their addresses.
        Dimension(MONTH, gettext_lazy("Månad"), gettext_lazy("per månad"), "", "group"),
    )
}

SORTS: dict[str, Callable[[Part], Any]] = {
    "difference": lambda part: (-abs(part.amount.told or ZERO), part.name),
    "amount": lambda part: (-part.amount.this, part.name),
    "name": lambda part: (part.lacks, part.name.lower().translate({ord("å"): "{", ord("ä"): "|", ord("ö"): "}"})),
}


def _by_code(part: Part) -> str:
    return part.code


@dataclass(frozen=True)
class Turning:
    """How the table is wanted."""

    by: str = "group"
    sort: str = "difference"
    everything: bool = False


@dataclass(frozen=True)
class Turned:
    """The parts in order. `total` is the sum of all, also of those not shown; `rest` is what is not shown."""

    dimension: Dimension
    sort: str
    parts: Sequence[Part]
    total: Compared
    count: int
    rest: Compared | None
    rest_count: int


def turned(
    seen: CostRollupQuerySet,
    chosen: Selection,
    kind: FlowKind,
    wanted: Turning,
    planned: BudgetLineQuerySet | None = None,
    ready: Sequence[Part] | None = None,
    *,
    is_whole: bool = True,
) -> Turned:
    """One or two queries, one more by owner, and as many again for planned lines: they stand in the place of last
    year. None where the parts are `ready`. Parts without amounts in either are left out. Not `is_whole`: there is no
    difference to tell or to sort by, save that of each month."""
    dimension = DIMENSIONS[wanted.by]
    if ready is not None:
        found = list(ready)
    else:
        sums = within(seen, chosen, FIELDS[wanted.by], last_year=planned is None)
        found = _PARTS[wanted.by]([rows.filter(of_kind(ROLLUP, kind)) for rows in sums], chosen)
        if planned is not None:
            found = _together(found, _PARTS[wanted.by]([planned], chosen))
    tells_difference = is_whole or wanted.by == MONTH
    parts = [_signed(part, kind) for part in found if part.amount.this or part.amount.last]
    if not tells_difference:
        parts = [replace(part, amount=replace(part.amount, is_whole=False)) for part in parts]
    sort, in_order = _order(wanted, tells_difference=tells_difference)
    parts.sort(key=in_order)
    shown = parts if wanted.everything or len(parts) <= SHOWN + 1 else parts[:SHOWN]
    rest = parts[len(shown) :]
    return Turned(
        dimension=dimension,
        sort=sort,
        parts=_finished(shown, chosen, dimension, kind, has_last_rows=planned is None),
        total=sum((part.amount for part in parts), Compared()),
        count=len(parts),
        rest=sum((part.amount for part in rest), Compared()) if rest else None,
        rest_count=len(rest),
    )


def _order(wanted: Turning, *, tells_difference: bool) -> tuple[str, Callable[[Part], Any]]:
    """The order as the table says it, and its key. Months go by name in their own order."""
    sort = wanted.sort if tells_difference or wanted.sort != "difference" else "amount"
    return sort, _by_code if wanted.by == MONTH and sort == "name" else SORTS[sort]


def _together(booked: Sequence[Part], planned: Sequence[Part]) -> list[Part]:
    """What is booked against what is planned, part by part."""

    def place(part: Part) -> Any:
        return part.key or part.code

    wanted = {place(part): part for part in planned}
    found = []
    for part in booked:
        other = wanted.pop(place(part), None)
        codes = SEPARATOR.join(sorted({*part.code.split(SEPARATOR), *(other.code.split(SEPARATOR) if other else ())}))
        amount = Compared(part.amount.this, other.amount.this if other else part.amount.last)
        found.append(replace(part, code=codes, amount=amount))
    rest = [replace(part, amount=Compared(last=part.amount.this)) for part in wanted.values()]
    return found + rest


def _signed(part: Part, kind: FlowKind) -> Part:
    return part if sign_of(kind) == 1 else replace(part, amount=-part.amount)


def _finished(
    parts: Sequence[Part], chosen: Selection, dimension: Dimension, kind: FlowKind, *, has_last_rows: bool
) -> list[Part]:
    """With bars on one scale and the addresses of what is behind each figure."""
    bars = small_charts.diverging([part.amount.told for part in parts], fmt=formatting.kr)
    before = chosen.last_year
    if dimension.code == MONTH:
        return [replace(part, bar=bar) for part, bar in zip(parts, bars, strict=True)]
    return [
        replace(
            part,
            bar=bar,
            url=chosen.rows_url(**{dimension.parameter: part.code, "kind": kind.value}),
            last_url=before.rows_url(**{dimension.parameter: part.code, "kind": kind.value}) if has_last_rows else "",
            narrow_url=chosen.economy_url(**{dimension.parameter: part.code, "by": dimension.narrow})
            if dimension.narrow
            else "",
        )
        for part, bar in zip(parts, bars, strict=True)
    ]


def _by_group(rows: Rows, chosen: Selection) -> list[Part]:
    """With the chart's name where there are several: two of them can have groups of the same name."""
    fields = ("account_group__chart__code", "account_group__chart__name", "account_group__code", "account_group__name")
    found = added(rows, chosen, *fields)
    several = len({chart for chart, *_rest in found if chart}) > 1
    return [
        Part(NONE, _("Konton utan kontogrupp"), Compared(this, last), lacks=True)
        if code is None
        else Part(f"{chart}.{code}", name, Compared(this, last), note=chart_name if several else "")
        for chart, chart_name, code, name, this, last in found
    ]


def _by_cost_centre(rows: Rows, chosen: Selection) -> list[Part]:
    return [
        Part(NONE, _("Utan kostnadsställe"), Compared(this, last), lacks=True)
        if code is None
        else Part(code, name or code, Compared(this, last), note=code)
        for code, name, this, last in added(rows, chosen, "cost_centre__code", "cost_centre__name")
    ]


def _by_cost_object(rows: Rows, chosen: Selection) -> list[Part]:
    fields = ("cost_object__code", "cost_object__name", "cost_object__kind")
    return [
        Part(NONE, _("Utan hemvist"), Compared(this, last), lacks=True, note=_("ingen regel når dit"))
        if code is None
        else Part(code, name, Compared(this, last), note=CostObject(kind=kind).kind_label)
        for code, name, kind, this, last in added(rows, chosen, *fields)
    ]


def _by_owner(rows: Rows, chosen: Selection) -> list[Part]:
    """Who answers for the cost objects' cost now, also for last year's."""
    objects: Any = CostObject.objects.with_cost_owner(chosen.on)
    owners = {
        pk: (code, owner_id, owner)
        for pk, code, owner_id, owner in objects.values_list("pk", "code", "cost_owner_id", "cost_owner_name")
    }
    sums: dict[tuple[Any, str, bool], Compared] = {}
    codes: dict[tuple[Any, str, bool], list[str]] = {}
    for pk, this, last in added(rows, chosen, "cost_object"):
        code, owner_id, owner = owners[pk] if pk else (NONE, None, None)
        lacking = _("Utan hemvist") if pk is None else _("Kostnadsbärare utan kostnadsägare")
        key = (owner_id if owner else lacking, owner or lacking, owner is None)
        sums[key] = sums.get(key, Compared()) + Compared(this, last)
        codes.setdefault(key, []).append(code)
    return [
        Part(SEPARATOR.join(sorted(codes[key])), key[1], amount, lacks=key[2], note=_owned(codes[key]), key=key)
        for key, amount in sums.items()
    ]


def _owned(codes: list[str]) -> str:
    if codes == [NONE]:
        return ""
    return _("%(count)s kostnadsbärare") % {"count": len(codes)}


#: What of a sum each dimension is told by.
FIELDS = {"group": "account_group", "cost_centre": "cost_centre", "cost_object": "cost_object", "owner": "cost_object"}
#: Rollups and planned lines have the same columns, so the same ways to turn them.
_PARTS: dict[str, Callable[[Rows, Selection], list[Part]]] = {
    "group": _by_group,
    "cost_centre": _by_cost_centre,
    "cost_object": _by_cost_object,
    "owner": _by_owner,
}
