"""The declared personal data for the page, the export and the erasing.

A test finds every field of every model that may hold such data; a later one that is not declared fails it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from services.models import Person
from vp_portal.core.models import User
from vp_portal.overview.privacy.declared import NOT_PERSONAL, PERSONAL, Erasing, Text
from vp_portal.overview.privacy.elsewhere import ELSEWHERE

#: Registers of packages, whose own names say little.
_PLACES = {
    "sessions.Session": _("Sessioner"),
    "account.EmailAddress": _("E-postadresser"),
    "mfa.Authenticator": _("Tvåfaktor och passernycklar"),
    "socialaccount.SocialAccount": _("Kopplingar till katalogen"),
    "socialaccount.SocialToken": _("Kopplingar till katalogen"),
    "admin.LogEntry": _("Administrationens logg"),
}
#: Words in a column's name that tell of people or of free text.
_ENDINGS = {"comment", "email", "note", "phone", "reason"}
_TELLING = {
    *("first_name", "last_name", "username", "user_name", "supplier_name", "file_name", "comment", "note", "text"),
    *("title", "uid", "address", "device", "object_repr", "reason", "email", "phone", "signature"),
}


def may_be_personal(field: Any) -> bool:
    """Whether a field's kind or name says that it could hold data about a person."""
    if field.is_relation:
        return bool(field.related_model in (User, Person)) and not getattr(field, "many_to_many", False)
    kinds = (models.EmailField, models.GenericIPAddressField, models.TextField, models.JSONField)
    return isinstance(field, kinds) or field.name in _TELLING or field.name.rpartition("_")[2] in _ENDINGS


@dataclass(frozen=True)
class Purpose:
    """Data that is kept for the same reason and as long, with the registers it stands in."""

    what: Text
    why: Text
    kept: Text
    erasing: Text
    places: tuple[str, ...]


COLUMNS = (_("Uppgifter"), _("Register"), _("Kolumner"), _("Varför"), _("Hur länge"), _("När någon görs anonym"))


def table() -> Iterator[tuple[str, ...]]:
    """The declarations as they stand, column by column, for a file under `COLUMNS`; then what no table holds."""
    for each in PERSONAL:
        model = each.get_model()
        names = (str(model._meta.get_field(field).verbose_name) for field in each.fields)  # type: ignore[union-attr]
        facts = (each.what, place_of(model), ", ".join(names), each.why, each.kept, each.erasing.value)
        yield tuple(map(str, facts))
    for kept in ELSEWHERE:
        yield tuple(map(str, (kept.what, kept.place, "", kept.why, kept.kept, kept.erasing)))


def by_purpose() -> list[Purpose]:
    """The declarations for reading: one row for those that say the same."""
    found: dict[tuple[str, str, str, Erasing], list[str]] = {}
    for each in PERSONAL:
        key = (str(each.what), str(each.why), str(each.kept), each.erasing)
        found.setdefault(key, []).append(place_of(each.get_model()))
    outside = [Purpose(each.what, each.why, each.kept, each.erasing, (str(each.place),)) for each in ELSEWHERE]
    return [*(_purpose(key, places) for key, places in found.items()), *outside]


def _purpose(key: tuple[str, str, str, Erasing], places: list[str]) -> Purpose:
    what, why, kept, erasing = key
    return Purpose(what, why, kept, erasing.value, tuple(dict.fromkeys(places)))


def place_of(model: type[models.Model]) -> str:
    return str(_PLACES.get(model._meta.label, capfirst(model._meta.verbose_name_plural)))


def is_history(model: type[models.Model]) -> bool:
    return hasattr(model, "history_object") or hasattr(model, "m2m_history_id")


def declared() -> set[str]:
    return {f"{each.model}.{field}" for each in PERSONAL for field in each.fields}


def undeclared() -> Iterator[str]:
    """Fields that may be personal and have no place above. History's columns follow those of what they track."""
    known = declared() | set(NOT_PERSONAL)
    for model in apps.get_models(include_auto_created=True):
        if is_history(model):
            continue
        for field in model._meta.local_fields:
            name = f"{model._meta.label}.{field.name}"
            if may_be_personal(field) and not field.primary_key and name not in known:
                yield name
