"""Everything that the portal keeps about someone, as plain data."""

import datetime as dt
from typing import Any

from django.apps import apps
from django.db import models

from vp_portal.core.models import User
from vp_portal.overview.privacy.declared import PERSONAL
from vp_portal.overview.privacy.registry import is_history
from vp_portal.overview.privacy.subject import Subject, links

#: Secrets are no data about the person, and would let in whoever reads the file.
SECRETS = {
    "core.User": {"password"},
    "mfa.Authenticator": {"data"},
    "socialaccount.SocialToken": {"token", "token_secret"},
}
SECRETS |= {"core.AuditEntry": {"actor_salt", "target_salt"}, "core.SignInSession": {"session"}}


def everything(subject: Subject, at: dt.datetime) -> dict[str, Any]:
    """By model: the subject's rows; their history; what the subject has changed in others'."""
    registers = dict.fromkeys(each.model for each in PERSONAL)
    rows, history = {}, {}
    for label in registers:
        model = apps.get_model(label)
        found = subject.rows_of(model)
        if found is not None:
            rows[label] = [as_data(row) for row in found.order_by("pk")]
            history[label] = [as_data(row) for row in history_of(model, subject)]
    return {
        "person": str(subject.person or subject.user),
        "made_at": at.isoformat(),
        "why": [
            {"model": each.model, "fields": list(each.fields), "what": str(each.what), "why": str(each.why),
             "kept": str(each.kept)}
            for each in PERSONAL
        ],
        "rows": {label: each for label, each in rows.items() if each},
        "history": {label: each for label, each in history.items() if each},
        "changes_made": changes_by(subject.user) if subject.user else [],
    }  # fmt: skip


def history_of(model: type[models.Model], subject: Subject) -> list[Any]:
    """Earlier states of the subject's own row, and of rows that pointed to it."""
    if not hasattr(model, "history"):
        return []
    historical = model.history.model
    own = subject.user if model._meta.label == "core.User" else subject.person
    if model._meta.label in {"core.User", "services.Person"}:
        return list(historical.objects.filter(id=own.pk).order_by("history_id")) if own else []
    condition = links(historical, subject)
    return list(historical.objects.filter(condition).order_by("history_id")) if condition is not None else []


def changes_by(user: User) -> list[dict[str, Any]]:
    """Which rows the account has changed, and when: their keys, not what others' rows say."""
    found = []
    for model in apps.get_models():
        if not is_history(model) or not hasattr(model, "history_object"):
            continue
        key = model.instance_type._meta.pk.attname  # type: ignore[attr-defined]  # simple_history's
        columns = ("history_date", "history_type", "history_change_reason", key)
        for at, kind, reason, pk in model._default_manager.filter(history_user_id=user.pk).values_list(*columns):
            label = model.instance_type._meta.label  # type: ignore[attr-defined]  # as above
            found.append({"at": at.isoformat(), "model": label, "id": pk, "type": kind, "reason": reason or ""})
    return sorted(found, key=lambda each: each["at"])


def as_data(row: Any) -> dict[str, Any]:
    """The row's own columns under their names, without secrets."""
    hidden = SECRETS.get(row._meta.label, set())
    fields = [field for field in row._meta.concrete_fields if field.name not in hidden]
    return {field.attname: _plain(field.value_from_object(row)) for field in fields}


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str | list | dict) else str(value)
