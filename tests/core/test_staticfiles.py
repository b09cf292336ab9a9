from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.management import call_command

from vp_portal.core.staticfiles import BundlingStorage, bundle


def sources(**files: str) -> dict:
    storage = InMemoryStorage()
    names = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    for name, text in names.items():
        storage.save(name, ContentFile(text.encode()))
    return {name: (storage, name) for name in names}


@pytest.fixture
def collected(settings, tmp_path) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "vp_portal.core.staticfiles.BundlingStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def hashed(collected: Path, name: str) -> Path:
    return collected / BundlingStorage().stored_name(name)


def test_stylesheet_on_the_wire_is_one_file(collected):
    css = hashed(collected, "vp_portal/css/portal.css").read_text(encoding="utf-8")
    assert "@import" not in css
    assert "--accent:" in css
    assert ".timeline" in css
    assert "/*" not in css


def test_script_on_the_wire_is_one_file_with_htmx_2(collected):
    script = hashed(collected, "vp_portal/js/portal.js").read_text(encoding="utf-8")
    assert "\nimport " not in script
    assert 'version:"2.' in script
    assert "announcer" in script


def test_look_weighs_little_compressed(collected):
    files = [hashed(collected, f"vp_portal/{name}") for name in ("css/portal.css", "js/portal.js")]
    assert sum(Path(f"{file}.gz").stat().st_size for file in files) < 30_000


def test_changed_part_gives_the_bundle_a_new_name_the_next_time(collected, settings, tmp_path_factory):
    before = hashed(collected, "vp_portal/css/portal.css")
    override = tmp_path_factory.mktemp("source") / "vp_portal" / "css" / "components"
    override.mkdir(parents=True)
    (override / "card.css").write_text(".card { color: inherit; }")
    settings.STATICFILES_DIRS = [override.parents[2], *settings.STATICFILES_DIRS]
    call_command("collectstatic", interactive=False, verbosity=0)
    after = hashed(collected, "vp_portal/css/portal.css")
    assert after != before
    assert ".card { color: inherit; }" in after.read_text(encoding="utf-8")


def test_where_nothing_is_collected_files_keep_their_names(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "none"
    assert BundlingStorage().url("vp_portal/css/portal.css") == "/static/vp_portal/css/portal.css"


def test_script_parts_share_no_names():
    paths = sources(
        a__main_dot_js='import "./one.js";\nimport "./two.js";\n',
        a__one_dot_js="const x = 1;",
        a__two_dot_js="const x = 2;",
    )
    assert bundle("a/main.js", paths).decode() == "{\nconst x = 1;\n}\n{\nconst x = 2;\n}\n"


@pytest.mark.parametrize("part", ["@import 'x.css';", ".a { background: url(x.svg); }"])
def test_part_that_refers_to_files_is_refused(part):
    with pytest.raises(ValueError, match="can't import or refer"):
        bundle("main.css", sources(main_dot_css='@import "part.css";', part_dot_css=part))


def test_missing_part_is_named():
    with pytest.raises(ValueError, match=r"imports gone\.css"):
        bundle("main.css", sources(main_dot_css='@import "gone.css";'))
