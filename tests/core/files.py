"""A register's file through the admin's own pages, for tests."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.core.registers import address
from vp_portal.core.spreadsheets import read_csv, write_csv


def preview(browser: Any, model: type, data: bytes, name: str = "fil.csv") -> Any:
    chosen = "1" if name.endswith("xlsx") else "0"
    file = SimpleUploadedFile(name, data)
    return browser.post(address(model, "import"), {"import_file": file, "format": chosen, "resource": "0"})


def confirm(browser: Any, model: type, page: Any) -> Any:
    return browser.post(address(model, "process_import"), page.context["confirm_form"].initial, follow=True)


def put_in(browser: Any, model: type, headers: list[str], *rows: list[Any]) -> Any:
    page = preview(browser, model, write_csv(headers, rows))
    assert "confirm_form" in page.context, complaints(page)
    return confirm(browser, model, page)


def refused(browser: Any, model: type, headers: list[str], *rows: list[Any]) -> list[tuple[Any, str]]:
    return complaints(preview(browser, model, write_csv(headers, rows)))


def complaints(page: Any) -> list[tuple[Any, str]]:
    """Line and text of each error that a refused file's page shows."""
    result = page.context["result"]
    found: list[tuple[Any, str]] = [("", error.text) for error in result.base_errors]
    found += [(number + 1, error.text) for number, errors in result.row_errors() for error in errors]
    for row in result.invalid_rows:
        found += [(row.number + 1, f"{column}: {text}") for column, texts in row.error_dict.items() for text in texts]
    return found


def take_out(browser: Any, model: type, chosen: str = "0", **filters: str) -> Any:
    return browser.post(address(model, "export", query=filters), {"format": chosen, "resource": "0"})


def rows_out(browser: Any, model: type) -> list[list[str]]:
    return read_csv(take_out(browser, model).content)[1]
