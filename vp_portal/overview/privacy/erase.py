"""Making a person anonymous: names go, keys and history stay, and the audit log's chain holds.

Run by the role that owns the tables: nobody else may change history. It leaves none itself, which would keep
the names.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from django.db.models import F, Func, Q, Value
from django.utils.translation import gettext as _

from services.models import Person, UnitMembership
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import SignInSession, User
from vp_portal.core.signin import sessions
from vp_portal.overview.privacy.declared import PERSONAL, Erasing
from vp_portal.overview.privacy.registry import is_history
from vp_portal.overview.privacy.subject import Subject

MARK = "[avidentifierad]"

_AUDITED = """
    SET LOCAL vp_portal.upkeep = 'anonymise';
    UPDATE core_auditentry SET actor_salt = '', user_name = '', address = NULL
    WHERE actor_salt <> '' AND user_id = ANY(%(users)s);
    UPDATE core_auditentry SET target_salt = '', target = ''
    WHERE target_salt <> '' AND (
        (target_model = 'core.User' AND target_id = ANY(%(accounts)s))
        OR (target_model = 'services.Person' AND target_id = ANY(%(people)s))
        OR target ILIKE ANY(%(names)s));
    RESET vp_portal.upkeep
"""


class StillActive(Exception):  # noqa: N818  # the name says what is the matter
    """The account is open, or the person works in a unit."""


@transaction.atomic
def anonymise(subject: Subject, on: Any, *, dry_run: bool = False) -> Counter[str]:
    """How many rows of which table were, or would be, changed or removed. Raises StillActive."""
    _refuse_active(subject, on)
    with transaction.atomic():
        counts: Counter[str] = Counter()
        names = subject.names
        _close(subject, counts)
        for model, values in _replacements(subject):
            counts += _replace(model, values)
        for model, fields in _texts():
            counts += _rename(model, fields, names)
        counts["core.AuditEntry"] += _audit(subject, names)
        if dry_run:
            transaction.set_rollback(True)
    if not dry_run:
        target = subject.person or subject.user
        key = _("%(register)s nr %(number)s") % {
            "register": target._meta.verbose_name if target else "",
            "number": target.pk if target else "",
        }
        audit.record(AuditEvent.PERSON_ANONYMISED, target=key, rows=sum(counts.values()))
    return +counts


def _refuse_active(subject: Subject, on: Any) -> None:
    if subject.user and subject.user.is_active:
        raise StillActive(_("Kontot är öppet: stäng det först."))
    if subject.person and UnitMembership.objects.on(on).filter(person=subject.person).exists():
        raise StillActive(_("Personen arbetar i en enhet: avsluta placeringen först."))


def _close(subject: Subject, counts: Counter[str]) -> None:
    """Removes sessions and ways to sign in."""
    if subject.user is None:
        return
    counts["core.SignInSession"] += sessions.end(SignInSession.objects.filter(user=subject.user))
    removed = {each.model for each in PERSONAL if each.erasing is Erasing.REMOVED} - {"core.SignInSession"}
    for label in sorted(removed):
        found = subject.rows_of(apps.get_model(label))
        if found is not None:
            counts[label] += found.delete()[0]


def _replacements(subject: Subject) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The subject's own rows, as they are and as they were."""
    if subject.user:
        name = {"username": f"anonym-{subject.user.pk}", "first_name": "", "last_name": "", "email": ""}
        yield User.objects.filter(pk=subject.user.pk), {**name, "password": make_password(None)}
        yield User.history.model.objects.filter(id=subject.user.pk), name
    if subject.person:
        name = {
            "code": f"anonym-{subject.person.pk}",
            "name": str(_("Avidentifierad person")),
            "title": "",
            "email": "",
        }
        yield Person.objects.filter(pk=subject.person.pk), name
        yield Person.history.model.objects.filter(id=subject.person.pk), name


def _replace(rows: Any, values: dict[str, Any]) -> Counter[str]:
    return Counter({rows.model._meta.label: rows.update(**values)})


def _texts() -> Iterator[tuple[Any, list[str]]]:
    """Every column of free text where a name may stand, in tables and their history."""
    for each in PERSONAL:
        if each.erasing is not Erasing.NAME_IN_TEXT:
            continue
        model = each.get_model()
        fields = [
            name for name in each.fields if isinstance(model._meta.get_field(name), models.CharField | models.TextField)
        ]
        if fields:
            yield model, fields
            if hasattr(model, "history"):
                yield model.history.model, fields
    for model in apps.get_models():
        if is_history(model) and hasattr(model, "history_object"):
            yield model, ["history_change_reason"]


def _rename(model: Any, fields: list[str], names: list[str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for field in fields:
        for name in names:
            found = model._base_manager.filter(Q(**{f"{field}__icontains": name}))
            counts[model._meta.label] += found.update(**{field: _without(F(field), name)})
    return counts


def _without(text: Any, name: str) -> Func:
    """The text with the name, as a word of its own and in any case, replaced."""
    pattern = (
        r"(?<![\w])"
        + "".join(character if character.isalnum() else f"\\{character}" for character in name)
        + r"(?![\w])"
    )
    return Func(text, Value(pattern), Value(MARK), Value("gi"), function="regexp_replace")


def _audit(subject: Subject, names: list[str]) -> int:
    """Erases who and what about the subject, with their salts: what was there can't be guessed from the hash."""
    values: dict[str, list[Any]] = {
        "users": [subject.user.pk] if subject.user else [],
        "accounts": [str(subject.user.pk)] if subject.user else [],
        "people": [str(subject.person.pk)] if subject.person else [],
        "names": [f"%{_like(name)}%" for name in names],
    }
    count = 0
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        for statement in _AUDITED.split(";"):
            cursor.execute(statement, values)
            count += max(cursor.rowcount, 0) if "UPDATE" in statement else 0
    return count


def _like(name: str) -> str:
    return name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
