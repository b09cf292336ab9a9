from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from finance.choices import AccountKind, Sensitivity
from vp_portal.core.fields import CodeField
from vp_portal.core.history import history


class ChartOfAccounts(models.Model):
    """Kontoplan: accounts and groups belong to one. 40xxx is salary in the state's, not in a municipality's."""

    code = CodeField(_("kod"), unique=True)
    name = models.CharField(_("namn"), max_length=120)

    history = history()

    class Meta:
        verbose_name = _("kontoplan")
        verbose_name_plural = _("kontoplaner")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class AccountGroup(models.Model):
    """Kontogrupp (TBM cost pool): accounts by number ranges, which are data."""

    chart = models.ForeignKey(
        ChartOfAccounts, verbose_name=_("kontoplan"), on_delete=models.PROTECT, related_name="groups"
    )
    code = CodeField(_("kod"))
    name = models.CharField(_("namn"), max_length=120)
    kind = models.CharField(_("slag"), max_length=10, choices=AccountKind)
    position = models.PositiveSmallIntegerField(_("ordning"), default=0)

    history = history()

    class Meta:
        verbose_name = _("kontogrupp")
        verbose_name_plural = _("kontogrupper")
        ordering = ["chart", "position", "code"]
        constraints = [
            models.UniqueConstraint(
                name="finance_accountgroup_code_once",
                fields=["chart", "code"],
                violation_error_message=_("Koden finns redan i kontoplanen."),
            ),
            models.CheckConstraint(
                name="finance_accountgroup_kind_known",
                condition=models.Q(kind__in=AccountKind.values),
                violation_error_message=_("Okänt slag."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class _AnyOf(models.Func):
    """Whether a value is in an array. `IS TRUE` keeps the planner from going through an index once for each value."""

    function = None
    template = "(%(expressions)s)) IS TRUE"
    arg_joiner = " = ANY("
    output_field = models.BooleanField()


def in_groups_of(kind: str, lookup: str = "account_group") -> models.Q:
    """Rows whose account group is of a kind, which has few groups. The groups are read once and each row is held
    against them: a join of the sums with the groups took as long as the sums."""
    groups = AccountGroup.objects.filter(kind=kind).order_by().values("pk")
    return models.Q(_AnyOf(models.F(lookup), ArraySubquery(groups)))


class AccountRange(models.Model):
    """Accounts whose first characters lie in low–high, both of the same length: 4011–4999 covers 40111."""

    group = models.ForeignKey(
        AccountGroup, verbose_name=_("kontogrupp"), on_delete=models.CASCADE, related_name="ranges"
    )
    low = CodeField(_("från"))
    high = CodeField(_("till"))

    #: Set by a form that saves a group's ranges together: it compares them with each other.
    compared_by_form = False

    history = history()

    class Meta:
        verbose_name = _("kontointervall")
        verbose_name_plural = _("kontointervall")
        ordering = ["group", "low"]
        constraints = [
            models.CheckConstraint(
                name="finance_accountrange_same_length",
                condition=Exact(Length("low"), Length("high")),
                violation_error_message=_("Från och till ska ha lika många tecken."),
            ),
            models.CheckConstraint(
                name="finance_accountrange_in_order",
                condition=models.Q(low__lte=models.F("high")),
                violation_error_message=_("Från får inte vara större än till."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.low}–{self.high}"

    def clean(self) -> None:
        """Ranges of a chart don't overlap, whatever their lengths: a code lies in one range at most."""
        if not (self.group_id and self.low and self.high):
            return
        others = AccountRange.objects.filter(group__chart=self.group.chart).exclude(pk=self.pk).select_related("group")
        if self.compared_by_form:
            others = others.exclude(group=self.group_id)
        for other in others:
            if self.overlaps(other):
                message = _("Överlappar %(range)s i %(group)s.")
                raise ValidationError(message, params={"range": other, "group": other.group})

    def overlaps(self, other: "AccountRange") -> bool:
        """Whether a code can lie in both; the shorter bounds decide."""
        shortest = min(len(self.low), len(other.low))
        return self.low[:shortest] <= other.high[:shortest] and other.low[:shortest] <= self.high[:shortest]


class SensitiveRange(models.Model):
    """Accounts of a chart whose rows few may read, by their first characters. Where ranges meet, the strictest counts.

    A range says nothing about other charts: 40xxx is salary in the state's, purchases in a company's.
    """

    chart = models.ForeignKey(
        ChartOfAccounts, verbose_name=_("kontoplan"), on_delete=models.PROTECT, related_name="sensitive_ranges"
    )
    low = CodeField(_("från"))
    high = CodeField(_("till"))
    sensitivity = models.PositiveSmallIntegerField(
        _("känslighet"),
        choices=[(value.value, value.label) for value in Sensitivity if value],
        default=Sensitivity.SENSITIVE,
        help_text=_("Särskilt känsligt är det som säger något om hälsa, som sjuklön: det visas inte ens som summa."),
    )
    note = models.CharField(_("varför"), max_length=200, blank=True)

    history = history()

    class Meta:
        verbose_name = _("känsligt kontointervall")
        verbose_name_plural = _("känsliga kontointervall")
        ordering = ["chart", "low", "high"]
        constraints = [
            models.UniqueConstraint(
                name="finance_sensitiverange_once",
                fields=["chart", "low", "high"],
                violation_error_message=_("Intervallet finns redan i kontoplanen."),
            ),
            models.CheckConstraint(
                name="finance_sensitiverange_same_length",
                condition=Exact(Length("low"), Length("high")),
                violation_error_message=_("Från och till ska ha lika många tecken."),
            ),
            models.CheckConstraint(
                name="finance_sensitiverange_in_order",
                condition=models.Q(low__lte=models.F("high")),
                violation_error_message=_("Från får inte vara större än till."),
            ),
            models.CheckConstraint(
                name="finance_sensitiverange_not_open",
                condition=models.Q(sensitivity__in=[value.value for value in Sensitivity if value]),
                violation_error_message=_("Ett intervall är känsligt eller särskilt känsligt."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.low}–{self.high}"


class Account(models.Model):
    """Konto: GL account. Its group and its sensitivity follow from the chart's ranges."""

    chart = models.ForeignKey(
        ChartOfAccounts, verbose_name=_("kontoplan"), on_delete=models.PROTECT, related_name="accounts"
    )
    code = CodeField(_("konto"))
    name = models.CharField(_("namn"), max_length=200, blank=True)
    group = models.ForeignKey(
        AccountGroup,
        verbose_name=_("kontogrupp"),
        on_delete=models.PROTECT,
        related_name="accounts",
        null=True,
        blank=True,
    )
    is_distribution = models.BooleanField(
        _("fördelningskonto"),
        default=False,
        help_text=_("Fördelar gemensamma kostnader; räknas inte med i kostnaden, annars räknas de två gånger."),
    )
    sensitivity = models.PositiveSmallIntegerField(
        _("känslighet"),
        choices=Sensitivity,
        default=Sensitivity.OPEN,
        editable=False,
        help_text=_("Följer av kontoplanens känsliga kontointervall."),
    )

    history = history()

    class Meta:
        verbose_name = _("konto")
        verbose_name_plural = _("konton")
        ordering = ["chart", "code"]
        constraints = [
            models.UniqueConstraint(
                name="finance_account_code_once",
                fields=["chart", "code"],
                violation_error_message=_("Kontot finns redan i kontoplanen."),
            ),
            models.CheckConstraint(
                name="finance_account_sensitivity_known",
                condition=models.Q(sensitivity__in=Sensitivity.values),
                violation_error_message=_("Okänd känslighet."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}".strip()
