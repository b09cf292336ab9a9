import json
import stat

import pytest
from django.core.management import CommandError, call_command

from vp_portal.core.choices import AuditEvent
from vp_portal.core.models import AuditEntry


@pytest.fixture
def exported(gone, tmp_path):
    path = tmp_path / "ut.json"
    call_command("export_person", "asa.lind", output=path)
    return path


def test_everything_about_the_person_is_in_the_file(exported, gone):
    data = json.loads(exported.read_text())
    assert data["rows"]["core.User"][0]["email"] == "asa.lind@example.org"
    assert data["rows"]["services.Person"][0]["title"] == "Tekniker"
    assert data["rows"]["core.RoleGrant"][0]["role"] == "controller"
    assert {entry["event"] for entry in data["rows"]["core.AuditEntry"]} >= {
        "export",
        "sign_in_failed",
        "rights_changed",
    }
    assert [row["is_active"] for row in data["history"]["core.User"]] == [True, False]
    assert {"model": "core.User", "id": gone.other.pk}.items() <= data["changes_made"][0].items()


def test_others_and_secrets_are_not(exported, gone):
    text = exported.read_text()
    data = json.loads(text)
    assert [row["id"] for row in data["rows"]["core.User"]] == [gone.user.pk]
    assert gone.user.password not in text
    assert "salt" not in text


def test_the_person_s_code_finds_the_account_too(gone, tmp_path):
    call_command("export_person", "asli", output=tmp_path / "ut.json")
    assert "core.User" in json.loads((tmp_path / "ut.json").read_text())["rows"]


def test_the_file_is_for_nobody_else_and_leaves_a_trace(exported, gone):
    assert stat.S_IMODE(exported.stat().st_mode) == 0o600
    assert AuditEntry.objects.get(event=AuditEvent.PERSON_EXPORTED).target_id == str(gone.user.pk)


def test_nobody_has_the_name(db, tmp_path):
    with pytest.raises(CommandError, match="ingen"):
        call_command("export_person", "ingen", output=tmp_path / "ut.json")


def test_a_file_that_cannot_be_written_is_said(gone, tmp_path):
    with pytest.raises(CommandError, match="kan inte skrivas"):
        call_command("export_person", "asli", output=tmp_path / "saknas" / "ut.json")
