"""Codes in reserve, for the day when the telephone is gone. Kept hashed like passwords (ASVS 5.0, 6.5.2).

They stand in django-allauth's own row of that kind, so that it counts them as a way to confirm; the codes it would keep
itself, encrypted, are none.
"""

import re
import secrets

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction

from vp_portal.core.models import User

HOW_MANY = 10
#: No signs that look like others: 12 of them are 59 bits.
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH, GROUP = 12, 4


def hashed(codes: list[str]) -> dict[str, list[str]]:
    """What is stored. `migrated_codes` is where the package looks for codes of its own."""
    return {"migrated_codes": [], "hashes": [make_password(_plain(code)) for code in codes]}


@transaction.atomic
def renew(user: User) -> list[str]:
    """New codes in place of those before; nobody can show them again."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    codes = [_code() for _each in range(HOW_MANY)]
    Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).delete()
    Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=hashed(codes))
    return codes


def left(user: User) -> int:
    held = Authenticator.objects.filter(user=user, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(held.data["hashes"]) if held else 0


@transaction.atomic
def use(user: User, code: str) -> Authenticator | None:
    """The row of a code that is right, which counts no more; None where there is none. A tenth of a second a code."""
    rows = Authenticator.objects.select_for_update().filter(user=user, type=Authenticator.Type.RECOVERY_CODES)
    held = rows.first()
    if held is None or not is_like_one(code):
        return None
    for number, each in enumerate(held.data["hashes"]):
        if check_password(_plain(code), each):
            del held.data["hashes"][number]
            held.save(update_fields=["data"])
            return held
    return None


def is_like_one(code: str) -> bool:
    """Not a code of an app, which has six figures: hashes are slow to compare with."""
    return len(_plain(code)) > 6


def _code() -> str:
    signs = "".join(secrets.choice(SIGNS) for _each in range(LENGTH))
    return "-".join(signs[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def _plain(code: str) -> str:
    return re.sub(r"[\s-]", "", code).lower()
