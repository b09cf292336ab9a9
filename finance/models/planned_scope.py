"""Which planned amounts a user may see: no more than of the outcome that they are held against. Decision 0022."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from finance.choices import Sensitivity
from finance.models.account import Account, AccountRange, SensitiveRange
from finance.models.scope import Sight


def sensitive_groups() -> frozenset[int]:
    """The account groups that hold a sensitive account, or have room for one. Three small queries.

    A plan has no accounts: an amount that may be somebody's pay is sensitive as a whole.
    """
    groups = set(
        Account.objects.filter(sensitivity__gt=Sensitivity.OPEN, group__isnull=False)
        .order_by()
        .values_list("group", flat=True)
        .distinct()
    )
    sensitive: dict[int, list[AccountRange]] = defaultdict(list)
    for chart, low, high in SensitiveRange.objects.values_list("chart", "low", "high"):
        sensitive[chart].append(AccountRange(low=low, high=high))
    for found in AccountRange.objects.select_related("group"):
        if any(found.overlaps(other) for other in sensitive[found.group.chart_id]):
            groups.add(found.group_id)
    return frozenset(groups)


def planned_scope(seen: Sight, sensitive: Collection[int]) -> Q:
    """What of the lines may be seen: as `ledger_scope`, with the account group for the account."""
    if seen.everything:
        return Q()
    condition = ~Q(account_group__in=sensitive)
    if not seen.wide:
        condition &= Q(cost_centre__in=seen.concerned.now) | Q(cost_object__in=seen.cost_objects)
    for (first, last), centres in seen.concerned.stretches.items():
        condition |= Q(cost_centre__in=centres, period__gte=first, period__lte=last)
    return condition


def basis_scope(seen: Sight, sensitive: Collection[int]) -> Q:
    """As `planned_scope`, for rows of a whole year: a sensitive one is seen by whom the whole year concerns."""
    if seen.everything:
        return Q()
    condition = ~Q(account_group__in=sensitive)
    if not seen.wide:
        condition &= Q(cost_centre__in=seen.concerned.now) | Q(cost_object__in=seen.cost_objects)
    for (first, last), centres in seen.concerned.stretches.items():
        years = (first.year + (first.month > 1), last.year - (last.month < 12))
        condition |= Q(cost_centre__in=centres, version__year__gte=years[0], version__year__lte=years[1])
    return condition
