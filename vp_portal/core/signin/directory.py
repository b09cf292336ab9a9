"""Accounts and roles as the directory has them: made, kept equal and closed at each single sign-on."""

import datetime as dt
import hashlib
from collections.abc import Callable
from enum import Enum

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from vp_portal.core import roles
from vp_portal.core.access import Role
from vp_portal.core.models import DirectoryRole, User
from vp_portal.core.signin import sessions
from vp_portal.core.signin.identity import Identity

#: The provider's name in the account's link to it.
PROVIDER = "directory"


class Outcome(Enum):
    """What a sign-in with the directory led to. Only the first four let someone in."""

    KNOWN = "known"
    MADE = "made"
    LINKED = "linked"
    REOPENED = "reopened"
    NO_GROUP = "no_group"
    CLOSED_NOW = "closed_now"
    CLOSED = "closed"


#: Called with each account that is let in and whom the directory says it is. Higher floors add what they know:
#: `services` ties the account to a person.
on_admitted: list[Callable[[User, Identity], None]] = []


@transaction.atomic
def admit(identity: Identity, *, on: dt.date) -> tuple[User | None, Outcome]:
    """The account that someone may use, with the roles of the groups; None where there is none to use."""
    rules = list(DirectoryRole.objects.for_groups(identity.groups))
    user = User.objects.select_for_update(no_key=True).filter(pk__in=_links(identity.subject)).first()
    if not rules:
        return None, _close(user, on) if user else Outcome.NO_GROUP
    outcome = Outcome.KNOWN
    if user is None:
        user, outcome = _find_or_make(identity)
    elif not user.is_active:
        if not user.closed_by_directory:
            return None, Outcome.CLOSED
        outcome = Outcome.REOPENED
    _keep_equal(user, identity)
    roles.set_directory_roles(user, {Role(rule.role) for rule in rules if rule.role}, on=on)
    for tell in on_admitted:
        tell(user, identity)
    return user, outcome


def linked_to(subject: str) -> User | None:
    """The account that this subject has signed in to before."""
    return User.objects.filter(pk__in=_links(subject)).first()


def _links(subject: str) -> QuerySet[SocialAccount, int]:
    return SocialAccount.objects.filter(provider=PROVIDER, uid=subject).values_list("user_id", flat=True)


def _find_or_make(identity: Identity) -> tuple[User, Outcome]:
    """An account of the same vouched address, or a new one; tied to the subject from now on.

    An account that is closed, has all rights (break-glass) or belongs to another subject is never taken over.
    """
    found: list[User] = []
    if identity.email:
        tied = SocialAccount.objects.filter(provider=PROVIDER).values("user_id")
        same = User.objects.filter(email__iexact=identity.email)
        found = (
            list(same.filter(is_active=True, is_superuser=False).exclude(pk__in=tied)[:2]) if same.count() == 1 else []
        )
    if found:
        user, outcome = found[0], Outcome.LINKED
    else:
        user, outcome = User(username=_free_username(identity)), Outcome.MADE
    user.set_unusable_password()  # From now on the directory decides; a password would outlive it.
    _save(user, _("Inloggning med katalogen"))
    SocialAccount.objects.create(user=user, provider=PROVIDER, uid=identity.subject)
    return user, outcome


def _free_username(identity: Identity) -> str:
    """The directory's own name for the person, when it is free, or one made of the subject."""
    for name in (identity.username, identity.email):
        if name and len(name) <= 150 and not User.objects.filter(username__iexact=name).exists():
            try:
                UnicodeUsernameValidator()(name)
            except ValidationError:
                continue
            return name
    return "katalog-" + hashlib.sha256(identity.subject.encode()).hexdigest()[:16]


def _keep_equal(user: User, identity: Identity) -> None:
    """Name and address as the directory has them. What it doesn't tell stays. No change leaves no history."""
    before = (user.first_name, user.last_name, user.email, user.is_active, user.closed_by_directory)
    user.first_name = identity.first_name or user.first_name
    user.last_name = identity.last_name or user.last_name
    user.email = identity.email or user.email
    user.is_active, user.closed_by_directory = True, False
    if before != (user.first_name, user.last_name, user.email, user.is_active, user.closed_by_directory):
        _save(user, _("Enligt katalogen"))


def _close(user: User, on: dt.date) -> Outcome:
    """None of the groups lets the person in any more: no roles of the directory, no sessions, no way in."""
    roles.set_directory_roles(user, set(), on=on)
    if not user.is_active:
        return Outcome.CLOSED
    user.is_active, user.closed_by_directory = False, True
    _save(user, _("Ingen grupp i katalogen ger tillträde"))
    sessions.end(sessions.of_user(user))
    return Outcome.CLOSED_NOW


def _save(user: User, reason: str) -> None:
    user._change_reason = reason  # type: ignore[attr-defined]  # where simple_history looks for it
    user.save()
