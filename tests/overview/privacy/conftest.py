import datetime as dt
from types import SimpleNamespace

import pytest

from tests.factories.core import UserFactory
from tests.factories.services import PersonFactory
from vp_portal.core import audit, roles
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent

ON = dt.date(2025, 9, 15)


@pytest.fixture
def gone(db):
    """Someone who has left: the account is closed, traces are everywhere."""
    by = UserFactory(username="admin2", first_name="Bo", last_name="Ek")
    user = UserFactory(username="asa.lind", first_name="Åsa", last_name="Lind", email="asa.lind@example.org")
    person = PersonFactory(code="asli", name="Åsa Lind", email="asa.lind@example.org", user=user, title="Tekniker")
    roles.grant(user, Role.CONTROLLER, on=ON, by=by, reason="Åsa Lind tar över efter Åsa Lindberg")
    audit.record(AuditEvent.EXPORT, user=user, target="ekonomi.csv")
    audit.record(AuditEvent.SIGN_IN_FAILED, user=user)
    other = UserFactory(username="annan", first_name="Åsa", last_name="Lindberg")
    other._history_user = user
    other._change_reason = "ändrat av asa.lind, ÅSA LIND"
    other.save()
    user.is_active = False
    user._history_user = by
    user.save()
    return SimpleNamespace(user=user, person=person, other=other, by=by)
