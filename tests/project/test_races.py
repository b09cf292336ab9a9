"""A right that is withdrawn while it is being used: it holds for what has begun, and for nothing after."""

import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import RequestFactory
from django.urls import reverse

from goals.actions import check_ins
from goals.views import check_ins as views
from tests.core.registers import address, filled
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.goals import ExpectedResultFactory
from tests.factories.services import PersonFactory, UnitFactory
from tests.project.test_rights import LINES, VIEWS
from vp_portal.core import roles
from vp_portal.core.access import Role, has_role
from vp_portal.core.models import RoleGrant, User

FORM = {"occasion": "2025T2", "status": "on_plan", "progress": "40", "confidence": "medium", "comment": "Det går."}


def elsewhere(work):
    """Does something over a connection of its own; the thread, to be waited for."""

    def run():
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@pytest.mark.django_db(transaction=True)
def test_a_right_withdrawn_during_a_write_waits_until_the_write_is_done(client, today, monkeypatch):
    user, result = UserFactory(role=Role.PLAN_OWNER), ExpectedResultFactory(focus_area__plan__first_year=2025)
    client.force_login(user)
    page = reverse("goals:result", kwargs={"number": result.number})
    form = {**filled(client, page), **FORM}
    make, waiting = check_ins.make, []

    def make_slowly(**values):
        thread = elsewhere(lambda: roles.withdraw(user, Role.PLAN_OWNER, on=today, by=None))
        thread.join(0.5)
        waiting.append(thread)
        assert thread.is_alive()
        return make(**values)

    monkeypatch.setattr(check_ins, "make", make_slowly)
    client.post(reverse("goals:check_in", kwargs={"number": result.number}), form)
    waiting[0].join(10)
    assert result.check_ins.count() == 1
    assert not has_role(User.objects.get(pk=user.pk), Role.PLAN_OWNER)


@pytest.mark.django_db
def test_a_right_known_from_before_is_asked_for_anew_before_a_write(today):
    user, result = UserFactory(role=Role.PLAN_OWNER), ExpectedResultFactory()
    assert has_role(user, Role.PLAN_OWNER)
    RoleGrant.objects.filter(user=user).delete()
    request = RequestFactory().post("/", FORM)
    request.user = user
    with pytest.raises(PermissionDenied):
        views.check_in(request, number=result.number)
    assert not result.check_ins.exists()


@pytest.mark.django_db
def test_an_account_closed_in_the_meantime_writes_nothing(today):
    user, result = UserFactory(role=Role.PLAN_OWNER), ExpectedResultFactory()
    User.objects.filter(pk=user.pk).update(is_active=False)
    request = RequestFactory().post("/", FORM)
    request.user = user
    with pytest.raises(PermissionDenied):
        views.check_in(request, number=result.number)


@pytest.mark.django_db
def test_a_register_is_saved_under_the_account_as_it_is(client, monkeypatch):
    """The session's user is loaded before the account is closed; the save comes after."""
    boss = AdminUserFactory()
    unit = UnitFactory(manager=PersonFactory())
    client.force_login(boss)
    url = address(type(unit), "change", unit.pk)
    form = filled(client, url, name="Nytt namn")
    from vp_portal.core.admin_site import PortalAdminSite

    let_in = PortalAdminSite.has_permission

    def close_after(site, request):
        allowed = let_in(site, request)
        User.objects.filter(pk=boss.pk).update(is_active=False)
        return allowed

    monkeypatch.setattr(PortalAdminSite, "has_permission", close_after)
    assert client.post(url, form).status_code == 403
    unit.refresh_from_db()
    assert unit.name != "Nytt namn"


# Every address

#: What is sent to without a right being held, and why.
UNHELD = {
    "core:csp_report": "a line in the log, from anybody",
    "core:theme": "a cookie of one's own",
    "end_session": "one's own sessions, and less of them",
    "sign_out_everywhere": "one's own sessions, and less of them",
    "goals:export": "everyone's to read",
    "goals:import": "works out what would change and takes it back",
    "goals:section_preview": "shows a text as it would look",
    "finance:budget_preview": "works out what would change; what is kept of it is stored by an address that holds",
    "finance:upload_receive": "reads a long body first; what keeps its files holds (test_withdrawn_rights.py)",
    "finance:upload_correct": "reads a long body first; what keeps its files holds (test_withdrawn_rights.py)",
}


def test_every_address_that_writes_holds_the_right_it_needs():
    """One's own sign-in has nobody's rights but one's own; the admin's addresses all hold, as is shown above."""
    ours = {"end_session", "sign_out_everywhere"}
    sent_to = {line.address for line in LINES if "POST" in line.methods}
    sent_to = {name for name in sent_to if name in ours or (":" in name and not name.startswith("admin:"))}
    assert {name for name in sent_to if not hasattr(VIEWS[name], "holds_the_right")} == set(UNHELD)
