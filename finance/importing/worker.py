"""The process that parses what may be hostile: little memory, no files to write, no database, no secrets.

Started by `sandbox`; writes one JSON list a line: ["facts", …], ["rows", [[line, [cell, …]], …]],
["errors", [[line, column, value, reason], …]], ["skipped", [[line, reason], …]], ["refused", count] or ["done"].
A JSON number is a number cell, a string is text.
"""

import json
import os
import resource
import sys
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

#: So many rows in a message.
ROWS = 500
#: So many errors are told, all are counted: who has more of them has another file than he thinks.
MOST_ERRORS = 100_000


def limit(memory: int, seconds: int) -> None:
    """Bounds this process, before anything hostile is read."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def tell(kind: str, *content: Any) -> None:
    sys.stdout.write(json.dumps([kind, *content], ensure_ascii=True) + "\n")


def tell_errors(kind: str, errors: Sequence[Any]) -> None:
    for start in range(0, min(len(errors), MOST_ERRORS), ROWS):
        tell(kind, errors[start : min(start + ROWS, MOST_ERRORS)])


def tell_rows(rows: Iterator[tuple[int, list[Any]]]) -> None:
    block: list[tuple[int, list[Any]]] = []
    for row in rows:
        block.append(row)
        if len(block) >= ROWS:
            tell("rows", block)
            block = []
    if block:
        tell("rows", block)


def main(task: dict[str, Any]) -> None:
    import django
    from django.conf import settings
    from django.utils import translation

    settings.configure(USE_I18N=True, LOCALE_PATHS=task["locales"], LANGUAGE_CODE="sv", LOGGING_CONFIG=None)
    django.setup()
    translation.activate(task["language"])
    from finance.importing.problems import Refusal

    read = import_module(f"finance.importing.{task['module']}").tell_file
    try:
        read(Path(task["path"]), task)
    except Refusal as refusal:
        tell_errors("errors", [[error.line, error.column, error.value, error.reason] for error in refusal.known])
        tell("refused", refusal.count)
    else:
        tell("done")


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    limit(given["memory"], given["seconds"])
    try:
        main(given)
        sys.stdout.flush()
    except BrokenPipeError:  # Nobody reads on.
        os._exit(0)
