"""What is told of who has read sensitive rows."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from finance.reports.postings import sensitive_among
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent


def trace_sensitive(request: HttpRequest, rows: Iterable[Any], **asked: Any) -> None:
    """Keeps that rows were read, with what was asked for in codes and how many sensitive ones there were, if any.

    Called wherever a page or a file shows postings, or what was said of them, one by one.
    """
    if count := sensitive_among(rows):
        audit.record(AuditEvent.SENSITIVE_VIEW, request=request, target=_("Konteringar"), rows=count, **asked)
