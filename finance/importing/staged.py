"""A file's rows into the staging table, by the fastest way that its form allows."""

from collections.abc import Callable
from dataclasses import dataclass

from finance.importing import plain, staging
from finance.importing.layout import Layout
from finance.importing.opening import Opened
from finance.importing.records import Findings
from finance.importing.understanding import Understanding


@dataclass(frozen=True)
class Staged:
    """What is known of a file when its rows are staged."""

    understanding: Understanding
    layout: Layout
    findings: Findings
    encoding: str
    size: int
    sha256: str


def stage(opened: Opened, told: Callable[[int], None]) -> Staged:
    """Reads the file's rows, again when it turns out less plain than it looked. `told` gets the bytes read so far."""
    layout = opened.layout
    if opened.plain:
        findings = Findings()
        try:
            plain.copy_text(plain.Source(opened.path, *opened.plain, told), layout, findings)
        except plain.NotPlain:
            pass
        else:
            return _staged(opened, findings)
    findings = Findings()
    staging.create_staging([role.value for role in layout.columns])
    staging.copy_rows(list(layout.columns), opened.rows(findings))
    return _staged(opened, findings)


def _staged(opened: Opened, findings: Findings) -> Staged:
    return Staged(opened.understanding, opened.layout, findings, opened.encoding, opened.size, opened.sha256)
