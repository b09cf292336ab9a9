"""Which months of a selection can be compared: those with figures on both sides.

A difference against a sum that lacks months says nothing, so none is told there, in kronor or per cent.
"""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from finance.reports.against import Plan, partly
from finance.reports.economy import bounds, names
from finance.reports.selection import Selection
from vp_portal.core.formatting import period_name
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class Comparable:
    """What is booked, from–to, and the plan that stands in the place of last year."""

    booked_from: Period
    latest: Period
    plan: Plan | None = None

    def has(self, period: Period) -> bool:
        """Whether a month and what it is held against are both known."""
        if self.plan:
            return period <= self.latest and period.year not in self.plan.missing
        return period <= self.latest and period.shift(-12) >= self.booked_from

    def lacks(self, chosen: Selection) -> str:
        """What a selection's comparison lacks, in words; empty where it is whole."""
        this_name, last_name = names(chosen)
        found = [partly(self.plan) if self.plan else self._before(chosen, last_name)]
        if bounds(chosen)[1] > self.latest:
            words = _("Inget är bokfört efter %(period)s, så summorna för %(when)s är inte hela.")
            found.append(words % {"period": period_name(self.latest), "when": this_name})
        if not any(found):
            return ""
        return " ".join(filter(None, [*found, _("Skillnaden visas bara för de månader som finns på båda sidor.")]))

    def _before(self, chosen: Selection, last_name: str) -> str:
        if bounds(chosen.last_year)[0] >= self.booked_from:
            return ""
        words = _("Inget är bokfört före %(period)s, så summorna för %(when)s är inte hela.")
        return words % {"period": period_name(self.booked_from), "when": last_name}
