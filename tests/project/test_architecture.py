"""What imports can't show: foreign keys, sign-in, history, templates, dependencies, the shape of the project."""

import re
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from tests.conftest import ROOT

#: From the ground up. A row may point to its own floor or below.
FLOORS = ["core", "services", "goals", "finance"]
PACKAGES = ["vp_portal", "services", "goals", "finance"]
TEMPLATES = ROOT / "templates"

#: Models without history of their own, and why.
UNTRACKED = {
    "core.AuditEntry": "is history itself, only ever added to",
    "core.AuditSeal": "as AuditEntry",
    "core.SignInAttempt": "counted for a quarter of an hour, then gone",
    "core.SignInSession": "lives as long as its session; signing in and out stands in the audit log",
    "goals.CheckInDraft": "what one person has not sent yet; it goes when the check-in is made",
    "goals.SentReminder": "says itself who and when, and when the letter went",
    "services.CostObject": "each kind's own history holds these columns too",
    "finance.Posting": "a batch's rows never change; the batch is tracked",
    "finance.SupersededPosting": "as Posting",
    "finance.LedgerCell": "a batch's rows added up, made with it and never changed",
    "finance.LedgerSum": "as LedgerCell",
    "finance.BareCell": "as CostRollup",
    "finance.CodeString": "a combination that was booked; it never changes",
    "finance.AllocationRun": "a run never changes; when it counted stands in the row",
    "finance.AllocationLine": "made by a run and never changed",
    "goals.DecidedPlan": "never changes: the database refuses",
    "goals.IndicatorSnapshot": "never changes: the database refuses",
    "goals.PlanExport": "a file for somebody, gone after a day",
    "finance.PassedOn": "as AllocationLine",
    "finance.CellSlice": "as AllocationLine",
    "finance.SlicedPosting": "as AllocationLine",
    "finance.HandAssignment": "never changes: what is said later of a posting is a new row",
    "finance.FundingProposalShare": "never changes, goes with its proposal, which has",
    "finance.EmptyBase": "as AllocationLine",
    "finance.SupersededLine": "as AllocationLine",
    "finance.SupersededSlice": "as AllocationLine",
    "finance.Upload": "on its way to a batch, which is tracked; who did what when stands in the row",
    "finance.ForecastBasis": "made with a computed forecast, made anew with the next; its lines are tracked",
    "finance.CostTotal": "as CostRollup",
    "finance.SpanTotal": "as CostRollup",
    "finance.BudgetTotal": "a version's lines added up; the lines are tracked",
    "finance.SupplierSum": "a batch's rows added up, made once and never changed",
    "finance.SupplierBatch": "that this is done, and when",
    "finance.CostRollup": "made by a run and kept up by imports; every row follows from tracked ones",
}
#: Constraints that no form can violate.
INTERNAL = {
    "SupplierSum",
    "LedgerCell",
    "LedgerSum",
    "BareCell",
    "AllocationRun",
    "AllocationLine",
    "CostRollup",
    "CostTotal",
    "SpanTotal",
    "BudgetTotal",
    "PassedOn",
    "EmptyBase",
    "CellSlice",
    "SlicedPosting",
    "SupersededLine",
    "SupersededSlice",
}
#: Addresses for who is not signed in yet, by name.
OPEN = {
    *("login", "account_login", "admin:login", "core:csp_report", "core:theme", "goals:feed"),
    *("directory_start", "directory_callback", "mfa_authenticate", "mfa_login_webauthn", "new_password"),
}

OUR_MODELS = [
    model
    for floor in FLOORS
    for model in apps.get_app_config(floor).get_models()
    if not model.__name__.startswith("Historical")
]
SOURCES = [
    path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")) if "migrations" not in path.parts
]
ALL_TEMPLATES = sorted(TEMPLATES.rglob("*.html"))


def label(model):
    return model._meta.label


def short(path):
    return str(path.relative_to(ROOT))


# Models


def links_down():
    """(model, field) for each link from our models to another app."""
    for model in OUR_MODELS:
        for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
            if field.is_relation and field.related_model._meta.app_label != model._meta.app_label:
                yield model, field


def test_links_between_apps_point_down():
    ours = [(model, field) for model, field in links_down() if field.related_model._meta.app_label in FLOORS]
    assert ours
    for model, field in ours:
        assert FLOORS.index(field.related_model._meta.app_label) < FLOORS.index(model._meta.app_label), field


def test_a_lower_app_never_learns_of_a_higher():
    for model, field in links_down():
        if model._meta.app_label == "core" or getattr(field.remote_field, "parent_link", False):
            continue
        assert field.remote_field.hidden, f"{field} needs related_name='+'"
        if isinstance(field, models.ForeignKey):
            assert field.remote_field.on_delete is models.PROTECT, field


def test_a_cost_object_never_points_to_its_kinds():
    from services.models import CostObject

    kinds = [model for model in OUR_MODELS if issubclass(model, CostObject) and model is not CostObject]
    assert kinds
    for kind in kinds:
        assert kind._meta.pk.remote_field.parent_link
        assert kind._meta.pk.remote_field.hidden


@pytest.mark.parametrize("model", OUR_MODELS, ids=label)
def test_every_change_leaves_history(model):
    tracked = "simple_history_manager_attribute" in vars(model._meta)
    assert tracked != (label(model) in UNTRACKED)


@pytest.mark.parametrize(
    "model", [m for m in OUR_MODELS if "simple_history_manager_attribute" in vars(m._meta)], ids=label
)
def test_history_outlives_the_account(model):
    assert model.history.model._meta.get_field("history_user").db_constraint is False


CONSTRAINTS = [(model, constraint) for model in OUR_MODELS for constraint in model._meta.constraints]


@pytest.mark.parametrize(("model", "constraint"), CONSTRAINTS, ids=[c.name for _, c in CONSTRAINTS])
def test_a_constraint_is_named_for_its_table_and_says_why(model, constraint):
    assert constraint.name.startswith(f"{model._meta.app_label}_{model._meta.model_name}_")
    own_words = str(constraint.violation_error_message) != str(models.BaseConstraint.default_violation_error_message)
    assert own_words or model.__name__ in INTERNAL


#: English names that are Swedish words as well.
SAME_WORD = {"format", "period", "person", "plan", "status", "tertial", "text", "version"}


@pytest.mark.parametrize("model", [model for model in OUR_MODELS if model.__name__ not in INTERNAL], ids=label)
def test_columns_have_swedish_names(model):
    english = [field.name.replace("_", " ") for field in model._meta.local_fields if field.editable]
    named = [str(field.verbose_name) for field in model._meta.local_fields if field.editable and not field.primary_key]
    assert set(named) & set(english) <= SAME_WORD


# Addresses


def walk(patterns, prefix="", namespace=""):
    for entry in patterns:
        path = prefix + example(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from walk(
                entry.url_patterns, path, f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            )
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name or ''}", path


def example(pattern):
    """An address that a pattern matches."""
    if hasattr(pattern, "_route"):
        return re.sub(
            r"<(?:(\w+):)?\w+>", lambda m: "1" if m[1] in (None, "int", "str", "path") else m[1], pattern._route
        )
    form, names = normalize(pattern._regex)[0]
    return form % dict.fromkeys(names, "1")


ADDRESSES = [(name, "/" + path) for name, path in walk(get_resolver().url_patterns)]


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "path"), ADDRESSES, ids=[path for _, path in ADDRESSES])
def test_who_is_not_signed_in_comes_no_further_than_sign_in(client, name, path):
    response = client.get(path)
    if name in OPEN:
        assert response.status_code in (200, 302, 404, 405)
    else:
        assert response.status_code == 302, name
        assert response.headers["Location"].startswith(("/sign-in/?next=", "/admin/login/?next="))


# Templates


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=short)
def test_a_template_begins_with_what_it_is_given(path):
    assert path.read_text().lstrip().startswith(("{#", "{% comment %}"))


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=short)
def test_a_template_uses_its_own_folder_and_the_shared_ones(path):
    own = path.relative_to(TEMPLATES).parts[0]
    allowed = {own, "_components", "_partials", "base.html"} | ({"simple_history"} if own == "admin" else set())
    text = path.read_text()
    used = re.findall(r"{%\s*(?:include|extends|remembered)\s+(.+?)[\s%]", text)
    named = re.findall(r"{%\s*(?:include|extends|remembered)\s+[\"']([^\"']+)", text)
    assert len(used) == len(named), "a template is named where it is used"
    assert {name.split("/")[0] for name in named} <= allowed


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=short)
def test_a_template_has_no_inline_script_or_style(path):
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert re.findall(r"<style|\sstyle\s*=|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=\s*[\"']|javascript:", text) == []


# Sources


@pytest.mark.parametrize("path", SOURCES, ids=short)
def test_a_module_is_short_enough_to_read(path):
    assert len(path.read_text().splitlines()) <= 350


#: Where a drawing or time is measured, not money.
NO_MONEY = {"vp_portal/core/charts.py", "vp_portal/trial/guard.py"}


def test_no_amount_goes_through_a_float():
    floats = {short(path) for path in SOURCES if re.search(r"\bfloat\(|FloatField", path.read_text())}
    assert floats <= NO_MONEY


#: Where the clock may be read: at the edge, and where a file's age is judged.
CLOCK = re.compile(r"(^|/)(views(/.*)?|access|registers|tasks)\.py$|/management/|/trial/")


def test_the_clock_is_asked_at_the_edge():
    asks = re.compile(r"\b(date\.today|datetime\.now|timezone\.now|localdate|utcnow|timezone\.localtime)\(\s*\)")
    assert [short(p) for p in SOURCES if asks.search(p.read_text()) and not CLOCK.search(short(p))] == []


def test_every_dependency_has_its_sentence():
    text = (ROOT / "pyproject.toml").read_text()
    data = tomllib.loads(text)
    for requirement in [*data["project"]["dependencies"], *data["dependency-groups"]["test"]]:
        line = next(line for line in text.splitlines() if f'"{requirement}"' in line)
        assert re.search(r"# [A-Z].*\.$", line), requirement


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_a_lock_has_hashes_and_names_no_host(name):
    lines = (ROOT / name).read_text().splitlines()
    pins = [index for index, line in enumerate(lines) if re.match(r"[a-z0-9]", line, re.IGNORECASE)]
    assert pins
    for index in pins:
        assert "==" in lines[index]
        assert "--hash=sha256:" in lines[index + 1]
    assert [line for line in lines if "://" in line or "index" in line.split("#")[0].split("==")[0]] == []


TOP = {
    *("manage.py", "vp_portal", "goals", "services", "finance", "templates", "fixtures", "tests"),
    *("pyproject.toml", "README.md", "run.py", "requirements.txt", "requirements-test.txt", ".ci", ".gitignore"),
}


def test_the_top_level_is_closed():
    ignored = {line.strip("/") for line in (ROOT / ".gitignore").read_text().split()} | {".git"}
    assert {path.name for path in Path(ROOT).iterdir()} - ignored <= TOP
