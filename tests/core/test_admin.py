"""Who may come into the admin, and what accounts look like there."""

import pytest
from django.contrib.auth.models import Group, Permission

from services.models import OrgUnit, Person
from tests.core.registers import address, filled
from tests.factories.core import AdminUserFactory, UserFactory
from tests.factories.services import MembershipFactory, PersonFactory, UnitFactory
from vp_portal.core.access import Role
from vp_portal.core.models import User

pytestmark = pytest.mark.django_db


def staff_with(*codenames):
    """An account whose role has these rights."""
    user = UserFactory(role=Role.PLAN_OWNER)
    group = Group.objects.get(name=Role.PLAN_OWNER)
    group.permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def test_anonymous_is_sent_to_the_portals_sign_in(client):
    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0] == "/sign-in/?next=/admin/"


def test_who_has_no_register_is_refused(client):
    client.force_login(UserFactory(role=Role.READER))
    assert client.get("/admin/", follow=True).status_code == 403


def test_signed_in_staff_at_the_sign_in_page_come_to_the_admin(client):
    client.force_login(AdminUserFactory())
    assert client.get("/admin/login/", follow=True).redirect_chain[-1][0] in ("/admin/", "/")


def test_who_may_look_reads_and_can_not_save(client):
    unit = UnitFactory(manager=PersonFactory(name="Eva Lind"))
    client.force_login(staff_with("view_orgunit", "view_unitmanager"))
    page = client.get(address(OrgUnit, "change", unit.pk)).content.decode()
    assert "2020-01-01 –" in page
    assert "Eva Lind" in page
    assert 'type="date"' not in page
    assert client.post(address(OrgUnit, "change", unit.pk), {"name": "X"}).status_code == 403


def test_who_may_look_can_take_out_a_file_but_not_put_one_in(client):
    client.force_login(staff_with("view_person"))
    page = client.get(address(Person, "changelist")).content.decode()
    assert "export_link" in page
    assert "import_link" not in page
    assert client.get(address(Person, "export")).status_code == 200
    assert client.get(address(Person, "import")).status_code == 403


def test_registers_without_the_right_are_closed(client):
    client.force_login(staff_with("view_person"))
    for page in ("changelist", "export", "import", "add"):
        assert client.get(address(OrgUnit, page)).status_code == 403
    assert "Enheter" not in client.get("/admin/").content.decode()


def test_deleting_needs_its_own_right(client):
    person = PersonFactory()
    client.force_login(staff_with("view_person", "change_person"))
    assert client.post(address(Person, "delete", person.pk), {"post": "yes"}).status_code == 403


def test_an_account_is_made_with_its_roles(client):
    client.force_login(AdminUserFactory())
    secret = "sju små grå möss sover"
    made = client.post(
        address(User, "add"),
        {"username": "eva", "usable_password": "true", "password1": secret, "password2": secret},
    )
    user = User.objects.get(username="eva")
    assert made.headers["Location"] == address(User, "change", user.pk)
    assert user.check_password(secret)


def test_a_short_password_is_refused_in_swedish(client):
    client.force_login(AdminUserFactory())
    data = {"username": "eva", "usable_password": "true", "password1": "kort", "password2": "kort"}
    page = client.post(address(User, "add"), data).content.decode()
    assert "minst 15 tecken" in page
    assert not User.objects.filter(username="eva").exists()


def test_history_of_an_account_never_holds_the_password(client):
    client.force_login(AdminUserFactory())
    user = UserFactory()
    url = address(User, "change", user.pk)
    client.post(url, filled(client, url, last_name="Ny", change_reason="gift"))
    assert not hasattr(user.history.first(), "password")
    assert "<ins>Ny</ins>" in client.get(address(User, "history", user.pk)).content.decode()


def test_permissions_are_told_in_swedish(client):
    client.force_login(AdminUserFactory())
    page = client.get("/admin/auth/group/add/").content.decode()
    assert "Tjänster – personer: ta bort" in page
    assert "Can add" not in page
    assert "istorical" not in page


def test_a_list_finds_by_name_and_code(client):
    client.force_login(AdminUserFactory())
    MembershipFactory(person__name="Eva Lind", person__code="eli")
    PersonFactory(name="Bo Ek", code="bek")
    for term in ("lind", "ELI"):
        rows = client.get(address(Person, "changelist"), {"q": term}).context["cl"].result_list
        assert [row.name for row in rows] == ["Eva Lind"]


def test_an_administrator_makes_nobody_a_superuser(client):
    client.force_login(staff_with("view_user", "change_user"))
    user = UserFactory()
    url = address(User, "change", user.pk)
    client.post(url, filled(client, url, is_superuser="on", last_name="Ny", change_reason="gift"))
    user.refresh_from_db()
    assert (user.last_name, user.is_superuser) == ("Ny", False)


def test_an_administrator_cannot_become_someone_above(client):
    client.force_login(staff_with("view_user", "change_user"))
    above = AdminUserFactory()
    assert client.post(address(User, "change", above.pk), {"username": "x"}).status_code == 403
    password = client.post(f"/admin/core/user/{above.pk}/password/", {"password1": "x", "password2": "x"})
    assert password.status_code == 403
