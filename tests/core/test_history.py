"""History in the admin: who it names, what is gone, and why it was changed."""

import pytest
from django.apps import apps
from django.contrib import admin as admin_site
from django.contrib.auth.models import Group, Permission

from finance.models import SensitiveRange
from services.models import OrgUnit
from tests.core.registers import address, filled
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.finance import ChartFactory
from tests.factories.services import UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.history import names_of
from vp_portal.core.models import AuditEntry, User
from vp_portal.core.registers import HistoryAdmin

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    user = AdminUserFactory(first_name="Ada", last_name="Min")
    client.force_login(user)
    return user


def test_an_account_that_is_gone_is_named_by_its_own_history():
    user = UserFactory(first_name="Bo", last_name="Ek")
    key = user.pk
    user.delete()
    assert names_of([key, None]) == {key: "Bo Ek (borttaget konto)", None: "Systemet"}


def test_an_account_without_any_history_is_named_by_its_number():
    assert names_of([987654])[987654] == "borttaget konto 987654"


def test_names_take_two_queries_at_most(django_assert_max_num_queries):
    keys = [UserFactory().pk for _ in range(5)] + [987654]
    with django_assert_max_num_queries(2):
        names_of(keys)


def test_the_history_page_names_who_is_gone(client, admin):
    unit, by = UnitFactory(), UserFactory(first_name="Bo", last_name="Ek")
    unit._history_user = by
    unit.save()
    by.delete()
    assert "Bo Ek (borttaget konto)" in client.get(address(OrgUnit, "history", unit.pk)).content.decode()


def test_the_history_of_a_row_that_is_gone_can_be_read_and_the_row_put_back(client, admin):
    unit = UnitFactory(code="BORT", name="Borttagen enhet")
    pk = unit.pk
    unit.delete()
    page = client.get(address(OrgUnit, "history", pk))
    assert page.status_code == 200
    assert "Borttagen enhet" in page.content.decode()
    version = OrgUnit.history.filter(id=pk).earliest().pk
    url = f"/admin/services/orgunit/{pk}/history/{version}/"
    client.post(url, filled(client, url))
    assert OrgUnit.objects.get(pk=pk).name == "Borttagen enhet"
    assert OrgUnit.history.filter(id=pk).count() == 3


def test_a_version_is_put_back_only_with_the_right_to_change(client):
    unit = UnitFactory()
    client.force_login(UserFactory(role=Role.CONTROLLER))
    url = f"/admin/services/orgunit/{unit.pk}/history/{unit.history.first().pk}/"
    assert client.post(url, {"code": "X", "name": "X"}).status_code == 403


def test_an_account_is_not_changed_without_a_reason(client, admin):
    user = UserFactory()
    url = address(User, "change", user.pk)
    page = client.post(url, filled(client, url, last_name="Ny", change_reason=""))
    assert "change_reason" in page.context["adminform"].form.errors
    user.refresh_from_db()
    assert user.last_name != "Ny"


def test_the_reason_stands_in_history_and_the_change_in_the_audit_log(client, admin):
    user = UserFactory()
    url = address(User, "change", user.pk)
    client.post(url, filled(client, url, last_name="Ny", change_reason="gift sig"))
    assert user.history.first().history_change_reason == "gift sig"
    entry = AuditEntry.objects.get(event=AuditEvent.ACCOUNT_CHANGED, target_id=str(user.pk))
    assert (entry.user_id, entry.detail["what"]) == (admin.pk, "changed")


def test_a_sensitive_range_is_not_made_without_a_reason(client):
    client.force_login(AdminUserFactory(role=Role.CONTROLLER))
    chart = ChartFactory()
    url = address(SensitiveRange, "add")
    values = {"chart": chart.pk, "low": "4011", "high": "4999", "sensitivity": "1"}
    client.post(url, filled(client, url, **values, change_reason=""))
    assert not SensitiveRange.objects.exists()
    client.post(url, filled(client, url, **values, change_reason="enligt beslut"))
    assert SensitiveRange.objects.get().history.first().history_change_reason == "enligt beslut"
    assert AuditEntry.objects.filter(event=AuditEvent.RIGHTS_CHANGED, target_model="finance.SensitiveRange").exists()


def test_what_a_role_may_do_is_in_the_audit_log(client, admin):
    client.post("/admin/auth/group/add/", {"name": "provroll", "change_reason": "prov"})
    entry = AuditEntry.objects.get(event=AuditEvent.RIGHTS_CHANGED)
    assert (entry.target, entry.detail) == ("provroll", {"what": "added"})


def test_what_a_role_may_is_changed_for_a_reason_that_the_audit_log_keeps(client, admin):
    group = Group.objects.create(name="plan_owner")
    old, new = Permission.objects.filter(codename__in=["change_person", "view_person"]).order_by("codename")
    group.permissions.set([old])
    url, form = f"/admin/auth/group/{group.pk}/change/", {"name": group.name, "permissions": [new.pk]}
    client.post(url, form)
    assert not AuditEntry.objects.filter(event=AuditEvent.RIGHTS_CHANGED).exists()
    client.post(url, {**form, "change_reason": "enligt beslut"})
    changes = AuditEntry.objects.filter(event=AuditEvent.RIGHTS_CHANGED, detail__has_key="rights").order_by("pk")
    assert [each.detail for each in changes] == [
        {"what": "given", "rights": ["services.view_person"], "reason": "enligt beslut"},
        {"what": "withdrawn", "rights": ["services.change_person"], "reason": "enligt beslut"},
    ]


def test_the_history_of_every_tracked_model_is_read_somewhere():
    """A later one without a register would be tracked for nobody."""
    tracked = {m for m in apps.get_models() if hasattr(m, "history") and not hasattr(m, "m2m_history_id")}
    readable = {m for m, register in admin_site.site._registry.items() if isinstance(register, HistoryAdmin)}
    assert tracked - readable == set()
