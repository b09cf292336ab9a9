"""A believable ledger of any size: skewed code combinations, a year of periods, twelve columns."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from finance.choices import CodePart, MatchOperator
from finance.models import (
    Account,
    AccountGroup,
    AccountRange,
    ActivityCode,
    AllocationRule,
    AllocationShare,
    ChartOfAccounts,
    CostCentre,
    Counterparty,
    Funder,
    ImportSource,
    LedgerProject,
    RuleCondition,
)

HEADER = "Period;Konto;Kst;Projekt;Vht;Fin;Motpart;Verdatum;Vernr;Lev.nr;Text;Belopp"
ACCOUNTS, CENTRES, PROJECTS, ACTIVITIES, FUNDERS, COUNTERPARTIES = 250, 120, 600, 30, 60, 80
#: A year of a large ledger has some 25 000 cells: 216 000 were counted for ten million rows of many years.
COMBINATIONS, RULES, SEED = 2_500, 500, 20240101
_TEXTS = ("Hyra lokaler", "Licenser årsavgift", "Lön", "Konsult förvaltning", "Nätutrustning", "Resa Umeå", "Kredit")


@dataclass(frozen=True)
class Row:
    period: int
    account: str
    centre: str
    project: str
    activity: str
    funder: str
    counterparty: str
    day: dt.date
    voucher: str
    supplier: str
    text: str
    ore: int


def account_code(number: int) -> str:
    return f"{4 + number % 4}{number:04}"


def centre_code(number: int) -> str:
    return f"11{number:04}"


def _combinations(source: random.Random) -> list[tuple[str, ...]]:
    made = []
    for _number in range(COMBINATIONS):
        project = source.randrange(PROJECTS)
        centre = project % CENTRES if source.random() < 0.8 else source.randrange(CENTRES)
        made.append(
            (
                account_code(int(ACCOUNTS * source.random() ** 1.5)),
                centre_code(centre),
                f"P{project:05}" if source.random() < 0.7 else "",
                f"{project % ACTIVITIES:02}",
                f"F{project % FUNDERS:02}" if source.random() < 0.4 else "",
                f"M{source.randrange(COUNTERPARTIES):03}" if source.random() < 0.3 else "",
            )
        )
    return made


def rows(count: int, *, year: int = 2024) -> Iterator[Row]:
    """In the order of the year. The same ones each time."""
    source = random.Random(SEED + year)  # the same data in each run
    combinations = _combinations(random.Random(SEED))  # as above
    days = [[dt.date(year, month, day) for day in range(1, 29)] for month in range(1, 13)]
    draw = source.random
    for number in range(count):
        month = number * 12 // count
        codes = combinations[int(COMBINATIONS * draw() ** 2)]
        ore = int(10 ** (3 + 5 * draw())) * (-1 if draw() < 0.1 else 1)
        yield Row(
            (year * 100) + month + 1,
            *codes,  # type: ignore[arg-type]  # six codes
            days[month][int(28 * draw())],
            str(7_000_000 + number // 3),
            str(100_000 + int(4000 * draw())),
            f"{_TEXTS[int(7 * draw())]} {number % 977}",
            ore,
        )


def kronor(ore: int, mark: str) -> str:
    sign, whole, rest = "-" if ore < 0 else "", *divmod(abs(ore), 100)
    return f"{sign}{whole}{mark}{rest:02}"


def codes_of(row: Row) -> list[str]:
    return [row.account, row.centre, row.project, row.activity, row.funder, row.counterparty]


def raw_line(row: Row) -> str:
    """As a ledger system writes it."""
    return (
        f"{row.period};{row.account};{row.centre};{row.project};{row.activity};{row.funder};{row.counterparty};"
        f"{row.day};{row.voucher};{row.supplier};{row.text};{kronor(row.ore, ',')}\r\n"
    )


def write_raw(path: Path, count: int, *, year: int = 2024, bad: int = 0) -> None:
    """windows-1252, `;`, CRLF, decimal comma. `bad` rows, spread over the file, can't be booked: amounts, periods,
    dates and the number of fields in turn."""
    step = count // bad if bad else 0
    with path.open("w", encoding="cp1252", newline="") as file:
        file.write(HEADER + "\r\n")
        for number, row in enumerate(rows(count, year=year)):
            line = raw_line(row)
            file.write(_spoilt(line, number // step) if step and number % step == 0 else line)


def _spoilt(line: str, number: int) -> str:
    fields = line.split(";")
    match number % 4:
        case 0:
            fields[-1] = "12 34,50\r\n"
        case 1:
            fields[0] = "202417"
        case 2:
            fields[7] = "2024-02-31"
        case _:
            fields.pop(10)
    return ";".join(fields)


def make_codes() -> ImportSource:
    """The registers, a chart with ten groups, 500 rules, a source."""
    chart = ChartOfAccounts.objects.create(code="benchmark", name="Benchmark")
    groups = [AccountGroup.objects.create(chart=chart, code=f"g{n}", name=f"Grupp {n}", kind="cost") for n in range(4)]
    for number, group in enumerate(groups):
        AccountRange.objects.create(group=group, low=f"{4 + number}", high=f"{4 + number}")
    Account.objects.bulk_create(
        Account(code=account_code(n), name=f"Konto {n}", chart=chart, group=groups[n % 4]) for n in range(ACCOUNTS)
    )
    for model, codes in (
        (CostCentre, map(centre_code, range(CENTRES))),
        (LedgerProject, (f"P{n:05}" for n in range(PROJECTS))),
        (ActivityCode, (f"{n:02}" for n in range(ACTIVITIES))),
        (Funder, (f"F{n:02}" for n in range(FUNDERS))),
        (Counterparty, (f"M{n:03}" for n in range(COUNTERPARTIES))),
    ):
        model.objects.bulk_create(model(code=code) for code in codes)
    _make_rules()
    return ImportSource.objects.create(code="benchmark", name="Benchmark", chart=chart, is_default=True)


def _make_rules() -> None:
    """A rule for each project, the rest for centre and kind of account: together nearly everything has a home."""
    from tests.factories.services import ServiceFactory

    services = [ServiceFactory() for _n in range(40)]
    for number in range(RULES):
        rule = AllocationRule.objects.create(name=f"Regel {number}", priority=number + 1)
        AllocationShare.objects.create(rule=rule, cost_object_id=services[number % len(services)].pk, share=100)
        if number < 300:
            conditions = [(CodePart.PROJECT, MatchOperator.EXACT, f"P{number:05}")]
        else:
            first = str(4 + number % 4)
            conditions = [
                (CodePart.COST_CENTRE, MatchOperator.EXACT, centre_code(number % CENTRES)),
                (CodePart.ACCOUNT, MatchOperator.PREFIX, first),
            ]
        for part, operator, low in conditions:
            RuleCondition.objects.create(rule=rule, part=part, operator=operator, low=low)
