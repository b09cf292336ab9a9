"""Whose data it is: an account, a person of the catalogue, or both."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q

from services.models import Person
from vp_portal.core.models import AuditEntry, User


class NoSuchPerson(Exception):  # noqa: N818  # the name says what is the matter
    """Neither an account nor a person has the name."""


@dataclass(frozen=True)
class Subject:
    user: User | None
    person: Person | None

    @property
    def names(self) -> list[str]:
        """What the subject is called in free text, longest first. Short ones say nothing for sure."""
        found = [self.person.name, self.person.email, self.person.code] if self.person else []
        found += [self.user.get_full_name(), self.user.email, self.user.username] if self.user else []
        return sorted({name for name in found if len(name) > 3}, key=len, reverse=True)

    def rows_of(self, model: type[models.Model]) -> "models.QuerySet[Any] | None":
        """The subject's rows: its own, those that point to it; None where only free text could tell."""
        manager = model._default_manager
        if model is User:
            return manager.filter(pk=self.user.pk if self.user else None)
        if model is Person:
            return manager.filter(pk=self.person.pk if self.person else None)
        condition = links(model, self)
        return None if condition is None else manager.filter(condition)


def links(model: type[models.Model], subject: Subject) -> Q | None:
    """Rows of the model, or of its history, whose own columns point to the subject."""
    keys = {User: subject.user, Person: subject.person}
    found = [field for field in model._meta.fields if field.is_relation and field.related_model in keys]
    if model is AuditEntry:
        return _audited(subject)
    if not found:
        return None
    condition = Q(pk__in=[])
    for field in found:
        row = keys[field.related_model]  # type: ignore[index]  # filtered above
        if row is not None and field.name != "history_user":
            condition |= Q(**{f"{field.name}": row.pk})
    return condition


def _audited(subject: Subject) -> Q:
    condition = Q(pk__in=[])
    for row in (subject.user, subject.person):
        if row is not None:
            condition |= Q(target_model=row._meta.label, target_id=str(row.pk))
    return condition | Q(user_id=subject.user.pk) if subject.user else condition


def find(name: str) -> Subject:
    """By the account's user name or the person's code; the one brings the other. Raises NoSuchPerson."""
    user = User.objects.filter(username=name).first()
    person = Person.objects.filter(user=user).first() if user else Person.objects.filter(code=name).first()
    if user is None and person is not None:
        user = person.user
    if user is None and person is None:
        raise NoSuchPerson(name)
    return Subject(user, person)
