"""The rows of some cells, by the keys of the cells: what the database finds soonest."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import models

from finance.models.run import current_run
from finance.models.slice import CellSlice
from vp_portal.core.periods import Period

#: Batch, period and code string.
Cell = tuple[int, int, int]


class _CellIn(models.Func):
    """`(batch, period, code string)` is one of some cells."""

    output_field: Any = models.BooleanField()

    def __init__(self, cells: Sequence[Cell]) -> None:
        super().__init__("batch", "period", "code_string")
        self.cells = cells

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **context: Any) -> Any:
        names = ", ".join(compiler.compile(column)[0] for column in self.source_expressions)
        values = [[int(cell[place]) for cell in self.cells] for place in range(3)]
        known = "(SELECT * FROM unnest(%s::bigint[], %s::integer[], %s::bigint[]))"
        return f"({names}) IN {known}", values


def of_cells(cells: Iterable[Cell]) -> models.Q:
    """Finds the rows of the cells. Their parts are said too: it is by those that indexes and partitions are chosen."""
    known = sorted(set(cells))
    if not known:
        return models.Q(pk__in=[])
    batches, periods, strings = ({cell[place] for cell in known} for place in range(3))
    near = models.Q(batch__in=batches, period__in=periods, code_string__in=strings)
    return near & models.Q(_CellIn(known)) if len(known) > 1 else near


def are_divided(periods: Iterable[Period]) -> bool:
    """Whether rows are taken out of any cell of the periods, so that its rows go different ways. One query."""
    return CellSlice.objects.filter(run=current_run(), cell__period__in=periods).exists()
