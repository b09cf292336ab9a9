"""Where the money went: from account groups through cost centres to cost objects, as a picture and as a table."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from finance.choices import FlowKind
from finance.models import AccountGroup, CostCentre
from finance.models.rollup import CostRollupQuerySet
from finance.models.scope import sees_everything
from finance.reports import checks, economy
from finance.reports.economy import ZERO, sign_of
from finance.reports.selection import NONE, ROLLUP, SEPARATOR, Selection, of_kind
from finance.reports.spans import spans
from services.models import CostObject
from vp_portal.core import flow_charts
from vp_portal.core.flow_charts import Stop, Stream
from vp_portal.core.models import User
from vp_portal.core.periods import Period

#: As many stops of each column have a place of their own; the rest are one.
STOPS = (8, 10, 14)
#: As many rows of the table are shown at first.
SHOWN = 40
#: Codes of a longer address are left to the page of the economy: servers cut addresses at four kilobytes.
_LONGEST = 1500
#: The column's parameter, and what the economy is turned by for the rest of it.
_PARAMETERS = ("group", "cost_centre", "cost_object")
#: The stop of all others; no code is written so.
_REST = SEPARATOR


@dataclass(frozen=True)
class Path:
    """One way through the columns: codes as the filters take them, names, and what went there."""

    codes: tuple[str, str, str]
    names: tuple[str, str, str]
    amount: Decimal
    url: str


@dataclass(frozen=True)
class MoneyFlow:
    """`paths`: the table's rows, the largest first; `rest` is the sum of those that are not shown."""

    chosen: Selection
    kind: FlowKind
    total: Decimal
    chart: flow_charts.FlowChart
    paths: Sequence[Path]
    rest: Decimal
    rest_count: int
    all_url: str
    rows_url: str
    proof: checks.SelectionProof | None
    left_out: checks.LeftOut
    spans: Sequence[dict[str, Any]]

    @property
    def first(self) -> Period:
        return economy.bounds(self.chosen)[0]

    @property
    def last(self) -> Period:
        return economy.bounds(self.chosen)[1]


def money_flow(
    seen: CostRollupQuerySet, chosen: Selection, user: User | AnonymousUser, *, latest: Period, everything: bool = False
) -> MoneyFlow:
    """Six queries, one more for a controller's proof, and one for what others' sums leave out."""
    kind = FlowKind(chosen.kind or FlowKind.COST)
    paths = _paths(seen, chosen, kind)
    total = sum((path.amount for path in paths), ZERO)
    shown = paths if everything or len(paths) <= SHOWN + 1 else paths[:SHOWN]
    found = economy.flows(seen, chosen)
    return MoneyFlow(
        chosen=chosen,
        kind=kind,
        total=total,
        chart=_chart(paths, chosen, kind),
        paths=shown,
        rest=total - sum((path.amount for path in shown), ZERO),
        rest_count=len(paths) - len(shown),
        all_url=chosen.url("finance:flow", show="all"),
        rows_url=chosen.rows_url(kind=kind.value),
        proof=checks.proof(total * sign_of(kind), found, chosen, kind) if sees_everything(user) else None,
        left_out=checks.left_out_of(user, chosen),
        spans=spans(chosen, latest, partial(chosen.url, "finance:flow")),
    )


def _paths(seen: CostRollupQuerySet, chosen: Selection, kind: FlowKind) -> list[Path]:
    """Every combination with an amount, the largest first. Four or five queries: keys are added up, and named
    afterwards."""
    keys = ("account_group", "cost_centre", "cost_object")
    sums = economy.within(seen, chosen, *keys, last_year=False)
    rows = economy.added([each.filter(of_kind(ROLLUP, kind)) for each in sums], chosen, *keys)
    known = _Names()
    found = []
    for group_key, centre_key, target_key, total, _last in rows:
        if not total:
            continue
        chart, group, group_name = known.groups[group_key]
        (centre, centre_name), (target, target_name) = known.centres[centre_key], known.objects[target_key]
        codes = (f"{chart}.{group}" if group else NONE, centre or NONE, target or NONE)
        names = (
            group_name or _("Konton utan kontogrupp"),
            f"{centre} {centre_name}".strip() if centre else _("Utan kostnadsställe"),
            target_name or _("Utan hemvist"),
        )
        url = chosen.rows_url(kind=kind.value, **dict(zip(_PARAMETERS, codes, strict=True)))
        found.append(Path(codes, names, total * sign_of(kind), url))
    return sorted(found, key=lambda path: (-abs(path.amount), path.codes))


class _Names:
    """Key → codes and names, Nones where there is no key."""

    def __init__(self) -> None:
        groups = AccountGroup.objects.order_by().values_list("pk", "chart__code", "code", "name")
        self.groups: dict[int | None, tuple[Any, Any, Any]] = {None: (None, None, None)}
        self.groups |= {pk: (chart, code, name) for pk, chart, code, name in groups}
        self.centres, self.objects = (
            {None: (None, None)} | {pk: (code, name) for pk, code, name in rows.values_list("pk", "code", "name")}
            for rows in (CostCentre.objects.order_by(), CostObject.objects.order_by())
        )


def _chart(paths: Sequence[Path], chosen: Selection, kind: FlowKind) -> flow_charts.FlowChart:
    columns = [_Column(paths, number) for number in range(3)]
    sums: dict[tuple[int, str, str], Decimal] = defaultdict(Decimal)
    for path in paths:
        keys = [column.key(path) for column in columns]
        for number in (0, 1):
            sums[number, keys[number], keys[number + 1]] += path.amount

    def link(**codes: list[str]) -> str:
        return _address(chosen, kind, codes)

    stops = [[column.stop(key, link) for key in column.keys] for column in columns]
    streams = [
        Stream(
            number,
            source,
            target,
            amount,
            link(
                **{
                    _PARAMETERS[number]: columns[number].codes[source],
                    _PARAMETERS[number + 1]: columns[number + 1].codes[target],
                }
            ),
        )
        for (number, source, target), amount in sums.items()
    ]
    caption = _("Kontogrupp → kostnadsställe → kostnadsbärare")
    return flow_charts.flow(caption, stops, streams)


class _Column:
    """A column's stops: the largest, what lacks a code, and one for the rest."""

    def __init__(self, paths: Sequence[Path], number: int) -> None:
        self.number = number
        size: dict[str, Decimal] = defaultdict(Decimal)
        self.names: dict[str, str] = {}
        for path in paths:
            size[path.codes[number]] += abs(path.amount)
            self.names[path.codes[number]] = path.names[number]
        order = sorted(size, key=lambda code: (-size[code], code))
        # One alone is not worth a place that doesn't say its name.
        own = order if len(order) <= STOPS[number] + 1 else order[: STOPS[number]]
        self.own = frozenset(own)
        self.codes: dict[str, list[str]] = {code: [code] for code in own}
        if rest := order[len(own) :]:
            self.codes[_REST] = rest
        self.keys = list(self.codes)

    def key(self, path: Path) -> str:
        code = path.codes[self.number]
        return code if code in self.own else _REST

    def stop(self, key: str, link: Any) -> Stop:
        codes = self.codes[key]
        name = _("Övrigt (%(count)s)") % {"count": len(codes)} if key == _REST else self.names[key]
        return Stop(key, name, link(**{_PARAMETERS[self.number]: codes}))


def _address(chosen: Selection, kind: FlowKind, codes: dict[str, list[str]]) -> str:
    """The rows behind a band; where so many codes are no address, the economy turned by what is many."""
    joined = {name: SEPARATOR.join(sorted(given)) for name, given in codes.items()}
    many = [name for name, text in joined.items() if len(text) > _LONGEST]
    if not many:
        return chosen.rows_url(kind=kind.value, **joined)
    few = {name: text for name, text in joined.items() if name not in many}
    return chosen.economy_url(by=many[0], sort="amount", show="all", **few)


def table(shown: MoneyFlow) -> tuple[list[list[Any]], list[str]]:
    """The rows of a file, codes beside names; all of them when the flow was asked for whole."""
    heads = (_("Kontogrupp"), _("Kostnadsställe"), _("Kostnadsbärare"))
    columns = [text for head in heads for text in (_("%(what)s, kod") % {"what": head}, head)]
    rows = [
        [*(text for code, name in zip(path.codes, path.names, strict=True) for text in _cell(code, name)), path.amount]
        for path in shown.paths
    ]
    return [*rows, [_("Summa"), "", "", "", "", "", shown.total]], [*columns, _("Belopp")]


def _cell(code: str, name: str) -> tuple[str, str]:
    return ("", name) if code == NONE else (code, name)
