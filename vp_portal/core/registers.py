"""The base of the registers in the admin: history, import and export, dated rows, errors at their field."""

import datetime as dt
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.core.validators import RegexValidator
from django.db import IntegrityError, connection, models, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from import_export.admin import ImportExportMixin
from import_export.forms import ConfirmImportForm, ExportForm, ImportForm
from import_export.results import Result, RowResult
from import_export.tmp_storages import MediaStorage
from simple_history.admin import SimpleHistoryAdmin

from vp_portal.core import access, audit, exports
from vp_portal.core.admin_guard import GuardedAdmin, GuardedHistory, SoundChoices
from vp_portal.core.admin_versions import VersionedAdmin
from vp_portal.core.choices import AuditEvent
from vp_portal.core.constraints import message_of
from vp_portal.core.deleted_rows import DeletedRows, NamedHistory
from vp_portal.core.forms import DatedRowForm, DatedRowFormSet, DayInput, DaysField, RegisterForm, RowFormSet, in_words
from vp_portal.core.history_pages import describe
from vp_portal.core.resources import FORMATS
from vp_portal.core.spreadsheets import UnreadableFileError

KEPT = dt.timedelta(days=1)


class UploadStorage(MediaStorage):
    """Keeps an uploaded file between its preview and the user's yes; what nobody came back for goes after a day."""

    FOLDER = "register-imports"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.MEDIA_FOLDER = self.FOLDER

    def save(self, data: bytes) -> None:
        if default_storage.exists(self.FOLDER):
            for name in default_storage.listdir(self.FOLDER)[1]:
                path = f"{self.FOLDER}/{name}"
                if default_storage.get_modified_time(path) < timezone.now() - KEPT:
                    default_storage.delete(path)
        super().save(data)


class FileForm(ImportForm):
    """A file of a register, refused by its size before it is read."""

    def clean_import_file(self) -> Any:
        file = self.cleaned_data["import_file"]
        if file.size > settings.REGISTER_MOST_BYTES:
            words = _("Filen är för stor: %(size)s. Högst %(most)s tas emot.")
            sizes = {"size": filesizeformat(file.size), "most": filesizeformat(settings.REGISTER_MOST_BYTES)}
            raise forms.ValidationError(words, params=sizes)
        return file


class ConfirmForm(ConfirmImportForm):
    """The user's yes to a preview. Its hidden values can name nothing but an uploaded file."""

    import_file_name = forms.CharField(widget=forms.HiddenInput(), validators=[RegexValidator(r"^[0-9a-f]{32}\Z")])
    format = forms.ChoiceField(widget=forms.HiddenInput(), choices=[(str(i), str(i)) for i in range(len(FORMATS))])
    resource = forms.ChoiceField(widget=forms.HiddenInput(), required=False, choices=[("", ""), ("0", "0")])

    def clean_import_file_name(self) -> str:
        name = str(self.cleaned_data["import_file_name"])
        if not default_storage.exists(f"{UploadStorage.FOLDER}/{name}"):
            raise forms.ValidationError(_("Filen finns inte kvar. Läs in den igen."))
        return name


class DatedMixin:
    """Ranges of days as two dates in forms, in words elsewhere."""

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, DateRangeField):
            always = db_field.has_default()
            text = _("Båda dagarna räknas med. Inget alls: alltid.") if always else _("Tomt slut: tills vidare.")
            return db_field.formfield(form_class=DaysField, required=not always, help_text=text)
        if isinstance(db_field, models.DateField) and not isinstance(db_field, models.DateTimeField):
            kwargs["widget"] = DayInput()
        return super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]  # a mixin

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Who may only look reads the range in words."""
        fieldsets = super().get_fieldsets(request, obj)  # type: ignore[misc]  # a mixin
        if self.has_change_permission(request, obj):  # type: ignore[attr-defined]  # a mixin
            return fieldsets
        swap = {"valid": "validity"}
        return [
            (name, {**options, "fields": [swap.get(field, field) for field in options["fields"]]})
            for name, options in fieldsets
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return (*super().get_readonly_fields(request, obj), "validity")  # type: ignore[misc]  # a mixin

    @admin.display(description=_("gäller"), ordering="valid")
    def validity(self, obj: Any) -> str:
        return in_words(obj.valid)


class RowInline(SoundChoices, admin.TabularInline):
    """Rows that belong to one other row, edited with it."""

    form = RegisterForm
    formset = RowFormSet
    extra = 0


class DatedInline(DatedMixin, RowInline):
    """Dated rows of one parent. `related` names what the rows' texts need, fetched in the same query."""

    form = DatedRowForm
    formset = DatedRowFormSet
    show_change_link = True
    related: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet:
        return super().get_queryset(request).select_related(*self.related)


class ValidFilter(admin.SimpleListFilter):
    """What holds today, what did and what will."""

    title = _("gäller")
    parameter_name = "valid"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("now", _("i dag")), ("past", _("tidigare")), ("future", _("senare"))]

    def queryset(self, request: HttpRequest, queryset: models.QuerySet) -> models.QuerySet:
        today = access.today()
        lookups = {
            "now": {"valid__contains": today},
            "past": {"valid__fully_lt": DateRange(today, None)},
            "future": {"valid__startswith__gt": today},
        }
        return queryset.filter(**lookups.get(self.value() or "", {}))


class HistoryAdmin(
    DatedMixin, DeletedRows, NamedHistory, VersionedAdmin, GuardedHistory, GuardedAdmin, SimpleHistoryAdmin
):
    """A register with its history."""

    form: Any = RegisterForm
    list_per_page = 50
    object_history_list_template = "admin/register_history_list.html"
    object_history_form_template = "admin/register_history_form.html"

    def set_history_delta_changes(
        self,
        request: HttpRequest,
        historical_records: Any,
        foreign_keys_are_objs: bool = True,  # noqa: FBT002  # the package's signature
    ) -> None:
        describe(self.model, list(historical_records))

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What only the database can see, such as two people saving at once, is said on the form's own page."""
        try:
            with transaction.atomic():
                answer: HttpResponse = super().changeform_view(request, *args, **kwargs)
                if request.method == "POST":
                    connection.check_constraints()
            return answer
        except IntegrityError as error:
            messages.error(request, message_of(error, self.model, *(inline.model for inline in self.inlines)))
            return HttpResponseRedirect(request.get_full_path())


class LookOnly:
    """What nobody changes by hand."""

    def has_add_permission(self, *args: Any) -> bool:
        return False

    def has_change_permission(self, *args: Any) -> bool:
        return False

    def has_delete_permission(self, *args: Any) -> bool:
        return False


class RegisterAdmin(ImportExportMixin, HistoryAdmin):
    """A register that goes in and out as CSV and XLSX. Subclasses give `resource_classes`."""

    formats = FORMATS
    import_form_class = FileForm
    confirm_form_class = ConfirmForm
    export_form_class = ExportForm
    tmp_storage_class = UploadStorage
    import_template_name = "admin/register_import.html"
    export_template_name = "admin/register_export.html"

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    @method_decorator(exports.limited(lambda request: request.method == "POST"))
    def export_action(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = super().export_action(request)
        return answer

    def get_export_data(self, file_format: Any, request: HttpRequest, queryset: Any, **kwargs: Any) -> bytes:
        if not self.has_export_permission(request):
            raise PermissionDenied
        data: bytes = file_format.export_data(self.get_data_for_export(request, queryset, **kwargs))
        return data

    def get_export_filename(self, request: HttpRequest, queryset: Any, file_format: Any) -> str:
        name = slugify(str(self.opts.verbose_name_plural))
        return f"{name}-{access.today()}.{file_format.get_extension()}"

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def add_data_read_fail_error_to_form(self, form: forms.Form, e: Exception) -> None:
        readable = isinstance(e, UnreadableFileError)
        form.add_error("import_file", str(e) if readable else gettext("Filen kan inte läsas. Har du valt rätt format?"))

    def process_result(self, result: Result, request: HttpRequest) -> HttpResponse:
        """Something can have changed since the preview: then nothing is stored, and the page says why."""
        if not (result.has_errors() or result.has_validation_errors()):
            return super().process_result(result, request)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Import"),
            "form": self.import_form_class(self.get_import_formats(), self.get_import_resource_classes(request)),
            "opts": self.opts,
            "result": result,
        }
        return TemplateResponse(request, [self.import_template_name], context)

    def add_success_message(self, result: Result, request: HttpRequest) -> None:
        new, changed = result.totals[RowResult.IMPORT_TYPE_NEW], result.totals[RowResult.IMPORT_TYPE_UPDATE]
        same = result.totals[RowResult.IMPORT_TYPE_SKIP]
        parts = [
            ngettext("%d ny", "%d nya", new) % new,
            ngettext("%d ändrad", "%d ändrade", changed) % changed,
            ngettext("%d oförändrad", "%d oförändrade", same) % same,
        ]
        messages.success(request, gettext("Importen är klar: %s.") % ", ".join(parts))
        register = str(self.opts.verbose_name_plural)
        audit.record(AuditEvent.REGISTER_IMPORT, request=request, target=register, new=new, changed=changed, same=same)
