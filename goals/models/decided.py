import hashlib
from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.models.plan import Plan

_ONE_LINE = RegexValidator(r"^\S[^\x00-\x1f\x7f\u2028\u2029]*$", _("Skriv på en rad, och börja inte med mellanslag."))
_REGISTRY_NO = RegexValidator(
    r"^[A-Za-zÅÄÖåäö0-9][A-Za-zÅÄÖåäö0-9 ./:_–-]*$",
    _("Ett diarienummer har bokstäver, siffror, mellanslag och . / : _ -"),
)


class DecidedImmutable(TypeError):  # noqa: N818  # the name says what is the matter
    """A decided plan is never changed."""


class Whole(models.TextField):
    """A text that is kept to the byte: nobody writes it by hand."""


class DecidedQuerySet(models.QuerySet["DecidedPlan"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise DecidedImmutable

    def delete(self) -> NoReturn:
        raise DecidedImmutable


class DecidedPlan(models.Model):
    """A plan as it was decided. The database refuses every change of the row.

    `content` is canonical JSON (`goals.content`), `sha256` the hash of its UTF-8 bytes; `markdown` is the document.
    """

    database_rights: ClassVar[tuple[str, ...]] = ("SELECT", "INSERT")

    plan = models.ForeignKey(Plan, verbose_name=_("plan"), on_delete=models.PROTECT, related_name="decided")
    version = models.PositiveSmallIntegerField(_("version"))
    registry_no = models.CharField(_("diarienummer"), max_length=60, validators=[_REGISTRY_NO])
    decided_on = models.DateField(_("beslutad den"))
    signed_by = models.CharField(_("beslutad av"), max_length=200, validators=[_ONE_LINE])
    content = Whole(_("innehåll"))
    markdown = Whole(_("dokumentet"))
    sha256 = models.CharField(_("SHA-256"), max_length=64, validators=[RegexValidator(r"^[0-9a-f]{64}$")])
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("registrerad av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    recorded_at = models.DateTimeField(_("registrerad"))

    objects = DecidedQuerySet.as_manager()

    class Meta:
        verbose_name = _("beslutad version")
        verbose_name_plural = _("beslutade versioner")
        ordering = ["plan", "-version"]
        constraints = [
            models.UniqueConstraint(
                name="goals_decidedplan_version_once",
                fields=["plan", "version"],
                violation_error_message=_("Versionen finns redan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan}, version {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise DecidedImmutable
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise DecidedImmutable

    @property
    def is_intact(self) -> bool:
        """Whether the content still has the hash that it was decided with."""
        return hashlib.sha256(self.content.encode()).hexdigest() == self.sha256
