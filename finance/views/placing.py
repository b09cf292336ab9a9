"""Giving several postings a home by hand at once, and taking several back."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from finance.actions import by_hand
from finance.actions.periods import LockedPeriod
from finance.choices import Together
from finance.forms import PostingForm
from finance.forms.by_hand import PlaceForm, WhyForm
from finance.models import Posting
from finance.models.posting import PostingQuerySet
from finance.reports import Freshness, checks, freshness, placing
from finance.reports import by_hand as report
from finance.reports import postings as rows_report
from finance.reports.options import EARLIEST, options
from finance.reports.selection import Selection
from finance.views.guards import answered_for, crumbs, is_controller
from finance.views.traces import trace_sensitive
from vp_portal.core import access, formatting
from vp_portal.core.models import User
from vp_portal.core.periods import Period


@dataclass(frozen=True)
class Asked:
    """The rows that the address is about: those of a filter, with some of them ticked."""

    user: User
    on: dt.date
    fresh: Freshness
    chosen: Selection
    found: PostingQuerySet
    ticked: placing.Ticked

    @cached_property
    def locked(self) -> list[Period]:
        return placing.locked_periods()

    @property
    def ways(self) -> list[Together]:
        """What can be chosen: without ticks all of the filter."""
        return list(Together) if self.ticked.keys else [Together.ALL]

    def rows(self, which: Together) -> tuple[PostingQuerySet, PostingQuerySet]:
        """What is found, and what of it is the user's to place."""
        found = placing.rows_of(self.found, self.ticked, which)
        return found, answered_for(found, self.user, self.on)

    @cached_property
    def groups(self) -> list[placing.Group]:
        return [placing.group(which, *self.rows(which), self.locked) for which in self.ways]

    def to_place(self, which: Together) -> PostingQuerySet:
        return placing.to_place(self.rows(which)[1], self.locked)


def _asked(request: HttpRequest) -> Asked:
    """Raises Http404 for a filter that can't be understood."""
    user = request.user
    if not access.signed_in(user):
        raise PermissionDenied
    on, fresh = access.today(), freshness()
    offered = options(checks.seen_by(user, on), user, on, fresh.latest_period, request.GET.get("from") or EARLIEST)
    form = PostingForm(request.GET, options=offered, latest=fresh.latest_period, on=on)
    if not form.is_valid():
        raise Http404(_("Urvalet av rader går inte att förstå. Gå tillbaka till Konteringar och välj igen."))
    chosen = form.selection()
    found = rows_report.found(user, chosen, form.filters())
    return Asked(user, on, fresh, chosen, found, placing.Ticked.of(request.GET.getlist("rows")))


@require_http_methods(["GET", "HEAD", "POST"])
@access.writes_with_a_right
def place(request: HttpRequest) -> HttpResponse:
    """Which rows, where to and why; what can't be placed is told before. It counts at once."""
    asked = _asked(request)
    groups = asked.groups
    if not is_controller(asked.user) and not any(each.count or each.locked for each in groups):
        raise PermissionDenied(_("Rader fördelas och flaggas av den som svarar för dem och av controllers."))
    choices = [(each.which.value, _label(each)) for each in groups if each.count]
    form = PlaceForm(request.POST if request.method == "POST" else None, on=asked.on, groups=choices)
    if form.is_bound and form.is_valid():
        answer = _place(request, asked, form)
        if answer:
            return answer
    shown = placing.listed(asked.to_place(asked.ways[0]))
    trace_sensitive(request, shown, **asked.chosen.query())
    context: dict[str, Any] = {
        "form": form,
        "groups": groups,
        "first": groups[0],
        "shown": shown,
        "most": placing.MOST,
        "back_url": _back_url(request),
        "fresh": asked.fresh,
        "on": asked.on,
        "crumbs": crumbs((_("Konteringar"), "finance:postings")),
    }
    return render(request, "finance/place.html", context, status=422 if form.is_bound else 200)


def _back_url(request: HttpRequest) -> str:
    """The list of rows that the person came from."""
    rest = request.GET.copy()
    rest.pop("rows", None)
    return f"{reverse('finance:postings')}?{rest.urlencode()}"


def _label(each: placing.Group) -> str:
    told = ngettext("%(label)s: %(count)s rad, %(total)s", "%(label)s: %(count)s rader, summa %(total)s", each.count)
    count, total = formatting.number(each.count), formatting.kr_ore(each.total)
    return told % {"label": each.which.label, "count": count, "total": total}


def _place(request: HttpRequest, asked: Asked, form: PlaceForm) -> HttpResponse | None:
    """None where the form has got an error instead."""
    given = form.cleaned_data
    rows = list(asked.to_place(Together(given["which"]))[: placing.MOST + 1])
    if len(rows) > placing.MOST:
        form.add_error("which", _("Högst %s rader åt gången. Välj färre, eller föreslå en regel.") % placing.MOST)
        return None
    try:
        by_hand.assign(rows, given["cost_object"], reason=given["reason"], by=asked.user, at=timezone.now())
    except LockedPeriod as locked:
        form.add_error(None, str(locked))
        return None
    text = ngettext(
        "%(count)s rad hör nu till %(name)s. Siffrorna följer med.",
        "%(count)s rader hör nu till %(name)s. Siffrorna följer med.",
        len(rows),
    )
    messages.success(request, text % {"count": formatting.number(len(rows)), "name": given["cost_object"].name})
    return redirect("finance:hands")


@require_POST
@access.writes_with_a_right
def take_back_several(request: HttpRequest) -> HttpResponse:
    """The rules decide again over the ticked rows of the list of what is given by hand."""
    user, on = request.user, access.today()
    if not access.signed_in(user):
        raise PermissionDenied
    keys = [int(text) for text in request.POST.getlist("hands") if text.isascii() and text.isdigit() and len(text) < 19]
    held = report.hands(user, on).filter(pk__in=keys, batch__ended_at__isnull=True)
    ticked = placing.Ticked(frozenset(held.values_list("batch", "posting")))
    rows = list(answered_for(Posting.objects.visible_to(user, on).filter(ticked.condition()), user, on))
    form = WhyForm(request.POST)
    if ticked.keys and not rows:
        raise PermissionDenied(_("Rader fördelas och flaggas av den som svarar för dem och av controllers."))
    if not rows:
        messages.error(request, _("Välj minst en rad att ta tillbaka."))
    elif not form.is_valid():
        messages.error(request, _("Skriv varför raderna tas tillbaka."))
    else:
        _take_back(request, rows, form.cleaned_data["reason"], user)
    return redirect("finance:hands")


def _take_back(request: HttpRequest, rows: list[Posting], reason: str, user: User) -> None:
    try:
        made = by_hand.take_back_all(rows, reason=reason, by=user, at=timezone.now())
    except LockedPeriod as locked:
        messages.error(request, str(locked))
    except by_hand.NothingByHand:
        messages.info(request, _("Raderna var inte fördelade för hand."))
    else:
        text = ngettext("Reglerna bestämmer över %d rad igen.", "Reglerna bestämmer över %d rader igen.", len(made))
        messages.success(request, text % len(made))
