"""Cost that no rule reaches: how much, since when, whose, and where it probably belongs."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Max, Min, Q, Sum
from django.db.models.functions import Abs

from finance.choices import AccountKind, FlowKind
from finance.models import BareCell, CodeString, CostCentreUnit
from finance.models.rollup import CostRollupQuerySet
from finance.models.run import current_run
from finance.models.scope import POSTING, ledger_scope, sight
from finance.reports.economy import ZERO
from finance.reports.selection import NONE, Selection
from finance.reports.sums import by_month
from services.models import CostObject, OrgUnit
from vp_portal.core import charts, formatting
from vp_portal.core.models import User
from vp_portal.core.periods import Period, months

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE_SIZE = 40
#: So many months are shown as the trend.
TREND = 12
#: Fewer allocated siblings than this say nothing.
FEWEST_SIBLINGS = 2


@dataclass(frozen=True)
class Guess:
    """Where the siblings went: `count` of `siblings` combinations of codes to the same cost object."""

    cost_object: CostObject
    count: int
    siblings: int
    same_group: bool

    @property
    def share(self) -> Decimal:
        return Decimal(self.count) / self.siblings


@dataclass(frozen=True)
class Homeless:
    """One account on one cost centre. `key` is what a form sends: the codes, `-` for no cost centre."""

    centre: int | None
    centre_code: str
    centre_name: str
    account: int
    account_code: str
    account_name: str
    group: int | None
    amount: Decimal
    rows: int
    oldest: Period
    age_days: int
    unit: str
    owner: str
    guess: Guess | None
    url: str

    @property
    def key(self) -> str:
        return f"{self.centre_code or NONE}:{self.account}"


@dataclass(frozen=True)
class HomelessPage:
    """`page` tells where among the pages. The sums are of all of them."""

    page: Page
    rows: Sequence[Homeless]
    count: int
    total: Decimal
    oldest_days: int | None


def cells(user: User | AnonymousUser, on: dt.date) -> "QuerySet[BareCell]":
    """The cost without a home that the user may see, cell by cell."""
    seen = ledger_scope(sight(user, on), POSTING, Q(pk__in=[]))
    # The strings are chosen before their cells are met: joined one by one, it took twice the time.
    costs = CodeString.objects.filter(account__group__kind=AccountKind.COST, account__is_distribution=False)
    return BareCell.objects.filter(seen, code_string__in=costs, run=current_run()).order_by()


_FIELDS = (
    "cost_centre",
    "cost_centre__code",
    "cost_centre__name",
    "account",
    "account__code",
    "account__name",
    "account__group",
)


def homeless_page(user: User | AnonymousUser, on: dt.date, number: str | None) -> HomelessPage:
    """The largest first. Seven queries, and those that tell what the user may see."""
    rows = sorted(groups(user, on), key=lambda row: (-abs(row[7]), str(row[1]), row[4]))
    page = Paginator(rows, PAGE_SIZE).get_page(number)
    shown = list(page.object_list)
    centres = {row[0] for row in shown if row[0]}
    owners, guesses = owners_of(centres, on), _guesses(shown)
    oldest = min((row[9] for row in rows), default=None)
    return HomelessPage(
        page=page,
        rows=[_row(row, owners, guesses, on) for row in shown],
        count=len(rows),
        total=sum((row[7] for row in rows), ZERO),
        oldest_days=None if oldest is None else max((on - Period(oldest).last_day).days, 0),
    )


def groups(user: User | AnonymousUser, on: dt.date) -> list[tuple]:
    """A row of `_FIELDS` and sums for each account on a cost centre. Two queries: the sums of code strings, and what
    the strings are."""
    sums = (
        cells(user, on)
        .values_list("code_string")
        .annotate(
            total=Sum("amount"),
            gross=Sum(Abs("amount")),
            rows=Sum("row_count"),
            oldest=Min("period"),
            latest=Max("period"),
        )
    )
    by_string = {pk: tuple(rest) for pk, *rest in sums}
    found: dict[tuple, tuple] = {}
    for pk, *codes in CodeString.objects.filter(pk__in=by_string).values_list("pk", *_FIELDS):
        key, (total, gross, rows, oldest, latest) = tuple(codes), by_string[pk]
        had = found.get(key, (ZERO, ZERO, 0, oldest, latest))
        found[key] = had[0] + total, had[1] + gross, had[2] + rows, min(had[3], oldest), max(had[4], latest)
    return [(*key, total, *rest) for key, (total, gross, *rest) in found.items() if gross]


def _row(row: tuple, owners: dict[int, tuple[str, str]], guesses: dict[tuple, Guess], on: dt.date) -> Homeless:
    centre, code, name, account, account_code, account_name, group, amount, rows, oldest, latest = row
    first, last = Period(oldest), Period(latest)
    unit, owner = owners.get(centre, ("", ""))
    chosen = Selection(on, Period(first.year * 100 + 1) if first.is_special else first, last.shift(0))
    return Homeless(
        centre=centre,
        centre_code=code or "",
        centre_name=name or "",
        account=account,
        account_code=account_code,
        account_name=account_name,
        group=group,
        amount=amount,
        rows=rows,
        oldest=first,
        age_days=max((on - first.last_day).days, 0),
        unit=unit,
        owner=owner,
        guess=guesses.get((centre, account)),
        url=chosen.rows_url(kind=FlowKind.COST.value, cost_object=NONE, cost_centre=code or NONE, account=account_code),
    )


def owners_of(centres: Iterable[int], on: dt.date) -> dict[int, tuple[str, str]]:
    """Cost centre → the unit that it belongs to and that unit's manager, on the day. Two queries."""
    units = dict(CostCentreUnit.objects.on(on).filter(cost_centre__in=centres).values_list("cost_centre", "unit"))
    managed: Any = OrgUnit.objects.filter(pk__in=units.values()).with_manager(on)
    names = {pk: (name, manager or "") for pk, name, manager in managed.values_list("pk", "name", "manager_name")}
    return {centre: names[unit] for centre, unit in units.items()}


# Of each code string where its latest cell went. As sets that the database makes once, each a few: with stale
# statistics it went cell by cell, for minutes.
_HOMES = """
    WITH string AS MATERIALIZED (
        SELECT s.id, s.cost_centre_id, a.group_id
        FROM finance_codestring s JOIN finance_account a ON a.id = s.account_id
        WHERE s.cost_centre_id = ANY(%s) AND a.sensitivity = 0
    ), cell AS MATERIALIZED (
        SELECT c.id, c.code_string_id FROM string s CROSS JOIN LATERAL (
            SELECT c.id, c.code_string_id FROM finance_ledgercell c
            WHERE c.code_string_id = s.id AND EXISTS (
                SELECT FROM finance_importbatch b WHERE b.id = c.batch_id AND b.ended_at IS NULL)
            ORDER BY c.code_string_id, c.period DESC LIMIT 1
        ) c
    ), home AS MATERIALIZED (
        SELECT DISTINCT c.code_string_id, l.cost_object_id
        FROM cell c JOIN finance_allocationline l ON l.cell_id = c.id AND l.run_id = (
            SELECT id FROM finance_allocationrun WHERE in_force_from IS NOT NULL AND in_force_to IS NULL)
    )
    SELECT s.cost_centre_id, s.group_id, h.cost_object_id, count(*)
    FROM string s JOIN home h ON h.code_string_id = s.id GROUP BY 1, 2, 3
"""


def _guesses(shown: Sequence[tuple]) -> dict[tuple, Guess]:
    """Where most of the allocated combinations on the same cost centre went, of the same account group if there are
    enough of them. Only open accounts, whoever asks: a count must not tell that there is sick pay. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, [[row[0] for row in shown if row[0]]])
        homes = cursor.fetchall()
    near: dict[tuple, Counter[int]] = defaultdict(Counter)
    wide: dict[tuple, Counter[int]] = defaultdict(Counter)
    for centre, group, target, count in homes:
        near[centre, group][target] += count
        wide[centre,][target] += count
    found: dict[tuple, tuple[int, int, int, bool]] = {}
    for row in shown:
        for counter, is_near in ((near[row[0], row[6]], True), (wide[row[0],], False)):
            if counter.total() >= FEWEST_SIBLINGS:
                target, count = min(counter.items(), key=lambda item: (-item[1], item[0]))
                found[row[0], row[3]] = (target, count, counter.total(), is_near)
                break
    objects = {one.pk: one for one in CostObject.objects.filter(pk__in={guess[0] for guess in found.values()})}
    return {key: Guess(objects[guess[0]], *guess[1:]) for key, guess in found.items()}


def trend(seen: CostRollupQuerySet, latest: Period, on: dt.date) -> charts.Chart:
    """What lacked a home, a bar for each of the latest months. One query."""
    first = latest.shift(1 - TREND)
    amounts = by_month(seen.costs().unallocated().between(first, latest))
    points = [
        charts.Point(
            label=formatting.month_label(period),
            value=amounts.get(period, ZERO),
            url=Selection(on, period, period).rows_url(kind=FlowKind.COST.value, cost_object=NONE),
            name=formatting.period_name(period),
        )
        for period in months(first, latest)
    ]
    caption = str(formatting.period_name(first)) + "–" + str(formatting.period_name(latest))
    return charts.bars(caption, [charts.Series(caption, points)], details=formatting.kr)
