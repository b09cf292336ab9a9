"""What a dry run found that may be right but seldom is, in words. Without queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vp_portal.core import formatting
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class Warn:
    """`lines`: where in the file, in words."""

    title: str
    text: str
    lines: Sequence[str] = ()


def turned_signs(content: dict[str, Any]) -> str:
    """The question that turned signs raise; empty when they look right. The limit is the source's, in per cent."""
    rows, negative, most = content.get("cost_signs") or (0, 0, 100)
    if negative * 100 <= most * rows:
        return ""
    return _("%(negative)s av %(rows)s rader på kostnadskonton är negativa. I huvudboken är kostnader positiva.") % {
        "negative": formatting.number(negative),
        "rows": formatting.number(rows),
    }


def far_dates(content: dict[str, Any]) -> list[Warn]:
    rows = content.get("far_dates", ())
    if not rows:
        return []
    count = rows[0][-1]
    title = ngettext(
        "%(count)s rad har ett datum långt från sin period", "%(count)s rader har datum långt från sin period", count
    ) % {"count": formatting.number(count)}
    line = _("period %(period)s, datum i %(month)s: %(rows)s rader, den första på rad %(line)s")
    lines = [
        line % {"period": Period(period), "month": month, "rows": formatting.number(number), "line": first}
        for period, month, number, first, _all in rows
    ]
    return [Warn(title, _("Perioden gäller; datumen ändras inte."), lines)]


def large_amounts(content: dict[str, Any]) -> list[Warn]:
    rows = content.get("large", ())
    if not rows:
        return []
    count = rows[0][-1]
    title = ngettext("%(count)s belopp är ovanligt stort", "%(count)s belopp är ovanligt stora", count) % {
        "count": formatting.number(count)
    }
    line = _("rad %(line)s, konto %(account)s: %(amount)s (brukar vara %(usual)s) %(text)s")
    lines = [
        line
        % {
            "line": number,
            "account": account,
            "amount": formatting.kr_ore(Decimal(amount)),
            "usual": formatting.kr(Decimal(usual)),
            "text": text,
        }
        for number, account, text, amount, usual, _all in rows
    ]
    text = _("Mer än %(times)s gånger det vanliga på kontot det senaste året.") % {"times": content["large_times"]}
    return [Warn(title, text, lines)]
