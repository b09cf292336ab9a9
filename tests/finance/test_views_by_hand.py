"""Saying of a posting where it belongs, or that it is wrongly coded: who may, and what they see."""

import csv
import io

import pytest

from finance.choices import FlagState, RowPart
from finance.models import AllocationRule, HandAssignment, Posting, PostingFlag
from services.models import CostObject
from tests.factories.services import ServiceFactory
from tests.finance.test_views_allocation import text
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def target(db):
    return CostObject.objects.get(pk=ServiceFactory(code="HAND", name="Handtjänsten").pk)


def row_of(amount):
    return Posting.objects.get(amount=amount)


def path(row, verb=""):
    return f"/finance/postings/{row.batch_id}-{row.pk}/{verb}"


def as_user(client, user):
    client.force_login(user)
    return client


def assign(client, row, target):
    return client.post(path(row, "assign/"), {"cost_object": target.pk, "reason": "Licens för handtjänsten"})


def test_a_manager_gives_a_row_of_the_own_cost_centre_a_home(client, world, target):
    row = row_of("600.00")
    answer = assign(as_user(client, world.manager.user), row, target)
    assert answer.status_code == 302
    page = text(client.get(path(row)))
    assert "Hör till Handtjänsten" in page
    assert "Licens för handtjänsten" in page
    assert list(Posting.objects.allocated_to(target.pk)) == [row]
    assert AuditEntry.objects.filter(event=AuditEvent.BY_HAND).count() == 1


def test_another_managers_row_is_not_found(client, world, target):
    assert assign(as_user(client, world.manager.user), row_of("350.00"), target).status_code == 404
    assert not HandAssignment.objects.exists()


def test_who_sees_all_but_answers_for_nothing_may_not(client, world, target):
    row = row_of("600.00")
    as_user(client, world.users[Role.MANAGEMENT])
    assert assign(client, row, target).status_code == 403
    assert "Fördela raden" not in text(client.get(path(row)))


def test_whoever_answers_for_the_cost_object_may(client, world, target):
    assert assign(as_user(client, world.owner.user), row_of("600.00"), target).status_code == 302


def test_a_home_without_a_reason_is_asked_for_it(client, world, target):
    as_user(client, world.manager.user)
    answer = client.post(path(row_of("600.00"), "assign/"), {"cost_object": target.pk})
    assert answer.status_code == 422
    assert not HandAssignment.objects.exists()


def test_a_home_is_taken_back(client, world, target):
    row = row_of("600.00")
    assign(as_user(client, world.manager.user), row, target)
    assert client.post(path(row, "take-back/"), {"reason": "Misstag"}).status_code == 302
    page = text(client.get(path(row)))
    assert "Tillbaka till reglerna" in page
    assert "Misstag" in page
    assert not Posting.objects.allocated_to(target.pk).exists()


def test_the_list_and_its_file_are_of_what_the_user_sees(client, world, target):
    as_user(client, world.users[Role.CONTROLLER])
    for amount in ("600.00", "350.00"):
        assign(client, row_of(amount), target)
    as_user(client, world.manager.user)
    assert [said.item.amount for said in client.get("/finance/hands/").context["page"].rows] == [
        row_of("600.00").amount
    ]
    answer = client.get("/finance/hands/?format=csv")
    told = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert [line[5] for line in told[1:]] == ["600,00"]


def test_the_list_of_hands_says_when_it_is_empty(as_controller, world):
    assert "Ingenting är fördelat för hand" in text(as_controller("/finance/hands/"))
    assert "Alla har sin rad" in text(as_controller("/finance/hands/?state=lost"))


def test_a_lost_row_is_shown_and_let_go(client, world, target):
    as_user(client, world.users[Role.CONTROLLER])
    assign(client, row_of("600.00"), target)
    world.batch.ended_at = world.batch.booked_at
    world.batch.save()
    hand = HandAssignment.objects.get()
    assert "har tappat sin rad" in text(client.get("/finance/hands/?state=lost"))
    assert "Ingen rad som gäller är likadan" in text(client.post(f"/finance/hands/{hand.pk}/renew/", follow=True))
    client.post(f"/finance/hands/{hand.pk}/let-go/")
    assert not HandAssignment.objects.in_force().exists()


# Flags


def flag(client, row, **data):
    return client.post(path(row, "flag/"), {"wrong": "Fel kostnadsställe", "to_cost_centre": "11310", **data})


def test_a_manager_flags_a_row_and_follows_it(client, world):
    row = row_of("600.00")
    assert flag(as_user(client, world.manager.user), row).status_code == 302
    page = client.get("/finance/flags/")
    assert [said.item.posting for said in page.context["page"].rows] == [row.pk]
    assert "Fel kostnadsställe" in text(page)
    assert "Styrning" in text(page)
    assert AuditEntry.objects.filter(event=AuditEvent.FLAG).count() == 1


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"to_cost_centre": "", "wrong": "Fel"}, "Ange var den borde vara"),
        ({"to_cost_centre": "99999"}, "Koden 99999 finns inte"),
    ],
)
def test_a_flag_that_says_too_little_is_not_stored(client, world, data, said):
    answer = flag(as_user(client, world.manager.user), row_of("600.00"), **data)
    assert (answer.status_code, said in text(answer)) == (422, True)
    assert not PostingFlag.objects.exists()


def test_a_row_is_not_flagged_twice(client, world):
    as_user(client, world.manager.user)
    flag(client, row_of("600.00"))
    assert "redan flaggad" in text(flag(client, row_of("600.00")))


def test_others_flags_are_not_seen(client, world):
    flag(as_user(client, world.users[Role.CONTROLLER]), row_of("350.00"))
    as_user(client, world.manager.user)
    assert client.get("/finance/flags/").context["page"].count == 0
    assert (
        client.post(f"/finance/flags/{PostingFlag.objects.get().pk}/answer/", {"state": "withdrawn"}).status_code == 404
    )


def test_a_manager_takes_a_flag_back_but_a_controller_ends_it(client, world):
    as_user(client, world.manager.user)
    flag(client, row_of("600.00"))
    held = PostingFlag.objects.get()
    address = f"/finance/flags/{held.pk}/answer/"
    assert client.post(address, {"state": "corrected"}).status_code == 403
    as_user(client, world.users[Role.CONTROLLER])
    client.post(address, {"state": "rejected", "answer": "Den är rätt"})
    held.refresh_from_db()
    assert (held.state, held.answer) == (FlagState.REJECTED, "Den är rätt")
    assert "redan avslutad" in text(client.post(address, {"state": "corrected"}, follow=True))


def test_the_flags_are_narrowed_and_go_out_as_a_file(client, world):
    as_user(client, world.users[Role.CONTROLLER])
    flag(client, row_of("600.00"))
    assert client.get("/finance/flags/?state=corrected").context["page"].count == 0
    assert client.get("/finance/flags/?cost_centre=11310").context["page"].count == 0
    assert client.get("/finance/flags/?state=nonsense").status_code == 404
    told = client.get("/finance/flags/?cost_centre=11320&format=csv").content.decode("utf-8-sig")
    assert "Fel kostnadsställe" in told


def test_the_flags_are_narrowed_to_whoever_answers_for_the_cost_centre(client, world):
    as_user(client, world.users[Role.CONTROLLER])
    flag(client, row_of("600.00"))
    flag(client, row_of("350.00"), to_cost_centre="11320")
    own = client.get(f"/finance/flags/?manager={world.manager.name}")
    assert [str(said.item.amount) for said in own.context["page"].rows] == ["600.00"]
    assert own.context["options"].managers == [(world.manager.name, world.manager.name)]
    assert [code for code, _label in own.context["options"].centres] == ["11310", "11320"]
    assert client.get("/finance/flags/?manager=Ingen").context["page"].count == 0
    assert "350,00" not in client.get(f"/finance/flags/?manager={world.manager.name}&format=csv").content.decode()


def test_the_flags_are_narrowed_to_whoever_flagged(client, world):
    flag(as_user(client, world.manager.user), row_of("600.00"))
    flag(as_user(client, world.users[Role.CONTROLLER]), row_of("350.00"), to_cost_centre="11320")
    page = client.get("/finance/flags/?of=chef")
    assert [str(said.item.amount) for said in page.context["page"].rows] == ["600.00"]
    assert "?of=chef" in [tab["url"] for tab in page.context["tabs"]]


def half(world, centre, amount):
    """A row of a later import, in the manager's flag's own period."""
    world.batch = world.new_batch()
    row = world.post(world.licences, centre, 202507, amount)
    world.allocate()
    return row


@pytest.mark.parametrize(
    ("centre", "amount", "said"), [("mine", "-600.00", "är taget bort"), ("other", "600.00", "finns på rätt kod")]
)
def test_half_a_correction_is_shown_and_a_controller_decides(client, world, centre, amount, said):
    as_user(client, world.users[Role.CONTROLLER])
    flag(client, row_of("600.00"))
    row = half(world, getattr(world, centre), amount)
    assert said in text(client.get("/finance/flags/"))
    found = PostingFlag.objects.get()
    answer = {"state": "corrected", "answer": "Rättad", "found": f"{row.batch_id}-{row.pk}"}
    client.post(f"/finance/flags/{found.pk}/answer/", answer)
    found.refresh_from_db()
    assert (found.state, found.found_posting, found.ended_by) == (
        FlagState.CORRECTED,
        row.pk,
        world.users[Role.CONTROLLER],
    )


@pytest.mark.parametrize(("centre", "amount"), [("mine", "-600.01"), ("mine", "600.00"), ("other", "-600.00")])
def test_what_is_no_half_is_not_suggested(client, world, centre, amount):
    as_user(client, world.users[Role.CONTROLLER])
    flag(client, row_of("600.00"))
    half(world, getattr(world, centre), amount)
    assert client.get("/finance/flags/").context["page"].rows[0].halves == ()


def test_a_row_that_was_booked_before_is_no_half(client, world):
    half(world, world.mine, "-600.00")
    late = half(world, world.mine, "600.00")
    as_user(client, world.users[Role.CONTROLLER])
    flag(client, late)
    assert client.get("/finance/flags/").context["page"].rows[0].halves == ()


def test_a_manager_sees_the_half_on_own_codes_but_does_not_decide(client, world):
    as_user(client, world.manager.user)
    flag(client, row_of("600.00"))
    half(world, world.other, "600.00")
    assert client.get("/finance/flags/").context["page"].rows[0].halves == ()
    half(world, world.mine, "-600.00")
    page = client.get("/finance/flags/")
    assert len(page.context["page"].rows[0].halves) == 1
    assert "Det är rättelsen" not in text(page)


def test_a_row_that_is_no_half_is_not_stored_as_the_correction(client, world):
    as_user(client, world.users[Role.CONTROLLER])
    flag(client, row_of("600.00"))
    other = row_of("350.00")
    answer = {"state": "corrected", "found": f"{other.batch_id}-{other.pk}"}
    assert client.post(f"/finance/flags/{PostingFlag.objects.get().pk}/answer/", answer).status_code == 404
    assert PostingFlag.objects.get().state == FlagState.OPEN


# All like it


def like(client, row, target, **data):
    asked = {"account": "on", "cost_centre": "on", "supplier": "Nordmoln", "cost_object": target.pk}
    return client.post(path(row, "like/"), {**asked, **data})


def test_the_form_is_filled_with_the_row(as_controller, world):
    page = as_controller(path(row_of("400.10"), "like/"))
    assert page.context["form"]["supplier"].value() == "Nordmoln AB"
    assert "Konto 5721" in text(page)


def test_it_tells_how_many_are_like_the_row(client, world, target):
    as_user(client, world.manager.user)
    page = like(client, row_of("400.10"), target, preview="1")
    assert (page.context["like"].rows, AllocationRule.objects.count()) == (1, 1)
    assert "1 rad som du ser" in text(page)


def test_it_tells_where_the_rows_go_now_and_what_would_move(client, world, target):
    as_user(client, world.manager.user)
    row = row_of("600.00")
    assign(client, row_of("400.10"), target)
    page = client.post(path(row, "like/"), {"account": "on", "cost_object": target.pk, "preview": "1"})
    homes = [(home.names, str(home.amount)) for home in page.context["like"].homes]
    assert homes == [(("E-post",), "6849.00"), (("Handtjänsten",), "400.10")]
    assert "flyttas 6 849,00 kr till" in text(page)
    assert "Allt går redan" in text(like(client, row_of("400.10"), target, preview="1"))


def test_too_many_rows_are_not_looked_up_one_by_one(client, world, target, monkeypatch):
    monkeypatch.setattr("finance.reports.likes.MOST", 0)
    as_user(client, world.manager.user)
    assert like(client, row_of("400.10"), target, preview="1").context["like"].homes is None


def test_a_manager_suggests_a_rule_before_the_one_that_takes_the_row(client, world, target):
    as_user(client, world.manager.user)
    assert like(client, row_of("400.10"), target).status_code == 302
    made = AllocationRule.objects.get(is_active=False)
    taker = AllocationRule.objects.get(is_active=True)
    assert (made.suggested_by, made.priority < taker.priority) == (world.manager.user, True)
    assert made.conditions.get(part=RowPart.SUPPLIER).low == "Nordmoln"


def test_a_controller_sees_what_the_suggestion_does(client, world, target):
    as_user(client, world.users[Role.CONTROLLER])
    page = client.post(
        path(row_of("400.10"), "like/"),
        {"account": "on", "supplier": "nordmoln", "cost_object": target.pk},
        follow=True,
    )
    assert str(page.context["effect"].gets.amount) == "400.10"


def test_a_rule_for_everything_is_not_suggested(client, world, target):
    as_user(client, world.manager.user)
    answer = client.post(path(row_of("400.10"), "like/"), {"cost_object": target.pk})
    assert (answer.status_code, AllocationRule.objects.count()) == (422, 1)
