"""`benchmark plan`: the plan's pages and its PDF for a large plan, against the pages' own queries run raw."""

import datetime as dt
import statistics
import time
from collections.abc import Callable
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from goals.choices import ExportFormat, Status
from goals.models import CheckIn, ExpectedResult, FocusArea, Goal, Plan, PlanSection
from goals.reports import exports
from tests.benchmarks import database
from tests.benchmarks.report import Measure, Options, Report, machine
from tests.factories.core import UserFactory
from tests.factories.services import PersonFactory, UnitFactory
from vp_portal.core.access import Role, today
from vp_portal.core.periods import Tertial

AREAS, SECTIONS, RESULTS, CHECK_INS = 10, 50, 200, 2000
ROUNDS = 25
_TEXT = "Vi levererar **tjänster** som verksamheten har nytta av. " * 20


def run(options: Options) -> Report:
    with database.throwaway():
        report = Report(machine())
        few = _queries(make_plan(RESULTS // 10, CHECK_INS // 10, year=2000))
        plan = make_plan(RESULTS, CHECK_INS, year=today().year - 1)
        for path in ("/plan/", "/plan/document/"):
            report.add(path, *_page(path, few[path], plan))
        options.say("PDF …")
        report.add("PDF", *_pdf(plan))
        return report


def make_plan(results: int, check_ins: int, *, year: int) -> Plan:
    """A plan of three years from `year`, with a tenth of the results in each focus area."""
    plan = Plan.objects.create(name="Mätning", first_year=year, last_year=year + 2)
    unit, person = UnitFactory(), PersonFactory()
    _sections(plan)
    for place in range(1, AREAS + 1):
        section = plan.sections.get(number=f"3.{place}")
        area = FocusArea.objects.create(plan=plan, section=section, number=f"3.{place}", name=section.title)
        goal = Goal.objects.create(focus_area=area, text="Nytta för alla.")
        for number in range(1, results // AREAS + 1):
            ExpectedResult.objects.create(
                plan=plan,
                focus_area=area,
                goal=goal,
                number=f"3.{place}.{number}",
                text="Ett förväntat resultat som säger något om verksamheten",
                owner=person,
                unit=unit,
                due_on=dt.date(year + 2, 12, 31),
                weight=Decimal("1.00"),
            )
    _check_ins(plan, check_ins)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return plan


def _sections(plan: Plan) -> None:
    numbers = [
        "01",
        *(f"1.{n}" for n in range(1, SECTIONS - AREAS - 1)),
        "03",
        *(f"3.{n}" for n in range(1, AREAS + 1)),
    ]
    PlanSection.objects.bulk_create(
        PlanSection(plan=plan, number=number, title=f"Avsnitt {number}", text=_TEXT, position=place)
        for place, number in enumerate(numbers, 1)
    )


def _check_ins(plan: Plan, count: int) -> None:
    results = list(plan.results.all())
    tertial, at = Tertial(plan.first_year, 1), dt.datetime(plan.first_year, 5, 5, 9, tzinfo=dt.UTC)
    made = CheckIn.objects.filter(result__plan=plan).count()
    CheckIn.objects.bulk_create(
        CheckIn(
            result=results[number % len(results)],
            tertial=tertial,
            status=Status.ON_PLAN,
            progress=number % 100,
            comment="Det går framåt.",
            made_at=at + dt.timedelta(minutes=number),
        )
        for number in range(made, made + count)
    )


def _client() -> Client:
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(UserFactory(role=Role.READER))
    return client


def _settings() -> override_settings:
    static = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    storages = {**settings.STORAGES, **static}
    return override_settings(STORAGES=storages, SECURE_SSL_REDIRECT=False)


def _queries(plan: Plan) -> dict[str, int]:
    """How many each page makes for a plan."""
    with _settings():
        client = _client()
        found = {}
        for path in ("/plan/", "/plan/document/"):
            client.get(path)
            with CaptureQueriesContext(connection) as captured:
                assert client.get(path).status_code == 200
            found[path] = len(captured)
        return found


def _page(path: str, few: int, plan: Plan) -> list[Measure]:
    with _settings():
        client = _client()
        started = time.perf_counter()
        client.get(path)
        first = time.perf_counter() - started
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        statements = [query["sql"] for query in captured.captured_queries]
        page, raw = _medians(lambda: client.get(path), lambda: _run(statements))
        changed, _raw = _medians(lambda: client.get(path), lambda: _check_ins(plan, 1))
    return [
        Measure("antal frågor", len(statements), "st"),
        Measure("fler frågor än för en tiondel så stor plan", len(statements) - few, "st", most=0),
        Measure("sidan", page),
        Measure("sidan, efter en ny avstämning", changed),
        Measure("sidan, första gången i en ny process", first),
        Measure("dess egna frågor, körda för sig", raw),
        Measure("sidan mot frågorna", page / raw, "×", most=2 if path == "/plan/" else None),
    ]


def _run(statements: list[str]) -> None:
    with connection.connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            if cursor.description:
                cursor.fetchall()


def _medians(*works: Callable[[], object]) -> list[float]:
    """Of each, done in turns, so that what else goes on meets them alike."""
    times: list[list[float]] = [[] for _work in works]
    for _round in range(ROUNDS):
        for work, own in zip(works, times, strict=True):
            started = time.perf_counter()
            work()
            own.append(time.perf_counter() - started)
    return [statistics.median(own) for own in times]


def _pdf(plan: Plan) -> list[Measure]:
    started = time.perf_counter()
    content = exports.content_for(plan, None, today(), None)
    body = exports.made(content, None, ExportFormat.PDF, today())
    seconds = time.perf_counter() - started
    return [
        Measure(f"{RESULTS} resultat, {SECTIONS} avsnitt", seconds, most=5),
        Measure("storlek", len(body) / 1e6, "MB"),
    ]
