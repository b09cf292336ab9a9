"""Several postings given a home by hand at once, and taken back: only those that the person may place."""

import pytest
from django.core.exceptions import ValidationError

from finance.actions import by_hand, periods
from finance.models import AllocationRun, CellSlice, HandAssignment, Posting
from finance.reports import placing
from finance.views.guards import answered_for, may_act_on
from services.models import CostObject
from tests.factories.core import RoleGrantFactory
from tests.factories.services import ServiceFactory
from tests.finance.ledger_world import AT
from tests.finance.test_views_allocation import text
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db

PATH = "/finance/postings/place/"


@pytest.fixture
def target(db):
    return CostObject.objects.get(pk=ServiceFactory(code="HAND", name="Handtjänsten").pk)


def keys(*amounts):
    return [f"{row.batch_id}-{row.pk}" for row in Posting.objects.filter(amount__in=amounts).order_by("pk")]


def address(*amounts, **query):
    rows = "&".join(f"rows={key}" for key in keys(*amounts))
    return f"{PATH}?{rows}&" + "&".join(f"{name}={value}" for name, value in query.items())


def place(client, target, path, which="ticked", reason="Samma avtal"):
    return client.post(path, {"which": which, "cost_object": target.pk, "reason": reason})


def held():
    return sorted(str(hand.amount) for hand in HandAssignment.objects.in_force())


@pytest.fixture
def manager(client, world):
    client.force_login(world.manager.user)
    return client


@pytest.fixture
def controller(client, world):
    client.force_login(world.users[Role.CONTROLLER])
    return client


def test_ticked_rows_get_a_home_signed_and_dated(manager, world, target):
    assert place(manager, target, address("400.10", "600.00")).status_code == 302
    assert held() == ["400.10", "600.00"]
    said = HandAssignment.objects.values_list("made_by", "reason", "cost_object").distinct()
    assert list(said.order_by()) == [(world.manager.user.pk, "Samma avtal", target.pk)]
    assert HandAssignment.objects.filter(made_at__isnull=True).count() == 0
    assert set(Posting.objects.allocated_to(target.pk)) == set(Posting.objects.filter(amount__in=["400.10", "600.00"]))
    assert AuditEntry.objects.get(event=AuditEvent.BY_HAND).detail["rows"] == 2


def test_what_is_to_be_placed_is_told_before(manager):
    page = manager.get(address("400.10", "600.00"))
    assert "2 rader, summa 1 000,10 kr" in text(page)
    assert [str(row.amount) for row in page.context["shown"]] == ["600.00", "400.10"]
    assert HandAssignment.objects.count() == 0


def test_another_managers_rows_are_not_among_them(manager, target):
    place(manager, target, address("400.10", "350.00"))
    assert held() == ["400.10"]


def test_only_another_managers_rows_is_nothing_to_place(manager, target):
    assert place(manager, target, address("350.00")).status_code == 422
    assert held() == []


def test_who_sees_all_but_answers_for_nothing_may_not(client, world, target):
    client.force_login(world.users[Role.MANAGEMENT])
    assert place(client, target, address("600.00")).status_code == 403
    assert "Fördela de valda" not in text(client.get("/finance/postings/"))


def test_management_that_manages_a_unit_places_its_rows_alone(client, world, target):
    RoleGrantFactory(user=world.manager.user, role=Role.MANAGEMENT)
    client.force_login(world.manager.user)
    page = client.get(f"{PATH}?kind=cost")
    assert page.context["first"].others == 2
    place(client, target, f"{PATH}?kind=cost", which="all")
    assert held() == ["400.10", "500.00", "600.00"]


def test_all_that_are_like_the_ticked_ones(controller, world, target):
    world.post(world.licences, world.mine, 202506, "12.00", supplier_name="Nordmoln AB")
    world.post(world.licences, world.other, 202506, "13.00", supplier_name="Nordmoln AB")
    world.allocate()
    place(controller, target, address("400.10"), which="like")
    assert held() == ["12.00", "400.10"]


def test_all_that_match_the_filter(controller, target):
    place(controller, target, f"{PATH}?cost_centre=11310&account=57", which="all")
    assert held() == ["-50.00", "350.00"]


def test_without_ticks_only_all_of_the_filter_can_be_chosen(controller):
    page = controller.get(f"{PATH}?cost_centre=11310&account=57")
    assert [value for value, _label in page.context["form"].fields["which"].choices] == ["all"]


def test_rows_of_a_locked_period_are_left_and_told(controller, world, target):
    periods.lock(Period(202501), by=world.users[Role.CONTROLLER], at=AT, reason="Bokslut")
    path = address("400.10", "600.00")
    assert "1 rad ligger i en låst period" in text(controller.get(path))
    place(controller, target, path)
    assert held() == ["600.00"]


def test_more_than_the_most_are_refused(controller, target, monkeypatch):
    monkeypatch.setattr(placing, "MOST", 1)
    answer = place(controller, target, f"{PATH}?kind=cost", which="all")
    assert (answer.status_code, held()) == (422, [])
    assert "Högst 1 rader åt gången" in text(answer)


@pytest.mark.parametrize("given", [{"reason": ""}, {"which": "nonsense"}])
def test_what_is_missing_is_asked_for(controller, target, given):
    assert place(controller, target, address("600.00"), **given).status_code == 422
    assert held() == []


@pytest.mark.parametrize("rows", ["x", "1-2-3", "1-", "²-1", f"{'9' * 30}-1"])
def test_a_key_that_is_none_is_left_out(controller, rows):
    assert controller.get(PATH, {"rows": rows}).status_code == 200


def test_a_filter_that_is_not_understood_is_not_found(controller):
    assert controller.get(f"{PATH}?cost_centre=nope").status_code == 404


def test_the_list_of_rows_leads_there_with_the_filter(manager):
    page = manager.get("/finance/postings/?account=57&kind=cost")
    assert page.context["may_place"] == set(
        Posting.objects.filter(amount__in=["400.10", "600.00"]).values_list("pk", flat=True)
    )
    assert '<input type="hidden" name="account" value="57">' in page.content.decode()
    assert "/finance/postings/place/?account=57&amp;kind=cost" in page.content.decode()


def test_a_day_that_has_been_is_only_looked_at(manager):
    page = manager.get("/finance/postings/?as_of=2025-08-12")
    assert page.context["page"].count
    assert "Fördela de valda" not in text(page)


def test_several_are_taken_back_with_a_reason(manager, target):
    place(manager, target, address("400.10", "600.00"))
    hands = [hand.pk for hand in HandAssignment.objects.in_force()]
    assert "Låt reglerna bestämma över de valda" in text(manager.get("/finance/hands/"))
    manager.post("/finance/hands/take-back/", {"hands": hands, "reason": ""})
    assert held() == ["400.10", "600.00"]
    manager.post("/finance/hands/take-back/", {"hands": hands, "reason": "Misstag"})
    assert held() == []
    assert HandAssignment.objects.filter(cost_object=None, reason="Misstag").count() == 2
    assert not CellSlice.objects.filter(run__in=AllocationRun.objects.in_force()).exists()


def test_others_hands_are_not_taken_back(controller, client, world, target):
    place(controller, target, address("350.00"))
    client.force_login(world.manager.user)
    client.post("/finance/hands/take-back/", {"hands": [HandAssignment.objects.get().pk], "reason": "Misstag"})
    assert held() == ["350.00"]
    client.force_login(world.users[Role.MANAGEMENT])
    answer = client.post("/finance/hands/take-back/", {"hands": [HandAssignment.objects.get().pk], "reason": "M"})
    assert answer.status_code == 403


def test_a_reason_that_is_too_long_stores_nothing(world, target):
    with pytest.raises(ValidationError):
        by_hand.assign(list(Posting.objects.all()), target, reason="x" * 501, by=world.manager.user, at=AT)
    assert held() == []


def test_many_rows_take_no_more_queries_than_few(world, target, django_assert_max_num_queries):
    rows = list(Posting.objects.filter(period=202502))
    with django_assert_max_num_queries(90) as few:
        by_hand.assign(rows[:1], target, reason="En", by=world.manager.user, at=AT)
    with django_assert_max_num_queries(len(few)):
        by_hand.assign(rows, target, reason="Flera", by=world.manager.user, at=AT)


@pytest.mark.parametrize("who", ["manager", "owner", "controller", "management", "reader"])
def test_rows_asked_for_together_are_those_asked_one_by_one(world, today, who):
    roles = {"controller": Role.CONTROLLER, "management": Role.MANAGEMENT, "reader": Role.READER}
    user = getattr(world, who).user if who in ("manager", "owner") else world.users[roles[who]]
    seen = Posting.objects.visible_to(user, today)
    assert set(answered_for(seen, user, today)) == {row for row in seen if may_act_on(user, row, today)}
