"""Personal data that is kept outside of the database's tables: files and the log of requests."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from finance.actions.uploads import FORGOTTEN_AFTER
from goals.actions.exports import KEPT as EXPORTS_KEPT
from vp_portal.overview.privacy.declared import ACCOUNTING, FOLLOW_UP, SECURITY, Erasing, Text


@dataclass(frozen=True)
class Elsewhere:
    """What is kept outside of the database's tables."""

    place: Text
    what: Text
    why: Text
    kept: Text
    erasing: Text


ELSEWHERE: tuple[Elsewhere, ...] = (
    Elsewhere(
        _("Sparade huvudboksfiler"),
        _("De bokförda filerna som de kom, med leverantörsnamn och texter som kan nämna någon."),
        _("Bokföringens behandlingshistorik."),
        ACCOUNTING,
        Erasing.KEPT.value,
    ),
    Elsewhere(
        _("Uppladdade filer som inte är bokförda"),
        _("Filer på väg in i huvudboken, med leverantörsnamn och texter som kan nämna någon."),
        _("Ekonomisk uppföljning ner till raden."),
        _("%(days)s dagar efter den senaste åtgärden; städas varje dag.") % {"days": FORGOTTEN_AFTER.days},
        _("Ändras inte."),
    ),
    Elsewhere(
        _("Planen som fil"),
        _("Filer som någon har beställt av planen, med namnen på dem som ansvarar."),
        FOLLOW_UP,
        _("%(days)s dygn; städas varje dag.") % {"days": EXPORTS_KEPT.days},
        _("Ändras inte."),
    ),
    Elsewhere(
        _("Radloggen"),
        _("Varje begäran till portalen: tidpunkt, sida, kontots nummer och adressen den kom från. Inga namn."),
        SECURITY,
        _("Avgörs av driften, som samlar in den; förslaget är 90 dagar."),
        _("Ändras inte: kontots nummer leder till någon utan namn."),
    ),
    Elsewhere(
        _("Kakor i webbläsaren"),
        _("Inloggningens nyckel, skydd för formulär, valt tema, och att ett konto har loggat in där förut. Inga namn."),
        SECURITY,
        _("Nyckeln tills inloggningen tar slut, temat ett år, det sista 90 dagar."),
        _("Ägs av den som har webbläsaren."),
    ),
)
