"""How a table is to be read: what the file shows, what a profile says, and what somebody has chosen."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from finance.choices import SCALE_FACTOR, ColumnRole, DebitCredit, ReadingAspect, Scale, SignConvention
from finance.importing import describing
from finance.importing.amounts import find_mark
from finance.importing.columns import Names
from finance.importing.conventions import MARK, amount_places, column_mark
from finance.importing.delimited import SAMPLE
from finance.importing.layout import Candidate, Layout, check_header, columns_of, find_header
from finance.importing.problems import Refusal
from finance.importing.profiles import drift, nearest
from finance.importing.tables import Table
from finance.importing.understanding import Finding, ReadingChoices, Understanding
from finance.models import ImportProfile, ImportSource
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class Reading:
    """`layout` is None when a choice is needed first: the understanding's `problem` says which."""

    understanding: Understanding
    layout: Layout | None


def read_table(
    table: Table, choices: ReadingChoices, *, names: Names, profile: ImportProfile | None, period: Period | None
) -> Reading:
    """`names` are the known header names; `period` stands in for a period column.

    Raises Refusal when the file is no table at all.
    """
    profiles = list(ImportProfile.objects.select_related("source").order_by("pk"))
    said = choices.over(ReadingChoices.from_profile(profile))
    found = find_header(table.heads(said.separator), said, names=names, profile=profile, profiles=profiles)
    said = choices.over(ReadingChoices.from_profile(found.profile))
    problem = table.problem
    try:
        check_header(found, period)
    except Refusal as refusal:
        problem = problem or refusal
    layout = _layout(table, found, said)
    understanding = Understanding(
        table.format,
        tuple(_findings(table, found, layout, said)),
        columns=describing.columns(found, names),
        profile=found.profile,
        warnings=tuple(table.warnings()),
        problem=problem,
    )
    if problem is None and layout.has_conventions and layout.file_mark is None:
        records = table.records(layout.separator, layout.lines)
        layout = replace(layout, file_mark=column_mark(records, layout))
    return Reading(_with_drift(understanding, found, profiles, names), None if problem else layout)


def _layout(table: Table, found: Candidate, said: ReadingChoices) -> Layout:
    sides = found.roles.get(ColumnRole.DEBIT_CREDIT, [None])[0]
    debit_credit = DebitCredit(said.debit_credit or DebitCredit.NONE)
    if sides is not None:
        debit_credit = DebitCredit.COLUMN
    elif debit_credit == DebitCredit.COLUMN:
        debit_credit = DebitCredit.NONE
    layout = Layout(
        found.head.separator,
        found.header,
        found.lines,
        columns_of(found),
        found.profile,
        scale=SCALE_FACTOR[Scale(said.scale or Scale.KR)],
        is_flipped=said.sign == SignConvention.FLIPPED,
        debit_credit=debit_credit,
        debit_credit_place=sides,
    )
    mark = said.decimal_mark or table.proven_mark(amount_places(layout), found.lines)
    table.mark = mark or MARK
    return replace(layout, file_mark=mark, decimal_mark=MARK if layout.has_conventions else mark)


def _findings(table: Table, found: Candidate, layout: Layout, said: ReadingChoices) -> Iterator[Finding]:
    yield _format_finding(table)
    yield from table.findings()
    if found.head.separator:
        yield describing.separator(found)
    yield describing.header_row(found)
    if amount_places(layout):
        is_whole = len(found.head.records) < SAMPLE
        values = [value for place in amount_places(layout) for value in describing.values_at(found, place)]
        mark = layout.file_mark or find_mark(values)
        yield describing.decimal_mark(found, layout, mark, is_said=bool(said.decimal_mark), is_whole=is_whole)
    yield from describing.forms(found)
    yield from describing.conventions(found, layout, said)
    yield describing.sum_rows(found, layout)
    yield source_finding(found.profile)


def _format_finding(table: Table) -> Finding:
    label = (table.format.value, str(table.format.label))
    return Finding(ReadingAspect.FORMAT, table.format.value, table.extent(), (label,))


def read_given(table: Table, layout: Layout) -> Reading:
    """Of a table whose columns its format gives."""
    findings = (
        _format_finding(table),
        *table.findings(),
        source_finding(layout.profile),
    )
    understood = Understanding(
        table.format,
        findings,
        dimensions=table.dimensions(),
        profile=layout.profile,
        warnings=tuple(table.warnings()),
    )
    return Reading(understood, layout)


def source_finding(profile: ImportProfile | None) -> Finding:
    """Which ledger the file comes from: the profile's, else the default one."""
    sources = list(ImportSource.objects.order_by("code"))
    default = next((source for source in sources if source.is_default), None)
    source = profile.source if profile else default
    if profile:
        evidence = _("Importprofilen ”%(profile)s” säger det.") % {"profile": profile}
    else:
        evidence = _("Den förvalda källan.") if default else _("Ingen källa är förvald.")
    alternatives = tuple((known.code, known.name) for known in sources)
    return Finding(ReadingAspect.SOURCE, source.code if source else "", evidence, alternatives, source is not None)


def _with_drift(
    understood: Understanding, found: Candidate, profiles: list[ImportProfile], names: Names
) -> Understanding:
    if found.profile:
        return replace(understood, drift=drift(found.header, found.profile, names).sentences())
    suggested = nearest(found.header, profiles, names)
    if suggested is None:
        return understood
    return replace(understood, suggested_profile=suggested, drift=drift(found.header, suggested, names).sentences())
