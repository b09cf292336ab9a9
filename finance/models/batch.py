from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import (
    CODE_ROLES,
    ColumnRole,
    DebitCredit,
    Scale,
    Separator,
    SignConvention,
    TextEncoding,
)
from finance.models.account import ChartOfAccounts
from vp_portal.core.fields import CodeField, MoneyField
from vp_portal.core.history import history

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class ImportSource(models.Model):
    """A ledger that files come from. It names its chart of accounts."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)
    chart = models.ForeignKey(
        ChartOfAccounts, verbose_name=_("kontoplan"), on_delete=models.PROTECT, related_name="sources"
    )
    is_default = models.BooleanField(_("förvald"), default=False, help_text=_("Används när ingen källa anges."))
    most_negative = models.PositiveSmallIntegerField(
        _("högst så många procent negativa"),
        default=80,
        validators=[MaxValueValidator(100)],
        help_text=_("Är en större del av kostnadskontonas rader negativa frågar importen om tecknet."),
    )
    far_months = models.PositiveSmallIntegerField(
        _("månader mellan datum och period"),
        default=3,
        validators=[MinValueValidator(1)],
        help_text=_("Ligger en rads datum så många månader från dess period varnar förhandsvisningen."),
    )
    large_times = models.PositiveSmallIntegerField(
        _("gånger ett vanligt belopp"),
        default=100,
        validators=[MinValueValidator(2)],
        help_text=_("Är ett belopp så många gånger större än vanligt på kontot varnar förhandsvisningen."),
    )
    large_from = MoneyField(
        _("minsta belopp att varna för"),
        default=Decimal("10000.00"),
        help_text=_("Mindre belopp varnar förhandsvisningen inte för, hur ovanliga de än är."),
    )
    large_rows = models.PositiveSmallIntegerField(
        _("rader som ger ett vanligt belopp"),
        default=20,
        validators=[MinValueValidator(1)],
        help_text=_("Ett konto med färre rader det senaste året har inget vanligt belopp."),
    )

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
            models.CheckConstraint(
                name="finance_importsource_most_negative_percent",
                condition=models.Q(most_negative__gte=0, most_negative__lte=100),
                violation_error_message=_("Andelen är 0–100 procent."),
            ),
            models.CheckConstraint(
                name="finance_importsource_warnings_sensible",
                condition=models.Q(far_months__gte=1, large_times__gte=2, large_from__gte=0, large_rows__gte=1),
                violation_error_message=_("Varningarnas gränser är för låga: minst 1 månad, 2 gånger, 0 kr och 1 rad."),
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
        _("kolumner"),
        default=dict,
        blank=True,
        help_text=_('Kolumnrubrik → roll, t.ex. {"Ansvar": "cost_centre", "Belopp": "amount"}.'),
    )
    decimal_mark = models.CharField(_("decimaltecken"), max_length=1, choices=[(",", ","), (".", ".")], default=",")
    encoding = models.CharField(
        _("teckenkodning"),
        max_length=12,
        choices=TextEncoding,
        blank=True,
        help_text=_("Gäller när filens egna byte lämnar tvivel."),
    )
    separator = models.CharField(
        _("avgränsare"), max_length=10, choices=Separator, blank=True, help_text=_("Tomt: den som filen visar.")
    )
    scale = models.CharField(_("skala"), max_length=4, choices=Scale, default=Scale.KR)
    sign = models.CharField(_("tecken"), max_length=8, choices=SignConvention, default=SignConvention.LEDGER)
    debit_credit = models.CharField(
        _("debet och kredit"),
        max_length=8,
        choices=DebitCredit,
        default=DebitCredit.NONE,
        help_text=_("En egen kolumn med D och K får rollen debit_credit bland kolumnerna."),
    )
    sheet = models.CharField(_("blad"), max_length=100, blank=True, help_text=_("I en arbetsbok. Tomt: det enda."))
    dimensions = models.JSONField(
        _("dimensioner"),
        default=dict,
        blank=True,
        help_text=_('SIE-filens dimensioner → roll, t.ex. {"1": "cost_centre", "20": "activity"}.'),
    )

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
            models.CheckConstraint(
                name="finance_importprofile_choices_known",
                condition=models.Q(
                    encoding__in=["", *TextEncoding.values],
                    separator__in=["", *Separator.values],
                    scale__in=Scale.values,
                    sign__in=SignConvention.values,
                    debit_credit__in=DebitCredit.values,
                ),
                violation_error_message=_("Profilen har ett okänt val."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Every column and every dimension leads to a known role, or to none at all."""
        _check_roles("columns", self.columns, ColumnRole.values, _("Skriv kolumnerna som {rubrik: roll}."))
        parts = [role.value for role in CODE_ROLES if role != ColumnRole.ACCOUNT]
        _check_roles("dimensions", self.dimensions, parts, _("Skriv dimensionerna som {nummer: roll}."))
        has_column = ColumnRole.DEBIT_CREDIT.value in self.columns.values()
        if (self.debit_credit == DebitCredit.COLUMN) != has_column:
            message = _("En kolumn med D och K ska stå bland kolumnerna med rollen debit_credit, annars inte.")
            raise ValidationError({"debit_credit": message})


def _check_roles(name: str, roles: object, known: Sequence[str], how: "StrOrPromise") -> None:
    """A mapping to known roles or to "". Raises ValidationError at the field."""
    if not isinstance(roles, dict):
        raise ValidationError({name: how})
    if unknown := sorted(str(role) for role in roles.values() if role not in [*known, ""]):
        message = ValidationError(
            _("Okänd roll: %(unknown)s. Roller: %(known)s."),
            params={"unknown": ", ".join(unknown), "known": ", ".join(known)},
        )
        raise ValidationError({name: message})


class ImportBatchQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """The batches that count now."""
        return self.filter(ended_at__isnull=True)

    def differing(self) -> Self:
        """Those whose sum is not the control total that was typed."""
        return self.filter(stated_total__isnull=False).exclude(stated_total=models.F("total"))


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
    #: What somebody typed from the ledger system. It may differ from `total` when that was confirmed.
    stated_total = MoneyField(_("angiven kontrollsumma"), null=True, blank=True)
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("kontrollsumman angiven av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
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
                name="finance_importbatch_stated_by_with_total",
                condition=models.Q(stated_by__isnull=True) | models.Q(stated_total__isnull=False),
                violation_error_message=_("Den som angav kontrollsumman finns bara när den är angiven."),
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

    @property
    def difference(self) -> Decimal | None:
        """What the sum differs from the typed control total by; None when none was typed."""
        return None if self.stated_total is None else self.total - self.stated_total
