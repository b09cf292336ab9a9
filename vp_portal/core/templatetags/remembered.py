"""`{% remembered "goals/_area.html" area=area today=today %}`: an include whose result is kept for the next page.

The template is given the named values and nothing else, and must show nothing else: no user, no request, no clock. The
key is the template, the language and the values themselves, so what has changed is drawn anew and nothing can go stale.
Values are compared by type too: a text that is marked safe is another than one that isn't.
"""

from functools import lru_cache
from typing import Any

from django import template
from django.template import Context, Template
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()

#: Enough for the rows, areas and small parts of a plan with hundreds of results; some tens of megabytes at most.
KEPT = 2048


@register.simple_tag
def remembered(template_name: str, /, **values: Any) -> SafeString:
    """The template drawn with the values, which are hashable (frozen dataclasses, texts, numbers, days)."""
    types = tuple(type(value) for value in values.values())
    return _drawn(get_template(template_name).template, get_language(), types, tuple(values.items()))  # type: ignore[attr-defined]  # Django's own engine


@lru_cache(maxsize=KEPT)
def _drawn(
    found: Template, _language: str | None, _types: tuple[type, ...], values: tuple[tuple[str, Any], ...]
) -> SafeString:
    """By the template itself, not its name: one that is read again after an edit is another."""
    return found.render(Context(dict(values)))
