import stat

from vp_portal.trial.place import Place


def test_secret_is_made_once_and_for_its_owner_alone(tmp_path):
    place = Place(tmp_path / "var")

    first = place.secret("secret-key")

    assert place.secret("secret-key") == first
    assert len(first) >= 40
    assert stat.S_IMODE((place.var / "secret-key").stat().st_mode) == 0o600


def test_tests_have_a_place_of_their_own(tmp_path):
    assert Place(tmp_path / "var").for_tests().var == tmp_path / "var" / "test"


def test_place_follows_the_variable_of_the_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("VP_VAR_DIR", str(tmp_path / "elsewhere"))

    assert Place.usual().var == tmp_path / "elsewhere"


def test_forgetting_everything_leaves_logs_and_locks(tmp_path):
    place = Place(tmp_path / "var")
    place.secret("demo-password")
    (place.var / "pg15" / "base").mkdir(parents=True)
    (place.var / "static").mkdir()
    place.log("pip").touch()
    (place.var / "run.lock").touch()

    place.forget_everything()

    assert sorted(path.name for path in place.var.iterdir()) == ["log", "run.lock"]


def test_pointer_to_a_folder_that_is_not_ours_is_not_followed(tmp_path):
    place = Place(tmp_path / "var")
    place.var.mkdir()
    other = tmp_path / "home"
    (other / "pg15").mkdir(parents=True)
    place.pointer.write_text(f"{other}\n")

    place.forget_everything()

    assert place.outside() is None
    assert (other / "pg15").is_dir()


def test_data_lies_in_var_when_the_servers_user_is_the_current_one(tmp_path):
    assert Place(tmp_path / "var").data_root(None) == tmp_path / "var"


def test_log_folder_is_made(tmp_path):
    assert Place(tmp_path / "var").log("web").parent.is_dir()
