"""Giving a posting a home by hand, flagging it, and a rule for all like it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from finance.actions import by_hand, flags, rules
from finance.actions.periods import LockedPeriod
from finance.choices import RULE_PARTS
from finance.forms.by_hand import AssignForm, FlagForm, LikeForm, WhyForm
from finance.models import AllocationRule, HandAssignment, Posting
from finance.reports import by_hand as report
from finance.reports import freshness
from finance.reports.explain import explain
from finance.reports.likes import like
from finance.views.explaining import load_posting, posting_page
from finance.views.guards import answered_for, crumbs, is_controller, may_act_on
from finance.views.traces import trace_sensitive
from vp_portal.core import access, exports
from vp_portal.core.models import User


def load_own(request: HttpRequest, batch: int, pk: int) -> tuple[Posting, User]:
    """A row that the user sees and answers for, and the user."""
    row = load_posting(request, batch, pk)
    if not (access.signed_in(request.user) and may_act_on(request.user, row, access.today())):
        raise PermissionDenied(_("Rader fördelas och flaggas av den som svarar för dem och av controllers."))
    return row, request.user


@require_POST
@access.writes_with_a_right
def assign(request: HttpRequest, batch: int, pk: int) -> HttpResponse:
    """Gives the posting to a cost object. It counts at once."""
    row, user = load_own(request, batch, pk)
    form = AssignForm(request.POST, on=access.today())
    if form.is_valid():
        given = form.cleaned_data["cost_object"]
        try:
            by_hand.assign([row], given, reason=form.cleaned_data["reason"], by=user, at=timezone.now())
        except LockedPeriod as locked:
            form.add_error(None, str(locked))
        else:
            messages.success(request, _("Raden hör nu till %(name)s. Siffrorna följer med.") % {"name": given.name})
            return redirect("finance:posting", batch, pk)
    return posting_page(request, row, status=422, assign_form=form)


@require_POST
@access.writes_with_a_right
def take_back(request: HttpRequest, batch: int, pk: int) -> HttpResponse:
    """Lets the rules decide over the posting again."""
    row, user = load_own(request, batch, pk)
    form = WhyForm(request.POST)
    if form.is_valid():
        try:
            by_hand.take_back(row, reason=form.cleaned_data["reason"], by=user, at=timezone.now())
        except LockedPeriod as locked:
            form.add_error(None, str(locked))
        except by_hand.NothingByHand:
            messages.info(request, _("Raden var inte fördelad för hand."))
            return redirect("finance:posting", batch, pk)
        else:
            messages.success(request, _("Reglerna bestämmer över raden igen."))
            return redirect("finance:posting", batch, pk)
    return posting_page(request, row, status=422, back_form=form)


@require_POST
@access.writes_with_a_right
def flag(request: HttpRequest, batch: int, pk: int) -> HttpResponse:
    """Says that the posting is wrongly coded, and where it should be."""
    row, user = load_own(request, batch, pk)
    form = FlagForm(request.POST, row=row, on=access.today())
    if form.is_valid():
        try:
            flags.flag(row, form.flag(), by=user, at=timezone.now())
        except ValidationError as found:
            form.add_error(None, found.messages)
        else:
            messages.success(request, _("Raden är flaggad. Den följs tills den är rättad i huvudboken."))
            return redirect("finance:posting", batch, pk)
    return posting_page(request, row, status=422, flag_form=form)


@require_http_methods(["GET", "POST"])
@access.writes_with_a_right
def like_it(request: HttpRequest, batch: int, pk: int) -> HttpResponse:
    """All like the posting: how many they are, and a suggested rule for them."""
    row, user = load_own(request, batch, pk)
    on = access.today()
    form = LikeForm(request.POST if request.method == "POST" else None, row=row, on=on)
    context: dict[str, Any] = {"row": row, "form": form, "is_controller": is_controller(user)}
    context |= {"fresh": freshness(), "on": on}
    if form.is_bound and form.is_valid():
        if "preview" not in request.POST:
            return _suggest(request, row, form, user)
        found = like(form.conditions(), user, on, chart=row.code_string.account.chart_id)
        target = form.cleaned_data["cost_object"].name
        context |= {"like": found, "target": target, "moved": found.moved(target)}
    context["crumbs"] = crumbs((_("Konteringar"), "finance:postings"))
    trace_sensitive(request, [row], posting=str(row.pk))
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "finance/like.html", context, status=status)


def _suggest(request: HttpRequest, row: Posting, form: LikeForm, user: User) -> HttpResponse:
    target, conditions = form.cleaned_data["cost_object"], form.conditions()
    labels = dict(RULE_PARTS)
    told = ", ".join(f"{str(labels[part]).lower()} {low or _('saknas')}" for part, _op, low, _high in conditions)
    made = rules.suggest(
        name=_("%(what)s till %(target)s") % {"what": told[:1].upper() + told[1:], "target": target.name},
        conditions=conditions,
        target=target,
        by=user,
        at=timezone.now(),
        before=_winner(row),
    )
    if is_controller(user):
        messages.success(request, _("Regeln är ett utkast. Se vad den gör innan du använder den."))
        return redirect("finance:rule", made.pk)
    messages.success(request, _("Regeln är föreslagen. En controller prövar den innan den används."))
    return redirect("finance:posting", row.batch_id, row.pk)


def _winner(row: Posting) -> AllocationRule | None:
    """The rule that takes the posting now: a suggestion has to come before it."""
    found = explain(row).winner
    return AllocationRule.objects.filter(pk=found.rule_id).first() if found else None


@require_GET
@exports.limited()
def hands(request: HttpRequest) -> HttpResponse:
    """All that is given by hand, with those that have lost their row."""
    on = access.today()
    lost = request.GET.get("state") == "lost"
    found = report.hands(request.user, on, lost=lost)
    if "format" in request.GET:
        every = report.said(list(found[: exports.MOST_ROWS]), on)
        trace_sensitive(request, report.shown_of(every))
        rows = report.hand_table(every)
        return exports.table_response(rows, report.hand_columns(), _("för hand"), request.GET["format"])
    page = report.said_page(found, request.GET.get("page"), on)
    trace_sensitive(request, report.shown_of(page.rows))
    context = {
        "fresh": freshness(),
        "on": on,
        "page": page,
        "may_take_back": _may_take_back(request, page),
        "tabs": [
            {"label": _("Alla"), "url": "?", "current": not lost},
            {"label": _("Har tappat sin rad"), "url": "?state=lost", "current": lost},
        ],
        "lost": lost,
        "crumbs": crumbs(),
    }
    return render(request, "finance/hands.html", context)


def _may_take_back(request: HttpRequest, page: report.SaidPage) -> set[int]:
    """The hands of the page whose rows count and are the user's to place."""
    said = {each.item.posting: each.item.pk for each in page.rows if each.item.has_row}
    if not said:
        return set()
    batches = {each.item.batch_id for each in page.rows}
    rows = Posting.objects.filter(batch__in=batches, pk__in=list(said))
    own = answered_for(rows, request.user, access.today()).values_list("pk", flat=True)
    return {said[pk] for pk in own}


def _load_lost(request: HttpRequest, pk: int) -> tuple[HandAssignment, User]:
    visible = report.hands(request.user, access.today(), lost=True)
    found: HandAssignment = get_object_or_404(visible, pk=pk)
    if not (access.signed_in(request.user) and may_act_on(request.user, found, access.today())):
        raise PermissionDenied(_("Rader fördelas och flaggas av den som svarar för dem och av controllers."))
    return found, request.user


@require_POST
@access.writes_with_a_right
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """The same home for the same row of the file that replaced the old one."""
    lost, user = _load_lost(request, pk)
    try:
        made = by_hand.renew(lost, by=user, at=timezone.now())
    except by_hand.RowGone:
        messages.error(request, _("Ingen rad som gäller är likadan. Släpp fördelningen, eller fördela en annan rad."))
        return redirect("finance:hands")
    except LockedPeriod as locked:
        messages.error(request, str(locked))
        return redirect("finance:hands")
    messages.success(request, _("Fördelningen gäller raden i den nya filen."))
    return redirect("finance:posting", made.batch_id, made.posting)


@require_POST
@access.writes_with_a_right
def let_go(request: HttpRequest, pk: int) -> HttpResponse:
    """Takes a hand without a row out of the list."""
    lost, user = _load_lost(request, pk)
    by_hand.let_go(lost, reason=_("Raden gäller inte längre."), by=user, at=timezone.now())
    messages.success(request, _("Fördelningen är släppt. Den finns kvar i historiken."))
    return redirect("finance:hands")
