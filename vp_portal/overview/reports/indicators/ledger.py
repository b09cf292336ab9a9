"""Measures of what people have to do about the ledger: wrong rows that stand, and funding that nobody has decided."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from finance.choices import Sensitivity
from finance.models import PostingFlag
from finance.reports.funding_measures import Failing as Unfunded
from finance.reports.funding_measures import funding_defined, funding_gap
from goals.choices import Direction
from goals.computed import Definition, Failing, FailingRow, Outcome, count, ratio, register
from services.access import owned_cost_objects
from vp_portal.core import formatting
from vp_portal.core.models import User
from vp_portal.overview.reports.indicators.costs import sees_amounts

#: So many days may a flagged row stand.
DAYS = 30


def _flags(on: dt.date) -> Any:
    """Of open accounts: the measure is the same for everybody."""
    return PostingFlag.objects.filter(code_string__account__sensitivity=Sensitivity.OPEN, made_at__date__lte=on)


def standing(on: dt.date) -> Outcome:
    """Out of all that were ever flagged. Two queries."""
    flagged = _flags(on)
    return count(flagged.open_on(on).older_than(DAYS, on).count(), flagged.count())


def standing_failing(on: dt.date, user: User) -> Failing:
    old = _flags(on).open_on(on).older_than(DAYS, on)
    seen = old.visible_to(user, on).with_codes().order_by("made_at", "pk")
    rows = tuple(_flag(each) for each in seen)
    return Failing(rows, old.count() - len(rows))


def _flag(flag: PostingFlag) -> FailingRow:
    parts = {"codes": flag.code_string, "wrong": flag.wrong, "day": formatting.iso_date(flag.made_at.date())}
    row = reverse("finance:posting", args=[flag.batch_id, flag.posting]) if flag.has_row else ""
    return FailingRow(
        what=_("Kontering %(codes)s") % parts,
        why=_("%(wrong)s (flaggad %(day)s)") % parts,
        url=row,
        repair=reverse("finance:flags"),
        repair_words=_("Till de felkonterade"),
        amount=flag.amount,
    )


def funded(on: dt.date) -> Outcome:
    found = funding_defined(on)
    return ratio(found.numerator, found.denominator)


def funded_failing(on: dt.date, user: User) -> Failing:
    return _unfunded(funding_defined(on).failing, _("Har ingen beslutad finansiering"), on, user)


def gap(on: dt.date) -> Outcome:
    found = funding_gap(on)
    return ratio(found.numerator, found.denominator)


def gap_failing(on: dt.date, user: User) -> Failing:
    return _unfunded(funding_gap(on).failing, _("Finansieringen räcker inte till kostnaden"), on, user)


def _unfunded(failing: Sequence[Unfunded], why: str, on: dt.date, user: User) -> Failing:
    """All for those who see all open cost; others see what they answer for, and how many more there are."""
    mine = None if sees_amounts(user, on) else set(owned_cost_objects(user, on).values_list("name", flat=True))
    rows = tuple(
        FailingRow(each.name, why, each.url, each.url, _("Till finansieringen"))
        for each in failing
        if mine is None or each.name in mine
    )
    return Failing(rows, len(failing) - len(rows))


def register_definitions() -> None:
    register(
        Definition(
            code="I17",
            name=gettext_lazy("Öppna felkonteringar"),
            unit=gettext_lazy("st"),
            direction=Direction.DOWN,
            text=gettext_lazy(
                "Rader som någon har flaggat som felkonterade för mer än 30 dagar sedan och som fortfarande står kvar, "
                "av alla som har flaggats. Känsliga konton är inte med."
            ),
            compute=standing,
            failing=standing_failing,
            decimals=0,
        ),
        Definition(
            code="I28",
            name=gettext_lazy("Finansiering definierad"),
            unit="%",
            direction=Direction.UP,
            text=gettext_lazy(
                "Aktiva tjänsteområden, tjänster, förvaltningsobjekt och öppna projekt som har en beslutad "
                "finansieringsmodell den dagen, av alla."
            ),
            compute=funded,
            failing=funded_failing,
        ),
        Definition(
            code="I29",
            name=gettext_lazy("Finansieringsgap"),
            unit="%",
            direction=Direction.DOWN,
            text=gettext_lazy(
                "Den del av kostnadsbärarnas kostnad i årets inlästa månader som ingen finansiering täcker, av hela "
                "kostnaden. Där det finns en budget räknas finansieringen på den. Kontogrupper med känsliga konton, "
                "som löner, är inte med."
            ),
            compute=gap,
            failing=gap_failing,
            sees_amounts=sees_amounts,
        ),
    )
