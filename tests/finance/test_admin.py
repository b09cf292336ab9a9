import datetime as dt
from decimal import Decimal

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from finance.actions import allocation
from finance.choices import CodePart, MatchOperator, Sensitivity
from finance.models import Account, AccountGroup, AllocationRule, AllocationRun, ImportBatch, SensitiveRange
from tests.core.registers import address, filled, form_errors, texts
from tests.factories.core import AdminUserFactory
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    AccountRangeFactory,
    BatchFactory,
    CellFactory,
    DriverFactory,
    RuleFactory,
    RunFactory,
    SensitiveRangeFactory,
)
from tests.factories.services import ServiceFactory
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 9, 10, 8, 0, tzinfo=dt.UTC)


@pytest.fixture
def browser(client):
    client.force_login(AdminUserFactory(role=Role.CONTROLLER))
    return client


def post(browser, url, **changes):
    return browser.post(url, filled(browser, url, **changes), follow=False)


def new_rule(browser, **changes):
    row = {
        "name": "Licenser",
        "priority": 10,
        "conditions-TOTAL_FORMS": 1,
        "conditions-0-part": "account",
        "conditions-0-operator": "prefix",
        "conditions-0-low": "50",
        "shares-TOTAL_FORMS": 1,
        "shares-0-cost_object": ServiceFactory().pk,
        "shares-0-share": "100",
    }
    return post(browser, address(AllocationRule, "add"), **{**row, **changes})


def test_a_rule_has_conditions_and_a_cost_object(browser):
    assert new_rule(browser).status_code == 302
    rule = AllocationRule.objects.get()
    assert str(rule.conditions.get()) == "Konto börjar med 50"
    assert rule.shares.get().share == 100


def test_what_a_rule_would_do_is_a_button_of_its_form(browser):
    rule = RuleFactory(cost_object=ServiceFactory())
    for page in (address(AllocationRule, "add"), address(AllocationRule, "change", rule.pk)):
        assert '<button class="button" type="submit" name="_preview" value="1">' in browser.get(page).content.decode()


def test_a_seen_rule_is_not_changed_before_it_is_saved(browser):
    rule = RuleFactory(name="Licenser", cost_object=ServiceFactory())
    page = post(browser, address(AllocationRule, "change", rule.pk), name="Molnet", _preview="1")
    assert "Inget är sparat än" in page.content.decode()
    assert AllocationRule.objects.get().name == "Licenser"
    browser.post(address(AllocationRule, "change", rule.pk), {**dict(page.context["typed"]), "_save": "1"})
    assert AllocationRule.objects.get().name == "Molnet"


def test_a_rule_without_a_cost_object_is_refused(browser):
    response = new_rule(browser, **{"shares-TOTAL_FORMS": 0})
    assert "Regeln ska ha en kostnadsbärare." in texts(response)
    assert not AllocationRule.objects.exists()


def shared(*shares, **changes):
    """A form's rows of shares, each to a service of its own."""
    rows = {"shares-TOTAL_FORMS": len(shares)}
    for number, share in enumerate(shares):
        rows |= {f"shares-{number}-cost_object": ServiceFactory().pk, f"shares-{number}-share": share}
    return rows | changes


@pytest.mark.parametrize("shares", [("99.99",), ("60", "39.99"), ("60", "40.01"), ("33.3333", "33.3333", "33.3333")])
def test_shares_that_are_not_the_whole_are_refused_with_their_sum(browser, shares):
    (text,) = form_errors(new_rule(browser, **shared(*shares)))["rows"]
    assert text.startswith("Andelarna ska bli 100,0000 procent tillsammans. De blir ")
    assert not AllocationRule.objects.exists()


def test_a_share_of_more_than_the_whole_is_refused_at_its_field(browser):
    assert form_errors(new_rule(browser, **shared("100.01")))["share"] == ["En andel är över 0 och högst 100 procent."]
    assert not AllocationRule.objects.exists()


def test_a_rule_is_shared_by_four_decimals(browser):
    assert new_rule(browser, **shared("33.3333", "33.3333", "33.3334")).status_code == 302
    assert [str(share.share) for share in AllocationRule.objects.get().shares.all()] == ["33.3333"] * 2 + ["33.3334"]


def test_even_parts_have_no_per_cent(browser):
    response = new_rule(browser, **shared("50", "50", method="even"))
    assert form_errors(response)["rows"] == ["Bara fasta andelar har procent."]
    assert new_rule(browser, **shared("", "", method="even")).status_code == 302


def test_a_driver_is_named_when_a_rule_goes_by_one(browser):
    text = "Ange en fördelningsnyckel när regeln delas upp efter en, annars ingen."
    assert text in texts(new_rule(browser, **shared("", method="driver")))
    assert new_rule(browser, **shared("", method="driver", driver=DriverFactory().pk)).status_code == 302


def test_a_rule_to_what_is_retired_is_refused_unless_it_ends(browser):
    gone = ServiceFactory(name="Fax", lifecycle="retired")
    response = new_rule(browser, **{"shares-0-cost_object": gone.pk})
    text = "Fax är avvecklad. Välj en annan, eller ange regelns sista period."
    assert form_errors(response) == {"cost_object": [text]}
    assert not AllocationRule.objects.exists()
    assert new_rule(browser, **{"shares-0-cost_object": gone.pk, "last_period": "2024-12"}).status_code == 302


def test_of_several_cost_objects_the_retired_one_is_pointed_at(browser):
    gone = ServiceFactory(name="Fax", valid=DateRange(dt.date(2020, 1, 1), dt.date(2025, 1, 1), "[)"))
    rows = shared("60", "40") | {"shares-1-cost_object": gone.pk}
    formset = new_rule(browser, **rows).context["inline_admin_formsets"][1].formset
    text = "Fax gäller bara till 2025-01-01. Låt regeln sluta senast då."
    assert [dict(form.errors) for form in formset.forms] == [{}, {"cost_object": [text]}]
    assert not formset.non_form_errors()
    assert not AllocationRule.objects.exists()


def test_a_second_rule_for_the_same_cost_and_time_is_refused(browser):
    new_rule(browser)
    text = "Regeln ”Licenser” (prioritet 10) gäller samma kostnad i samma perioder."
    assert form_errors(new_rule(browser, name="Igen", priority=20))["rows"] == [text]
    assert AllocationRule.objects.get().name == "Licenser"
    AllocationRule.objects.update(last_period=202412)
    assert new_rule(browser, name="Igen", priority=20, first_period="2025-01").status_code == 302


def passing_on(browser, source, target, **changes):
    rows = {"conditions-TOTAL_FORMS": 0, "passes_on": source.pk, "shares-0-cost_object": target.pk}
    return new_rule(browser, **{**rows, **changes})


def test_a_circle_is_refused_with_its_path(browser):
    one, two, three = (ServiceFactory(name=name) for name in ("Nät", "Lagring", "E-post"))
    assert passing_on(browser, one, two, priority=1).status_code == 302
    assert passing_on(browser, two, three, priority=2).status_code == 302
    response = passing_on(browser, three, one, priority=3)
    path = "Kostnaden skulle föras runt i en cirkel: E-post → Nät → Lagring → E-post."
    assert form_errors(response)["rows"] == [path]


def test_what_is_passed_on_has_no_conditions(browser):
    response = passing_on(browser, ServiceFactory(), ServiceFactory(), **{"conditions-TOTAL_FORMS": 1})
    text = "En regel som för vidare en kostnadsbärares kostnad har inga villkor."
    assert form_errors(response)["rows"] == [text]


def test_a_condition_without_a_value_is_refused_in_swedish(browser):
    response = new_rule(browser, **{"conditions-0-low": ""})
    assert texts(response) == ["Ange ett värde, för ”ligger i” två i ordning, för ”är tomt” inget."]


def test_a_range_of_uneven_bounds_is_refused_at_its_end(browser):
    changes = {"conditions-0-operator": "range", "conditions-0-low": "50", "conditions-0-high": "599"}
    assert form_errors(new_rule(browser, **changes)) == {"high": ["Från och till ska ha lika många tecken."]}


def said(response_or_client):
    return [str(message) for message in response_or_client.context["messages"]]


def test_a_changed_rule_asks_for_a_new_run(browser):
    new_rule(browser)
    page = browser.get("/admin/")
    assert any("tills fördelningen körs igen" in text and 'href="/finance/"' in text for text in said(page))


def test_an_unchanged_rule_asks_for_nothing(browser):
    rule = RuleFactory(cost_object=ServiceFactory(), conditions=[(CodePart.ACCOUNT, MatchOperator.PREFIX, "5")])
    post(browser, address(AllocationRule, "change", rule.pk))
    assert not any("körs igen" in text for text in said(browser.get("/admin/")))


def test_a_deleted_rule_asks_for_a_new_run(browser):
    rule = RuleFactory(cost_object=ServiceFactory())
    browser.post(address(AllocationRule, "delete", rule.pk), {"post": "yes"})
    assert not AllocationRule.objects.exists()
    assert any("körs igen" in text for text in said(browser.get("/admin/")))


def test_a_range_is_cut_in_two_in_one_go(browser):
    group = AccountGroupFactory(ranges=[("5000", "5999")])
    response = post(
        browser,
        address(AccountGroup, "change", group.pk),
        **{
            "ranges-TOTAL_FORMS": 2,
            "ranges-0-high": "5499",
            "ranges-1-group": group.pk,
            "ranges-1-low": "5500",
            "ranges-1-high": "5999",
        },
    )
    assert response.status_code == 302
    assert [str(each) for each in group.ranges.all()] == ["5000–5499", "5500–5999"]


def test_ranges_that_overlap_in_the_same_form_are_refused(browser):
    group = AccountGroupFactory(ranges=[("5000", "5999")])
    response = post(
        browser,
        address(AccountGroup, "change", group.pk),
        **{"ranges-TOTAL_FORMS": 2, "ranges-1-group": group.pk, "ranges-1-low": "55", "ranges-1-high": "56"},
    )
    assert form_errors(response) == {"low": ["Överlappar ett annat intervall i gruppen."]}


def test_a_range_of_another_group_of_the_chart_is_refused(browser):
    taken = AccountRangeFactory(low="50", high="59", group__name="Licenser")
    group = AccountGroupFactory(chart=taken.group.chart)
    response = post(
        browser,
        address(AccountGroup, "change", group.pk),
        **{"ranges-TOTAL_FORMS": 1, "ranges-0-group": group.pk, "ranges-0-low": "5500", "ranges-0-high": "5600"},
    )
    assert texts(response) == ["Överlappar 50–59 i Licenser."]


@pytest.mark.parametrize(("model", "make"), [(ImportBatch, BatchFactory), (AllocationRun, RunFactory)])
def test_what_the_portal_has_made_is_only_looked_at(browser, model, make):
    row = make()
    assert browser.get(address(model, "change", row.pk)).status_code == 200
    assert browser.get(address(model, "add")).status_code == 403
    assert browser.post(address(model, "change", row.pk), {}).status_code == 403
    assert browser.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    assert browser.get(address(model, "changelist")).context["action_form"] is None


def test_ledger_rows_have_no_register(browser):
    for name in ("posting", "ledgercell", "allocationline", "costrollup", "codestring"):
        assert browser.get(f"/admin/finance/{name}/").status_code == 404


@pytest.fixture
def administrator(client):
    """Every right of the registers, but not the controller's sight."""
    client.force_login(AdminUserFactory(role=Role.ADMINISTRATOR))
    return client


def test_a_new_sensitive_range_closes_its_accounts_at_once(browser):
    account = AccountFactory(code="4011")
    new = {
        "chart": account.chart_id,
        "low": "40",
        "high": "49",
        "sensitivity": 1,
        "note": "Löner",
        "change_reason": "Prov",
    }
    assert post(browser, address(SensitiveRange, "add"), **new).status_code == 302
    account.refresh_from_db()
    assert account.sensitivity == Sensitivity.SENSITIVE


def test_a_range_that_is_removed_opens_them(browser):
    bounds = SensitiveRangeFactory()
    account = AccountFactory(group__chart=bounds.chart, code="4011", sensitivity=Sensitivity.SENSITIVE)
    browser.post(address(SensitiveRange, "delete", bounds.pk), {"post": "yes"})
    account.refresh_from_db()
    assert account.sensitivity == Sensitivity.OPEN


def test_an_account_made_by_hand_is_as_sensitive_as_its_range_says(browser):
    bounds = SensitiveRangeFactory()
    post(browser, address(Account, "add"), chart=bounds.chart_id, code="4012", name="Lön", sensitivity=0)
    assert Account.objects.get(code="4012").sensitivity == Sensitivity.SENSITIVE


def test_a_booked_account_keeps_its_code_and_sensitivity(browser):
    account = AccountFactory(code="4011", sensitivity=Sensitivity.SENSITIVE)
    SensitiveRangeFactory(chart=account.chart)
    browser.post(address(Account, "change", account.pk), {"code": "5011", "name": "Ny", "sensitivity": 0})
    account.refresh_from_db()
    assert (account.code, account.name, account.sensitivity) == ("4011", "Ny", Sensitivity.SENSITIVE)


def test_who_does_not_see_salaries_reads_the_ranges_but_cannot_open_them(administrator):
    bounds = SensitiveRangeFactory()
    assert administrator.get(address(SensitiveRange, "changelist")).status_code == 200
    assert administrator.get(address(SensitiveRange, "add")).status_code == 403
    assert administrator.post(address(SensitiveRange, "change", bounds.pk), {"high": "4012"}).status_code == 403
    assert administrator.post(address(SensitiveRange, "delete", bounds.pk), {"post": "yes"}).status_code == 403
    assert administrator.get(address(SensitiveRange, "import")).status_code == 403


def test_nor_the_sums_of_whole_files(administrator):
    batch = BatchFactory()
    for page, key in (("changelist", ()), ("change", (batch.pk,)), ("history", (batch.pk,))):
        assert administrator.get(address(ImportBatch, page, *key)).status_code == 403


def test_a_rule_shows_what_it_would_do_before_it_is_saved(browser):
    CellFactory(code_string__account__code="5010", amount=Decimal("123.45"))
    allocation.run(by=None, at=AT)
    page = new_rule(browser, _preview="1")
    assert page.status_code == 200
    assert page.context["effect"].gets.amount == Decimal("123.45")
    assert not AllocationRule.objects.exists()
    assert not list(page.context["messages"])
    typed = dict(page.context["typed"])
    browser.post(address(AllocationRule, "add"), {**typed, "_save": "1"})
    assert AllocationRule.objects.get().conditions.get().low == "50"


def test_a_rule_that_cannot_be_saved_is_not_previewed(browser):
    assert form_errors(new_rule(browser, _preview="1", **shared("60")))["rows"]


def test_an_administrator_previews_without_salaries(client):
    client.force_login(AdminUserFactory(role=Role.ADMINISTRATOR))
    cell = CellFactory(code_string__account__code="5010", amount=Decimal("30000.00"))
    SensitiveRangeFactory(chart=cell.code_string.account.chart, low="50", high="59")
    allocation.run(by=None, at=AT)
    page = new_rule(client, _preview="1")
    assert page.context["effect"].hits.cells == 0
    assert "30 000" not in page.content.decode().replace("\xa0", " ")
