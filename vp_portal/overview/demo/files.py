"""The tables in `fixtures/`: text separated by semicolons, with a header, readable in any spreadsheet."""

import csv
from pathlib import Path

from django.conf import settings

FIXTURES = Path(settings.BASE_DIR) / "fixtures"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of `fixtures/<name>.csv` by column; an empty cell is an empty text."""
    with (FIXTURES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))
