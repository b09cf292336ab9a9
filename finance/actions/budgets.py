"""Making versions of planned amounts and setting their lines. Only drafts are changed, and every change is kept."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from django.db import models, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from finance.actions import budget_totals
from finance.choices import Approved, BudgetState
from finance.models import BudgetLine, BudgetVersion, CostRollup
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.history import bulk_create_with_history, bulk_update_with_history
from vp_portal.core.money import scaled
from vp_portal.core.periods import Period

if TYPE_CHECKING:
    from vp_portal.core.models import User

ZERO = Decimal("0.00")
_BATCH = 2000


class NotADraftError(Exception):
    """What is sent for approval or decided is not changed."""


class LineKey(NamedTuple):
    """A line's place in its version: one of cost centre and cost object is None."""

    period: Period
    cost_centre: int | None
    cost_object: int | None
    group: int

    @property
    def cut(self) -> str:
        return "cost_object" if self.cost_centre is None else "cost_centre"

    @property
    def row(self) -> tuple[int | None, int | None, int]:
        """The line's row: its year of months."""
        return self.cost_centre, self.cost_object, self.group


Amounts = Mapping[LineKey, Decimal]


@dataclass(frozen=True)
class Changed:
    """How many lines. `removed` were set to zero."""

    new: int = 0
    changed: int = 0
    removed: int = 0
    same: int = 0


def held(version: BudgetVersion) -> BudgetVersion:
    """The version as it is, kept so until the transaction ends. Raises NotADraftError."""
    row: BudgetVersion = BudgetVersion.objects.select_for_update().get(pk=version.pk)
    if not row.is_draft:
        raise NotADraftError(_("Versionen är inte längre ett utkast. Kopiera den till en ny version för att ändra."))
    return row


def keep(row: models.Model, by: "User | None", reason: str) -> None:
    """Saves with who and why in its history."""
    row._history_user, row._change_reason = by, reason[:100]  # type: ignore[attr-defined]  # read by simple_history
    row.save()


@transaction.atomic
def make(version: BudgetVersion, *, by: "User | None", at: dt.datetime) -> BudgetVersion:
    """A new draft. Raises ValidationError."""
    version.state, version.counts, version.made_by, version.made_at = BudgetState.DRAFT, False, by, at
    version.full_clean(exclude=["made_by"])
    keep(version, by, _("Ny version"))
    return version


@transaction.atomic
def set_lines(
    version: BudgetVersion, wanted: Amounts, *, by: "User | None", reason: str, whole: bool = False, origin: str = ""
) -> Changed:
    """Gives the version these amounts. Rows of the version that are not among them keep theirs, unless `whole`: then
    the rows of the same cut, by cost centre or by cost object, become zero. Raises NotADraftError."""
    row = held(version)
    rows, cuts = {key.row for key in wanted}, {key.cut for key in wanted}
    stored = {_key_of(line): line for line in BudgetLine.objects.filter(version=row)}
    touched = {key: line for key, line in stored.items() if key.row in rows or (whole and key.cut in cuts)}
    new = [_line(row, key, amount) for key, amount in wanted.items() if key not in stored and amount]
    changed = [(line, wanted.get(key, ZERO)) for key, line in touched.items() if line.amount != wanted.get(key, ZERO)]
    for line, amount in changed:
        line.amount = amount
    why = reason[:100]
    if new:
        bulk_create_with_history(new, BudgetLine, batch_size=_BATCH, default_user=by, default_change_reason=why)
    if changed:
        bulk_update_with_history(
            [line for line, _amount in changed],
            BudgetLine,
            ["amount"],
            batch_size=_BATCH,
            default_user=by,
            default_change_reason=why,
        )
    if new or changed:
        budget_totals.add_up(row.pk)
    if origin and origin != row.origin:
        row.origin = origin[:500]
        keep(row, by, reason)
    removed = sum(not amount for _line, amount in changed)
    return Changed(len(new), len(changed) - removed, removed, len(touched) - len(changed))


def _key_of(line: BudgetLine) -> LineKey:
    return LineKey(Period(line.period), line.cost_centre_id, line.cost_object_id, line.account_group_id)


def _line(version: BudgetVersion, key: LineKey, amount: Decimal) -> BudgetLine:
    return BudgetLine(
        version=version,
        period=key.period,
        cost_centre_id=key.cost_centre,
        cost_object_id=key.cost_object,
        account_group_id=key.group,
        amount=amount,
    )


def moved(rows: Iterable[tuple[LineKey, Decimal]], year: int, factor: Decimal) -> dict[LineKey, Decimal]:
    """The lines in another year, times a factor. Each cut adds up to its own sum times the factor, to the öre."""
    found: dict[LineKey, Decimal] = {}
    for cut in ("cost_centre", "cost_object"):
        own = sorted((pair for pair in rows if pair[0].cut == cut), key=lambda pair: tuple(x or 0 for x in pair[0]))
        amounts = scaled([amount for _key, amount in own], factor)
        for (key, _amount), amount in zip(own, amounts, strict=True):
            found[key._replace(period=Period(year * 100 + key.period.month))] = amount
    return found


def lines_of(version: BudgetVersion) -> list[tuple[LineKey, Decimal]]:
    return [(_key_of(line), line.amount) for line in BudgetLine.objects.filter(version=version)]


def outcome_of(year: int) -> list[tuple[LineKey, Decimal]]:
    """What is booked in the year's months, cut both ways. Accounts that distribute and accounts without a group are
    left out, as are rows without a cost centre in one cut and those without a home in the other."""
    booked = (
        CostRollup.objects.in_force()
        .filter(is_distribution=False, account_group__isnull=False)
        .between(Period(year * 100 + 1), Period(year * 100 + 12))
        .order_by()
    )
    found: list[tuple[LineKey, Decimal]] = []
    for cut in ("cost_centre", "cost_object"):
        sums = (
            booked.filter(**{f"{cut}__isnull": False})
            .values_list("period", cut, "account_group")
            .annotate(total=Sum("amount"))
        )
        found += [
            (
                LineKey(
                    Period(period),
                    node if cut == "cost_centre" else None,
                    node if cut == "cost_object" else None,
                    group,
                ),
                sum_,
            )
            for period, node, group, sum_ in sums
        ]
    return found


@transaction.atomic
def copy(version: BudgetVersion, source: "BudgetVersion | int", factor: Decimal, *, by: "User | None") -> Changed:
    """Fills the version with another's lines, or with the outcome of a year, times a factor. Raises NotADraftError."""
    rows = outcome_of(source) if isinstance(source, int) else lines_of(source)
    what = _("utfallet %(year)s") % {"year": source} if isinstance(source, int) else str(source)
    text = _("Kopierad från %(what)s × %(factor)s") % {"what": what, "factor": str(factor).replace(".", ",")}
    return set_lines(version, moved(rows, version.year, factor), by=by, reason=text, whole=True, origin=text)


@transaction.atomic
def discard(version: BudgetVersion, *, by: "User | None") -> None:
    """Takes a draft away with its lines; the histories stay. Raises NotADraftError."""
    row = held(version)
    for related in (row.bases, row.lines, row.variance_comments, row.approvals):
        related.all().delete()
    audit.record(AuditEvent.DECISION, user=by, target=str(row), what="discarded")
    row._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    row.delete()


def is_waiting(version: BudgetVersion) -> bool:
    return version.state == BudgetState.SUBMITTED and version.approvals.filter(answer=Approved.WAITING).exists()
