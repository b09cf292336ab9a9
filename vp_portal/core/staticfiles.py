"""Many files in the source, one stylesheet and one script on the wire."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("vp_portal/css/portal.css", "vp_portal/js/portal.js")

_IMPORT = re.compile(r"""^(?:@import|import)\s+["']([^"']+)["'];[ \t]*$""", re.MULTILINE)
_COMMENT = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
_OWN_IMPORTS = re.compile(r"^(?:import|export)\b|^@import\b|\burl\(", re.MULTILINE)

Paths = dict[str, tuple[Storage, str]]


class BundlingStorage(CompressedManifestStaticFilesStorage):
    """Writes what a bundle imports into it at `collectstatic`, then hashes and compresses.

    Where nothing was collected (tests, development) files keep their names and the browser follows the imports.
    """

    def post_process(self, paths: Paths, dry_run: bool = False, **options: Any) -> Iterator[tuple[str, str, bool]]:  # noqa: FBT002  # as in Django
        if not dry_run:
            paths = paths | {name: self._write_bundle(name, paths) for name in BUNDLES if name in paths}
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def _write_bundle(self, name: str, paths: Paths) -> tuple[Storage, str]:
        content = ContentFile(bundle(name, paths))
        self.delete(name)
        return self, self._save(name, content)

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name


def bundle(name: str, paths: Paths) -> bytes:
    """The file with each of its import lines replaced by what it names, without comments in stylesheets.

    A part may neither import nor refer to files, since its own address is lost: ValueError if it does or is missing.
    """
    source = _read(name, paths)

    def part(match: re.Match[str]) -> str:
        imported = _resolve(name, match[1])
        if imported not in paths:
            raise ValueError(f"{name} imports {imported}, which does not exist")
        text = _read(imported, paths)
        if not imported.endswith(".min.js") and _OWN_IMPORTS.search(text):
            raise ValueError(f"{imported} is bundled into {name} and can't import or refer to other files")
        return text if name.endswith(".css") else f"{{\n{text.rstrip()}\n}}"

    text = _IMPORT.sub(part, source)
    return (_COMMENT.sub("", text) if name.endswith(".css") else text).encode()


def _read(name: str, paths: Paths) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return file.read().decode()


def _resolve(base: str, target: str) -> str:
    """`../x/y.js` seen from `a/b/c.js` is `a/x/y.js`."""
    parts: list[str] = []
    for step in (PurePosixPath(base).parent / target).parts:
        if step == "..":
            parts.pop()
        else:
            parts.append(step)
    return "/".join(parts)
