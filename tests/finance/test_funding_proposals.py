"""A cost owner proposes how a cost object is funded; a controller decides, and then it holds."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from finance.actions import funding, funding_proposals
from finance.choices import ProposalState
from finance.models import FundingProposal, FundingProposalShare, FundingShare
from finance.reports.waiting import waiting
from services.models import CostObject
from tests.factories.core import UserFactory
from tests.factories.finance import FundingProposalFactory, FundingShareFactory, FundingSourceFactory
from tests.finance.ledger_world import AT
from tests.finance.test_views_funding import text
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db
PAGE = "/finance/funding/object/TJ1/"
FIRST = dt.date(2026, 1, 1)


@pytest.fixture
def sources(db):
    return [FundingSourceFactory(code=code, name=code.title()) for code in ("anslag", "avgift")]


@pytest.fixture
def own(world):
    return CostObject.objects.get(pk=world.service.pk)


@pytest.fixture
def owner(client, world):
    client.force_login(world.owner.user)
    return client


@pytest.fixture
def controller(client, world):
    client.force_login(world.users[Role.CONTROLLER])
    return client


def propose(client, sources, shares=("60", "40"), **data):
    given = {f"share_{source.pk}": share for source, share in zip(sources, shares, strict=True)}
    wanted = {"first": "2026-01-01", "reason": "Avtalat med fakulteterna", **given, **data}
    return client.post(f"{PAGE}propose/", wanted)


def answer(client, said="accept", **data):
    given = {"said": said, "registry_no": "HS 2025/9", "answer": "Genomgånget", **data}
    return client.post(f"/finance/funding/proposals/{FundingProposal.objects.get().pk}/answer/", given)


def test_the_cost_owner_proposes_and_nothing_is_funded_by_it(owner, sources, world):
    assert "Föreslå en modell" in text(owner.get(PAGE))
    assert propose(owner, sources).status_code == 302
    made = FundingProposal.objects.get()
    assert (made.made_by, made.first, made.state) == (world.owner.user, FIRST, ProposalState.WAITING)
    assert [part.share for part in made.shares.all()] == [Decimal(60), Decimal(40)]
    assert not FundingShare.objects.exists()
    page = text(owner.get(PAGE))
    assert "Avtalat med fakulteterna" in page
    assert "Skicka förslaget" not in page


@pytest.mark.parametrize("shares", [("60", "39.99"), ("60", "40.01"), ("", "")])
def test_shares_that_are_not_whole_are_said_and_nothing_is_stored(owner, sources, shares):
    answered = propose(owner, sources, shares)
    assert (
        answered.status_code,
        "100,00 procent tillsammans" in text(answered) or "minst en andel" in text(answered),
    ) == (
        422,
        True,
    )
    assert not FundingProposal.objects.exists()


@pytest.mark.parametrize("wrong", [{"reason": ""}, {"first": ""}, {"last": "2025-12-31"}])
def test_what_is_missing_is_asked_for(owner, sources, wrong):
    assert propose(owner, sources, **wrong).status_code == 422
    assert not FundingProposal.objects.exists()


def test_one_waits_at_a_time(owner, sources):
    propose(owner, sources)
    assert "väntar redan på svar" in text(propose(owner, sources))
    assert FundingProposal.objects.count() == 1


@pytest.mark.parametrize("who", ["manager", "controller"])
def test_others_do_not_propose(client, world, sources, who):
    user = world.manager.user if who == "manager" else world.users[Role.CONTROLLER]
    client.force_login(user)
    assert propose(client, sources).status_code == 403
    assert "Föreslå en modell" not in text(client.get(PAGE))


def test_a_controllers_yes_sets_the_model(owner, sources, own, world):
    FundingShareFactory(cost_object=own, source=sources[0])
    propose(owner, sources)
    owner.force_login(world.users[Role.CONTROLLER])
    page = owner.get(PAGE)
    (proposed,) = page.context["proposals"]
    assert [(now, wanted) for _source, now, wanted in proposed.parts] == [(100, 60), (0, 40)]
    assert answer(owner).status_code == 302
    held = FundingShare.objects.of(own).on(FIRST).order_by("share")
    assert [(row.share, row.registry_no) for row in held] == [(40, "HS 2025/9"), (60, "HS 2025/9")]
    assert [row.share for row in FundingShare.objects.of(own).on(FIRST - dt.timedelta(days=1))] == [100]
    assert FundingProposal.objects.get().state == ProposalState.ACCEPTED


@pytest.mark.parametrize("wrong", [{"registry_no": ""}, {"said": "reject", "answer": ""}, {"said": "perhaps"}])
def test_an_answer_that_says_too_little_changes_nothing(controller, own, wrong):
    FundingProposalFactory(cost_object=own)
    answer(controller, **wrong)
    assert FundingProposal.objects.get().is_waiting
    assert not FundingShare.objects.exists()


def test_a_no_needs_a_reason_and_sets_nothing(controller, own, world):
    FundingProposalFactory(cost_object=own)
    answer(controller, "reject", answer="Avgiften är inte beslutad")
    made = FundingProposal.objects.get()
    assert (made.state, made.answered_by) == (ProposalState.REJECTED, world.users[Role.CONTROLLER])
    assert not FundingShare.objects.exists()
    controller.force_login(world.owner.user)
    assert "Avgiften är inte beslutad" in text(controller.get(PAGE))


def test_the_owner_takes_it_back_but_does_not_decide(owner, own):
    FundingProposalFactory(cost_object=own)
    assert answer(owner).status_code == 403
    assert answer(owner, "withdraw").status_code == 302
    assert FundingProposal.objects.get().state == ProposalState.WITHDRAWN


def test_others_do_not_find_it(client, world, own):
    FundingProposalFactory(cost_object=own)
    client.force_login(world.manager.user)
    assert answer(client, "withdraw").status_code == 404


def test_an_answered_one_is_not_answered_again(controller, own):
    FundingProposalFactory(cost_object=own)
    answer(controller)
    assert "redan besvarat" in text(
        controller.post(
            f"/finance/funding/proposals/{FundingProposal.objects.get().pk}/answer/",
            {"said": "reject", "answer": "Nej"},
            follow=True,
        )
    )
    assert FundingProposal.objects.get().state == ProposalState.ACCEPTED


def test_it_waits_in_the_controllers_list(world, own, today, client):
    FundingProposalFactory(cost_object=own)
    (each,) = waiting(world.users[Role.CONTROLLER], today).proposals
    assert (each.code, each.name) == ("TJ1", "E-post")
    assert waiting(world.owner.user, today).proposals == []
    client.force_login(world.users[Role.CONTROLLER])
    assert "Föreslagen finansiering av E-post väntar på beslut" in text(client.get("/"))


def test_the_action_refuses_what_is_not_whole(own, sources):
    with pytest.raises(funding.NotWholeError):
        funding_proposals.propose(own, {sources[0]: Decimal(99)}, first=FIRST, reason="Skäl", by=UserFactory(), at=AT)


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"last": dt.date(2025, 12, 31)}, {"state": "accepted"}, {"answered_at": AT}]
)
def test_the_database_refuses_what_makes_no_sense(own, wrong):
    made = FundingProposalFactory(cost_object=own)
    with pytest.raises(IntegrityError), transaction.atomic():
        FundingProposal.objects.filter(pk=made.pk).update(**wrong)


def test_the_database_keeps_one_waiting(own):
    FundingProposalFactory(cost_object=own)
    with pytest.raises(IntegrityError), transaction.atomic():
        FundingProposalFactory(cost_object=own)


@pytest.mark.parametrize("share", ["0.00", "100.01"])
def test_a_part_is_above_zero_and_at_most_the_whole(own, share):
    made = FundingProposalFactory(cost_object=own)
    with pytest.raises(ValidationError):
        FundingProposalShare(proposal=made, source=FundingSourceFactory(), share=Decimal(share)).full_clean()
