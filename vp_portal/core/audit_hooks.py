"""What is recorded wherever it happens, found from the request's answer or Django's signals so that later pages and
ways to sign in are included."""

import logging
from collections.abc import Callable
from email.message import Message
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from simple_history.signals import post_create_historical_record

from vp_portal.core import access, audit, limits, logs
from vp_portal.core.choices import AuditEvent

logger = logging.getLogger(__name__)

#: Rows of an account in a minute about what was not found; the rest is in the request log alone. A chain that anyone
#: could fill by asking for made-up codes would hide what matters, and never be emptied.
MOST_NOT_FOUND = 30


class AuditMiddleware:
    """Refused requests, and files handed out. Outside of the view's transaction: a refusal rolls that back."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if is_refused(request, response):
            try:
                if response.status_code != 404 or _has_room(request):
                    path = logs.without_secrets(request)
                    audit.record(AuditEvent.REFUSED, request=request, target=path, **_facts(request, response))
            except DatabaseError:
                logger.exception("A refused request could not be recorded")
        elif name := file_name(response):
            # What can't be recorded isn't handed out.
            audit.record(AuditEvent.EXPORT, request=request, target=name, **_facts(request, response))
        return response


def is_refused(request: HttpRequest, response: HttpResponseBase) -> bool:
    """403; or 404 from a page that exists, which is how another's object is refused. A mistyped address is neither."""
    if response.status_code == 404:
        return request.resolver_match is not None and request.user.is_authenticated
    return response.status_code == 403


def _has_room(request: HttpRequest) -> bool:
    return not limits.wait(f"not-found:{request.user.pk}", MOST_NOT_FOUND, access.now())


def file_name(response: HttpResponseBase) -> str:
    """The name of the file that the answer is, if it is one to keep."""
    header = Message()
    header["Content-Disposition"] = response.headers.get("Content-Disposition", "")
    if response.status_code != 200 or header.get_content_disposition() != "attachment":
        return ""
    return header.get_filename() or "?"


def _facts(request: HttpRequest, response: HttpResponseBase) -> dict[str, Any]:
    """Names of the parameters, not their values: those may be amounts or about people."""
    match = request.resolver_match
    return {
        "view": match.view_name if match else "",
        "method": str(request.method),
        "status": response.status_code,
        "filters": sorted(name for name, value in request.GET.items() if value)[:20],
    }


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="audit")
    user_logged_out.connect(_signed_out, dispatch_uid="audit")
    user_login_failed.connect(_sign_in_failed, dispatch_uid="audit")
    post_create_historical_record.connect(_history_made, dispatch_uid="audit")


def _history_made(instance: Any, history_instance: Any, history_user: Any = None, **_more: Any) -> None:
    """Rows that say who may what, such as a unit's manager: told wherever they change, by form, file or command."""
    told = getattr(type(instance), "fields_with_rights", ())
    kind = history_instance.history_type
    before = history_instance.prev_record if told and kind == "~" else None
    changed = [name for name in told if before and getattr(before, name) != getattr(history_instance, name)]
    if not told or (kind == "~" and not changed) or (kind != "~" and not any(_given(instance, told))):
        return
    names = [str(type(instance)._meta.get_field(name.removesuffix("_id")).verbose_name) for name in changed]
    audit.record(
        AuditEvent.RIGHTS_CHANGED,
        user=history_user,
        target=instance,
        what={"+": "added", "~": "changed", "-": "removed"}[kind],
        fields=names,
    )


def _given(instance: Any, names: tuple[str, ...]) -> list[bool]:
    return [getattr(instance, name) is not None for name in names]


def _signed_in(request: HttpRequest, user: Any, **_more: Any) -> None:
    audit.record(AuditEvent.SIGN_IN, request=request, user=user)


def _signed_out(request: HttpRequest, user: Any, **_more: Any) -> None:
    if user is not None:
        audit.record(AuditEvent.SIGN_OUT, request=request, user=user)


def _sign_in_failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_more: Any) -> None:
    """A name that no account has isn't kept: people type their password there at times."""
    model = get_user_model()
    name = str(credentials.get(model.USERNAME_FIELD, ""))[:150].replace("\0", "")
    user = model._default_manager.filter(**{model.USERNAME_FIELD: name}).first()
    audit.record(AuditEvent.SIGN_IN_FAILED, request=request, user=user, known=user is not None)
