"""Rows of every register, for tests that walk the admin."""

from html.parser import HTMLParser
from typing import Any

from django.contrib import admin

from tests.factories import core, finance, goals, services

#: How to make a row of each registered model.
MAKE = {
    factory._meta.model: factory
    for module in (core, services, goals, finance)
    for factory in vars(module).values()
    if isinstance(factory, type) and hasattr(factory, "_meta") and not factory._meta.abstract
    if factory not in (core.AdminUserFactory, goals.ComputedIndicatorFactory)
}
HAND_MADE = {"auth.Group", "services.CostObject"}
REGISTERS = sorted(
    (model for model in admin.site._registry if model._meta.label not in HAND_MADE), key=lambda model: model._meta.label
)


def ids(model: type) -> str:
    return model._meta.label


def address(model: type, page: str, *args: object, query: dict[str, str] | None = None) -> str:
    from django.urls import reverse

    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args, query=query)


class _Fields(HTMLParser):
    """Collects what a form would send."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, object] = {}
        self.select = self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "select":
            self.select = name
        elif tag == "option" and "selected" in given:
            self.values.setdefault(self.select, []).append(given.get("value") or "")  # type: ignore[attr-defined]
        elif tag == "textarea":
            self.text = name
            self.values[name] = ""
        elif tag == "input" and name and (given.get("type") != "checkbox" or "checked" in given):
            self.values[name] = given.get("value") or ("on" if given.get("type") == "checkbox" else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.text = ""

    def handle_data(self, data: str) -> None:
        if self.text:
            self.values[self.text] = str(self.values[self.text]) + data.removeprefix("\n")


def filled(client: Any, url: str, **changes: object) -> dict[str, object]:
    """What a browser would send from a page with a form, with some values changed."""
    parser = _Fields()
    parser.feed(client.get(url).content.decode())
    unsent = ("__prefix__", "_save", "_addanother", "_continue", "_change_history", "q")
    return {
        **{k: v for k, v in parser.values.items() if not any(part in k for part in unsent[:1]) and k not in unsent},
        **changes,
    }


def form_errors(response: Any) -> dict[str, list[str]]:
    """Field → texts, of the form and of the rows below it; what a whole set of rows lacks under `rows`."""
    found: dict[str, Any] = dict(response.context["adminform"].form.errors)
    for each in response.context["inline_admin_formsets"]:
        for form in each.formset.forms:
            found |= form.errors
        if each.formset.non_form_errors():
            found["rows"] = each.formset.non_form_errors()
    return {field: list(texts) for field, texts in found.items()}


def texts(response: Any) -> list[str]:
    """The errors of a refused form, wherever they stand."""
    return [text for found in form_errors(response).values() for text in found]
