"""One posting's page: where it went and why not elsewhere."""

from decimal import Decimal

import pytest

from finance.choices import CodePart, MatchOperator
from finance.models import AllocationRule, Posting
from tests.factories.finance import RuleFactory
from tests.factories.services import ServiceFactory
from tests.finance.test_views_allocation import text
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def path(row):
    return f"/finance/postings/{row.batch_id}-{row.pk}/"


def row_of(world, amount):
    return Posting.objects.get(amount=Decimal(amount))


def why(as_controller, row):
    return as_controller(path(row)).context["why"]


def test_a_posting_tells_its_rule_and_what_lost(as_controller, world):
    RuleFactory(name="Sen", priority=99_999, cost_object=ServiceFactory(), conditions=[("account", "exact", "5721")])
    RuleFactory(
        name="Nästan",
        priority=1,
        cost_object=ServiceFactory(),
        conditions=[("account", "prefix", "57"), ("cost_centre", "exact", "999")],
    )
    world.allocate()
    found = why(as_controller, row_of(world, "400.10"))
    assert [(share.cost_object.code, share.amount) for share in found.shares] == [("TJ1", Decimal("400.10"))]
    assert (found.winner.why, [one.name for one in found.lost]) == ("won", ["Sen"])
    assert [(one.name, one.failed) for one in found.near] == [("Nästan", [("Kostnadsställe", "11320")])]


def test_a_shared_posting_adds_up(as_controller, world):
    RuleFactory(
        priority=1,
        method="even",
        shares={ServiceFactory(code=f"D{n}"): None for n in range(3)},
        conditions=[(CodePart.ACCOUNT, MatchOperator.EXACT, "5721")],
    )
    world.allocate()
    row = row_of(world, "400.10")
    found = why(as_controller, row)
    assert sum(share.amount for share in found.shares) == row.amount
    assert sum(share.of_cell for share in found.shares) == found.cell.amount
    assert found.adds_up


def test_the_way_there_is_told(as_controller, world):
    RuleFactory(name="Vidare", passes_on=world.service, cost_object=ServiceFactory(code="TJ9", name="Slutet"))
    world.allocate()
    found = why(as_controller, row_of(world, "400.10"))
    assert [step.cost_object.code for step in found.steps] == ["TJ1"]
    assert [(share.cost_object.code, share.rule) for share in found.shares] == [("TJ9", "Vidare")]
    assert "och förde det vidare" in text(as_controller(path(row_of(world, "400.10"))))


def test_what_no_rule_reaches_says_so(as_controller, world):
    row = row_of(world, "77.00")
    assert why(as_controller, row).winner is None
    assert "Utan hemvist: ingen regel når raden." in text(as_controller(path(row)))


def test_the_rules_are_those_of_the_run(as_controller, world):
    """What is changed afterwards explains nothing."""
    AllocationRule.objects.update(name="Nytt namn")
    assert why(as_controller, row_of(world, "400.10")).winner.name != "Nytt namn"


def test_who_may_not_see_the_row_does_not_find_it(see, world):
    salary, licence = row_of(world, "200.00"), row_of(world, "400.10")
    assert see(world.manager.user, path(licence)).status_code == 200
    assert see(world.owner.user, path(licence)).status_code == 200
    assert see(world.users[Role.READER], path(licence)).status_code == 404
    for user in (world.manager.user, world.owner.user, world.users[Role.MANAGEMENT]):
        assert see(user, path(salary)).status_code == 404


def test_an_unknown_row_is_not_found(as_controller, world):
    row = row_of(world, "400.10")
    assert as_controller(f"/finance/postings/{row.batch_id}-999999999/").status_code == 404
    assert as_controller(f"/finance/postings/999999999-{row.pk}/").status_code == 404


def test_a_read_salary_row_is_kept_in_the_log(as_controller, world):
    as_controller(path(row_of(world, "200.00")))
    assert AuditEntry.objects.filter(event=AuditEvent.SENSITIVE_VIEW).exists()


def test_rows_shared_with_others_say_how_much_is_the_chosen_ones(as_controller, world):
    RuleFactory(
        priority=1,
        shares={world.service: Decimal(40), ServiceFactory(): Decimal(60)},
        conditions=[("account", "exact", "5721"), ("cost_centre", "exact", "11320")],
    )
    world.allocate()
    page = as_controller("/finance/postings/", cost_object="TJ1", kind="cost", **{"from": 202501, "to": 202501})
    assert (page.context["page"].total, page.context["page"].part) == (Decimal("400.10"), Decimal("160.04"))
    assert "varav 160,04 kr på det valda" in text(page)
