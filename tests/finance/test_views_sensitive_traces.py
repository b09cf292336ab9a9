"""Whoever reads sensitive rows one by one leaves a trace, on whichever page or in whichever file."""

import pytest

from tests.project import hostile
from tests.project.everything import SENSITIVE_TEXT, world_of_everything
from vp_portal.core.access import Role
from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry

pytestmark = pytest.mark.django_db


def traced(response):
    request = response.headers["X-Request-ID"]
    return AuditEntry.objects.filter(event=AuditEvent.SENSITIVE_VIEW, request_id=request).exists()


@pytest.mark.parametrize("who", ["controller", "manager"])
def test_every_page_and_file_with_a_sensitive_row_is_traced(client, today, settings, who):
    settings.FILES_PER_MINUTE = 1000
    world = world_of_everything()
    client.force_login(world.users[Role.CONTROLLER] if who == "controller" else world.manager.user)
    starts, shown = ["/finance/", *hostile.fixed(lambda path: "/admin/" not in path)], set()
    for url, response in hostile.pages_and_files(client, starts, 1, "csv"):
        if not response.streaming and SENSITIVE_TEXT in response.content.decode(errors="replace"):
            assert traced(response), url
            shown.add(url.partition("?")[0].strip("/").split("/")[-1] + ("+file" if "format=csv" in url else ""))
    assert {"postings", "hands", "flags", "postings+file", "hands+file", "flags+file"} <= shown, shown


def test_a_form_that_is_shown_again_with_the_row_is_traced_too(client, today):
    world = world_of_everything()
    client.force_login(world.manager.user)
    row = world.batch.postings.get(text=SENSITIVE_TEXT)
    for verb in ("assign/", "flag/", "like/"):
        response = client.post(f"/finance/postings/{row.batch_id}-{row.pk}/{verb}", {})
        assert SENSITIVE_TEXT in response.content.decode(), verb
        assert traced(response), verb
