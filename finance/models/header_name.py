"""Names of columns in ledger files, and what they mean."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import ColumnRole, plain
from vp_portal.core.history import history


class FoldedField(models.CharField):
    """The row's `name` as headers are compared, however the row is saved. SQL folds other letters than Python does."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        folded = plain(str(getattr(model_instance, "name", "")))
        setattr(model_instance, self.attname, folded)
        return folded


class HeaderNameQuerySet(models.QuerySet):
    def roles(self) -> dict[str, ColumnRole]:
        """Folded name → role, of every name: one query."""
        return {folded: ColumnRole(role) for folded, role in self.values_list("folded", "role")}


class HeaderName(models.Model):
    """Rubrik: a name that a column of a ledger file may have. An import profile goes before it."""

    name = models.CharField(
        _("rubrik"),
        max_length=120,
        help_text=_("Versaler, blanktecken, punkter och understreck spelar ingen roll."),
    )
    role = models.CharField(
        _("betyder"),
        max_length=20,
        choices=ColumnRole,
        help_text=_("Kolumnen med namnet, som ”Konto(T)”, känns igen av sig själv."),
    )
    folded = FoldedField(max_length=120, blank=True, editable=False)

    objects = HeaderNameQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("kolumnrubrik")
        verbose_name_plural = _("kolumnrubriker")
        ordering = ["role", "name"]
        constraints = [
            models.CheckConstraint(
                name="finance_headername_role_known",
                condition=models.Q(role__in=ColumnRole.values),
                violation_error_message=_("Okänd roll."),
            ),
            models.CheckConstraint(
                name="finance_headername_not_blank",
                condition=models.Q(name__regex=r"[^\s._]"),
                violation_error_message=_("Rubriken har inget som går att känna igen."),
            ),
            models.UniqueConstraint(
                name="finance_headername_once",
                fields=["folded"],
                violation_error_message=_("Rubriken finns redan."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A name means one thing, in whatever way it is written."""
        folded = plain(self.name)
        if not folded:
            raise ValidationError({"name": _("Rubriken har inget som går att känna igen.")})
        other = HeaderName.objects.filter(folded=folded).exclude(pk=self.pk).first()
        if other:
            values = {"name": other.name, "role": other.get_role_display()}
            raise ValidationError({"name": _("Rubriken finns redan: ”%(name)s” betyder %(role)s.") % values})
