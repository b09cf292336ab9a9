"""Accounts. `UserFactory(role=Role.CONTROLLER)` puts the account in the role's group."""

import secrets
from typing import Any

import factory
from django.contrib.auth.models import Group
from factory.django import DjangoModelFactory

from vp_portal.core.models import User

PASSWORD = secrets.token_urlsafe(24)


class UserFactory(DjangoModelFactory):
    """`role` is one role or a list of them; `password` defaults to `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"konto{n}")
    first_name = "Kim"
    last_name = factory.Sequence(lambda n: f"Konto {n}")
    password = factory.django.Password(PASSWORD)

    @factory.post_generation
    def role(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        for role in [value] if isinstance(value, str) else value or []:
            self.groups.add(Group.objects.get_or_create(name=str(role))[0])


class AdminUserFactory(UserFactory):
    """May do everything in the admin."""

    is_staff = True
    is_superuser = True
