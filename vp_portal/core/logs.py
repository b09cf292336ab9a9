"""Log lines: one a record, whatever it is about. JSON in production, text for people in a trial.

Nothing from outside ends a line, moves the cursor or turns the writing direction. Only the fields below are written:
what else a record carries (the request itself, a job's arguments) may hold secrets or amounts.
"""

import contextvars
import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any

import psycopg
from django.db import Error as DatabaseError
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from pythonjsonlogger.json import JsonFormatter

#: The id of the request that this thread answers.
request_id: contextvars.ContextVar[str] = contextvars.ContextVar("request_id", default="")

#: What a line may hold beside its message, in order.
FIELDS = ("method", "path", "status", "milliseconds", "user", "address", "directive", "blocked", "document")
LONGEST = 2000  # characters of a text
#: Parts of an address that open something by themselves.
SECRET_PARTS = {"key", "token", "uidb36", "uidb64"}


class WithoutSecrets(logging.Filter):
    """Takes the keys out of the paths that Django itself writes."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest) and isinstance(record.args, tuple):
            path = without_secrets(request)
            record.args = tuple(path if arg == request.path else arg for arg in record.args)
        return True


def without_secrets(request: HttpRequest) -> str:
    """The path, with what gives a way in left out: links in e-mail carry such a key.

    A request that is answered before its view is found, such as one led to https, has no match of its own.
    """
    match, path = request.resolver_match or _match(request.path_info), request.path
    for name, value in (match.kwargs if match else {}).items():
        if name in SECRET_PARTS:
            path = path.replace(str(value), "…")
    return path


def _match(path: str) -> ResolverMatch | None:
    try:
        return resolve(path)
    except Resolver404:
        return None


class JsonLines(JsonFormatter):
    """time, level, logger, message, request, the fields that the record has, and `error` with its frames."""

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {key: shortened(value) if isinstance(value, str) else value for key, value in log_data.items()}

    def add_fields(self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]) -> None:
        log_data |= {
            "time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.message,
            "request": request_id.get(),
        }
        log_data |= {name: vars(record)[name] for name in FIELDS if name in vars(record)}
        if record.exc_info and record.exc_info[1]:
            log_data["error"] = list(frames(record.exc_info[1]))

    def formatException(self, ei: Any) -> str:  # noqa: N802  # as in logging
        """Nothing: `error` has it. This one would hold the database's words about what a row held."""
        return ""


class TextLines(logging.Formatter):
    """One line, and the frames of an error below it."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802  # as in logging
        given = [f"{name}={vars(record)[name]}" for name in FIELDS if name in vars(record)]
        said = [super().formatMessage(record), *given, *([f"request={request_id.get()}"] if request_id.get() else [])]
        return visible(shortened(" ".join(said)))

    def formatException(self, ei: Any) -> str:  # noqa: N802  # as in logging
        return "\n".join(frames(ei[1]))


def frames(error: BaseException) -> Iterator[str]:
    """Where an error came from and through, cause first, each a line without line breaks."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause:
        yield from frames(cause)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}"
    yield visible(shortened(f"{type(error).__module__}.{type(error).__qualname__}: {_words(error)}"))


def _words(error: BaseException) -> str:
    """What an error says; of the database's only its code, for its words quote the row."""
    if not isinstance(error, DatabaseError | psycopg.Error):
        return str(error)
    code = error.sqlstate if isinstance(error, psycopg.Error) else ""
    constraint = error.diag.constraint_name if isinstance(error, psycopg.Error) else ""
    return " ".join(filter(None, [code, constraint]))


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


def visible(text: str) -> str:
    """The text with every character that can't be seen written as an escape."""
    return text if text.isprintable() else "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
