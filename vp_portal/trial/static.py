"""Gathers the static files, when they have changed."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from vp_portal.trial.packages import RUN
from vp_portal.trial.place import Place
from vp_portal.trial.processes import Children
from vp_portal.trial.server import tail
from vp_portal.trial.steps import Steps, TrialError


def fingerprint(place: Place) -> str:
    """Changes when a source of the static files does: ours, those of the packages, or how they are gathered."""
    sources = [place.project / RUN, place.project / "vp_portal" / "settings.py"]
    sources += (place.project / "vp_portal" / "core").glob("*.py")
    sources += (path for path in (place.project / "vp_portal" / "static").rglob("*") if path.is_file())
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(f"{path.relative_to(place.project)} {path.stat().st_mtime_ns}\n".encode())
    return digest.hexdigest()


@contextmanager
def collect_static(place: Place, children: Children, steps: Steps, variables: Mapping[str, str]) -> Iterator[None]:
    """Gathers them in `var/static` while the block runs."""
    stamp, target = place.var / "static-stamp", place.var / "static"
    current = fingerprint(place)
    if target.is_dir() and stamp.exists() and stamp.read_text() == current:
        yield
        return
    log = place.log("collectstatic")
    command: list[str | Path] = [place.python, place.project / "manage.py", "collectstatic", "--no-input", "--clear"]
    with log.open("wb") as file:
        child = children.start(command, stdout=file, stderr=file, env=variables, cwd=place.project)
    yield
    with steps.step("Samlar formatmallar, skript och bilder"):
        child.wait()
        children.forget(child)
    if child.returncode:
        raise TrialError(f"Formatmallar, skript och bilder kunde inte samlas; {log} säger varför:\n{tail(log)}")
    stamp.write_text(current)
