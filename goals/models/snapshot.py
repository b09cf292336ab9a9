import datetime as dt
from typing import Any, ClassVar, NoReturn, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from goals.choices import Status
from goals.models.indicator import Indicator
from vp_portal.core.as_known import end_of


class SnapshotImmutable(TypeError):  # noqa: N818  # the name says what is the matter
    """What was stored of a measure is never changed."""


class IndicatorSnapshotQuerySet(models.QuerySet["IndicatorSnapshot"]):
    def known_on(self, day: dt.date) -> Self:
        """Of days up to that day, stored by its end."""
        return self.filter(as_of__lte=day, made_at__lt=end_of(day))

    def latest_on(self, day: dt.date) -> Self:
        """The one of each measure that stands at the end of a day."""
        return self.known_on(day).order_by("indicator", "-as_of").distinct("indicator")

    def update(self, **kwargs: Any) -> NoReturn:
        raise SnapshotImmutable

    def delete(self) -> NoReturn:
        raise SnapshotImmutable


class IndicatorSnapshot(models.Model):
    """What a computed measure was on a day, by the definition and the target of then. The database refuses every
    change of the row; the same day computed again uses what is known later and is shown beside it, never stored over.
    """

    database_rights: ClassVar[tuple[str, ...]] = ("SELECT", "INSERT")

    indicator = models.ForeignKey(Indicator, verbose_name=_("mått"), on_delete=models.PROTECT, related_name="snapshots")
    as_of = models.DateField(_("dag"))
    code = models.CharField(_("kod"), max_length=10)
    definition_version = models.PositiveSmallIntegerField(_("definitionens version"))
    value = models.DecimalField(_("värde"), max_digits=18, decimal_places=4, null=True, blank=True)
    numerator = models.DecimalField(_("täljare"), max_digits=18, decimal_places=4, null=True, blank=True)
    denominator = models.DecimalField(_("nämnare"), max_digits=18, decimal_places=4, null=True, blank=True)
    net = models.DecimalField(_("netto"), max_digits=18, decimal_places=4, null=True, blank=True)
    status = models.CharField(_("status"), max_length=20, choices=Status, blank=True)
    made_at = models.DateTimeField(_("sparat"), default=timezone.now)

    objects = IndicatorSnapshotQuerySet.as_manager()

    class Meta:
        verbose_name = _("sparat mått")
        verbose_name_plural = _("sparade mått")
        ordering = ["-as_of", "indicator"]
        constraints = [
            models.UniqueConstraint(
                name="goals_indicatorsnapshot_one_a_day",
                fields=["indicator", "as_of"],
                violation_error_message=_("Måttet är redan sparat för den dagen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.as_of}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise SnapshotImmutable
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise SnapshotImmutable
