"""A file's rows into the staging table, by the fastest way that its form allows."""

from collections.abc import Callable
from dataclasses import dataclass

from finance.choices import FileFormat
from finance.importing import plain, staging
from finance.importing.layout import Layout
from finance.importing.opening import Opened
from finance.importing.records import Findings
from finance.importing.understanding import Understanding

#: Encodings, by the name that is shown, whose text the server may take apart.
_CODECS = {
    "UTF-8": "utf-8",
    "UTF-8 med BOM": "utf-8-sig",
    "UTF-16": "utf-16",
    "windows-1252": "cp1252",
    "ISO-8859-1": "latin-1",
}


@dataclass(frozen=True)
class Staged:
    """What is known of a file when its rows are staged."""

    understanding: Understanding
    layout: Layout
    findings: Findings
    encoding: str
    size: int
    sha256: str


def plain_codec(opened: Opened) -> str | None:
    """The codec of a file whose lines may be staged as they are."""
    if opened.format != FileFormat.CSV:
        return None
    if hasattr(opened, "plain"):
        return opened.plain[0] if opened.plain else None
    return _CODECS.get(opened.encoding)


def stage(opened: Opened, told: Callable[[int], None]) -> Staged:
    """Reads the file once, twice when it turns out less plain than it looked. `told` gets the bytes read so far."""
    layout, codec = opened.layout, plain_codec(opened)
    if codec:
        findings = Findings()
        try:
            size, sha256 = plain.copy_text(plain.Source(opened.path, codec, told), layout, findings)
        except plain.NotPlain:
            pass
        else:
            return Staged(opened.understanding, layout, findings, opened.encoding, size, sha256)
    findings = Findings()
    staging.create_staging([role.value for role in layout.columns])
    staging.copy_rows(list(layout.columns), opened.rows(findings))
    return Staged(opened.understanding, layout, findings, opened.encoding, opened.size, opened.sha256)
