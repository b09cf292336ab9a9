"""What a password may not be. No rules of composition: length and not being guessable (ASVS 5.0, 6.2)."""

import functools
import gzip
import itertools
import logging
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vp_portal.core.signin import leaked

logger = logging.getLogger(__name__)

#: What anyone who wants in would try here: the portal, its subject, months and seasons, words for keys.
WORDS = (
    *("vpportalen", "vpportal", "portalen", "portal", "verksamhetsplan", "verksamhet", "plan", "planen", "budget"),
    *("ekonomi", "controller", "administrator", "administratör", "admin", "chef", "tjänst", "universitet", "högskola"),
    *("avdelningen", "avdelning", "lösenord", "losenord", "password", "passord", "hemligt", "hemlig", "qwerty"),
    *("välkommen", "valkommen", "sommar", "vinter", "höst", "vår", "sverige", "stockholm", "göteborg", "uppsala"),
    *("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november"),
    *(
        "december",
        "måndag",
        "tisdag",
        "onsdag",
        "torsdag",
        "fredag",
        "lördag",
        "söndag",
        "sweden",
        "qwertyuiop",
        "asdfghjkl",
        "zxcvbnm",
    ),
)
#: So many letters must be left when what can be guessed is taken away.
FEWEST_OWN = 8
#: So many characters after each other are a row.
SHORTEST_ROW = 4
#: Shorter strings than this, said over and over, are no length.
LONGEST_REPEATED = 5


class LengthValidator(password_validation.MinimumLengthValidator):
    def get_help_text(self) -> str:
        return gettext("Minst %(count)d tecken. Några ord efter varandra går bra, och lösenordshanterare också.") % {
            "count": self.min_length
        }


class GuessableValidator:
    """Refuses words of the portal and the season with figures after them, common passwords so disguised, and rows."""

    def validate(self, password: str, user: Any = None) -> None:
        if _is_pattern(password) or _is_known(password):
            raise ValidationError(
                _("Lösenordet går att gissa: det består mest av vanliga ord, årtal eller upprepningar."),
                code="password_guessable",
            )

    def get_help_text(self) -> str:
        return gettext("Inte bara vanliga ord och årtal, som portalens namn eller årstider.")


class LeakedValidator:
    """Refuses passwords of the installation's file of leaked ones (ASVS 5.0, 6.2.12); takes all where it has none."""

    def validate(self, password: str, user: Any = None) -> None:
        if not settings.LEAKED_PASSWORDS:
            return
        try:
            found = leaked.is_leaked(password, Path(settings.LEAKED_PASSWORDS))
        except OSError as error:
            logger.exception("The file of leaked passwords could not be read")
            words = _("Lösenordet kunde inte prövas mot läckta lösenord. Säg till den som sköter portalen.")
            raise ValidationError(words, code="password_untried") from error
        if found:
            raise ValidationError(
                _("Lösenordet finns bland dem som har läckt från andra tjänster. Välj ett annat."),
                code="password_leaked",
            )

    def get_help_text(self) -> str:
        return gettext("Inte ett som har läckt någonstans.") if settings.LEAKED_PASSWORDS else ""


def _is_pattern(password: str) -> bool:
    """The same few characters again and again, or a row of the keyboard or the alphabet."""
    for size in range(1, LONGEST_REPEATED + 1):
        if password == (password[:size] * len(password))[: len(password)]:
            return True
    steps = {ord(after) - ord(before) for before, after in itertools.pairwise(password)}
    return len(steps) <= 2 and len(password) > 2


def _is_known(password: str) -> bool:
    """Whether little of one's own is left without common words, and rows such as 1234 and abcd."""
    own = _without_rows(password.casefold())
    letters = re.sub(r"[\W\d_]+", "", own)
    if {password.casefold(), letters, re.sub(r"[\W\d_]+", "", password.casefold())} & _common():
        return True
    for word in _words():
        letters = letters.replace(word, "")
    figures = set(re.findall(r"[\W\d_]", own))
    return len(letters) < FEWEST_OWN and len(figures) < FEWEST_OWN


def _without_rows(text: str) -> str:
    """The text without four or more characters that follow each other up or down."""
    kept, row = "", text[:1]
    for before, after in zip(text, text[1:] + "\0", strict=True):
        step = ord(after) - ord(before)
        if abs(step) == 1 and (len(row) == 1 or step == ord(row[1]) - ord(row[0])):
            row += after
            continue
        kept += row if len(row) < SHORTEST_ROW else ""
        row = after
    return kept


@functools.cache
def _words() -> list[str]:
    """The longest first, so that the parts of a word don't stand in its way."""
    return sorted({*WORDS, *(word.casefold() for word in settings.PASSWORD_WORDS)}, key=len, reverse=True)


@functools.cache
def _common() -> frozenset[str]:
    path = Path(password_validation.__file__).parent / "common-passwords.txt.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return frozenset(line.strip() for line in lines)
