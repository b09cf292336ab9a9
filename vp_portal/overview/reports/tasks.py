"""What someone has to do now. Only what the data says, each with the page where it is done."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from finance.reports.funding import OBJECT, without_model
from finance.reports.funding_page import WITHOUT_MODEL, address
from finance.reports.waiting import ToApprove, Waiting
from goals.choices import ReminderKind
from goals.reports import DueCheckIn, ToAnswer
from goals.reports.reminders import Reminder
from services.access import owned_cost_objects
from services.models import Person
from vp_portal.core import formatting
from vp_portal.core.models import User
from vp_portal.core.periods import Period
from vp_portal.overview.reports import links
from vp_portal.overview.reports.unallocated import CentreWithout
from vp_portal.overview.reports.units import Node

#: How many of a kind are listed before the rest are told in one line.
SHOWN = 3
#: A flag that is older than this is late (indicator I17).
FLAG_DAYS = 30
_TO_MANAGERS = frozenset({ReminderKind.MANAGER, ReminderKind.NEXT_MANAGER})


@dataclass(frozen=True)
class Task:
    """`tone` is risk for what is late and watch for what is soon; `action` is the button's words."""

    text: str
    url: str
    action: str
    note: str = ""
    tone: str = ""


def for_costs(centres: Sequence[CentreWithout], all_url: str) -> list[Task]:
    """Cost without a home on the cost centres, the largest first; `all_url` has the rows of all of them."""
    known = [centre for centre in centres if centre.code]
    tasks = [
        Task(
            text=_("%(amount)s på kst %(code)s saknar hemvist")
            % {"amount": formatting.kr(centre.amount), "code": centre.code},
            note=_("sedan %(month)s") % {"month": formatting.period_name(centre.oldest)},
            url=centre.url,
            action=_("Visa raderna"),
            tone="watch",
        )
        for centre in known[:SHOWN]
    ]
    if rest := known[SHOWN:]:
        amount = formatting.kr(sum((centre.amount for centre in rest), Decimal(0)))
        text = ngettext(
            "%(amount)s på %(count)s kst till saknar hemvist",
            "%(amount)s på %(count)s kst till saknar hemvist",
            len(rest),
        )
        tasks.append(Task(text % {"amount": amount, "count": len(rest)}, all_url, _("Visa raderna"), tone="watch"))
    return tasks


def for_objects(user: User | AnonymousUser, on: dt.date) -> list[Task]:
    """The user's active services and FO that nobody answers for, or whose cost nobody answers for, or whose funding
    is not decided. One query."""
    owned: Any = owned_cost_objects(user, on)
    mine = owned.active(on).with_cost_owner(on).order_by("name")
    rows = list(mine.annotate(is_unfunded=Q(pk__in=without_model(owned, on).values("pk"))))
    lacking = [item for item in rows if item.cost_owner_id is None or item.owner_id is None]
    tasks = [
        Task(
            text=_("%(name)s har ingen kostnadsägare") % {"name": item.name}
            if item.cost_owner_id is None
            else _("%(name)s har ingen ansvarig") % {"name": item.name},
            url=reverse("overview:cost_object", args=[item.code]),
            action=_("Visa"),
        )
        for item in lacking[:SHOWN]
    ]
    if len(lacking) > SHOWN:
        rest = len(lacking) - SHOWN
        text = ngettext("%(count)s till saknar ansvarig", "%(count)s till saknar ansvarig", rest) % {"count": rest}
        tasks.append(Task(text=text, url=links.catalogue(no_cost_owner="on"), action=_("Visa alla")))
    return tasks + _for_funding([item for item in rows if item.is_unfunded])


def _for_funding(lacking: Sequence[Any]) -> list[Task]:
    """Services, areas and FO without a model of their funding. A controller registers what has been decided."""
    tasks = [
        Task(
            text=_("%(name)s saknar finansieringsmodell") % {"name": item.name},
            note=_("ta fram ett beslut, som controllern lägger in"),
            url=reverse("finance:funding_model", args=[OBJECT, item.code]),
            action=_("Visa"),
        )
        for item in lacking[:SHOWN]
    ]
    if len(lacking) > SHOWN:
        rest = len(lacking) - SHOWN
        text = ngettext(
            "%(count)s till saknar finansieringsmodell", "%(count)s till saknar finansieringsmodell", rest
        ) % {"count": rest}
        tasks.append(Task(text=text, url=address(show=WITHOUT_MODEL), action=_("Visa alla")))
    return tasks


def for_units(nodes: Iterable[Node]) -> list[Task]:
    """Units below the user's own that have no manager."""
    return [
        Task(
            text=_("%(unit)s har ingen linjechef") % {"unit": node.name},
            url=reverse("overview:unit", args=[node.code]),
            action=_("Visa enheten"),
        )
        for node in nodes
        if not node.manager
    ]


def for_variances(units: Sequence[str], period: Period | None) -> list[Task]:
    """Units of the user's that are too far off their budget without an explanation."""
    return [
        Task(
            text=_("%(unit)s: förklara avvikelsen mot budget") % {"unit": unit},
            note=_("till och med %(month)s") % {"month": formatting.period_name(period)},
            url=reverse("finance:variances"),
            action=_("Förklara"),
            tone="watch",
        )
        for unit in units
    ]


def for_money(found: Waiting, on: dt.date) -> list[Task]:
    """What is to be approved, then what is said of single rows."""
    return [*(_approval(each, on) for each in found.approvals), *for_postings(found, on)]


def _approval(asked: ToApprove, on: dt.date) -> Task:
    late = (on - asked.due).days
    if late > 0:
        note = _("skulle ha varit svarat %(day)s, %(days)s sedan") % {
            "day": formatting.short_date(asked.due),
            "days": formatting.days(late),
        }
    else:
        note = _("senast %(day)s") % {"day": formatting.short_date(asked.due)}
    return Task(
        text=_("%(version)s väntar på ditt godkännande") % {"version": asked.name},
        note=note,
        url=reverse("finance:budget", args=[asked.key]),
        action=_("Granska"),
        tone="risk" if late > 0 else "watch",
    )


def for_postings(found: Waiting, on: dt.date) -> list[Task]:
    """Rows that wait to be put right in the ledger, and homes given by hand whose row is gone."""
    tasks = []
    if found.flags and found.oldest:
        text = ngettext(
            "%d felkonterad rad väntar på rättelse", "%d felkonterade rader väntar på rättelse", found.flags
        )
        age = max((on - found.oldest).days, 0)
        tasks.append(
            Task(
                text=text % found.flags,
                note=_("den äldsta flaggades för %(days)s sedan") % {"days": formatting.days(age)},
                url=reverse("finance:flags"),
                action=_("Följ upp"),
                tone="watch" if age > FLAG_DAYS else "",
            )
        )
    if found.lost:
        text = ngettext(
            "%d rad fördelad för hand har fått sin import ersatt",
            "%d rader fördelade för hand har fått sin import ersatt",
            found.lost,
        )
        url = reverse("finance:hands") + "?state=lost"
        tasks.append(Task(text=text % found.lost, url=url, action=_("Förnya"), tone="watch"))
    return tasks


def in_order(*lists: list[Task]) -> tuple[Task, ...]:
    """What is late first, then what is soon, then the rest; within these in the order given."""
    weight: dict[str, Any] = {"risk": 0, "watch": 1}
    return tuple(sorted((task for one in lists for task in one), key=lambda task: weight.get(task.tone, 2)))


def for_check_ins(due: Sequence[DueCheckIn]) -> list[Task]:
    """The check-ins to make: those that are late, then those that soon will be."""
    return [
        Task(
            text=_("Avstämning %(number)s är %(days)s sen")
            % {"number": item.number, "days": formatting.days(item.days_late)}
            if item.is_late
            else _("Avstämning %(number)s för %(occasion)s") % {"number": item.number, "occasion": item.occasion.label},
            note=item.text if item.is_late else _("senast %(day)s") % {"day": formatting.short_date(item.deadline)},
            url=item.url,
            action=_("Gör avstämning"),
            tone="risk" if item.is_late else "watch",
        )
        for item in due
    ]


def for_answers(found: Sequence[ToAnswer]) -> list[Task]:
    """Check-ins to review, and one's own that the reviewer has returned."""
    return [
        Task(
            text=_("Avstämning %(number)s är återlämnad") % {"number": item.number}
            if item.is_returned
            else _("Granska avstämning %(number)s") % {"number": item.number},
            note=item.check_in.review_comment if item.is_returned else item.check_in.occasion.label,
            url=item.url,
            action=_("Rätta") if item.is_returned else _("Granska"),
            tone="watch",
        )
        for item in found
    ]


def for_line(told: Sequence[Reminder], person: Person | None) -> list[Task]:
    """Late check-ins of others that the person, as a manager of the line, has been told of."""
    mine = [each for each in told if person and each.person.pk == person.pk and each.kind in _TO_MANAGERS]
    return [
        Task(
            text=_("Avstämning %(number)s är %(days)s sen")
            % {"number": each.due.number, "days": formatting.days(each.due.days_late)},
            note=_("Ansvarig: %(who)s") % {"who": each.owner} if each.owner else _("Ingen ansvarig"),
            url=each.due.row.url,
            action=_("Visa resultatet"),
            tone="risk",
        )
        for each in mine
    ]
