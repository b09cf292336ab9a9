from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import ColumnRole
from finance.models.account import ChartOfAccounts
from vp_portal.core.fields import CodeField, MoneyField
from vp_portal.core.history import history


class ImportSource(models.Model):
    """A ledger that files come from. It names its chart of accounts."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)
    chart = models.ForeignKey(
        ChartOfAccounts, verbose_name=_("kontoplan"), on_delete=models.PROTECT, related_name="sources"
    )
    is_default = models.BooleanField(_("förvald"), default=False, help_text=_("Används när ingen källa anges."))

    history = history()

    class Meta:
        verbose_name = _("importkälla")
        verbose_name_plural = _("importkällor")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                name="finance_importsource_one_default",
                fields=["is_default"],
                condition=models.Q(is_default=True),
                violation_error_message=_("En annan källa är redan förvald."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ImportProfile(models.Model):
    """How a source's files are read: which header means which part of a posting."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)
    source = models.ForeignKey(ImportSource, verbose_name=_("källa"), on_delete=models.PROTECT, related_name="profiles")
    columns = models.JSONField(
        _("kolumner"), help_text=_('Kolumnrubrik → roll, t.ex. {"Ansvar": "cost_centre", "Belopp": "amount"}.')
    )
    decimal_mark = models.CharField(_("decimaltecken"), max_length=1, choices=[(",", ","), (".", ".")], default=",")

    history = history()

    class Meta:
        verbose_name = _("importprofil")
        verbose_name_plural = _("importprofiler")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="finance_importprofile_decimal_mark_known",
                condition=models.Q(decimal_mark__in=[",", "."]),
                violation_error_message=_("Decimaltecknet är komma eller punkt."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Every column leads to a known role, or to none at all."""
        if not isinstance(self.columns, dict):
            raise ValidationError({"columns": _("Skriv kolumnerna som {rubrik: roll}.")})
        known = [*ColumnRole.values, ""]
        if unknown := sorted(str(role) for role in self.columns.values() if role not in known):
            message = ValidationError(
                _("Okänd roll: %(unknown)s. Roller: %(known)s."),
                params={"unknown": ", ".join(unknown), "known": ", ".join(ColumnRole.values)},
            )
            raise ValidationError({"columns": message})


class ImportBatchQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """The batches that count now."""
        return self.filter(ended_at__isnull=True)


class ImportBatch(models.Model):
    """Importomgång: one file that was booked, in force from `booked_at` to `ended_at`. Its rows never change."""

    source = models.ForeignKey(ImportSource, verbose_name=_("källa"), on_delete=models.PROTECT, related_name="batches")
    profile = models.ForeignKey(
        ImportProfile, verbose_name=_("profil"), on_delete=models.PROTECT, related_name="batches", null=True, blank=True
    )
    file_name = models.CharField(_("filnamn"), max_length=255)
    file_size = models.BigIntegerField(_("storlek i byte"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    file_format = models.CharField(_("format"), max_length=20)
    encoding = models.CharField(_("teckenkodning"), max_length=20)
    row_count = models.IntegerField(_("rader"))
    total = MoneyField(_("summa"))
    control_total = MoneyField(_("kontrollsumma"), null=True, blank=True)
    skipped = models.JSONField(_("överhoppade rader"), default=list, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    booked_at = models.DateTimeField(_("bokförd"))
    ended_at = models.DateTimeField(_("gällde till"), null=True, blank=True)
    replaced_by = models.ForeignKey(
        "self", verbose_name=_("ersatt av"), on_delete=models.PROTECT, related_name="replaced", null=True, blank=True
    )
    #: The file itself, byte for byte, below MEDIA_ROOT. Empty for batches from before files were kept.
    stored_file = models.CharField(_("originalfil"), max_length=100, blank=True)

    objects = ImportBatchQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("importomgång")
        verbose_name_plural = _("importomgångar")
        ordering = ["-booked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="finance_importbatch_same_file_once",
                fields=["sha256"],
                condition=models.Q(ended_at__isnull=True),
                violation_error_message=_("Filen är redan bokförd."),
            ),
            models.CheckConstraint(
                name="finance_importbatch_agrees_with_control_total",
                condition=models.Q(control_total__isnull=True) | models.Q(control_total=models.F("total")),
                violation_error_message=_("Summan stämmer inte med kontrollsumman."),
            ),
            models.CheckConstraint(
                name="finance_importbatch_rows_not_negative",
                condition=models.Q(row_count__gte=0, file_size__gte=0),
                violation_error_message=_("Antalet rader kan inte vara negativt."),
            ),
            models.CheckConstraint(
                name="finance_importbatch_ends_after_start",
                condition=models.Q(ended_at__isnull=True) | models.Q(ended_at__gte=models.F("booked_at")),
                violation_error_message=_("En importomgång kan inte sluta gälla innan den bokfördes."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"
