import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finance.choices import AccountKind, FlowKind
from finance.reports.economy import Compared, flows_of, month_chart
from finance.reports.selection import Selection
from vp_portal.core.periods import Period

CHOSEN = Selection(dt.date(2025, 9, 15), Period(202501), Period(202507))

money = st.integers(-1_000_000_000, 1_000_000_000).map(lambda ore: Decimal(ore) / 100)
rows = st.lists(
    st.tuples(
        st.sampled_from([202401, 202407, 202500, 202501, 202504, 202507, 202513]).map(Period),
        st.sampled_from([*AccountKind.values, None]),
        st.booleans(),
        money,
        money,
        money,
        money,
    ),
    max_size=12,
)


@given(rows)
def test_every_row_is_counted_once(found):
    flows = flows_of(found, CHOSEN)
    assert flows.everything == sum(r[3] for r in found if 202501 <= r[0] <= 202507)
    assert sum(flow.last for flow in flows.by_kind.values()) == sum(r[3] for r in found if r[0] <= 202407)
    assert flows.special == sum(r[3] for r in found if r[0].is_special)


@given(rows)
def test_the_months_add_up_to_the_totals(found):
    flows = flows_of(found, CHOSEN)
    for kind in FlowKind:
        months = sum((v for (k, p), v in flows.by_month.items() if k is kind and p.year == 2025), Decimal(0))
        assert months == flows.by_kind[kind].this


@given(rows)
def test_net_is_income_minus_cost(found):
    flows = flows_of(found, CHOSEN)
    assert flows.net.this == flows.income.this - flows.cost.this


@pytest.mark.parametrize(
    ("this", "last", "percent"),
    [("110", "100", "10.0"), ("100", "0", None), ("100", "-5", None), ("0", "3", "-100.0"), ("1", "3", "-66.7")],
)
def test_a_difference_is_a_share_of_what_can_be_a_base(this, last, percent):
    compared = Compared(Decimal(this), Decimal(last))
    assert compared.percent == (None if percent is None else Decimal(percent))


def test_bars_over_a_turn_of_the_year_are_named_by_their_months():
    chosen = Selection(CHOSEN.on, Period(202411), Period(202502))
    flows = flows_of([(Period(202412), "cost", False, *[Decimal(5)] * 4)], chosen)
    chart = month_chart(flows, chosen, FlowKind.COST, "Kostnader per månad")
    assert [series.name for series in chart.legend] == ["2024-11–2025-02", "2023-11–2024-02"]
    assert len(chart.marks) == 8


def test_overlapping_years_count_a_month_in_both():
    chosen = Selection(CHOSEN.on, Period(202401), Period(202507))
    flows = flows_of([(Period(202403), "cost", False, *[Decimal(5)] * 4)], chosen)
    assert flows.cost == Compared(Decimal(5), Decimal(5))
