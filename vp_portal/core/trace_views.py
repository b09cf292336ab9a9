"""The audit log, for administrators."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from vp_portal.core import access, audit_log, exports, formatting


@require_GET
@exports.limited()
def audit_page(request: HttpRequest) -> HttpResponse:
    """Who did what, when and from where. The filter and the place are kept in the address."""
    if not access.has_role(request.user, access.Role.ADMINISTRATOR):
        raise PermissionDenied(_("Spårloggen visas för administratörer."))
    form = audit_log.AuditForm(request.GET)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        entries = form.entries()
        if "format" in request.GET:
            if entries.values("id")[exports.MOST_ROWS :].first() is None:
                name = _("spårlogg %s") % access.today()
                return exports.table_response(audit_log.table(entries), audit_log.COLUMNS, name, request.GET["format"])
            context["too_many"] = _too_many()
        page = audit_log.page_of(entries, before=_key(request, "before"), after=_key(request, "after"))
        context["page"] = page
        context["rows"] = [(entry, audit_log.who(entry), audit_log.in_words(entry)) for entry in page.entries]
        context["is_filtered"] = any(form.cleaned_data.values())
    return render(request, "core/audit.html", context)


def _key(request: HttpRequest, name: str) -> int | None:
    """The key of a row in the address; what is none is as if it were not there."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _too_many() -> str:
    most = formatting.number(exports.MOST_ROWS)
    return _("En fil tar högst %(most)s rader: välj en kortare tid eller en händelse.") % {"most": most}
