"""The files of the money's registers; a rule is one line."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.choices import CodePart, MatchOperator, RowPart
from finance.models import (
    Account,
    AccountGroup,
    AccountRange,
    AllocationRule,
    CostCentre,
    CostCentreUnit,
    DriverValue,
    ImportProfile,
)
from finance.resources import condition_of, pattern_of
from tests.core.files import complaints, confirm, preview, put_in, refused, rows_out, take_out
from tests.factories.core import AdminUserFactory
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    AccountRangeFactory,
    ChartFactory,
    ConsumerFactory,
    CostCentreFactory,
    CostCentreUnitFactory,
    DriverFactory,
    DriverValueFactory,
    ProfileFactory,
    RuleFactory,
)
from tests.factories.services import ServiceFactory, UnitFactory
from vp_portal.core.periods import Period
from vp_portal.core.spreadsheets import write_csv


@pytest.fixture
def browser(client, settings, tmp_path, db):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(AdminUserFactory())
    return client


RULE = ["prioritet", "namn", "kostnadsbärare", "konto", "kostnadsställe", "projekt"]


def test_a_rule_is_one_line(browser):
    ServiceFactory(code="MAIL")
    put_in(browser, AllocationRule, RULE, [10, "Licenser", "MAIL", "50*, 4011..4999", "1010", "(tomt)"])
    rule = AllocationRule.objects.get()
    assert sorted(map(str, rule.conditions.all())) == [
        "Konto börjar med 50",
        "Konto ligger i 4011 4999",
        "Kostnadsställe är 1010",
        "Projekt är tomt",
    ]
    assert (rule.shares.get().cost_object.code, rule.is_active) == ("MAIL", True)


def test_a_changed_line_touches_only_what_it_changes(browser):
    rule = RuleFactory(
        priority=10,
        cost_object=ServiceFactory(code="MAIL"),
        conditions=[
            (CodePart.ACCOUNT, MatchOperator.PREFIX, "50"),
            (CodePart.COST_CENTRE, MatchOperator.EXACT, "1010"),
        ],
    )
    kept = rule.conditions.get(part="account")
    page = put_in(browser, AllocationRule, RULE, [10, rule.name, "MAIL", "50*", "2020", ""])
    assert {(c.pk, c.low) for c in rule.conditions.all()} >= {(kept.pk, "50")}
    assert rule.conditions.get(part="cost_centre").low == "2020"
    assert kept.history.count() == 1
    assert any("körs igen" in str(message) for message in page.context["messages"])


def test_rules_that_go_out_come_in_unchanged(browser):
    rule = RuleFactory(cost_object=ServiceFactory(), conditions=[(CodePart.ACCOUNT, MatchOperator.RANGE, "50", "59")])
    page = confirm(browser, AllocationRule, preview(browser, AllocationRule, take_out(browser, AllocationRule).content))
    assert "0 nya, 0 ändrade, 1 oförändrad" in page.content.decode()
    assert rule.conditions.get().history.count() == 1


SAID = [
    (RowPart.TEXT, MatchOperator.CONTAINS, "moln, lagring"),
    (RowPart.TEXT, MatchOperator.PREFIX, "Licens"),
    (RowPart.SUPPLIER, MatchOperator.EXACT, "Nordmoln, Syd & Co"),
    (RowPart.SUPPLIER, MatchOperator.CONTAINS, "a|b..c"),
    (RowPart.COUNTERPARTY, MatchOperator.EMPTY, ""),
    (CodePart.ACCOUNT, MatchOperator.PREFIX, "57"),
]


def stored_conditions(rule):
    return sorted(rule.conditions.values_list("part", "operator", "low", "high"))


def test_what_a_rule_asks_of_texts_and_suppliers_goes_out_and_comes_in_unchanged(browser):
    rule = RuleFactory(cost_object=ServiceFactory(), conditions=SAID)
    before = stored_conditions(rule)
    page = confirm(browser, AllocationRule, preview(browser, AllocationRule, take_out(browser, AllocationRule).content))
    assert "0 nya, 0 ändrade, 1 oförändrad" in page.content.decode()
    assert stored_conditions(rule) == before


def test_what_a_rule_asks_of_texts_comes_back_when_it_has_been_taken_away(browser):
    rule = RuleFactory(cost_object=ServiceFactory(), conditions=SAID)
    before, file = stored_conditions(rule), take_out(browser, AllocationRule).content
    rule.conditions.all().delete()
    confirm(browser, AllocationRule, preview(browser, AllocationRule, file))
    assert stored_conditions(AllocationRule.objects.get()) == before


def test_rules_go_out_in_as_many_queries_for_thirty_as_for_one(browser):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (1, 29):
        for _each in range(more):
            RuleFactory(cost_object=ServiceFactory(), conditions=[(CodePart.ACCOUNT, MatchOperator.PREFIX, "5")])
        with CaptureQueriesContext(connection) as queries:
            take_out(browser, AllocationRule)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_rule_has_several_shares(browser):
    ServiceFactory(code="MAIL"), ServiceFactory(code="STORE")
    put_in(browser, AllocationRule, RULE, [10, "Licenser", "MAIL 33,3333; STORE 66,6667", "50*|51", "", ""])
    rule = AllocationRule.objects.get()
    assert {share.cost_object.code: str(share.share) for share in rule.shares.all()} == {
        "MAIL": "33.3333",
        "STORE": "66.6667",
    }
    put_in(browser, AllocationRule, RULE, [10, "Licenser", "STORE", "50*|51", "", ""])
    assert [(share.cost_object.code, share.share) for share in rule.shares.all()] == [("STORE", 100)]


def test_a_rule_by_a_driver_goes_out_and_comes_in(browser):
    RuleFactory(
        method="driver",
        driver=DriverFactory(code="users"),
        shares={ServiceFactory(code="A"): None, ServiceFactory(code="B"): None},
        conditions=[(CodePart.ACCOUNT, MatchOperator.LIST, "50,51")],
    )
    page = confirm(browser, AllocationRule, preview(browser, AllocationRule, take_out(browser, AllocationRule).content))
    assert "0 nya, 0 ändrade, 1 oförändrad" in page.content.decode()


def test_values_of_a_driver_come_from_a_file(browser):
    DriverFactory(code="users"), ServiceFactory(code="MAIL")
    put_in(
        browser,
        DriverValue,
        ["fördelningsnyckel", "kostnadsbärare", "från period", "värde"],
        ["users", "MAIL", "2025-01", "12,5"],
    )
    assert str(DriverValue.objects.get().value) == "12.5000"
    assert DriverValue.objects.get().consumer is None


def test_an_older_file_without_consumers_changes_no_value_of_a_consumer(browser):
    users, mail = DriverFactory(code="users"), ServiceFactory(code="MAIL")
    whole = {"driver": users, "cost_object_id": mail.pk, "period": Period(202501)}
    DriverValueFactory(**whole, value=10)
    DriverValueFactory(**whole, consumer=ConsumerFactory(code="NAT"), value=4)
    header = ["fördelningsnyckel", "kostnadsbärare", "från period", "värde"]
    put_in(browser, DriverValue, header, ["users", "MAIL", "2025-01", "12,5"])
    assert {v.consumer and v.consumer.code: v.value for v in DriverValue.objects.all()} == {
        None: Decimal("12.5000"),
        "NAT": Decimal(4),
    }


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (
            [10, "R", "MAIL 50; STORE 50,01", "50*", "", ""],
            "kostnadsbärare: Andelarna ska bli 100,0000 procent tillsammans. De blir 100,0100\u00a0%.",
        ),
        (
            [10, "R", "MAIL 50; STORE 49,9999", "50*", "", ""],
            "kostnadsbärare: Andelarna ska bli 100,0000 procent tillsammans. De blir 99,9999\u00a0%.",
        ),
        (
            [10, "R", "MAIL 99,99", "50*", "", ""],
            "kostnadsbärare: Andelarna ska bli 100,0000 procent tillsammans. De blir 99,9900\u00a0%.",
        ),
        (
            [10, "R", "MAIL 100,01", "50*", "", ""],
            "kostnadsbärare: En andel är över 0 och högst 100 procent, med högst fyra decimaler.",
        ),
        (
            [10, "R", "MAIL 60; FAX 40", "50*", "", ""],
            "kostnadsbärare: Fax är avvecklad. Välj en annan, eller ange regelns sista period.",
        ),
        ([10, "R", "MAIL 50; MAIL 50", "50*", "", ""], "kostnadsbärare: Kostnadsbäraren ”MAIL” står två gånger."),
        ([10, "R", "MAIL mest", "50*", "", ""], "kostnadsbärare: ”mest” är ingen andel. Skriv till exempel 33,3333."),
        ([10, "R", "", "50*", "", ""], "kostnadsbärare: Regeln ska ha en kostnadsbärare."),
        ([10, "R", "OKÄND", "50*", "", ""], "kostnadsbärare: Kostnadsbärare med koden ”OKÄND” finns inte."),
        ([10, "R", "MAIL", "*", "", ""], "konto: Ange ett värde, för ”ligger i” två i ordning, för ”är tomt” inget."),
        ([10, "R", "MAIL", "50..599", "", ""], "konto: Från och till ska ha lika många tecken."),
    ],
)
def test_a_rule_that_cannot_hold_is_refused(browser, line, text):
    ServiceFactory(code="MAIL"), ServiceFactory(code="STORE")
    ServiceFactory(code="FAX", name="Fax", lifecycle="retired")
    page = preview(browser, AllocationRule, write_csv(RULE, [line]))
    assert complaints(page) == [(2, text)]
    shown = " ".join(map(str, page.context["result"].invalid_rows[0].values))
    assert all(str(value) in shown for value in line)
    assert not AllocationRule.objects.exists()


def test_a_rule_for_cost_that_another_has_in_the_same_periods_is_refused(browser):
    mail, account = ServiceFactory(code="MAIL"), [(CodePart.ACCOUNT, MatchOperator.PREFIX, "50")]
    RuleFactory(name="Licenser", priority=10, last_period=202412, cost_object=mail, conditions=account)
    head = [*RULE, "från period", "till och med period"]
    text = "kostnadsbärare: Regeln ”Licenser” (prioritet 10) gäller samma kostnad i samma perioder."
    assert refused(browser, AllocationRule, head, [20, "R", "MAIL", "50*", "", "", "2024-12", ""]) == [(2, text)]
    assert AllocationRule.objects.count() == 1
    put_in(browser, AllocationRule, head, [20, "R", "MAIL", "50*", "", "", "2025-01", ""])
    assert AllocationRule.objects.count() == 2


def test_accounts_find_their_group_in_their_own_chart(browser):
    state, other = ChartFactory(code="stat"), ChartFactory(code="kommun")
    group = AccountGroupFactory(chart=state, code="licenser")
    AccountGroupFactory(chart=other, code="licenser")
    put_in(browser, Account, ["kontoplan", "konto", "namn", "kontogrupp"], ["stat", "0501", "Licens", "licenser"])
    assert Account.objects.get().group == group
    assert rows_out(browser, Account) == [["stat", "0501", "Licens", "licenser", "nej"]]


def test_ranges_that_overlap_are_refused(browser):
    taken = AccountRangeFactory(low="50", high="59", group__code="a", group__name="Licenser", group__chart__code="stat")
    AccountGroupFactory(chart=taken.group.chart, code="b")
    found = refused(browser, AccountRange, ["kontoplan", "kontogrupp", "från", "till"], ["stat", "b", "5500", "5600"])
    assert [(line, text.partition(": ")[2]) for line, text in found] == [(2, "Överlappar 50–59 i Licenser.")]


@pytest.mark.parametrize(
    ("model", "make"),
    [
        (Account, AccountFactory),
        (AccountGroup, AccountGroupFactory),
        (AccountRange, AccountRangeFactory),
        (CostCentre, CostCentreFactory),
        (CostCentreUnit, CostCentreUnitFactory),
        (DriverValue, DriverValueFactory),
        (ImportProfile, ProfileFactory),
    ],
)
def test_what_goes_out_comes_in_unchanged(browser, model, make):
    make()
    page = confirm(browser, model, preview(browser, model, take_out(browser, model).content))
    assert "0 nya, 0 ändrade, 1 oförändrad" in page.content.decode()


def test_a_cost_centre_moves_to_another_unit(browser):
    row = CostCentreUnitFactory(cost_centre__code="1010", unit__code="A")
    UnitFactory(code="B")
    headers = ["kostnadsställe", "enhet", "från och med", "till och med"]
    put_in(browser, CostCentreUnit, headers, ["1010", "A", "2020-01-01", "2024-12-31"], ["1010", "B", "2025-01-01", ""])
    assert [link.unit.code for link in row.cost_centre.unit_rows.order_by("valid")] == ["A", "B"]


def test_a_cost_centre_in_two_units_at_once_is_refused_at_the_day(browser):
    CostCentreUnitFactory(cost_centre__code="1010", unit__code="A")
    UnitFactory(code="B"), UnitFactory(code="C")
    headers = ["kostnadsställe", "enhet", "från och med", "till och med"]
    rows = (["1010", "B", "2030-01-01", "2030-12-31"], ["1010", "C", "2030-12-31", ""])
    text = "från och med: Kostnadsstället har redan en enhet de dagarna."
    assert (3, text) in refused(browser, CostCentreUnit, headers, *rows)
    assert CostCentreUnit.objects.count() == 1


CODES = st.text("0123456789ABC", min_size=1, max_size=5)


#: No text has a semicolon: it stands between patterns.
WORDS = st.text("abÅÖ .,|-0", min_size=1, max_size=8).map(str.strip).filter(bool)


@given(st.sampled_from(list(RowPart)), WORDS)
def test_a_pattern_says_all_of_a_condition_on_a_text(part, words):
    for pattern in (words, f"{words}*", f"*{words}*", "(tomt)"):
        assert pattern_of(condition_of(part, pattern)) == pattern


@given(st.sampled_from(list(CodePart)), CODES, CODES)
def test_a_pattern_says_all_of_a_condition(part, low, high):
    for pattern in (low, f"{low}*", f"{low}..{high}", "(tomt)"):
        assert pattern_of(condition_of(part, pattern)) == pattern
