"""What every register in the admin holds to: no way round its rights, and no reading of what it does not show."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import NestedObjects, quote, unquote
from django.contrib.admin.widgets import AutocompleteSelect, AutocompleteSelectMultiple
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, router
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

#: What Django's own filters put after a field's path.
_ENDINGS = ("", "__exact", "__id__exact", "__pk__exact", "__isnull", "__isempty", "__in", "__gte", "__lt")
_PARTS_OF_DAYS = ("__year", "__month", "__day")
_DATE_ENDINGS = (*_PARTS_OF_DAYS, "__gte", "__lt")


#: Typed as the packages' own bases are, which registers mix it with.
_Base: Any = admin.ModelAdmin


class _SoundValues:
    """A choice found by typing, shown anew after what can't be a row's key was sent for it."""

    def optgroups(self, name: Any, value: Any, attr: Any = None) -> Any:
        sound = [each for each in value if str(each).isascii() and str(each).isdigit() and len(str(each)) < 19]
        return super().optgroups(name, sound, attr)  # type: ignore[misc]  # a mixin


class _Select(_SoundValues, AutocompleteSelect):
    pass


class _SelectMultiple(_SoundValues, AutocompleteSelectMultiple):
    pass


class SoundChoices:
    """Has a form's choices that are found by typing take whatever is sent."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]  # a mixin
            kwargs.setdefault("widget", _Select(db_field, self.admin_site))  # type: ignore[attr-defined]  # as above
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]  # as above

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):  # type: ignore[attr-defined]  # as above
            kwargs.setdefault("widget", _SelectMultiple(db_field, self.admin_site))  # type: ignore[attr-defined]  # as above
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]  # as above


class GuardedAdmin(SoundChoices, _Base):
    """The base of all registers."""

    view_on_site: Any = False
    #: Whether its rows are parts of one other row, changed and taken away with it.
    goes_with_its_whole = False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """A list is narrowed by its own filters only: by any other column one could ask for what it hides."""
        allowed = {f"{self.date_hierarchy}{end}" for end in _DATE_ENDINGS} if self.date_hierarchy else set()
        for each in self.get_list_filter(request):
            if isinstance(each, type):
                allowed.add(str(getattr(each, "parameter_name", "")))
            else:
                path = each if isinstance(each, str) else each[0]
                allowed |= {f"{path}{end}" for end in _ENDINGS}
        of_day = bool(self.date_hierarchy) and lookup.startswith(f"{self.date_hierarchy}__")
        return lookup in allowed and not (of_day and lookup.endswith(_PARTS_OF_DAYS) and len(str(value)) > 4)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """What is ticked in the list is rows."""
        for key in request.POST.getlist(ACTION_CHECKBOX_NAME):
            _known(self.model, key)
        return super().changelist_view(request, extra_context)

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Without the right there is no answer to whether the row exists."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        _known(self.model, object_id)
        return super().history_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """As Django's, but rows of registers that the user may not open are counted and not named."""
        collector = NestedObjects(using=router.db_for_write(self.model))
        collector.collect(objs)

        def told(row: Any) -> str:
            kind = capfirst(str(row._meta.verbose_name))
            if not self._may(request, "view", row):
                return _("%(kind)s som du inte får se") % {"kind": kind}
            if row._meta.model not in self.admin_site._registry:
                return f"{kind}: {row}"
            url = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[quote(row.pk)])
            return format_html('{}: <a href="{}">{}</a>', kind, url, row)

        nested = collector.nested(told)
        protected = sorted({told(row) for row in collector.protected})
        counts = {meta.verbose_name_plural: len(rows) for meta, rows in _by_meta(collector)}
        parents = set(self.model._meta.all_parents)  # Go with the row, whatever their own register says.
        lacking = {
            str(meta.verbose_name)
            for meta, rows in _by_meta(collector)
            if meta.model not in parents and not self._may(request, "delete", next(iter(rows)))
        }
        return nested, counts, lacking, protected

    def _may(self, request: HttpRequest, verb: str, row: models.Model) -> bool:
        """Rows that no register holds, such as links between two rows, go with those; so do parts of a row."""
        register = self.admin_site._registry.get(type(row))
        if register is None or (verb == "delete" and register.goes_with_its_whole):
            return verb == "delete" or request.user.has_perm(f"{row._meta.app_label}.view_{row._meta.model_name}")
        return bool(getattr(register, f"has_{verb}_permission")(request, row))


def _by_meta(collector: NestedObjects) -> list[tuple[Any, Any]]:
    found: dict[Any, Any] = dict(collector.model_objs)
    return [(model._meta, rows) for model, rows in found.items()]


class GuardedHistory(_Base):
    """A register's earlier versions: seen with the right to see, put back with the right to change."""

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        _known(self.model, object_id)
        _known(self.model.history.model, version_id)
        if request.method == "POST" and not self.has_change_permission(request, self.get_object(request, object_id)):
            raise PermissionDenied
        return super().history_form_view(request, object_id, version_id, extra_context)


def _known(model: type[models.Model], key: str) -> None:
    """404 for what can't be the key of a row: the package's pages ask the database for it unseen."""
    assert model._meta.pk is not None  # noqa: S101 - only abstract models lack one
    try:
        number = int(model._meta.pk.to_python(unquote(key)))
    except (ValidationError, ValueError, TypeError) as error:
        raise Http404 from error
    if not 0 <= number < 2**63:
        raise Http404
