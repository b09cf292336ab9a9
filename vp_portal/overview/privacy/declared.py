"""Which personal data the portal keeps, why and for how long, as data."""

from dataclasses import dataclass
from enum import Enum

from django.apps import apps
from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

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
ACCOUNTING = _("Så länge som bokföringslagen och arkivreglerna kräver.")
FOLLOW_UP = _("Verksamhetens planering och uppföljning: vem som ansvarar för vad.")
SECURITY = _("Informationssäkerhet: att bara rätt person kommer in, och att missbruk syns.")

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
        FOLLOW_UP,
        _TASK,
        Erasing.REPLACED,
    ),
    *(
        Personal(model, fields, _("Vem som har rollen eller ansvaret, och när."), FOLLOW_UP, _TASK, Erasing.LINK)
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
        Personal(model, fields, _("Vem som har gjort eller granskat något."), FOLLOW_UP, _TASK, Erasing.LINK)
        for model, fields in (("goals.CheckIn", ("made_by", "reviewed_by")), ("goals.IndicatorReading", ("made_by",)))
    ),
    *(
        Personal(
            model,
            fields,
            _("Fri text i avstämningar och avläsningar, som kan nämna någon."),
            FOLLOW_UP,
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
        FOLLOW_UP,
        _TASK,
        Erasing.REMOVED,
    ),
    Personal(
        "goals.ReminderSettings",
        ("user",),
        _("Hur någon vill bli påmind, och om personen har en kalenderadress."),
        FOLLOW_UP,
        _ACCOUNT,
        Erasing.REMOVED,
    ),
    Personal(
        "goals.CheckInDraft",
        ("user", "values"),
        _("Det som någon har skrivit på en avstämning och inte sparat. Bara den som skrev ser det."),
        FOLLOW_UP,
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
        SECURITY,
        _ACCOUNT,
        Erasing.LINK,
    ),
    Personal(
        "core.RoleGrant",
        ("reason",),
        _("Skälet till att en roll har getts eller tagits."),
        SECURITY,
        _ACCOUNT,
        Erasing.NAME_IN_TEXT,
    ),
    Personal(
        "core.AuditEntry",
        ("user", "user_name", "address", "target", "detail"),
        _("Spårloggen: vem som har gjort vad, när och från vilken adress."),
        SECURITY,
        _("%(days)s dagar, sedan gallras raderna.") % {"days": settings.AUDIT_KEPT_DAYS},
        Erasing.SEALED,
    ),
    *(
        Personal(
            model,
            fields,
            _("Pågående inloggningar, med adress och webbläsare."),
            SECURITY,
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
            SECURITY,
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
        SECURITY,
        _("%(days)s dagar, sedan gallras raderna.") % {"days": settings.AUDIT_KEPT_DAYS},
        Erasing.NAME_IN_TEXT,
    ),
    *(
        Personal(
            model,
            fields,
            _("Vem som har bokfört en fil, kört fördelningen eller föreslagit en regel."),
            _("Bokföringens behandlingshistorik."),
            ACCOUNTING,
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
        ACCOUNTING,
        Erasing.LINK,
    ),
    Personal(
        "finance.PeriodLock",
        ("reason", "opened_reason"),
        _("Skälet till att en period har låsts eller öppnats."),
        _("Bokföringens behandlingshistorik."),
        ACCOUNTING,
        Erasing.NAME_IN_TEXT,
    ),
    *(
        Personal(
            model,
            fields,
            _("Vem som har gjort, godkänt, föreslagit eller förklarat en budget, prognos eller finansiering."),
            FOLLOW_UP,
            _TASK,
            Erasing.LINK,
        )
        for model, fields in (
            ("finance.BudgetVersion", ("made_by",)),
            ("finance.BudgetApproval", ("answered_by",)),
            ("finance.VarianceComment", ("made_by",)),
            ("finance.FundingProposal", ("made_by", "answered_by")),
        )
    ),
    *(
        Personal(
            model,
            fields,
            _("Vem som har fördelat en kontering för hand, flaggat den eller svarat."),
            FOLLOW_UP,
            _TASK,
            Erasing.LINK,
        )
        for model, fields in (
            ("finance.HandAssignment", ("made_by",)),
            ("finance.PostingFlag", ("made_by", "ended_by")),
        )
    ),
    *(
        Personal(
            model,
            fields,
            _("Fri text om en budget, avvikelse, finansiering eller kontering, som kan nämna någon."),
            FOLLOW_UP,
            _TASK,
            Erasing.NAME_IN_TEXT,
        )
        for model, fields in (
            ("finance.BudgetVersion", ("comment",)),
            ("finance.BudgetApproval", ("comment",)),
            ("finance.VarianceComment", ("text",)),
            ("finance.FundingProposal", ("reason", "answer")),
            ("finance.HandAssignment", ("reason",)),
            ("finance.PostingFlag", ("wrong", "answer")),
        )
    ),
    *(
        Personal(
            model,
            fields,
            _("Huvudbokens leverantörsnamn och texter, som kan nämna någon."),
            _("Ekonomisk uppföljning ner till raden."),
            ACCOUNTING,
            Erasing.KEPT,
        )
        for model, fields in (
            ("finance.Posting", ("supplier_name", "text")),
            ("finance.SupersededPosting", ("supplier_name", "text")),
            ("finance.SupplierSum", ("supplier_name",)),
        )
    ),
    *(
        Personal(
            model,
            fields,
            _("Filens namn, hur den lästes och de rader som hoppades över."),
            _("Bokföringens behandlingshistorik."),
            ACCOUNTING,
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
    "finance.AllocationRun.rules": "allocation rules: codes, words to look for and shares",
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
