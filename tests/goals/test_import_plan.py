import threading
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from goals.models import ExpectedResult, FocusArea, Goal, Plan, PlanSection
from tests.factories.goals import PlanFactory
from tests.factories.services import UnitFactory

pytestmark = pytest.mark.django_db

PLAN = """# 02 Riktning 2024-2026

Text i *riktningen*.

# 03 Fokusområden

## 3.1. Leverans

Mål: Nytta.

1. Ett

   1. Ett ett

2. Två

## 3.2. Ekonomi

1. Pengar
"""
TRACKED = (Plan, PlanSection, FocusArea, Goal, ExpectedResult)


def history_rows() -> dict[str, int]:
    return {model.__name__: model.history.count() for model in TRACKED}


def read(folder: Path, text: str | bytes = PLAN, **options: object) -> str:
    file = folder / "plan.md"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    out = StringIO()
    call_command("import_plan", str(file), stdout=out, **options)
    return out.getvalue()


def refused(folder: Path, text: str | bytes, **options: object) -> str:
    with pytest.raises(CommandError) as caught:
        read(folder, text, **options)
    assert caught.value.returncode == 2
    return str(caught.value)


@pytest.mark.real_data
def test_the_real_plan_has_the_figures_that_are_promised(plan_file) -> None:
    call_command("import_plan", str(plan_file), stdout=StringIO())
    top = ExpectedResult.objects.filter(parent=None)
    assert (FocusArea.objects.count(), Goal.objects.count(), top.count()) == (4, 1, 14)
    assert list(ExpectedResult.objects.filter(parent__number="3.1.1").values_list("number", flat=True)) == [
        "3.1.1.1",
        "3.1.1.2",
        "3.1.1.3",
        "3.1.1.4",
    ]
    assert PlanSection.objects.filter(text="").count() == 12
    unwritten = PlanSection.objects.unwritten().values_list("number", flat=True)
    assert list(unwritten) == ["1.1", "1.2", "2.1", "2.2", "04"]
    assert str(Plan.objects.get()) == "Verksamhetsplan 2024–2026"
    assert 'på rätt saker"' in top.get(number="3.2.3").text


def test_reading_twice_changes_nothing_and_leaves_no_history(tmp_path) -> None:
    read(tmp_path)
    before = history_rows()
    assert "Oförändrade: 12" in read(tmp_path)
    assert history_rows() == before


def test_a_changed_text_changes_that_row_alone(tmp_path) -> None:
    read(tmp_path)
    before = history_rows()
    said = read(tmp_path, PLAN.replace("2. Två", "2. Två, och lite till"))
    assert history_rows() == before | {"ExpectedResult": before["ExpectedResult"] + 1}
    assert ExpectedResult.objects.get(number="3.1.2").text == "Två, och lite till"
    assert "förväntat resultat 3.1.2 (text)" in said


def test_the_history_says_which_file(tmp_path) -> None:
    read(tmp_path)
    assert Goal.history.get().history_change_reason == "Inläst från plan.md"


def test_what_vanished_from_the_file_is_kept_and_named(tmp_path) -> None:
    read(tmp_path)
    said = read(tmp_path, PLAN.replace("2. Två\n", ""))
    assert "förväntat resultat 3.1.2" in said.partition("Finns i portalen men inte i filen")[2]
    assert ExpectedResult.objects.filter(number="3.1.2").exists()


def test_a_goal_chosen_in_the_portal_stands(tmp_path) -> None:
    read(tmp_path)
    chosen = Goal.objects.create(focus_area=FocusArea.objects.get(number="3.2"), text="Ordning")
    ExpectedResult.objects.filter(number="3.2.1").update(goal=chosen)
    read(tmp_path)
    assert ExpectedResult.objects.get(number="3.2.1").goal == chosen


def test_a_dry_run_stores_nothing(tmp_path) -> None:
    assert "Nya: 12" in read(tmp_path, dry_run=True)
    assert not Plan.objects.exists()


def test_a_file_that_cannot_be_understood_stores_nothing(tmp_path) -> None:
    said = refused(tmp_path, PLAN + "\n## Utan nummer\n")
    assert "plan.md:21: Rubriken saknar nummer" in said
    assert not Plan.objects.exists()


@pytest.mark.parametrize("data", [b"# 01 \0", "# 01 Å".encode("latin-1"), b""])
def test_bytes_that_are_no_plan_are_refused(tmp_path, data) -> None:
    assert "plan.md:1:" in refused(tmp_path, data)


def test_a_missing_file_is_refused(tmp_path) -> None:
    with pytest.raises(CommandError, match="går inte att läsa"):
        call_command("import_plan", str(tmp_path / "ingen.md"))


def test_a_windows_file_gives_the_same_plan(tmp_path) -> None:
    read(tmp_path)
    assert "Oförändrade: 12" in read(tmp_path, b"\xef\xbb\xbf" + PLAN.replace("\n", "\r\n").encode())


def test_years_are_asked_for_when_no_heading_has_them(tmp_path) -> None:
    text = PLAN.replace(" 2024-2026", "")
    assert "--first-year" in refused(tmp_path, text)
    assert read(tmp_path, text, first_year=2030, last_year=2032, name="VP").startswith("VP 2030–2032")


def test_years_that_differ_from_the_heading_are_refused(tmp_path) -> None:
    assert "plan.md:1:" in refused(tmp_path, PLAN, first_year=2025)


def test_another_years_plan_is_left_alone(tmp_path) -> None:
    other = PlanFactory(first_year=2021, last_year=2023)
    read(tmp_path)
    assert not other.sections.exists()


def test_two_plans_for_the_same_years_are_refused(tmp_path) -> None:
    for _ in range(2):
        PlanFactory(first_year=2024, last_year=2026, unit=UnitFactory())
    assert "flera planer" in refused(tmp_path, PLAN)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_read_in_the_same_new_plan_at_once_the_second_finds_the_firsts(tmp_path) -> None:
    said: list[str] = []

    def second() -> None:
        (tmp_path / "b").mkdir()
        said.append(read(tmp_path / "b"))
        connection.close()

    with transaction.atomic():
        read(tmp_path)
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(1)
        assert waiting.is_alive()
    waiting.join(60)
    assert "Oförändrade: 12" in said[0]
    assert Plan.objects.count() == 1
