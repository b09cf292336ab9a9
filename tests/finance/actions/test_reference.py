"""A calculation of its own in plain Python, row by row, against the statements: equal to the öre."""

import datetime as dt
import itertools
import random
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from finance.actions import allocation
from finance.choices import AllocationMethod as Method
from finance.models import (
    AllocationLine,
    AllocationRule,
    AllocationRun,
    AllocationShare,
    BareCell,
    CellSlice,
    CostRollup,
    CostTotal,
    EmptyBase,
    HandAssignment,
    LedgerCell,
    PassedOn,
    Posting,
    RuleCondition,
    SlicedPosting,
    SpanTotal,
)
from services.models import CostObject
from tests.factories.core import UserFactory
from tests.factories.finance import (
    AccountFactory,
    AccountGroupFactory,
    BatchFactory,
    CodeStringFactory,
    CostCentreFactory,
    CounterpartyFactory,
    DriverFactory,
    DriverValueFactory,
    RuleFactory,
    ensure_partition,
)
from tests.factories.services import ServiceFactory
from vp_portal.core.periods import Period

pytestmark = pytest.mark.django_db
AT = dt.datetime(2025, 9, 10, 8, 0, tzinfo=dt.UTC)
ACCOUNTS = [f"{group}{number:03}" for group in (4, 5, 6) for number in range(6)]
CENTRES = [f"11{number:02}" for number in range(8)]
PERIODS = [202411, 202412, 202501, 202502, 202503]
#: Text, supplier, its number and whether there is a counterparty: what a posting says beside its codes.
SAYINGS = [("", "", "", False), ("Årslicens", "Nordmoln AB", "77", False), ("ÅRSAVGIFT", "", "", True)]
WORDS = [
    ("text", "contains", "års"),
    ("text", "prefix", "årsl"),
    ("text", "empty", ""),
    ("supplier", "contains", "MOLN"),
    ("supplier", "exact", "77"),
    ("counterparty", "contains", "universitet"),
    ("counterparty", "empty", ""),
]
#: Those that pass on are the first: a rule passes on to later ones, so that there is no circle.
OBJECTS, PASSING = 8, 3


class World:
    def __init__(self):
        group = AccountGroupFactory()
        accounts = {code: AccountFactory(code=code, group=group) for code in ACCOUNTS}
        centres = {code: CostCentreFactory(code=code) for code in CENTRES}
        self.strings = {
            (a, c): CodeStringFactory(account=accounts[a], cost_centre=centres[c]).pk for a in ACCOUNTS for c in CENTRES
        }
        self.objects = [CostObject.objects.get(pk=ServiceFactory().pk) for _number in range(OBJECTS)]
        self.batch, self.driver = BatchFactory(), DriverFactory()
        self.user, self.counterparty = UserFactory(), CounterpartyFactory(code="8001", name="Andra universitetet")
        self.values = {}
        for number, target in enumerate(self.objects[PASSING:]):
            self.values[target.pk] = [(202412, number), (202502, 7 - number)]
            for period, value in self.values[target.pk]:
                DriverValueFactory(driver=self.driver, cost_object=target, period=Period(period), value=value)

    def clear(self):
        lines = (
            BareCell,
            SpanTotal,
            CostTotal,
            CostRollup,
            AllocationLine,
            PassedOn,
            EmptyBase,
            SlicedPosting,
            CellSlice,
        )
        for model in (*lines, AllocationRun, LedgerCell, HandAssignment, Posting):
            model.objects.all().delete()
        AllocationShare.objects.all().delete(), RuleCondition.objects.all().delete()
        AllocationRule.objects.all().delete()

    def book(self, rows):
        """Rows of (account, centre, period, öre, saying, by hand), stored, and added up in cells as booking does."""
        cells = defaultdict(lambda: [0, 0])
        ensure_partition(self.batch)
        made = []
        for line, (account, centre, period, ore, saying, hand) in enumerate(rows):
            cells[account, centre, period][0] += ore
            cells[account, centre, period][1] += 1
            text, name, number, has_counterparty = SAYINGS[saying]
            row = Posting(
                batch=self.batch,
                line=line,
                code_string_id=self.strings[account, centre],
                period=Period(period),
                amount=Decimal(ore) / 100,
                text=text,
                supplier_name=name,
                supplier_no=number,
                counterparty=self.counterparty if has_counterparty else None,
            )
            made.append((row, hand))
        Posting.objects.bulk_create(row for row, _hand in made)
        for row, hand in made:
            if hand is not None:
                self.assign(row, hand)
        LedgerCell.objects.bulk_create(
            LedgerCell(
                batch=self.batch,
                code_string_id=self.strings[account, centre],
                period=Period(period),
                amount=Decimal(ore) / 100,
                row_count=count,
            )
            for (account, centre, period), (ore, count) in cells.items()
        )

    def assign(self, row, hand):
        """A wrong one first, that the second one takes the place of."""
        said = {"posting": row.pk, "made_by": self.user, "made_at": AT, "reason": "Hör dit"}
        said |= {name: getattr(row, name) for name in ("batch", "period", "code_string", "amount")}
        HandAssignment.objects.create(**said, cost_object=self.objects[0])
        HandAssignment.objects.create(**said, cost_object=None if hand == "taken back" else self.objects[hand])

    def make(self, rules):
        for priority, rule in enumerate(rules):
            shares = {self.objects[n]: share for n, share in zip(rule["to"], rule["shares"], strict=True)}
            RuleFactory(
                priority=priority,
                method=rule["method"],
                driver=self.driver if rule["method"] == Method.DRIVER else None,
                passes_on=self.objects[rule["from"]] if rule["from"] is not None else None,
                first_period=rule["first"],
                shares=shares,
                conditions=rule["conditions"],
            )


# The reference


def weights_of(rule, period, world, base):
    keys = [world.objects[n].pk for n in rule["to"]]
    match rule["method"]:
        case Method.FIXED:
            found = dict(zip(keys, map(Fraction, rule["shares"]), strict=True))
        case Method.EVEN:
            found = dict.fromkeys(keys, Fraction(1))
        case Method.DIRECT_COST:
            found = {key: Fraction(base[key, period]) for key in keys}
        case _:
            held = {key: [v for first, v in world.values.get(key, ()) if first <= period] for key in keys}
            found = {key: Fraction(values[-1] if values else 0) for key, values in held.items()}
    return {key: weight for key, weight in found.items() if weight > 0}


def shared(ore, weights):
    """Largest remainder, of the absolute amount; ties to the lowest key."""
    whole = sum(weights.values())
    exact = {key: abs(ore) * weight / whole for key, weight in weights.items()}
    parts = {key: int(part) for key, part in exact.items()}
    order = sorted(parts, key=lambda key: (parts[key] - exact[key], key))
    for key in order[: abs(ore) - sum(parts.values())]:
        parts[key] += 1
    return {key: part if ore >= 0 else -part for key, part in parts.items()}


def fits(rule, account, centre, period, saying):
    if rule["from"] is not None or not rule["conditions"] or period < (rule["first"] or 0):
        return False
    text, name, number, has_counterparty = SAYINGS[saying]
    told = {
        "account": [account],
        "cost_centre": [centre],
        "text": [text],
        "supplier": [name, number],
        "counterparty": ["8001", "Andra universitetet"] if has_counterparty else [""],
    }
    held = defaultdict(bool)
    for part, operator, value in rule["conditions"]:
        low, values = value.lower(), [one.lower() for one in told[part]]
        held[part] |= {
            "exact": low in values,
            "prefix": any(one.startswith(low) for one in values),
            "contains": any(low in one for one in values),
            "empty": not any(values),
        }[operator]
    return all(held.values())


def asks_the_row(rule):
    return any(part in ("text", "supplier", "counterparty") for part, _operator, _value in rule["conditions"])


def grouped(rows, rules, world):
    """(cell, what takes its rows) → öre: rows go together when they say the same way, the others with their cell."""
    pieces = defaultdict(int)
    for account, centre, period, ore, saying, hand in rows:
        way = next((n for n, rule in enumerate(rules) if fits(rule, account, centre, period, saying)), None)
        if hand not in (None, "taken back"):
            way = ("hand", hand)
        elif way is None or not asks_the_row(rules[way]):
            way = ("cell", way)
        pieces[(account, centre, period), way] += ore
    return pieces


def expected(rules, rows, world):
    """(cell, cost object or None) → öre."""
    out = {}
    base = defaultdict(int)
    later = []
    for key, ore in grouped(rows, rules, world).items():
        way = key[1]
        if isinstance(way, tuple) and way[0] == "hand":
            out[key] = {world.objects[way[1]].pk: ore}
            continue
        number = way[1] if isinstance(way, tuple) else way
        rule = None if number is None else rules[number]
        if rule is not None and rule["method"] == Method.DIRECT_COST:
            later.append((key, ore, rule))
            continue
        weights = weights_of(rule, key[0][2], world, base) if rule else {}
        out[key] = shared(ore, weights) if weights else {None: ore}
    for ((_a, _c, period), _way), parts in out.items():
        for target, part in parts.items():
            base[target, period] += part
    for key, ore, rule in later:
        weights = weights_of(rule, key[0][2], world, base)
        out[key] = shared(ore, weights) if weights else {None: ore}
    passed_on(rules, out, world, base)
    ends = defaultdict(int)
    for (cell, _way), parts in out.items():
        for target, ore in parts.items():
            ends[cell, target] += ore
    return without_nothing(ends)


def without_nothing(ends):
    """A part of 0.00 may have a line or none."""
    return {key: ore for key, ore in ends.items() if ore}


def passed_on(rules, out, world, base):
    """Each passes on to later ones only, so their numbers are an order."""
    for rule in sorted((rule for rule in rules if rule["from"] is not None), key=lambda rule: rule["from"]):
        source = world.objects[rule["from"]].pk
        for key, parts in out.items():
            period = key[0][2]
            weights = weights_of(rule, period, world, base) if period >= (rule["first"] or 0) else {}
            if source in parts and weights:
                for target, part in shared(parts.pop(source), weights).items():
                    parts[target] = parts.get(target, 0) + part


def found(run, world):
    """The same out of the run's lines; what no line takes of a cell is nobody's."""
    names = {pk: key for key, pk in world.strings.items()}
    got = defaultdict(int)
    for cell in LedgerCell.objects.all():
        got[(*names[cell.code_string_id], int(cell.period)), None] = int(cell.amount * 100)
    lines = AllocationLine.objects.filter(run=run)
    for string, period, target, amount in lines.values_list(
        "cell__code_string", "cell__period", "cost_object", "amount"
    ):
        key = (*names[string], int(period))
        got[key, target] += int(amount * 100)
        got[key, None] -= int(amount * 100)
    return without_nothing(got)


def assert_equal_to_the_ore(rules, rows, world):
    """Rows as `World.book` has them; without what they say and without hands if they are shorter."""
    rows = [(*row, *(0, None)[len(row) - 4 :]) for row in rows]
    world.clear()
    world.book(rows)
    world.make(rules)
    run = allocation.run(by=None, at=AT)
    assert found(run, world) == expected(rules, rows, world)
    sums = CostRollup.objects.filter(run=run).values_list("amount", "row_count")
    assert (sum(amount for amount, _rows in sums) * 100, sum(count for _amount, count in sums)) == (
        sum(row[3] for row in rows),
        len(rows),
    )


@st.composite
def a_rule(draw):
    source = draw(st.none() | st.integers(0, PASSING - 1))
    allowed = st.integers(0 if source is None else source + 1, OBJECTS - 1)
    targets = draw(st.lists(allowed, min_size=1, max_size=4, unique=True))
    method = draw(st.sampled_from(list(Method)))
    shares = [None] * len(targets)
    if method == Method.FIXED:
        cuts = sorted(draw(st.sets(st.integers(1, 999_999), min_size=len(targets) - 1, max_size=len(targets) - 1)))
        bounds = [0, *cuts, 1_000_000]
        shares = [Decimal(high - low) / 10_000 for low, high in itertools.pairwise(bounds)]
    accounts = st.tuples(st.just("account"), st.just("prefix"), st.sampled_from(["4", "5", "6", "50"]))
    centres = st.tuples(st.just("cost_centre"), st.just("exact"), st.sampled_from(CENTRES))
    words = st.sampled_from(WORDS)
    some = st.lists(accounts | centres | words, min_size=1, max_size=3, unique=True)
    conditions = [] if source is not None else draw(some)
    first = draw(st.none() | st.sampled_from(PERIODS))
    return {
        "from": source,
        "to": targets,
        "method": method,
        "shares": shares,
        "conditions": conditions,
        "first": first,
    }


#: Few codes, so that rows which say different things meet in a cell.
ROW = st.tuples(
    st.sampled_from(ACCOUNTS[::4]),
    st.sampled_from(CENTRES[:3]),
    st.sampled_from(PERIODS),
    st.integers(-(10**9), 10**9),
    st.integers(0, len(SAYINGS) - 1),
    st.none() | st.none() | st.just("taken back") | st.integers(0, OBJECTS - 1),
)


def once_each(rules):
    """One rule passes on a cost object's cost, as the rules of the portal have it."""
    seen = set()
    for rule in rules:
        if rule["from"] is None or rule["from"] not in seen:
            seen.add(rule["from"])
            yield rule


@pytest.fixture
def world(db):
    return World()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=st.lists(a_rule(), max_size=6), rows=st.lists(ROW, max_size=12))
def test_any_rules_share_out_any_rows_as_plain_python_does(rules, rows, world):
    assert_equal_to_the_ore(list(once_each(rules)), rows, world)


def test_thousands_of_rows_end_where_plain_python_puts_them(world):
    """Every method, two steps of passing on, credits and all periods at once."""
    draw = random.Random(7)  # the same rows each time
    rows = [
        (
            draw.choice(ACCOUNTS),
            draw.choice(CENTRES),
            draw.choice(PERIODS),
            draw.randint(-(10**7), 10**8),
            draw.randrange(len(SAYINGS)),
            draw.choice([0, 3, 7]) if number % 40 == 0 else None,
        )
        for number in range(4000)
    ]
    thirds = [Decimal("33.3333"), Decimal("33.3333"), Decimal("33.3334")]
    rule = {"from": None, "first": None, "shares": [None] * 3}
    rules = [
        {
            **rule,
            "method": Method.FIXED,
            "to": [0, 3, 4],
            "shares": thirds,
            "conditions": [("account", "prefix", "40")],
        },
        {**rule, "method": Method.EVEN, "to": [1, 5, 6], "conditions": [("cost_centre", "exact", "1103")]},
        {
            **rule,
            "method": Method.DRIVER,
            "to": [3, 4, 7],
            "conditions": [("account", "prefix", "50")],
            "first": 202412,
        },
        {
            **rule,
            "method": Method.EVEN,
            "to": [1, 2, 7],
            "conditions": [("account", "prefix", "60"), ("supplier", "contains", "moln")],
        },
        {**rule, "method": Method.DIRECT_COST, "to": [0, 5, 7], "conditions": [("account", "prefix", "600")]},
        {**rule, "method": Method.DIRECT_COST, "to": [2, 5, 6], "conditions": [("text", "contains", "avgift")]},
        {**rule, "method": Method.EVEN, "from": 0, "to": [1, 3, 6], "conditions": []},
        {**rule, "method": Method.DRIVER, "from": 1, "to": [4, 5, 6], "conditions": []},
    ]
    assert_equal_to_the_ore(rules, rows, world)


def test_the_order_of_booking_does_not_matter(world):
    rows = [("5000", "1100", 202501, 100), ("5001", "1100", 202501, -100), ("5002", "1101", 202501, 1)]
    rule = {"from": None, "first": None, "method": Method.EVEN, "to": [2, 0, 1], "shares": [None] * 3}
    rules = [{**rule, "conditions": [("account", "prefix", "5")]}]
    outcomes = []
    for order in (rows, rows[::-1]):
        assert_equal_to_the_ore(rules, order, world)
        outcomes.append(found(AllocationRun.objects.get(), world))
    assert outcomes[0] == outcomes[1]
