"""Reports of breaches of the content security policy: kept short, few, and without what a reporter slips in."""

import json
import logging

import pytest
from django.test import Client
from django.urls import reverse

from tests.payloads import payloads
from vp_portal.core import violations
from vp_portal.core.logs import JsonLines
from vp_portal.core.violations import Gate, Violation, read

REPORT = {
    "document-uri": "https://vp.example.org/services/TJ101/?q=hemligt#here",
    "blocked-uri": "https://evil.example/x.js?stolen=hemligt",
    "effective-directive": "script-src-elem",
    "original-policy": "default-src 'none'",
}


@pytest.fixture(autouse=True)
def _open_gate(monkeypatch):
    monkeypatch.setattr(violations, "gate", Gate(3, 60))


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def send(client, body, **options):
    return client.post(reverse("core:csp_report"), body, content_type="application/csp-report", **options)


def report(**changes):
    return json.dumps({"csp-report": REPORT | changes})


def test_the_policy_names_the_address_of_reports(browser):
    assert f"report-uri {reverse('core:csp_report')}" in browser.get("/").headers["Content-Security-Policy"]


def test_a_report_becomes_a_line_in_the_log(browser, caplog):
    assert send(browser, report()).status_code == 204
    (record,) = [each for each in caplog.records if each.name == violations.__name__]
    line = json.loads(JsonLines().format(record))
    assert line["directive"] == "script-src-elem"
    assert line["blocked"] == "https://evil.example"
    assert line["document"] == "services/<str:code>/"
    assert "hemligt" not in caplog.text + str(line)


@pytest.mark.parametrize("blocked", ["inline", "eval", "data", "wasm-eval"])
def test_what_was_blocked_may_be_a_word(blocked):
    assert read(report(**{"blocked-uri": blocked}).encode()).blocked == blocked


def test_a_page_is_told_by_its_pattern_since_its_address_may_hold_a_key():
    assert read(report(**{"document-uri": "https://vp.example.org/"}).encode()).document == "/"
    assert read(report(**{"document-uri": "about:blank"}).encode()).document == "?"


@pytest.mark.parametrize("text", [*payloads("lines"), "x" * 10_000])
def test_no_report_breaks_or_fills_the_log(text):
    found = read(
        report(**{"effective-directive": text, "blocked-uri": text, "document-uri": "https://x/" + text}).encode()
    )
    line = JsonLines().format(logging.makeLogRecord({"msg": "x", **vars(found)}))
    assert line.isprintable()
    assert len(line) < 4000


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"csp-report": 1}',
        "{",
        "\xff",
        "[" * 5000,
        '{"csp-report": {"document-uri": "http://["}}',
    ],
)
def test_anything_else_is_refused(browser, body):
    assert send(browser, body).status_code == 400


def test_a_large_report_is_refused_unread(browser):
    assert send(browser, "x" * (violations.LARGEST + 1)).status_code == 413


def test_many_reports_are_not_written(browser, caplog):
    answers = [send(browser, report()).status_code for _ in range(5)]
    assert answers == [204, 204, 204, 429, 429]
    assert len([each for each in caplog.records if each.name == violations.__name__]) == 3


def test_the_gate_opens_again():
    gate = Gate(1, 60)
    assert [gate.admits(now) for now in (100, 101, 159, 160)] == [True, False, False, True]


def test_reports_are_sent_not_fetched(browser):
    assert browser.get(reverse("core:csp_report")).status_code == 405


def test_a_missing_word_is_no_error():
    assert read(b'{"csp-report": {}}') == Violation("None", "None", "?")
