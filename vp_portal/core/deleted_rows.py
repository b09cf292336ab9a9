"""Rows that are gone from a register: what they were, who took them away, and the way to their history."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.core.paginator import Paginator
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext as _

from vp_portal.core.history import names_of

PER_PAGE = 50

#: Typed as the packages' own bases are, which registers mix it with.
_Base: Any = admin.ModelAdmin


class DeletedRows(_Base):
    """A register whose rows' history is found when they are gone."""

    has_deleted_page = True

    def get_urls(self) -> list[Any]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_deleted"
        return [path("deleted/", self.admin_site.admin_view(self.deleted_view), name=name), *super().get_urls()]

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        page = Paginator(gone(self.model), PER_PAGE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Borttagna: %(rows)s") % {"rows": self.opts.verbose_name_plural},
            "opts": self.opts,
            "page": page,
            "rows": told(self.model, list(page.object_list)),
        }
        return TemplateResponse(request, "admin/deleted_rows.html", context)


def gone(model: Any) -> models.QuerySet:
    """The rows of history in which rows that are no longer there were taken away, the latest first."""
    key = model._meta.pk.attname
    alive = model._base_manager.values("pk")
    return model.history.filter(history_type="-").exclude(**{f"{key}__in": alive}).order_by("-history_date", "-pk")


def told(model: Any, records: list[Any]) -> list[dict[str, Any]]:
    """Each with what it was and who took it away, in a number of queries that doesn't grow with the rows."""
    names = names_of(record.history_user_id for record in records)
    rows = [record.instance for record in records]
    for field in model._meta.concrete_fields:
        if field.remote_field and rows:
            known = field.related_model._base_manager.in_bulk({getattr(row, field.attname) for row in rows} - {None})
            for row in rows:
                if found := known.get(getattr(row, field.attname)):
                    setattr(row, field.name, found)
    return [
        {"record": record, "key": row.pk, "was": text_of(row), "who": names[record.history_user_id]}
        for record, row in zip(records, rows, strict=True)
    ]


def text_of(row: models.Model) -> str:
    """The row's text; its number where what the text tells of is gone too."""
    try:
        return str(row)
    except ObjectDoesNotExist:
        return f"{row._meta.verbose_name} {row.pk}"


class Named:
    """A row as it was, with a text also where what its own text tells of is gone."""

    def __init__(self, row: models.Model) -> None:
        self.row = row

    def __str__(self) -> str:
        return text_of(self.row)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.row, name)


class NamedHistory(_Base):
    """History is read of rows that are gone, and of rows whose own rows are gone too."""

    def history_view_title(self, request: HttpRequest, obj: Any) -> Any:
        return super().history_view_title(request, Named(obj))

    def history_form_view_title(self, request: HttpRequest, obj: Any) -> Any:
        return super().history_form_view_title(request, Named(obj))

    def render_history_view(self, request: HttpRequest, template: str, context: Any, **more: Any) -> HttpResponse:
        named = {key: Named(context[key]) for key in ("object", "original") if context.get(key) is not None}
        answer: HttpResponse = super().render_history_view(request, template, {**context, **named}, **more)
        return answer
