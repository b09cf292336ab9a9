"""What people say of single postings: where one belongs, and that one is wrongly coded."""

import datetime as dt
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from finance.choices import FLAG_ENDED, FlagState
from finance.models.account import Account
from finance.models.batch import ImportBatch
from finance.models.code_string import CodeString
from finance.models.codes import CostCentre, LedgerProject
from finance.models.posting import are_sent_to
from finance.models.scope import POSTING, ledger_scope, sight
from services.models import CostObject
from vp_portal.core.fields import MoneyField
from vp_portal.core.history import history
from vp_portal.core.periods import PeriodField

if TYPE_CHECKING:
    from vp_portal.core.models import User


class OfPostingQuerySet(models.QuerySet):
    def visible_to(self, user: "User | AnonymousUser", on: dt.date) -> Self:
        """Those of postings that the user may see, or could when the posting still counted."""
        seen = sight(user, on)
        return self.filter(ledger_scope(seen, POSTING, are_sent_to(seen.cost_objects, row="posting")))

    def with_codes(self) -> Self:
        parts = ("account", "cost_centre", "project", "activity", "funder")
        return self.select_related("batch", *(f"code_string__{part}" for part in parts))


class OfPosting(models.Model):
    """About one posting. Batch and id have no constraint in the database; period, codes and amount are the posting's,
    kept here because the batch may be replaced."""

    batch = models.ForeignKey(ImportBatch, verbose_name=_("import"), on_delete=models.PROTECT, related_name="+")
    posting = models.BigIntegerField(_("kontering"))
    period = PeriodField(_("period"))
    code_string = models.ForeignKey(CodeString, verbose_name=_("kodsträng"), on_delete=models.PROTECT, related_name="+")
    amount = MoneyField(_("belopp"))

    class Meta:
        abstract = True

    @property
    def has_row(self) -> bool:
        """Whether the posting still counts."""
        return self.batch.ended_at is None


class HandAssignmentQuerySet(OfPostingQuerySet):
    def said_last(self) -> Self:
        """What was said last of each posting."""
        newer = HandAssignment.objects.filter(posting=models.OuterRef("posting"), pk__gt=models.OuterRef("pk"))
        return self.filter(~models.Exists(newer))

    def in_force(self) -> Self:
        """Those that a run follows, for rows that count or not."""
        return self.said_last().filter(cost_object__isnull=False)


class HandAssignment(OfPosting):
    """A posting that a person has given a cost object. A row never changes: the latest one holds, and one without a
    cost object takes it back."""

    cost_object = models.ForeignKey(
        CostObject, verbose_name=_("kostnadsbärare"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(_("skäl"), max_length=500)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("av"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("tidpunkt"))
    renews = models.ForeignKey(
        "self", verbose_name=_("förnyar"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    objects = HandAssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("fördelning för hand")
        verbose_name_plural = _("fördelningar för hand")
        ordering = ["-pk"]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["posting"], name="finance_hand_by_posting"),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}-{self.posting} → {self.cost_object or '–'}"


class PostingFlagQuerySet(OfPostingQuerySet):
    def open(self) -> Self:
        return self.filter(state=FlagState.OPEN)

    def open_on(self, day: dt.date) -> Self:
        """Those that were open at the end of a day."""
        return self.filter(made_at__date__lte=day).filter(Q(ended_at__isnull=True) | Q(ended_at__date__gt=day))

    def older_than(self, days: int, on: dt.date) -> Self:
        """Flagged more than so many days before."""
        return self.filter(made_at__date__lt=on - dt.timedelta(days=days))


class PostingFlag(OfPosting):
    """Felkonterad: a posting that somebody says is wrongly coded, and where it should be, until the ledger has it.

    `found_batch` and `found_posting`: the row that put it right. The ledger's own rows never change.
    """

    wrong = models.CharField(_("vad är fel"), max_length=500)
    to_account = models.ForeignKey(
        Account, verbose_name=_("rätt konto"), on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    to_cost_centre = models.ForeignKey(
        CostCentre,
        verbose_name=_("rätt kostnadsställe"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    to_project = models.ForeignKey(
        LedgerProject,
        verbose_name=_("rätt projekt"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    to_cost_object = models.ForeignKey(
        CostObject,
        verbose_name=_("rätt kostnadsbärare"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    state = models.CharField(_("läge"), max_length=10, choices=FlagState, default=FlagState.OPEN)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("flaggad av"), on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("flaggad"))
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("avslutad av"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        help_text=_("Tomt: portalen fann rättelsen i en import."),
    )
    ended_at = models.DateTimeField(_("avslutad"), null=True, blank=True)
    answer = models.CharField(_("svar"), max_length=500, blank=True)
    found_batch = models.ForeignKey(
        ImportBatch,
        verbose_name=_("rättad i import"),
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
    )
    found_posting = models.BigIntegerField(_("rättad med kontering"), null=True, blank=True)

    objects = PostingFlagQuerySet.as_manager()
    history = history()

    class Meta:
        verbose_name = _("felkonterad")
        verbose_name_plural = _("felkonterade")
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                name="finance_postingflag_one_open",
                fields=["posting"],
                condition=Q(state=FlagState.OPEN),
                violation_error_message=_("Konteringen är redan flaggad."),
            ),
            models.CheckConstraint(
                name="finance_postingflag_says_where",
                condition=Q(to_account__isnull=False)
                | Q(to_cost_centre__isnull=False)
                | Q(to_project__isnull=False)
                | Q(to_cost_object__isnull=False),
                violation_error_message=_("Ange var den borde vara: en kod eller en kostnadsbärare."),
            ),
            models.CheckConstraint(
                name="finance_postingflag_ends_once",
                condition=Q(state=FlagState.OPEN, ended_at__isnull=True)
                | Q(state__in=FLAG_ENDED, ended_at__isnull=False),
                violation_error_message=_("En öppen flagga har inget slut, en avslutad har det."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}-{self.posting}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        return self.state == FlagState.OPEN

    @property
    def targets(self) -> list[Any]:
        """Where it should be: the codes and the cost object that are given."""
        given = (self.to_account, self.to_cost_centre, self.to_project, self.to_cost_object)
        return [target for target in given if target is not None]
