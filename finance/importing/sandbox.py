"""Parsing in a process of its own, bounded in memory and time: a hostile file takes down nothing but that."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from finance.importing.problems import Refusal, RowError, refuse

#: Address space, most of it never touched, and seconds of processor.
MEMORY = 1 << 30
SECONDS = 60
_LONGEST_MESSAGE = 64 << 20


class Number(str):
    """A number cell: its 15 significant digits with a dot."""

    __slots__ = ()


class Sandbox:
    """A parsing process: `module.tell_file(path, task)`. `messages()` gives what it tells; closing ends it."""

    def __init__(self, module: str, path: Path, **task: Any) -> None:
        order = {
            "module": module,
            "path": str(path.absolute()),
            "memory": MEMORY,
            "seconds": SECONDS,
            "language": translation.get_language() or "sv",
            "locales": [str(folder) for folder in settings.LOCALE_PATHS],
            **task,
        }
        self._process = subprocess.Popen(  # noqa: S603  # our own module, started by our own interpreter
            [sys.executable, "-m", "finance.importing.worker", json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
        )

    def messages(self) -> Iterator[tuple[str, list[Any]]]:
        """(kind, content). Raises Refusal when the file is refused, or took too much to read."""
        assert self._process.stdout is not None  # noqa: S101  # made with a pipe
        errors: list[RowError] = []
        while line := self._process.stdout.readline(_LONGEST_MESSAGE):
            if not line.endswith(b"\n"):
                break
            kind, *content = json.loads(line, parse_float=Number, parse_int=Number)
            if kind == "errors":
                errors += [row_error(*error) for error in content[0]]
                continue
            if kind == "refused":
                raise Refusal(errors, count=int(content[0]))
            if kind == "done":
                return
            yield kind, content
        self._process.wait()
        raise refuse(
            _("Filen går inte att läsa: den är trasig, eller för stor eller för invecklad för att läsas säkert.")
        )

    def close(self) -> None:
        self._process.kill()
        assert self._process.stdout is not None  # noqa: S101  # made with a pipe
        self._process.stdout.close()
        self._process.wait()


def row_error(line: str, column: str, value: str, reason: str) -> RowError:
    return RowError(int(line), column, value, reason)
