"""Which planned amounts a user may see: no more than of the outcome that they are held against. Decision 0022."""

from django.db.models import Q
from django.db.models.functions import Least, Left, Length
from django.db.models.lookups import LessThanOrEqual

from finance.choices import Sensitivity
from finance.models.account import Account, AccountRange
from finance.models.scope import Sight


def sensitive_groups(group: str = "account_group") -> Q:
    """Finds the rows whose account group holds a sensitive account, or has room for one. No query of its own.

    A plan has no accounts: an amount that may be somebody's pay is sensitive as a whole. Ranges meet as in
    `AccountRange.overlaps`.
    """
    holding = Account.objects.filter(sensitivity__gt=Sensitivity.OPEN, group__isnull=False).order_by().values("group")
    low, high = (f"group__chart__sensitive_ranges__{end}" for end in ("low", "high"))
    shortest = Least(Length("low"), Length(low))
    room = AccountRange.objects.filter(
        LessThanOrEqual(Left("low", shortest), Left(high, shortest)),
        LessThanOrEqual(Left(low, shortest), Left("high", shortest)),
    ).order_by()
    return Q(**{f"{group}__in": holding}) | Q(**{f"{group}__in": room.values("group")})


def planned_scope(seen: Sight) -> Q:
    """What of the lines may be seen: as `ledger_scope`, with the account group for the account."""
    if seen.everything:
        return Q()
    condition = ~sensitive_groups()
    if not seen.wide:
        condition &= Q(cost_centre__in=seen.concerned.now) | Q(cost_object__in=seen.cost_objects)
    for (first, last), centres in seen.concerned.stretches.items():
        condition |= Q(cost_centre__in=centres, period__gte=first, period__lte=last)
    return condition


def basis_scope(seen: Sight) -> Q:
    """As `planned_scope`, for rows of a whole year: a sensitive one is seen by whom the whole year concerns."""
    if seen.everything:
        return Q()
    condition = ~sensitive_groups()
    if not seen.wide:
        condition &= Q(cost_centre__in=seen.concerned.now) | Q(cost_object__in=seen.cost_objects)
    for (first, last), centres in seen.concerned.stretches.items():
        years = (first.year + (first.month > 1), last.year - (last.month < 12))
        condition |= Q(cost_centre__in=centres, version__year__gte=years[0], version__year__lte=years[1])
    return condition
