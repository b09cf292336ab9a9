"""A row's values by the same grammars as booking reads them, for those who want every error and not the first ones."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finance.choices import CODE_ROLES, ColumnRole
from finance.importing.amounts import SPACES
from finance.importing.conventions import amount_reader
from finance.importing.dates import parse_date, parse_period
from finance.importing.layout import Layout
from finance.importing.problems import RowError, ValueProblem
from finance.models import Posting
from vp_portal.core.fields import CodeField
from vp_portal.core.periods import Period

_CODE = CodeField()
_TEXTS = (
    ColumnRole.VOUCHER_SERIES,
    ColumnRole.VOUCHER_NO,
    ColumnRole.SUPPLIER_NO,
    ColumnRole.SUPPLIER_NAME,
    ColumnRole.TEXT,
)


def _problem_of(parse: Callable[[str], object]) -> Callable[[str], str]:
    """What is wrong with a value, "" when nothing is; the same text is read once."""

    @lru_cache(maxsize=4096)
    def problem(raw: str) -> str:
        try:
            parse(raw)
        except ValueProblem as found:
            return str(found)
        return ""

    return problem


class RowCheck:
    """Finds every error of a row. `period` is the given one, which the rows must not contradict."""

    def __init__(self, layout: Layout, period: Period | None) -> None:
        self._layout, self._given = layout, period
        self._amount = amount_reader(layout)
        self._period = _problem_of(self._read_period)
        self._date = _problem_of(parse_date)
        self._code = _problem_of(_read_code)
        self._lengths = {role: _longest(role) for role in _TEXTS if role in layout.columns}

    def errors(self, line: int, record: Sequence[str]) -> Iterator[RowError]:
        value = {role: record[place] for role, place in self._layout.columns.items()}
        for role, raw, reason in self._problems(value, record):
            yield RowError(line, self._layout.name_of(role), raw[:80], reason)

    def _problems(self, value: dict[ColumnRole, str], record: Sequence[str]) -> Iterator[tuple[ColumnRole, str, str]]:
        yield from self._amounts(value, record)
        year, month = value.get(ColumnRole.YEAR, ""), value.get(ColumnRole.MONTH, "")
        written = value.get(ColumnRole.PERIOD, "")
        period = written if written or not year else f"{year}-{month}"
        if reason := self._period(period):
            yield ColumnRole.PERIOD, period, reason
        date = value.get(ColumnRole.DATE, "")
        if reason := self._date(date):
            yield ColumnRole.DATE, date, reason
        for role in CODE_ROLES:
            code = value.get(role, "").strip(SPACES)
            if reason := self._code(code) if code else _("konto saknas") if role == ColumnRole.ACCOUNT else "":
                yield role, code, reason
        for role, longest in self._lengths.items():
            if len(value[role].strip(SPACES)) > longest:
                yield role, value[role].strip(SPACES), _("högst %(longest)s tecken") % {"longest": longest}

    def _amounts(self, value: dict[ColumnRole, str], record: Sequence[str]) -> Iterator[tuple[ColumnRole, str, str]]:
        if ColumnRole.AMOUNT in value:
            sides = [(ColumnRole.AMOUNT, value[ColumnRole.AMOUNT])]
        else:
            both = [(role, value[role]) for role in (ColumnRole.DEBIT, ColumnRole.CREDIT)]
            sides = [(role, raw) for role, raw in both if raw.strip(SPACES)]
        if not sides:
            yield ColumnRole.DEBIT, "", _("belopp saknas")
        nonzero = 0
        for role, raw in sides:
            try:
                nonzero += self._amount(raw, record) != 0
            except ValueProblem as problem:
                yield role, raw, str(problem)
        if nonzero == 2:
            yield ColumnRole.DEBIT, " / ".join(raw for _role, raw in sides), _("både debet och kredit har belopp")

    def _read_period(self, raw: str) -> None:
        has_column = ColumnRole.PERIOD in self._layout.columns or ColumnRole.YEAR in self._layout.columns
        if self._given and not has_column:
            return
        found = parse_period(raw)
        if self._given and found != self._given:
            raise ValueProblem(_("perioden är inte den angivna, %(period)s") % {"period": self._given})


def _read_code(code: str) -> None:
    try:
        _CODE.run_validators(code)
    except ValidationError:
        message = _("får inte innehålla blanktecken eller något av / ? # & %% ; \\ och högst vara 40 tecken") % ()
        raise ValueProblem(message) from None


def _longest(role: ColumnRole) -> int:
    return int(getattr(Posting._meta.get_field(role.value), "max_length", 0))
