"""The pages of budgets and forecasts: all versions, and one version with its rows, approvals and history."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncMinute
from django.utils.translation import gettext as _

from finance.choices import APPROVED_TONE, BUDGET_STATE_TONE, AccountKind, Approved, BudgetState
from finance.models import AccountGroup, BudgetApproval, BudgetLine, BudgetVersion, CostCentre, ImportSource
from finance.models.budget import BudgetLineQuerySet
from services.access import managed_units
from services.models import CostObject
from vp_portal.core.access import Role, has_role
from vp_portal.core.history import names_of
from vp_portal.core.models import User
from vp_portal.core.periods import MONTHS

ZERO = Decimal("0.00")
CUTS = ("cost_centre", "cost_object")
_ROWS_A_PAGE, _SHOWN_CHANGES = 100, 20
_THIRDS = ((1, 4), (5, 8), (9, 12))


@dataclass(frozen=True)
class VersionRow:
    """One version in the list, with what the user sees of it."""

    version: BudgetVersion
    tone: str
    cost: Decimal
    income: Decimal
    waiting: int
    late: int


@dataclass(frozen=True)
class Row:
    """A node's year in an account group. `months` has twelve amounts."""

    code: str
    name: str
    group: str
    group_name: str
    months: tuple[Decimal, ...]

    @property
    def total(self) -> Decimal:
        return sum(self.months, ZERO)

    @property
    def thirds(self) -> list[Decimal]:
        return [sum(self.months[first - 1 : last], ZERO) for first, last in _THIRDS]


@dataclass(frozen=True)
class CutSum:
    """What the user sees of a cut: costs, incomes above zero, and the rest."""

    cost: Decimal
    income: Decimal
    other: Decimal
    rows: int

    @property
    def total(self) -> Decimal:
        return self.cost - self.income + self.other


@dataclass(frozen=True)
class ApprovalRow:
    """`may_answer`: it is the user's turn. `passed_over`: units that haven't answered, which a controller may pass over
    with a reason."""

    approval: BudgetApproval
    tone: str
    is_late: bool
    may_answer: bool
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """Lines that were changed together, or a change of the version itself."""

    when: dt.datetime
    by: str
    text: str
    count: int


def _sums() -> dict[str, Any]:
    kind = "account_group__kind"
    return {
        "cost": Sum("amount", filter=Q(**{kind: AccountKind.COST}), default=ZERO),
        "income": Sum("amount", filter=Q(**{kind: AccountKind.INCOME}), default=ZERO),
        "other": Sum("amount", filter=Q(**{kind: AccountKind.OTHER}), default=ZERO),
    }


def versions(user: User | AnonymousUser, on: dt.date) -> list[VersionRow]:
    """Three queries and those of the user's rights. The sums are per cost centre; per cost object where that is all."""
    found = list(BudgetVersion.objects.visible_to(user))
    seen = BudgetLine.objects.visible_to(user, on).order_by()
    sums: dict[int, Any] = {}
    for cut in CUTS:
        own = seen.filter(**{f"{cut}__isnull": False}).values("version")
        for row in own.annotate(**_sums()):
            sums.setdefault(row["version"], row)
    waiting = {
        version: (count, late)
        for version, count, late in BudgetApproval.objects.waiting()
        .filter(version__state=BudgetState.SUBMITTED)
        .order_by()
        .values_list("version")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(due__lt=on)))
    }
    return [
        VersionRow(
            version,
            BUDGET_STATE_TONE[BudgetState(version.state)],
            sums.get(version.pk, {}).get("cost", ZERO),
            -sums.get(version.pk, {}).get("income", ZERO) + 0,
            *waiting.get(version.pk, (0, 0)),
        )
        for version in found
    ]


def cut_sum(lines: BudgetLineQuerySet, cut: str) -> CutSum:
    own = lines.filter(**{f"{cut}__isnull": False}).exclude(amount=0)
    found = own.order_by().aggregate(**_sums(), rows=Count("pk"))
    return CutSum(found["cost"], -found["income"] + 0, found["other"], found["rows"])


def rows_of(lines: BudgetLineQuerySet, cut: str) -> list[Row]:
    """One query. Rows that are zero in every month are left out."""
    months = {
        f"m{month}": Sum("amount", filter=Q(period__endswith=f"{month:02}"), default=ZERO) for month in range(1, 13)
    }
    found = (
        lines.filter(**{f"{cut}__isnull": False})
        .order_by(f"{cut}__code", "account_group__position", "account_group__code")
        .values(
            f"{cut}__code", f"{cut}__name", "account_group__chart__code", "account_group__code", "account_group__name"
        )
        .annotate(**months)
    )
    rows = (
        Row(
            row[f"{cut}__code"],
            row[f"{cut}__name"],
            f"{row['account_group__chart__code']}.{row['account_group__code']}",
            row["account_group__name"],
            tuple(row[f"m{month}"] for month in range(1, 13)),
        )
        for row in found
    )
    return [row for row in rows if any(row.months)]


def row_page(rows: Sequence[Row], number: str | None) -> Page:
    return Paginator(rows, _ROWS_A_PAGE).get_page(number)


def table(rows: Sequence[Row], cut: str) -> tuple[list[list[Any]], list[str]]:
    """Rows and columns of a file, with every month and the sum last."""
    node = _("Kostnadsställe") if cut == "cost_centre" else _("Kostnadsbärare")
    head = [_("kst") if cut == "cost_centre" else _("kostnadsbärare"), node, _("kontogrupp"), _("Kontogruppens namn")]
    columns = [*head, *(name[:3] for name in MONTHS), _("summa")]
    body = [[row.code, row.name, row.group, row.group_name, *row.months, row.total] for row in rows]
    sums = [sum((row.months[month] for row in rows), ZERO) for month in range(12)]
    return [*body, [_("Summa"), "", "", "", *sums, sum(sums, ZERO)]], columns


def approvals(version: BudgetVersion, user: User | AnonymousUser, on: dt.date) -> list[ApprovalRow]:
    """Two queries, and those of the user's units."""
    order = {"unit": 0, "controller": 1, "management": 2}
    found = list(version.approvals.select_related("unit", "answered_by"))
    open_ = [row for row in found if row.answer == Approved.WAITING] if version.state == BudgetState.SUBMITTED else []
    mine = set(managed_units(user, on).values_list("pk", flat=True))
    may = {
        "controller": has_role(user, Role.CONTROLLER),
        "management": has_role(user, Role.MANAGEMENT) and not any(row.level == "controller" for row in open_),
    }
    silent = tuple(sorted(row.unit.name for row in open_ if row.unit))
    return [
        ApprovalRow(
            approval,
            APPROVED_TONE[Approved(approval.answer)],
            approval in open_ and approval.is_late(on),
            approval in open_ and may.get(approval.level, approval.unit_id in mine),
            silent if approval.level == "controller" else (),
        )
        for approval in sorted(found, key=lambda one: (order[one.level], one.unit.name if one.unit else ""))
    ]


def changes(version: BudgetVersion) -> list[Change]:
    """The latest changes of the version and of its lines, those of a minute together. Three or four queries."""
    own = [
        (row.history_date, row.history_user_id, row.history_change_reason or _("Ändrad"), 0)
        for row in version.history.order_by("-history_date", "-history_id")[:_SHOWN_CHANGES]
    ]
    lines = (
        BudgetLine.history.filter(version_id=version.pk)
        .annotate(minute=TruncMinute("history_date"))
        .order_by("-minute")
        .values_list("minute", "history_user_id", "history_change_reason")
        .annotate(count=Count("history_id"))[:_SHOWN_CHANGES]
    )
    every = sorted([*own, *lines], key=lambda one: one[0], reverse=True)[:_SHOWN_CHANGES]
    names = names_of({by for _when, by, _text, _count in every})
    return [Change(when, names[by], text or "", count) for when, by, text, count in every]


@dataclass(frozen=True)
class Known:
    """Codes of nodes and account groups → their keys. A group written without a chart is the usual one's."""

    cost_centres: dict[str, int]
    cost_objects: dict[str, int]
    groups: dict[str, int]


def known_codes() -> Known:
    """Four queries."""
    source = ImportSource.objects.filter(is_default=True).first() or ImportSource.objects.first()
    usual = source.chart_id if source else None
    groups: dict[str, int] = {}
    found = list(AccountGroup.objects.values_list("pk", "chart", "chart__code", "code", "name"))
    for pk, _chart, chart_code, code, name in sorted(found, key=lambda row: row[1] == usual):
        groups |= {code: pk, name.lower(): pk, f"{chart_code}.{code}": pk}  # the usual chart comes last, and wins
    return Known(
        dict(CostCentre.objects.values_list("code", "pk")), dict(CostObject.objects.values_list("code", "pk")), groups
    )


@dataclass(frozen=True)
class LineChange:
    """One month of a row, as somebody left it."""

    when: dt.datetime
    by: str
    period: Any
    amount: Decimal
    reason: str


def row_changes(version: BudgetVersion, lines: BudgetLineQuerySet) -> list[LineChange]:
    """The latest changes of a row's lines. Two or three queries."""
    found = list(
        BudgetLine.history.filter(id__in=list(lines.values_list("pk", flat=True)))
        .order_by("-history_date", "-history_id")
        .values_list("history_date", "history_user_id", "period", "amount", "history_change_reason")[:40]
    )
    names = names_of({by for _when, by, *_rest in found})
    return [LineChange(when, names[by], period, amount, reason or "") for when, by, period, amount, reason in found]
