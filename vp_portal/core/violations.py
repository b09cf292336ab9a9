"""What browsers tell of breaches of the content security policy."""

import json
import logging
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

LARGEST = 16_384  # bytes of a report
MOST, WINDOW = 30, 60.0  # lines in the log within so many seconds, whoever sends; the rest is only counted
LONGEST = 200  # characters of a value

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Violation:
    directive: str
    blocked: str  # Scheme and host, or a keyword such as `inline`.
    document: str  # The pattern of the page's address: the address itself may hold a key.


def read(body: bytes) -> Violation:
    """The report in a `report-uri` message. Raises ValueError for anything else."""
    message = json.loads(body)
    report = message.get("csp-report") if isinstance(message, dict) else None
    if not isinstance(report, dict):
        raise ValueError("no csp-report")  # the caller tells one kind of error
    directive = report.get("effective-directive") or report.get("violated-directive")
    return Violation(
        str(directive)[:LONGEST], _origin(str(report.get("blocked-uri"))), _page(str(report.get("document-uri")))
    )


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return (f"{parts.scheme}://{parts.netloc}" if parts.netloc else address.partition("?")[0])[:LONGEST]


def _page(address: str) -> str:
    try:
        return str(resolve(urlsplit(address).path).route)[:LONGEST] or "/"
    except Resolver404:
        return "?"


class Gate:
    """Lets so many through in a window of time."""

    def __init__(self, most: int, window: float) -> None:
        self.most, self.window = most, window
        self.lock = threading.Lock()
        self.begun, self.passed = 0.0, 0

    def admits(self, now: float) -> bool:
        with self.lock:
            if now - self.begun >= self.window:
                self.begun, self.passed = now, 0
            self.passed += 1
            return self.passed <= self.most


gate = Gate(MOST, WINDOW)


def collect(violation: Violation) -> bool:
    """Writes the violation to the log, unless there have been too many of late."""
    admitted = gate.admits(time.monotonic())
    if admitted:
        logger.warning("content security policy violated", extra=vars(violation))
    return admitted
