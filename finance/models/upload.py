import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from finance.choices import UploadState
from finance.models.batch import ImportBatch


class UploadQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those that somebody may still want to do something with."""
        return self.exclude(state__in=[UploadState.BOOKED, UploadState.ABANDONED])


class Upload(models.Model):
    """A file on its way to be booked: what was chosen about it, and what the latest dry run found.

    `choices` is an `actions.uploads.Choices` as JSON; `result` what `actions.uploads.preview` stored.
    The members of a zip share its file.
    """

    file_id = models.UUIDField(_("namn på disken"), default=uuid.uuid4, editable=False)
    file_name = models.CharField(_("filnamn"), max_length=255)
    file_size = models.BigIntegerField(_("storlek i byte"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    state = models.CharField(_("läge"), max_length=12, choices=UploadState, default=UploadState.RECEIVED)
    choices = models.JSONField(_("val"), default=dict, blank=True)
    result = models.JSONField(_("utfall"), null=True, blank=True)
    #: The background job that has it in hand, or had it last.
    job_id = models.BigIntegerField(_("jobb"), null=True, blank=True)
    replaces = models.ForeignKey(
        ImportBatch,
        verbose_name=_("ersätter"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    batch = models.OneToOneField(
        ImportBatch,
        verbose_name=_("importomgång"),
        on_delete=models.PROTECT,
        related_name="upload",
        null=True,
        blank=True,
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("av"), on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("uppladdad"))
    changed_at = models.DateTimeField(_("senast ändrad"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("bokförs av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    #: When its booking began, which a job that is run again keeps: so it knows its own batch.
    started_at = models.DateTimeField(_("bokföring påbörjad"), null=True, blank=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("uppladdad fil")
        verbose_name_plural = _("uppladdade filer")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="finance_upload_state_known",
                condition=models.Q(state__in=UploadState.values),
                violation_error_message=_("Okänt läge."),
            ),
            models.CheckConstraint(
                name="finance_upload_booked_has_batch",
                condition=models.Q(batch__isnull=False) | ~models.Q(state=UploadState.BOOKED),
                violation_error_message=_("En bokförd fil har en importomgång."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.file_name}"

    @property
    def is_at_work(self) -> bool:
        """Whether the background worker has it, or will."""
        return self.state in {UploadState.PREVIEWING, UploadState.BOOKING}
