"""Which person of the register an account of the directory belongs to."""

from django.utils.translation import gettext as _

from services.models import Person
from vp_portal.core.models import User
from vp_portal.core.signin.identity import Identity


def link_person(user: User, identity: Identity) -> None:
    """Ties the account to the one person with the directory's signature, or else with the address it vouches for.

    A person who has an account keeps it, and so does an account that has a person.
    """
    if Person.objects.filter(user=user).exists():
        return
    free = Person.objects.filter(user=None)
    found = list(free.filter(code=identity.person_code)) if identity.person_code else []
    if not found and identity.email:
        found = list(free.filter(email__iexact=identity.email)[:2])
    if len(found) == 1:
        person = found[0]
        person.user = user
        person._change_reason = _("Inloggning med katalogen")  # type: ignore[attr-defined]  # simple_history's
        person.save()
