"""What sign-in says: django-allauth's messages, errors and notices, in the portal's words."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ACCOUNT_ERRORS = {
    "too_many_login_attempts": _("För många försök härifrån. Vänta en kvart och försök igen."),
    "enter_current_password": _("Det är inte ditt nuvarande lösenord."),
    "incorrect_password": _("Fel lösenord."),
    "rate_limited": _("För många försök. Vänta en kvart och försök igen."),
    "username_password_mismatch": _("Kontrollera användarnamn och lösenord och försök igen."),
    "password_min_length": _("Lösenordet är för kort."),
}

CODE_ERRORS = {
    "incorrect_code": _("Det gick inte att bekräfta. Försök igen, med en ny kod om du använde en."),
}

MESSAGES = {
    "account/messages/password_changed.txt": _("Lösenordet är ändrat och dina andra inloggningar är avslutade."),
    "mfa/messages/totp_activated.txt": _("Koder från en app är aktiverade."),
    "mfa/messages/totp_deactivated.txt": _("Koder från en app är borttagna."),
    "mfa/messages/webauthn_added.txt": _("Passnyckeln är tillagd."),
    "mfa/messages/webauthn_removed.txt": _("Passnyckeln är borttagen."),
}

NOTICES = {
    "account/email/password_changed": _("lösenordet är ändrat"),
    "mfa/email/totp_activated": _("koder från en app är aktiverade"),
    "mfa/email/totp_deactivated": _("koder från en app är borttagna"),
    "mfa/email/webauthn_added": _("en passnyckel är tillagd"),
    "mfa/email/webauthn_removed": _("en passnyckel är borttagen"),
    "mfa/email/recovery_codes_generated": _("nya reservkoder är skapade"),
}

METHODS = {
    "reauthenticate": _("Lösenord"),
    "mfa_reauthenticate": _("Kod från appen, eller reservkod"),
    "mfa_reauthenticate:webauthn": _("Passnyckel"),
    "directory": _("Ny inloggning med katalogen"),
}


def notice(what: str, user: Any, address: str, at: dt.datetime) -> str:
    """The text of a letter to the account's owner."""
    return gettext(
        "Hej %(name)s!\n\n"
        "På ditt konto %(username)s i VP-portalen gäller sedan %(when)s: %(what)s.\n"
        "Det gjordes från adressen %(address)s.\n\n"
        "Var det inte du? Kontakta portalens administratör genast.\n"
    ) % {
        "name": user,
        "username": user.username,
        "when": timezone.localtime(at).strftime("%Y-%m-%d %H:%M"),
        "what": what,
        "address": address,
    }
