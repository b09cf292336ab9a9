"""How a computed forecast came to its amounts: per account group, and row by row."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from finance.models import BudgetVersion, ForecastBasis
from vp_portal.core.models import User

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class BasisRow:
    """A node's line. Booked and expected are in the ledger's signs."""

    node: str
    code: str
    group: str
    method: str
    reason: str
    booked: Decimal
    expected: Decimal

    @property
    def total(self) -> Decimal:
        return self.booked + self.expected


@dataclass(frozen=True)
class BasisGroup:
    """An account group's rows; `methods` says how many of them each method has, in words."""

    name: str
    methods: str
    rows: Sequence[BasisRow]

    @property
    def booked(self) -> Decimal:
        return sum((row.booked for row in self.rows), ZERO)

    @property
    def expected(self) -> Decimal:
        return sum((row.expected for row in self.rows), ZERO)

    @property
    def total(self) -> Decimal:
        return self.booked + self.expected


def basis(version: BudgetVersion, user: User | AnonymousUser, on: dt.date, cut: str) -> list[BasisGroup]:
    """The groups, the largest first. One query beside those of the user's rights."""
    rows = (
        ForecastBasis.objects.visible_to(user, on)
        .filter(version=version, **{f"{cut}__isnull": False})
        .select_related(cut, "account_group")
        .order_by(f"{cut}__code")
    )
    found: dict[str, list[BasisRow]] = {}
    for row in rows:
        node = getattr(row, cut)
        made = BasisRow(
            node.name,
            node.code,
            row.account_group.name,
            str(row.get_method_display()),
            row.reason,
            row.booked,
            row.expected,
        )
        found.setdefault(made.group, []).append(made)
    groups = [BasisGroup(name, _methods(own), own) for name, own in found.items()]
    return sorted(groups, key=lambda group: (-abs(group.total), group.name))


def _methods(rows: Sequence[BasisRow]) -> str:
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.method] = counts.get(row.method, 0) + 1
    return ", ".join(
        f"{method} ({count})" for method, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )


def table(groups: Sequence[BasisGroup]) -> tuple[list[list[Any]], list[str]]:
    """Rows and columns of a file."""
    columns = [
        _("Kontogrupp"),
        _("Kod"),
        _("Namn"),
        _("Metod"),
        _("Varför"),
        _("Bokfört"),
        _("Väntat"),
        _("Året"),
    ]
    rows: list[list[Any]] = [
        [row.group, row.code, row.node, row.method, row.reason, row.booked, row.expected, row.total]
        for group in groups
        for row in group.rows
    ]
    sums = [sum((getattr(group, name) for group in groups), ZERO) for name in ("booked", "expected", "total")]
    return [*rows, [_("Summa"), "", "", "", "", *sums]], columns
