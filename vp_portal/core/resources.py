"""The base of what goes in and out of the registers as CSV and XLSX: keyed on codes, all or nothing, with history."""

from typing import Any

import tablib
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import IntegrityError, models
from django.utils import translation
from django.utils.html import format_html
from django.utils.translation import gettext as _
from import_export.fields import Field
from import_export.formats.base_formats import Format
from import_export.instance_loaders import BaseInstanceLoader
from import_export.resources import Diff, ModelResource
from import_export.results import Error, RowResult

from vp_portal.core import spreadsheets
from vp_portal.core.columns import Day, FirstDay, LastDay, widget_for
from vp_portal.core.constraints import message_of, place


class CsvFormat(Format):
    def __init__(self, encoding: str | None = None) -> None:
        """The file itself says how it is encoded; the package passes what it believes."""

    def get_title(self) -> str:
        return "CSV"

    def get_extension(self) -> str:
        return "csv"

    def get_content_type(self) -> str:
        return "text/csv; charset=utf-8"

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> tablib.Dataset:
        header, rows = self.read(in_stream)
        return tablib.Dataset(*rows, headers=header)

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        return self.write(dataset.headers, dataset)

    read = staticmethod(spreadsheets.read_csv)
    write = staticmethod(spreadsheets.write_csv)


class XlsxFormat(CsvFormat):
    def get_title(self) -> str:
        return "XLSX"

    def get_extension(self) -> str:
        return "xlsx"

    def get_content_type(self) -> str:
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    read = staticmethod(spreadsheets.read_xlsx)
    write = staticmethod(spreadsheets.write_xlsx)


FORMATS = [CsvFormat, XlsxFormat]


class PlainDiff(Diff):
    """What a row changes, marked up without style attributes, which the portal's policy refuses."""

    def as_html(self) -> list[str]:
        return [self._cell(before, after) for before, after in zip(self.left, self.right, strict=True)]

    def _cell(self, before: Any, after: Any) -> str:
        before, after = spreadsheets.csv_cell(before), spreadsheets.csv_cell(after)
        if before == after:
            return format_html("{}", after)
        if self.new or not before:
            return format_html("<ins>{}</ins>", after)
        return format_html("<del>{}</del> <ins>{}</ins>", before, after)


class RowError(Error):
    """An error in words that the user understands; what nobody foresaw is said without details."""

    model: type[models.Model]

    @property
    def text(self) -> str:
        if isinstance(self.error, IntegrityError):
            return message_of(self.error, self.model)
        if isinstance(self.error, ValueError):
            return str(self.error)
        return _("Raden kunde inte läsas in.")


class KeyLoader(BaseInstanceLoader):
    """Finds the row that a line of the file is about, by the resource's key. A key that can't be read finds none:
    the line's own errors say why."""

    def get_instance(self, row: dict[str, Any]) -> models.Model | None:
        wanted: dict[str, Any] = {}
        try:
            for name in self.resource.get_import_id_fields():
                field = self.resource.fields[name]
                wanted |= field.lookup(row) if hasattr(field, "lookup") else {field.attribute: field.clean(row)}
        except ValueError:
            return None
        found: models.Model | None = self.resource.get_queryset().filter(**wanted).first()
        return found


class RegisterResource(ModelResource):
    """A register's file: one line a row, Swedish headers, other rows by their codes.

    Subclasses give `model`, `fields` and `import_id_fields`, the key that a line is found by.
    """

    class Meta:
        instance_loader_class = KeyLoader
        clean_model_instances = True
        skip_unchanged = True
        report_skipped = True
        use_transactions = True

    @classmethod
    def field_from_django_field(cls, field_name: str, django_field: models.Field, readonly: bool) -> Field:
        with translation.override(None):  # A file's headers don't follow the reader's language.
            header = str(django_field.verbose_name)
        return Field(
            attribute=field_name,
            column_name=header,
            widget=widget_for(django_field),
            default=django_field.default,
            readonly=readonly,
        )

    @classmethod
    def get_diff_class(cls) -> type[Diff]:
        return PlainDiff

    @classmethod
    def get_error_result_class(cls) -> type[Error]:
        return type("RowError", (RowError,), {"model": cls._meta.model})

    def get_import_order(self) -> list[str]:
        return list(self._meta.fields)

    def get_export_order(self) -> list[str]:
        return list(self._meta.fields)

    def filter_export(self, queryset: models.QuerySet, **kwargs: Any) -> models.QuerySet:
        """The rows with the others that they name, in a fixed number of queries."""
        single, many = self._relations()
        return queryset.select_related(*single).prefetch_related(*many)

    def _relations(self) -> tuple[list[str], list[str]]:
        single, many = [], []
        for name in self.fields:
            try:
                field = self._meta.model._meta.get_field(name)
            except FieldDoesNotExist:
                continue
            if isinstance(field, models.ManyToManyField):
                many.append(name)
            elif field.is_relation:
                single.append(name)
        return single, many

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        """Headers in any case and order; an unknown or missing one stops the import."""
        known = {field.column_name.casefold(): field.column_name for field in self.get_import_fields()}
        given = [str(header).strip().casefold() for header in dataset.headers]
        key = [self.fields[name].column_name for name in self.get_import_id_fields()]
        problems = [
            _("Okänd kolumn: %s.") % header for header in dataset.headers if str(header).strip().casefold() not in known
        ]
        problems += [
            _("Kolumnen ”%s” står två gånger.") % known[h]
            for h in {h for h in given if given.count(h) > 1}
            if h in known
        ]
        problems += [_("Kolumnen ”%s” saknas.") % column for column in key if column.casefold() not in given]
        if problems:
            del dataset[:]
            raise ValueError(" ".join(problems))
        dataset.headers = [known[header] for header in given]

    def import_row(self, row: dict[str, Any], instance_loader: Any, **kwargs: Any) -> RowResult:
        if any(value not in (None, "") for value in row.values()):
            return super().import_row(row, instance_loader, **kwargs)
        blank = self.get_row_result_class()()
        blank.import_type = RowResult.IMPORT_TYPE_SKIP
        return blank

    def validate_instance(
        self,
        instance: Any,
        import_validation_errors: Any = None,
        validate_unique: bool = True,  # noqa: FBT002  # the package's signature
    ) -> None:
        try:
            super().validate_instance(instance, import_validation_errors, validate_unique)
        except ValidationError as errors:
            names = {field.name for field in instance._meta.fields}
            raise self._by_header(place(errors, type(instance), names)) from None

    def _by_header(self, errors: ValidationError) -> ValidationError:
        """The same errors under the file's headers instead of the model's names."""
        headers = {field.attribute: field.column_name for field in reversed(self.fields.values())}
        return ValidationError({headers.get(name, name): found for name, found in errors.error_dict.items()})

    def before_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        """The history says which file a change came from."""
        instance._change_reason = _("Import av %s") % kwargs["file_name"] if kwargs.get("file_name") else _("Import")


class DatedResource(RegisterResource):
    """A register whose rows hold from–to: two columns, both days included."""

    valid_from = FirstDay(attribute="valid", column_name="från och med", widget=Day())
    valid_to = LastDay(attribute="valid", column_name="till och med", widget=Day())

    def import_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        errors: dict[str, Any] = {}
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as found:
            errors = found.update_error_dict(errors)
        days = instance.valid
        if days and days.lower and days.upper and days.lower >= days.upper:
            instance.valid = None
            errors.setdefault("valid", []).append(ValidationError(_("Slutet får inte ligga före starten.")))
        if errors:
            raise ValidationError(errors)
