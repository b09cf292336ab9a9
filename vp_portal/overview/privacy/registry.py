"""Which personal data the portal keeps, why and for how long: as data, for the page, the export and the erasing.

A test finds every field of every model that may hold such data; a later one without its place here fails it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from services.models import Person
from vp_portal.core.models import User

Text = str | Promise


class Erasing(Enum):
    """What making a person anonymous does with the fields."""

    REPLACED = _("Ersätts, även i historiken.")
    LINK = _("Nyckeln står kvar och leder till någon utan namn.")
    NAME_IN_TEXT = _("Namnet byts ut där det står i texten, även i historiken.")
    REMOVED = _("Raderna tas bort.")
    KEPT = _("Ändras inte: räkenskapsinformation.")
    DECIDED = _("Ändras inte: en beslutad handling.")
    SEALED = _("Namn och adress tas bort; raden och dess sigill står kvar.")


@dataclass(frozen=True)
class Personal:
    """Fields of one model, all kept for the same reason."""

    model: str
    fields: tuple[str, ...]
    what: Text
    why: Text
    kept: Text
    erasing: Erasing

    def get_model(self) -> type[models.Model]:
        return apps.get_model(self.model)


_TASK = _("Så länge uppdraget och dess historik behövs för uppföljningen.")
_ACCOUNT = _("Tills personen görs anonym, när kontot är stängt.")
_ACCOUNTING = _("Så länge som bokföringslagen och arkivreglerna kräver.")
_FOLLOW_UP = _("Verksamhetens planering och uppföljning: vem som ansvarar för vad.")
_SECURITY = _("Informationssäkerhet: att bara rätt person kommer in, och att missbruk syns.")

PERSONAL: tuple[Personal, ...] = (
    Personal(
        "core.User",
        ("username", "first_name", "last_name", "email"),
        _("Användarnamn, namn och e-post på kontot."),
        _("Inloggning, och att ändringar kan följas till den som gjorde dem."),
        _ACCOUNT,
        Erasing.REPLACED,
    ),
    Personal(
        "services.Person",
        ("code", "name", "title", "email", "user"),
        _("Signatur, namn, titel, e-post och vilket konto personen har."),
        _FOLLOW_UP,
        _TASK,
        Erasing.REPLACED,
    ),
    *(
        Personal(model, fields, _("Vem som har rollen eller ansvaret, och när."), _FOLLOW_UP, _TASK, Erasing.LINK)
        for model, fields in (
            ("services.UnitManager", ("person",)),
            ("services.UnitMembership", ("person",)),
            ("services.CostOwner", ("person",)),
            ("services.CostObject", ("owner",)),
            ("services.SubPortfolio", ("owner",)),
            ("services.Assignment", ("person",)),
            ("goals.ExpectedResult", ("owner", "deputy", "reviewer")),
            ("goals.PlanSection", ("author",)),
            ("goals.PlanExport", ("asked_by",)),
        )
    ),
    *(
        Personal(model, fields, _("Vem som har gjort eller granskat något."), _FOLLOW_UP, _TASK, Erasing.LINK)
        for model, fields in (("goals.CheckIn", ("made_by", "reviewed_by")), ("goals.IndicatorReading", ("made_by",)))
    ),
    *(
        Personal(
            model,
            fields,
            _("Fri text i avstämningar och avläsningar, som kan nämna någon."),
            _FOLLOW_UP,
            _TASK,
            Erasing.NAME_IN_TEXT,
        )
        for model, fields in (
            ("goals.CheckIn", ("comment", "blocked_by", "help_needed", "review_comment")),
            ("goals.IndicatorReading", ("source", "note")),
        )
    ),
    Personal(
        "goals.SentReminder",
        ("person",),
        _("Vem som har påmints om en avstämning, och när."),
        _FOLLOW_UP,
        _TASK,
        Erasing.REMOVED,
    ),
    Personal(
        "goals.ReminderSettings",
        ("user",),
        _("Hur någon vill bli påmind, och om personen har en kalenderadress."),
        _FOLLOW_UP,
        _ACCOUNT,
        Erasing.REMOVED,
    ),
    Personal(
        "goals.CheckInDraft",
        ("user", "values"),
        _("Det som någon har skrivit på en avstämning och inte sparat. Bara den som skrev ser det."),
        _FOLLOW_UP,
        _("Tills avstämningen är sparad eller utkastet slängt."),
        Erasing.REMOVED,
    ),
    Personal(
        "goals.DecidedPlan",
        ("signed_by", "recorded_by"),
        _("Vem som har beslutat planen, och vilket konto som registrerade beslutet."),
        _("En beslutad plan är en allmän handling som bevaras som den var."),
        _("Bevaras."),
        Erasing.DECIDED,
    ),
    Personal(
        "core.RoleGrant",
        ("user",),
        _("Vilka roller ett konto har och har haft."),
        _SECURITY,
        _ACCOUNT,
        Erasing.LINK,
    ),
    Personal(
        "core.RoleGrant",
        ("reason",),
        _("Skälet till att en roll har getts eller tagits."),
        _SECURITY,
        _ACCOUNT,
        Erasing.NAME_IN_TEXT,
    ),
    Personal(
        "core.AuditEntry",
        ("user", "user_name", "address", "target", "detail"),
        _("Spårloggen: vem som har gjort vad, när och från vilken adress."),
        _SECURITY,
        _("%(days)s dagar, sedan gallras raderna.") % {"days": settings.AUDIT_KEPT_DAYS},
        Erasing.SEALED,
    ),
    *(
        Personal(
            model,
            fields,
            _("Pågående inloggningar, med adress och webbläsare."),
            _SECURITY,
            _("Tills inloggningen tar slut; städas varje dag."),
            Erasing.REMOVED,
        )
        for model, fields in (
            ("core.SignInSession", ("user", "address", "device")),
            ("sessions.Session", ("session_data",)),
        )
    ),
    *(
        Personal(
            model,
            fields,
            _("Hur man loggar in: e-post, identitet hos katalogen, tvåfaktor och passernycklar."),
            _SECURITY,
            _ACCOUNT,
            Erasing.REMOVED,
        )
        for model, fields in (
            ("account.EmailAddress", ("user", "email")),
            ("mfa.Authenticator", ("user", "data")),
            ("socialaccount.SocialAccount", ("user", "uid", "extra_data")),
            ("socialaccount.SocialToken", ("token", "token_secret")),
        )
    ),
    Personal(
        "admin.LogEntry",
        ("user", "object_id", "object_repr", "change_message"),
        _("Vad som har ändrats i administrationen, och av vem."),
        _SECURITY,
        _("%(days)s dagar, sedan gallras raderna.") % {"days": settings.AUDIT_KEPT_DAYS},
        Erasing.NAME_IN_TEXT,
    ),
    *(
        Personal(
            model,
            fields,
            _("Vem som har bokfört en fil, kört fördelningen eller föreslagit en regel."),
            _("Bokföringens behandlingshistorik."),
            _ACCOUNTING,
            Erasing.LINK,
        )
        for model, fields in (
            ("finance.ImportBatch", ("booked_by", "stated_by")),
            ("finance.Upload", ("uploaded_by", "confirmed_by")),
            ("finance.AllocationRun", ("made_by",)),
            ("finance.AllocationRule", ("suggested_by",)),
        )
    ),
    Personal(
        "finance.PeriodLock",
        ("locked_by", "opened_by"),
        _("Vem som har låst eller öppnat en period."),
        _("Bokföringens behandlingshistorik."),
        _ACCOUNTING,
        Erasing.LINK,
    ),
    Personal(
        "finance.PeriodLock",
        ("reason", "opened_reason"),
        _("Skälet till att en period har låsts eller öppnats."),
        _("Bokföringens behandlingshistorik."),
        _ACCOUNTING,
        Erasing.NAME_IN_TEXT,
    ),
    *(
        Personal(
            model,
            fields,
            _("Vem som har gjort, godkänt eller förklarat en budget eller prognos."),
            _FOLLOW_UP,
            _TASK,
            Erasing.LINK,
        )
        for model, fields in (
            ("finance.BudgetVersion", ("made_by",)),
            ("finance.BudgetApproval", ("answered_by",)),
            ("finance.VarianceComment", ("made_by",)),
        )
    ),
    *(
        Personal(
            model,
            fields,
            _("Fri text om en budget eller avvikelse, som kan nämna någon."),
            _FOLLOW_UP,
            _TASK,
            Erasing.NAME_IN_TEXT,
        )
        for model, fields in (
            ("finance.BudgetVersion", ("comment",)),
            ("finance.BudgetApproval", ("comment",)),
            ("finance.VarianceComment", ("text",)),
        )
    ),
    *(
        Personal(
            model,
            ("supplier_name", "text"),
            _("Huvudbokens leverantörsnamn och texter, som kan nämna någon."),
            _("Ekonomisk uppföljning ner till raden."),
            _ACCOUNTING,
            Erasing.KEPT,
        )
        for model in ("finance.Posting", "finance.SupersededPosting")
    ),
    *(
        Personal(
            model,
            fields,
            _("Filens namn, hur den lästes och de rader som hoppades över."),
            _("Bokföringens behandlingshistorik."),
            _ACCOUNTING,
            Erasing.KEPT,
        )
        for model, fields in (
            ("finance.ImportBatch", ("file_name", "skipped")),
            ("finance.Upload", ("file_name", "choices", "result")),
        )
    ),
)

#: Free text and links that hold no personal data, and why.
NOT_PERSONAL: dict[str, str] = {
    "core.AuditEntry.target_id": "a key",
    "finance.ForecastBasis.reason": "how an amount was computed",
    "finance.AllocationRun.kept": "periods and keys of runs",
    "finance.AllocationRun.rules": "allocation rules: codes and shares",
    "finance.ImportProfile.columns": "headers of a file",
    "finance.ImportProfile.dimensions": "headers of a file",
    "finance.SensitiveRange.note": "what a range of accounts is",
    "goals.DecidedPlan.content": "the decided plan, a public document",
    "goals.DecidedPlan.markdown": "the decided plan, a public document",
    "goals.ExpectedResult.text": "the adopted plan, a public document",
    "goals.Goal.text": "the adopted plan, a public document",
    "goals.PlanSection.instruction": "what a section is to be about",
    "goals.PlanSection.text": "the adopted plan, a public document",
    "goals.PlanSection.title": "the adopted plan, a public document",
    "goals.StrategicGoal.text": "the adopted plan, a public document",
    "procrastinate.ProcrastinateJob.args": "keys of rows",
    "procrastinate.ProcrastinateJob.lock": "names of locks",
    "procrastinate.ProcrastinateJob.queueing_lock": "names of locks",
    "services.CostObject.description": "what a service is",
    "socialaccount.SocialApp.settings": "the address of the directory",
}

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
    erasing: Erasing
    places: tuple[str, ...]


def by_purpose() -> list[Purpose]:
    """The declarations for reading: one row for those that say the same."""
    found: dict[tuple[str, str, str, Erasing], list[str]] = {}
    for each in PERSONAL:
        key = (str(each.what), str(each.why), str(each.kept), each.erasing)
        found.setdefault(key, []).append(place_of(each.get_model()))
    return [Purpose(*key, tuple(dict.fromkeys(places))) for key, places in found.items()]


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
