"""Two people at the same register row in the admin: see `core.versions`."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse

from vp_portal.core import versions


class _Overtaken:
    """A form whose row somebody else has changed meanwhile."""

    overtaken: versions.Since

    def clean(self) -> Any:
        cleaned = super().clean()  # type: ignore[misc]  # a mixin
        self.add_error(None, self.overtaken.errors(self.fields))  # type: ignore[attr-defined]  # as above
        return cleaned


#: Typed as the packages' own bases are, which registers mix it with.
_Base: Any = admin.ModelAdmin


class VersionedAdmin(_Base):
    """A register whose forms carry the version of the row that they show."""

    change_form_template: Any = "admin/register_change_form.html"

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """A row that is being saved is nobody else's until it is: two who save at once are compared in turn."""
        found = super().get_object(request, object_id, from_field)
        if found is not None and request.method == "POST" and versions.FIELD in request.POST:
            self.model._base_manager.select_for_update(no_key=True).filter(pk=found.pk).order_by("pk").first()
            found.refresh_from_db()
        return found

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT002  # Django's signature
        """Refuses what was written over what somebody else has changed since the form was shown."""
        form = super().get_form(request, obj, change=change, **kwargs)
        shown = request.POST.get(versions.FIELD, "")
        if obj is None or not shown or "_change_history" in request.POST:
            return form
        changed = versions.since(obj, shown, self._below(request, obj))
        return type(form.__name__, (_Overtaken, form), {"overtaken": changed}) if changed else form

    def _below(self, request: HttpRequest, obj: Any) -> list[tuple[type[models.Model], str]]:
        """The models of the rows edited with one, each with its link to it."""
        inlines = [each for each in self.get_inline_instances(request, obj) if each.has_change_permission(request, obj)]
        return [(each.model, each.get_formset(request, obj).fk.name) for each in inlines]

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and hasattr(self.model, "history"):
            context |= {
                "row_version": versions.token_of(obj, self._below(request, obj)),
                "version_name": versions.FIELD,
            }
        answer: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return answer
