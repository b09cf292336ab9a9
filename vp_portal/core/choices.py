from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.TextChoices):
    """What the audit log holds. Codes stay as they are: they are part of each row's hash."""

    SIGN_IN = "sign_in", _("Inloggning")
    SIGN_IN_FAILED = "sign_in_failed", _("Misslyckad inloggning")
    SIGN_OUT = "sign_out", _("Utloggning")
    SESSION_ENDED = "session_ended", _("Session avslutad")
    MFA_CHANGED = "mfa_changed", _("Tvåfaktor ändrad")
    ACCOUNT_CHANGED = "account_changed", _("Konto ändrat")
    RIGHTS_CHANGED = "rights_changed", _("Rättigheter ändrade")
    REFUSED = "refused", _("Nekad begäran")
    SENSITIVE_VIEW = "sensitive_view", _("Känsliga rader visade")
    EXPORT = "export", _("Export")
    REGISTER_IMPORT = "register_import", _("Import till register")
    IMPORT_ORDERED = "import_ordered", _("Import till huvudboken beställd")
    IMPORT = "import", _("Import till huvudboken")
    UNDO = "undo", _("Import ångrad")
    PLAN_IMPORT = "plan_import", _("Import till planen")
    ALLOCATION = "allocation", _("Fördelning omräknad")
    BY_HAND = "by_hand", _("Kontering fördelad för hand")
    FLAG = "flag", _("Kontering flaggad som felkonterad")
    PERIOD_LOCK = "period_lock", _("Period låst eller öppnad")
    DECISION = "decision", _("Beslut")
    PERSON_EXPORTED = "person_exported", _("Personuppgifter lämnade ut")
    PERSON_ANONYMISED = "person_anonymised", _("Person avidentifierad")
    TRIMMED = "trimmed", _("Spårlogg gallrad")
