"""Measures of the ledger's files: whether they are in, and whether they agree with their control totals."""

import datetime as dt

from django.db.models import Max, Q
from django.db.models.functions import Mod
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.models import CostRollup, ImportBatch
from finance.models.batch import ImportBatchQuerySet
from goals.choices import Direction
from goals.computed import Definition, Failing, FailingRow, Outcome, count, register
from goals.models import FollowUpRules, Plan
from vp_portal.core import formatting
from vp_portal.core.access import Role, has_role
from vp_portal.core.as_known import end_of
from vp_portal.core.models import User
from vp_portal.core.periods import Period, months


def _missing(on: dt.date) -> list[Period] | None:
    """The months that should be in by the day, after the latest that is. None before anything is. Two queries."""
    ordinary = CostRollup.objects.in_force().annotate(month=Mod("period", 100)).filter(month__gte=1, month__lte=12)
    found = ordinary.filter(period__lt=Period.of(on)).aggregate(latest=Max("period"))["latest"]
    if found is None:
        return None
    plan = Plan.objects.current(on)
    rules = FollowUpRules.of(plan) if plan else FollowUpRules()
    wanted = Period.of(on).shift(-1)
    if on <= rules.import_deadline(wanted):
        wanted = wanted.shift(-1)
    return list(months(Period(found).shift(1), wanted))


def late_months(on: dt.date) -> Outcome:
    missing = _missing(on)
    return Outcome(None) if missing is None else Outcome(*2 * (count(len(missing), 1).numerator,))


def late_months_failing(on: dt.date, user: User) -> Failing:
    url = reverse("finance:upload_new") if has_role(user, Role.CONTROLLER) else ""
    return Failing(
        tuple(
            FailingRow(
                str(formatting.period_name(month)).capitalize(),
                _("Månadens ekonomi är inte inläst"),
                repair=url,
                repair_words=_("Importera"),
            )
            for month in _missing(on) or ()
        )
    )


def _in_force(on: dt.date) -> ImportBatchQuerySet:
    """The files that counted at the end of a day."""
    end = end_of(on)
    found: ImportBatchQuerySet = ImportBatch.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=end))
    return found.filter(booked_at__lt=end)


def differing(on: dt.date) -> Outcome:
    batches = _in_force(on)
    return count(batches.differing().count(), batches.count())


def differing_failing(on: dt.date, user: User) -> Failing:
    """Imports are for controllers and administrators."""
    batches = _in_force(on).differing().order_by("-booked_at")
    if not has_role(user, Role.CONTROLLER, Role.ADMINISTRATOR):
        return Failing(hidden=batches.count())
    return Failing(
        tuple(
            FailingRow(
                batch.file_name,
                _("Summan skiljer sig från kontrollsumman"),
                url=reverse("finance:batch", args=[batch.pk]),
                repair=reverse("finance:batch", args=[batch.pk]),
                repair_words=_("Till importen"),
                amount=batch.difference,
            )
            for batch in batches
        )
    )


def register_definitions() -> None:
    register(
        Definition(
            code="P2",
            name=gettext_lazy("Färska data"),
            unit=gettext_lazy("månader"),
            direction=Direction.DOWN,
            text=gettext_lazy(
                "Hur många månader som saknas i den inlästa ekonomin, av dem vars sista dag för inläsning har "
                "passerat. 0 betyder att ekonomin är färsk. Dagen ställs in bland reglerna för uppföljning."
            ),
            compute=late_months,
            failing=late_months_failing,
            decimals=0,
            of_plan=True,
        ),
        Definition(
            code="P3",
            name=gettext_lazy("Avstämda importer"),
            unit=gettext_lazy("st"),
            direction=Direction.DOWN,
            text=gettext_lazy("Importer som gäller och vars summa skiljer sig från den angivna kontrollsumman."),
            compute=differing,
            failing=differing_failing,
            decimals=0,
            of_plan=True,
        ),
    )
