"""Accounts. `UserFactory(role=Role.CONTROLLER)` gives the account the role."""

import datetime as dt
import secrets
from typing import Any

import factory
from django.contrib.auth.models import Group
from django.db.backends.postgresql.psycopg_any import DateRange
from factory.django import DjangoModelFactory

from vp_portal.core.access import Role
from vp_portal.core.models import DirectoryRole, RoleGrant, User

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
            Group.objects.get_or_create(name=str(role))
            RoleGrantFactory(user=self, role=role)


class AdminUserFactory(UserFactory):
    """May do everything in the admin, and is an administrator in the portal unless `role` says otherwise."""

    is_superuser = True

    @factory.post_generation
    def role(self: Any, create: bool, value: Any, **kwargs: Any) -> None:
        RoleGrantFactory(user=self, role=value or Role.ADMINISTRATOR)


class RoleGrantFactory(DjangoModelFactory):
    """A role from 2020 on."""

    class Meta:
        model = RoleGrant

    user = factory.SubFactory(UserFactory)
    role = Role.READER
    valid = DateRange(dt.date(2020, 1, 1), None)
    reason = "Behövs i arbetet."


class DirectoryRoleFactory(DjangoModelFactory):
    """A group of the directory that may sign in as a reader."""

    class Meta:
        model = DirectoryRole

    group = factory.Sequence(lambda n: f"vp-grupp-{n}")
    role = Role.READER
