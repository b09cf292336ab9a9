"""What a column looks like by its values: suggestions where its name says nothing."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from finance.choices import CODE_ROLES, ColumnRole
from finance.importing.amounts import find_mark, parse_amount
from finance.importing.codes import MODELS
from finance.importing.dates import parse_date, parse_period
from finance.importing.problems import ValueProblem

#: So many of a column's values have to agree.
_MOST = 0.9
_ACCOUNT = re.compile(r"[1-9][0-9]{3,5}\Z")
_SIDE = re.compile(r"[DKdk]\Z")


def _share(values: Sequence[str], fits: Callable[[str], object]) -> float:
    return sum(bool(fits(value)) for value in values) / len(values) if values else 0.0


def _readable(parse: Callable[[str], object]) -> Callable[[str], bool]:
    def fits(value: str) -> bool:
        try:
            parse(value)
        except ValueProblem:
            return False
        return True

    return fits


def _forms(values: Sequence[str]) -> ColumnRole | None:
    """The role that every value's form gives, the strictest first."""
    mark = find_mark(values)
    amounts = _readable(lambda value: parse_amount(value, mark))
    if _share(values, _SIDE.match) == 1:
        return ColumnRole.DEBIT_CREDIT
    if _share(values, _readable(parse_period)) >= _MOST and len(set(values)) <= 24:
        return ColumnRole.PERIOD
    if _share(values, _readable(parse_date)) >= _MOST:
        return ColumnRole.DATE
    if mark and _share(values, amounts) >= _MOST and any(mark in value or "-" in value for value in values):
        return ColumnRole.AMOUNT
    lengths = {len(value) for value in values}
    if len(lengths) == 1 and len(set(values)) > 1 and _share(values, _ACCOUNT.match) == 1:
        return ColumnRole.ACCOUNT
    return None


def _registers(values: Sequence[str]) -> dict[ColumnRole, int]:
    """Role → how many of the values stand in its register."""
    wanted = set(values)
    found = {
        role: MODELS[role].objects.filter(code__in=wanted).values("code").distinct().count() for role in CODE_ROLES
    }
    return {role: count for role, count in found.items() if count >= _MOST * len(wanted)}


def suggest(columns: Mapping[int, Sequence[str]], taken: Iterable[ColumnRole]) -> dict[int, tuple[ColumnRole, str]]:
    """Place → (role, evidence) of columns without a known name. A role is suggested once, and not when taken."""
    free = set(ColumnRole) - set(taken)
    found: dict[int, tuple[ColumnRole, str]] = {}
    for place, samples in columns.items():
        values = [value.strip() for value in samples if value.strip()]
        if not values:
            continue
        in_registers = _registers(values[:200])
        role = max(in_registers, key=lambda role: in_registers[role], default=None)
        evidence = _("%(count)s av %(all)s olika värden finns i registret över %(role)s")
        if role is None or role not in free:
            role, evidence = _forms(values), _("värdena ser ut som %(role)s, t.ex. %(sample)s")
        if role is None or role not in free:
            continue
        free.discard(role)
        found[place] = (
            role,
            evidence
            % {
                "count": in_registers.get(role, 0),
                "all": len(set(values[:200])),
                "role": role.label,
                "sample": values[0][:40],
            },
        )
    return found
