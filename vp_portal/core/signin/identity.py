"""Whom the directory says that someone is: its claims, read once and judged nowhere else."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings


class UnreadableError(Exception):
    """The claims can't be used; the text is for the log."""


@dataclass(frozen=True)
class Identity:
    """`email` is empty unless the directory vouches for it; `person_code` is the signature of a person here."""

    subject: str
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    person_code: str = ""
    groups: frozenset[str] = field(default_factory=frozenset)


def read(claims: dict[str, Any]) -> Identity:
    """Claims of the ID token and of userinfo, put together. Raises UnreadableError."""
    first, last = _text(claims, "given_name"), _text(claims, "family_name")
    if not (first or last):
        first, _blank, last = _text(claims, "name").partition(" ")
    return Identity(
        subject=_text(claims, "sub"),
        username=_text(claims, "preferred_username"),
        first_name=first[:150],
        last_name=last[:150],
        email=_vouched_email(claims),
        person_code=_text(claims, settings.OIDC_PERSON_CLAIM) if settings.OIDC_PERSON_CLAIM else "",
        groups=_groups(claims),
    )


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip().replace("\0", "") if isinstance(value, str) else ""


def _vouched_email(claims: dict[str, Any]) -> str:
    """The address, where the directory says that it is the person's or its domain is the university's own."""
    email = _text(claims, "email").lower()[:254]
    domain = email.rpartition("@")[2]
    return email if email and (claims.get("email_verified") is True or domain in settings.OIDC_EMAIL_DOMAINS) else ""


def _groups(claims: dict[str, Any]) -> frozenset[str]:
    """A list of names, or one name. A list left out because it is long must not be taken for an empty one."""
    name = settings.OIDC_GROUPS_CLAIM
    if name in (claims.get("_claim_names") or {}):
        raise UnreadableError(f"the directory left {name} out: let it send only the groups of the portal")
    value = claims.get(name)
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return frozenset(each.replace("\0", "")[:200] for each in values if isinstance(each, str) and each)
