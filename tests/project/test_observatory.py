"""The scoring itself: a bare site fails, each fault costs what the published rules say."""

import pytest

from tests.observatory import Answer, grade, score

GOOD = {
    "content-security-policy": "default-src 'none'; script-src 'self'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
}
COOKIE = "__Host-sessionid=x; HttpOnly; Path=/; SameSite=Lax; Secure"


def test_all_that_can_be_had_is_135():
    assert score(Answer(GOOD, '<script src="/a.js"></script>', (COOKIE,)))[0] == 135


def test_a_site_without_headers_fails():
    points, _parts = score(Answer({}, "", (), http_status=200))
    assert (points, grade(points)) == (10, "F")


@pytest.mark.parametrize(
    ("policy", "points"),
    [
        ("default-src 'none'", 10),
        ("default-src 'self'", 5),
        ("default-src 'none'; style-src 'self' 'unsafe-inline'", 0),
        ("default-src 'none'; img-src http://x.example", -10),
        ("default-src 'none'; script-src 'self' 'unsafe-eval'", -10),
        ("default-src 'none'; font-src http://x.example", -20),
        ("default-src 'none'; script-src 'unsafe-inline'", -20),
        ("img-src 'self'", -20),
        ("", -25),
    ],
)
def test_a_policy_is_worth_its_strictness(policy, points):
    assert score(Answer(GOOD | {"content-security-policy": policy}))[1]["content_security_policy"] == points


@pytest.mark.parametrize(
    ("cookie", "points"),
    [
        (COOKIE, 5),
        ("sessionid=x; HttpOnly; SameSite=Lax", -10),
        ("sessionid=x; Secure; SameSite=Lax", -30),
        ("csrftoken=x; Secure", -20),
        ("theme=x; SameSite=None", -20),
        ("theme=x; Secure", 0),
    ],
)
def test_a_cookie_costs_what_it_lacks(cookie, points):
    assert score(Answer(GOOD, "", (COOKIE, cookie)))[1]["cookies"] == points


@pytest.mark.parametrize(
    ("name", "value", "rule", "points"),
    [
        ("strict-transport-security", "max-age=3600", "strict_transport_security", -10),
        ("strict-transport-security", "", "strict_transport_security", -20),
        ("referrer-policy", "unsafe-url", "referrer_policy", -5),
        ("x-content-type-options", "", "content_type_options", -5),
        ("cross-origin-resource-policy", "everyone", "cross_origin_resource_policy", -5),
    ],
)
def test_a_header_costs_what_it_lacks(name, value, rule, points):
    assert score(Answer(GOOD | {name: value}))[1][rule] == points


@pytest.mark.parametrize(
    ("tag", "points"),
    [
        ("<script src=/a.js></script>", 0),
        ('<script src="https://cdn.example/a.js"></script>', -5),
        ('<script src="//cdn.example/a.js"></script>', -50),
        ('<script src="https://cdn.example/a.js" integrity="sha384-x"></script>', 5),
    ],
)
def test_a_script_from_elsewhere_costs(tag, points):
    assert score(Answer(GOOD, tag))[1]["subresource_integrity"] == points


def test_plain_http_that_leads_nowhere_costs():
    assert score(Answer(GOOD, http_status=200))[1]["redirection"] == -20
    assert score(Answer(GOOD, http_location="https://other.example/"))[1]["redirection"] == -5


def test_bonuses_count_from_ninety():
    assert score(Answer(GOOD | {"strict-transport-security": ""}))[0] == 80
