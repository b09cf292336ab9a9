"""Which plan, section or version an address is about, and who may do what with it."""

import datetime as dt
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from goals.access import OWN_PLAN, WRITE_SECTION
from goals.models import DecidedPlan, Plan, PlanSection

LARGEST_KEY = 2**63 - 1


def chosen_plan(request: HttpRequest, today: dt.date) -> Plan | None:
    """The plan that `?plan=` names, or the one of the day; None when there is none at all. 404 for another key."""
    key = request.GET.get("plan", "")
    if not key:
        return Plan.objects.select_related("unit").current(today)
    return get_object_or_404(Plan.objects.select_related("unit"), pk=as_key(key))


def as_key(text: str) -> int:
    """A row's key, or 404."""
    if not (text.isascii() and text.isdecimal()) or int(text) > LARGEST_KEY:
        raise Http404
    return int(text)


def own_plan(request: HttpRequest, today: dt.date) -> Plan:
    """The plan, for those who own it; 403 for others, 404 where there is none."""
    if not request.user.has_perm(OWN_PLAN):
        raise PermissionDenied
    plan = chosen_plan(request, today)
    if plan is None:
        raise Http404(_("Det finns ingen plan än."))
    return plan


def load_section(request: HttpRequest, pk: int, *, owners_only: bool = False) -> PlanSection:
    """The section, for those who may write it; 403 for others."""
    found = get_object_or_404(PlanSection.objects.select_related("plan", "author"), pk=min(pk, LARGEST_KEY))
    if not request.user.has_perm(OWN_PLAN if owners_only else WRITE_SECTION, None if owners_only else found):
        raise PermissionDenied
    return found


def load_version(pk: int) -> DecidedPlan:
    versions = DecidedPlan.objects.select_related("plan", "plan__unit", "recorded_by")
    return get_object_or_404(versions, pk=min(pk, LARGEST_KEY))


def url_of(plan: Plan, today: dt.date, number: str = "") -> str:
    """The plan's document, at a number. The day's plan needs no name."""
    current = Plan.objects.current(today)
    query = "" if current == plan else f"?plan={plan.pk}"
    return f"{reverse('goals:document')}{query}{f'#{number}' if number else ''}"


def crumbs(plan: Plan, today: dt.date, *more: tuple[str, str]) -> list[dict[str, Any]]:
    places = [(_("Plan"), reverse("goals:plan")), (_("Dokumentet"), url_of(plan, today)), *more]
    return [{"label": label, "url": url} for label, url in places]
