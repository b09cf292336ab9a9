"""Text that attacks in what is kept as JSON: it comes out of files and forms, and has a shape that pages rely on."""

import re

import pytest
from django.apps import apps
from django.db import models

from finance.models import Upload
from goals.models import CheckInDraft
from tests.factories.core import UserFactory
from tests.factories.goals import ExpectedResultFactory
from tests.factories.services import PersonFactory
from tests.finance.uploaded import previewed
from tests.payloads import payloads
from tests.project import hostile
from tests.project.test_architecture import FLOORS
from vp_portal.core.access import Role

pytestmark = pytest.mark.django_db

#: What holds text of people's own, attacked below or where the fields' own tests are; the rest are codes of ours.
ATTACKED = {"Upload.choices", "Upload.result", "CheckInDraft.values", "ImportBatch.skipped"}
CODES = {
    "AuditEntry.detail": "codes and counts; its texts are shown on the page that the crawl reads",
    "ImportProfile.columns": "attacked by tests/project/test_requests.py: the headers of the file",
    "ImportProfile.dimensions": "codes of accounting dimensions",
    "AllocationRun.rules": "copied from the rules' own fields, which are attacked",
    "AllocationRun.kept": "keys of runs by period",
}
HEADER = "Period;Konto;Konto(T);Kst;Kst-namn;Vertyp;Vernr;Datum;Leverantör;Text;Belopp"


def test_every_column_of_json_is_thought_of():
    ours = [model for floor in FLOORS for model in apps.get_app_config(floor).get_models()]
    found = {
        f"{model.__name__}.{field.name}"
        for model in ours
        if not model.__name__.startswith("Historical")
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.JSONField)
    }
    assert found == ATTACKED | set(CODES)


def lines(attacks):
    """Rows whose codes, dates and amounts are attacks: each is an error that the preview quotes."""
    for number, attack in enumerate(attacks):
        text = re.sub(r'[\x00-\x1f";]', "", attack)[:150]
        wrong = [text, "202503", "5010"][number % 3], f"50{number:02}", text, text, text
        yield ";".join([*wrong, "LF", str(number), text, text, text, text if number % 2 else f"{number},00"])


def test_a_file_with_errors_is_previewed_as_text(client, today):
    upload = previewed(*lines([*payloads("xss"), *payloads("templates")]), header=HEADER)
    client.force_login(UserFactory(role=Role.CONTROLLER))
    Upload.objects.filter(pk=upload.pk).update(file_name='x"><svg onload=window.vpx=1>.csv')
    shown = 0
    for url, response in hostile.pages(
        client, [f"/finance/imports/uploads/{upload.pk}/preview/", "/finance/imports/new/"], most=2
    ):
        assert response.status_code < 500, url
        if response.headers.get("Content-Type", "").startswith("text/html"):
            assert hostile.read(response).found == [], url
            shown += "vpx" in response.content.decode()
    assert shown >= 2


@pytest.mark.parametrize("attack", payloads("xss"))
def test_a_draft_of_a_check_in_is_shown_as_text(client, today, attack):
    owner = PersonFactory(user=UserFactory())
    result = ExpectedResultFactory(owner=owner)
    client.force_login(owner.user)
    url = f"/plan/results/{result.number}/"
    written = dict.fromkeys(("comment", "blocked_by", "help_needed", "status", "progress", "confidence"), attack)
    answer = client.post(f"{url}check-ins/draft/", written)
    assert answer.status_code < 500
    assert CheckInDraft.objects.exists()
    page = client.get(url)
    assert hostile.read(page).found == []
