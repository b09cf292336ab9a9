"""Charts, ranges, cost centres and sources."""

import datetime as dt

import pytest

from finance.models import Account, AccountGroup, AccountRange, CodeString, CostCentreUnit, ImportBatch, ImportSource
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    AccountRangeFactory,
    BatchFactory,
    ChartFactory,
    CodeStringFactory,
    CostCentreUnitFactory,
    ProfileFactory,
    SourceFactory,
)
from tests.factories.services import UnitFactory
from tests.models import refused, refused_in_words
from vp_portal.core.periods import since

pytestmark = pytest.mark.django_db


def test_a_code_is_given_once_in_a_chart():
    group, account = AccountGroupFactory(), AccountFactory()
    other = AccountGroup(chart=group.chart, code=group.code, name="X", kind="cost")
    assert refused(other) == ("finance_accountgroup_code_once", ["Koden finns redan i kontoplanen."])
    again = Account(chart=account.chart, code=account.code)
    assert refused(again) == ("finance_account_code_once", ["Kontot finns redan i kontoplanen."])


def test_two_charts_can_have_the_same_code():
    Account(chart=ChartFactory(), code=AccountFactory().code).full_clean()


def test_a_group_is_of_a_known_kind():
    row = AccountGroupFactory()
    row.kind = "annat"
    assert refused(row)[0] == "finance_accountgroup_kind_known"


@pytest.mark.parametrize(
    ("low", "high", "name", "text"),
    [
        ("50", "599", "finance_accountrange_same_length", "Från och till ska ha lika många tecken."),
        ("59", "50", "finance_accountrange_in_order", "Från får inte vara större än till."),
    ],
)
def test_a_range_has_bounds_in_order_and_of_one_length(low, high, name, text):
    assert refused(AccountRange(group=AccountGroupFactory(), low=low, high=high)) == (name, [text])


@pytest.mark.parametrize(
    ("low", "high", "overlaps"),
    [
        ("5000", "5099", True),
        ("59", "60", True),
        ("50123", "50124", True),
        ("5", "5", True),
        ("4000", "4999", False),
        ("60", "69", False),
        ("6", "6", False),
    ],
)
def test_ranges_of_a_chart_do_not_overlap_whatever_their_lengths(low, high, overlaps):
    taken = AccountRangeFactory(low="5000", high="5999", group__name="Licenser")
    row = AccountRange(group=AccountGroupFactory(chart=taken.group.chart), low=low, high=high)
    assert row.overlaps(taken) is taken.overlaps(row) is overlaps
    if overlaps:
        assert refused_in_words(row) == ["Överlappar 5000–5999 i Licenser."]
    else:
        row.full_clean()


def test_ranges_of_two_charts_may_overlap():
    AccountRangeFactory(low="5000", high="5999")
    AccountRange(group=AccountGroupFactory(), low="5000", high="5999").full_clean()


def test_a_cost_centre_has_one_unit_a_day():
    row = CostCentreUnitFactory()
    other = CostCentreUnit(cost_centre=row.cost_centre, unit=UnitFactory(), valid=since(dt.date(2025, 1, 1)))
    assert refused(other) == (
        "finance_costcentreunit_one_unit_a_day",
        ["Kostnadsstället har redan en enhet de dagarna."],
    )


def test_one_source_is_the_default():
    SourceFactory(is_default=True)
    other = ImportSource(code="X", name="X", chart=ChartFactory(), is_default=True)
    assert refused(other) == ("finance_importsource_one_default", ["En annan källa är redan förvald."])
    SourceFactory()
    SourceFactory()


def test_a_decimal_mark_is_comma_or_point():
    row = ProfileFactory()
    row.decimal_mark = ";"
    assert refused(row)[0] == "finance_importprofile_decimal_mark_known"


def test_a_file_is_booked_once_while_it_counts():
    row = BatchFactory()
    again = BatchFactory.build(source=row.source, sha256=row.sha256)
    assert refused(again) == ("finance_importbatch_same_file_once", ["Filen är redan bokförd."])
    row.ended_at = row.booked_at
    row.save()
    again.full_clean()


@pytest.mark.parametrize(
    ("values", "name", "text"),
    [
        (
            {"control_total": 1},
            "finance_importbatch_agrees_with_control_total",
            "Summan stämmer inte med kontrollsumman.",
        ),
        ({"row_count": -1}, "finance_importbatch_rows_not_negative", "Antalet rader kan inte vara negativt."),
        (
            {"ended_at": dt.datetime(2020, 1, 1, tzinfo=dt.UTC)},
            "finance_importbatch_ends_after_start",
            "En importomgång kan inte sluta gälla innan den bokfördes.",
        ),
    ],
)
def test_a_batch_holds_together(values, name, text):
    row = BatchFactory()
    for field, value in values.items():
        setattr(row, field, value)
    assert refused(row) == (name, [text])
    assert ImportBatch.objects.in_force().count() == 1


def test_a_combination_of_codes_is_stored_once_blanks_included():
    row = CodeStringFactory(cost_centre=None)
    assert refused(CodeString(account=row.account)) == (
        "finance_codestring_combination_once",
        ["Kombinationen finns redan."],
    )
