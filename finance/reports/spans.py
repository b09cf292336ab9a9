"""Ways to choose the months, as tabs."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from finance.reports.economy import bounds
from finance.reports.selection import Selection
from vp_portal.core.periods import Period


def tab(label: Any, url: str, current: bool) -> dict[str, Any]:
    return {"label": label, "url": url, "current": current, "count": None}


def spans(chosen: Selection, latest: Period, link: Callable[..., str]) -> list[dict[str, Any]]:
    """The latest month, the year so far, its tertials and twelve months rolling. `link` takes `from` and `to`."""
    year = latest.year * 100
    found = [(_("Senaste månaden"), latest, latest), (_("Hittills i år"), Period(year + 1), latest)]
    for number in (1, 2, 3):
        first, last = Period(year + number * 4 - 3), Period(year + number * 4)
        if first <= latest:
            found.append((_("T%s") % number, first, min(last, latest)))
    found.append((_("Rullande 12 månader"), latest.shift(-11), latest))
    return [
        tab(label, link(**{"from": int(first), "to": int(last)}), (first, last) == bounds(chosen))
        for label, first, last in found
    ]
