"""The table of who may what, in `vp_portal/docs/rights/`: read by the tests that hold it true and by its own page.

An address's verdict per role is one of `VERDICTS`. Registers have rights per role, and their pages need rights.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "vp_portal" / "docs" / "rights"
#: Columns of the table: who is asking. Line managers and cost owners are known from the catalogue.
ASKERS = (
    "anonymous",
    "reader",
    "line_manager",
    "cost_owner",
    "plan_owner",
    "controller",
    "management",
    "administrator",
)
#: sign-in: sent to the sign-in page. page: answers. yes: answers, with the object's money. facts: names the object,
#: without its money. empty: neither name nor money of the object. done: carried out, or led on. Else a status code.
VERDICTS = {"sign-in", "page", "yes", "facts", "empty", "done", "400", "403", "404", "405", "422"}
#: Rights to a register.
RIGHTS = ("see", "add", "change", "delete")
ANY = "any"


@dataclass(frozen=True)
class Line:
    """One question: an address with a query, how it is asked, about whose object (own, other or none)."""

    address: str
    query: str
    methods: tuple[str, ...]
    whose: str
    verdicts: dict[str, str]


@dataclass(frozen=True)
class PageOfRegister:
    """`needs` are the rights that it takes, all of them; none for any way into the admin."""

    page: str
    methods: tuple[str, ...]
    needs: frozenset[str]


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def lines() -> list[Line]:
    return [
        Line(
            row["address"],
            row["query"],
            tuple(row["method"].split()),
            row["object"],
            {asker: row[asker] for asker in ASKERS},
        )
        for row in _rows("addresses")
    ]


def registers() -> dict[str, dict[str, frozenset[str]]]:
    """Register (`app.model`) → who asks → rights."""
    return {
        row["register"]: {asker: frozenset((row.get(asker) or "").split()) for asker in ASKERS}
        for row in _rows("registers")
    }


def register_pages() -> list[PageOfRegister]:
    return [
        PageOfRegister(row["page"], tuple(row["method"].split()), frozenset(row["needs"].split()) - {ANY})
        for row in _rows("register_pages")
    ]
