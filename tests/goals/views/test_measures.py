from decimal import Decimal

import pytest

from goals.choices import Direction
from tests.factories.goals import ExpectedResultFactory, IndicatorFactory, IndicatorReadingFactory

URL = "/plan/results/3.1.1/"
SAID = {"occasion": "2025T2", "status": "watch", "progress": "", "confidence": "high", "comment": "Mätt."}


@pytest.fixture
def indicator(result):
    return IndicatorFactory(result=result, name="Nöjda användare")


def new(client, about, **values):
    data = {"indicator": about.pk, "on": "2025-09-01", "value": "41,5", "source": "Enkät"} | values
    return client.post(f"{URL}readings/", data)


def test_a_reading_is_entered_and_drawn_with_its_note(owner, indicator, moment) -> None:
    assert new(owner, indicator, note="Ny enkät").status_code == 302
    made = indicator.readings.get()
    assert (made.value, made.source, made.made_by) == (Decimal("41.5"), "Enkät", indicator.result.owner.user)
    page = owner.get(URL).content.decode()
    assert "41,5\xa0% den 2025-09-01" in page
    assert "2025-09-01 (Ny enkät)" in page


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("value", "mycket", "Ange ett tal."),
        ("value", "9" * 30, "siffror"),
        ("value", "NaN", "Ange ett tal."),
        ("on", "2025-12-01", "har inte kommit"),
        ("on", "2025-05-01", "redan en avläsning"),
        ("indicator", "0", "giltigt"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(owner, indicator, moment, field, value, reason) -> None:
    IndicatorReadingFactory(indicator=indicator)
    response = new(owner, indicator, **{field: value})
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert f'id="reading_{field}_error"' in response.content.decode()
    assert indicator.readings.count() == 1


def test_a_measure_of_another_result_is_refused(owner, indicator) -> None:
    other = IndicatorFactory(result=ExpectedResultFactory(focus_area=indicator.result.focus_area))
    assert new(owner, other).status_code == 422
    assert not other.readings.exists()


def test_who_may_not_check_in_enters_nothing(reader, indicator) -> None:
    assert new(reader, indicator).status_code == 403
    assert "Ny avläsning" not in reader.get(URL).content.decode()


def test_a_check_in_can_say_the_value_instead_of_the_progress(owner, indicator, result, moment) -> None:
    owner.post(f"{URL}check-ins/", SAID | {"measure": indicator.pk, "value": "50"})
    made = result.check_ins.latest("pk")
    assert (made.progress, indicator.readings.get().value) == (50, Decimal(50))


@pytest.mark.parametrize(
    ("values", "field"),
    [({}, "progress"), ({"value": "5"}, "measure"), ({"measure": "pk"}, "value")],
)
def test_progress_is_given_or_follows_from_a_measure(owner, indicator, result, values, field) -> None:
    known = {name: indicator.pk if value == "pk" else value for name, value in values.items()}
    page = owner.post(f"{URL}check-ins/", SAID | known)
    assert page.status_code == 422
    assert f'id="id_{field}_error"' in page.content.decode()
    assert result.check_ins.count() == 1


def test_what_is_kept_within_is_drawn_between_its_limits(owner, result) -> None:
    kept = IndicatorFactory(result=result, direction=Direction.KEEP, baseline=None, target=None, lower=5, upper=9)
    IndicatorReadingFactory(indicator=kept, value=7)
    page = owner.get(URL).content.decode()
    assert "mellan 5\xa0% och 9\xa0%" in page
    assert "Lägst" in page
