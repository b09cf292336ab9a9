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
#: So many of them are looked up in the registers.
_LOOKED_AT = 200
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


def _registers(columns: Mapping[int, Sequence[str]]) -> dict[int, dict[ColumnRole, int]]:
    """Place → role → how many of the column's different values stand in its register, where most do."""
    wanted = {place: set(values) for place, values in columns.items()}
    every = set().union(*wanted.values())
    found: dict[int, dict[ColumnRole, int]] = {place: {} for place in columns}
    for role in CODE_ROLES if every else ():
        known = set(MODELS[role].objects.filter(code__in=every).values_list("code", flat=True))
        for place, values in wanted.items():
            if values and len(values & known) >= _MOST * len(values):
                found[place][role] = len(values & known)
    return found


def suggest(columns: Mapping[int, Sequence[str]], taken: Iterable[ColumnRole]) -> dict[int, tuple[ColumnRole, str]]:
    """Place → (role, evidence) of columns without a known name. A role is suggested once, and not when taken."""
    free = set(ColumnRole) - set(taken)
    stripped = {place: [value.strip() for value in samples if value.strip()] for place, samples in columns.items()}
    looked_at = {place: values[:_LOOKED_AT] for place, values in stripped.items()}
    registered = _registers(looked_at)
    found: dict[int, tuple[ColumnRole, str]] = {}
    for place, values in stripped.items():
        if not values:
            continue
        known = registered[place]
        role = max(known, key=lambda role: known[role], default=None)
        evidence = _("%(count)s av %(all)s olika värden finns i registret över %(role)s")
        if role is None or role not in free:
            role, evidence = _forms(values), _("värdena ser ut som %(role)s, t.ex. %(sample)s")
        if role is None or role not in free:
            continue
        free.discard(role)
        told = {"role": role.label, "count": known.get(role, 0), "all": len(set(looked_at[place]))}
        found[place] = (role, evidence % {**told, "sample": values[0][:40]})
    return found
