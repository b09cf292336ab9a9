"""A budget's or forecast's way from draft to decided: sent out, approved level by level, or sent back."""

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from finance.actions.budgets import held, keep
from finance.choices import ApprovalLevel, Approved, BudgetState
from finance.models import BudgetApproval, BudgetLine, BudgetVersion, CostCentreUnit
from services.access import managed_units
from services.models import OrgUnit
from vp_portal.core import audit
from vp_portal.core.access import Role, has_role
from vp_portal.core.choices import AuditEvent

if TYPE_CHECKING:
    from vp_portal.core.models import User


class NotYourTurnError(Exception):
    """The message says what is missing, or who answers."""


class CommentMissingError(Exception):
    """A version goes back, or past somebody who has not answered, with a reason."""


@transaction.atomic
def submit(version: BudgetVersion, *, dues: Mapping[ApprovalLevel, dt.date], by: "User", on: dt.date) -> BudgetVersion:
    """Sends a draft out: to the managers of the units with lines, to the controllers and to management, each with a
    day to answer by. Earlier answers are asked for again. Raises NotADraftError, or NotYourTurnError for an empty one.
    """
    row = held(version)
    if not row.lines.exclude(amount=0).exists():
        raise NotYourTurnError(_("Versionen är tom. Fyll i belopp först."))
    wanted: list[tuple[ApprovalLevel, int | None]] = [(ApprovalLevel.UNIT, unit) for unit in _units(row, on)]
    wanted += [(ApprovalLevel.CONTROLLER, None), (ApprovalLevel.MANAGEMENT, None)]
    asked = {(found.level, found.unit_id): found for found in row.approvals.all()}
    for level, unit in wanted:
        found = asked.pop((level, unit), None) or BudgetApproval(version=row, level=level, unit_id=unit)
        found.due, found.answer, found.comment = dues[level], Approved.WAITING, ""
        found.answered_by, found.answered_at = None, None
        _keep(found, by)
    for left in asked.values():
        left._history_user = by  # type: ignore[attr-defined]  # read by simple_history
        left.delete()
    row.state = BudgetState.SUBMITTED
    keep(row, by, _("För godkännande"))
    audit.record(AuditEvent.DECISION, user=by, target=row, what="submitted")
    return row


def _units(version: BudgetVersion, on: dt.date) -> list[int]:
    """The units whose cost centres have lines, as of a day."""
    centres = BudgetLine.objects.filter(version=version, cost_centre__isnull=False).exclude(amount=0)
    links = CostCentreUnit.objects.on(on).filter(cost_centre__in=centres.values("cost_centre"))
    return sorted(set(links.values_list("unit_id", flat=True)))


def may_answer(approval: BudgetApproval, user: "User", on: dt.date) -> bool:
    """Whether the level is the user's: management's, the controllers', or that of the unit's manager or one above."""
    if approval.level == ApprovalLevel.MANAGEMENT:
        return has_role(user, Role.MANAGEMENT)
    if approval.level == ApprovalLevel.CONTROLLER:
        return has_role(user, Role.CONTROLLER)
    return approval.unit_id in set(managed_units(user, on).values_list("pk", flat=True))


@transaction.atomic
def answer(
    approval: BudgetApproval,
    *,
    said: Approved,
    comment: str,
    by: "User",
    at: dt.datetime,
    on: dt.date,
    decision_ref: str = "",
) -> BudgetVersion:
    """Approves at a level, or sends the version back as a draft. The last yes decides it, and then it counts.

    Raises NotYourTurnError and CommentMissingError.
    """
    version = BudgetVersion.objects.select_for_update().get(pk=approval.version_id)
    row = BudgetApproval.objects.select_related("unit").get(pk=approval.pk)
    if not may_answer(row, by, on):
        raise NotYourTurnError(_("Någon annan godkänner på den nivån."))
    if version.state != BudgetState.SUBMITTED:
        raise NotYourTurnError(_("Versionen väntar inte på godkännande."))
    comment = comment.strip()
    if said == Approved.NO and not comment:
        raise CommentMissingError(_("Skriv varför versionen skickas tillbaka."))
    if said == Approved.YES:
        _check_order(row, version, comment)
    row.answer, row.comment, row.answered_by, row.answered_at = said, comment, by, at
    _keep(row, by)
    audit.record(AuditEvent.DECISION, user=by, target=version, what=said.value, level=row.level)
    if said == Approved.NO:
        version.state = BudgetState.DRAFT
        keep(version, by, comment)
    elif row.level == ApprovalLevel.MANAGEMENT:
        _decide(version, by=by, on=on, decision_ref=decision_ref)
    return version


def _check_order(row: BudgetApproval, version: BudgetVersion, comment: str) -> None:
    """Below come first. Controllers may pass over managers who have not answered, and say why."""
    waiting = version.approvals.waiting()
    if row.level == ApprovalLevel.MANAGEMENT and waiting.filter(level=ApprovalLevel.CONTROLLER).exists():
        raise NotYourTurnError(_("Controllern har inte godkänt än."))
    units = OrgUnit.objects.filter(pk__in=waiting.filter(level=ApprovalLevel.UNIT).values("unit"))
    if row.level == ApprovalLevel.CONTROLLER and units and not comment:
        names = ", ".join(units.order_by("name").values_list("name", flat=True))
        raise CommentMissingError(_("Skriv varför du inte väntar på %(units)s.") % {"units": names})


def _decide(version: BudgetVersion, *, by: "User", on: dt.date, decision_ref: str) -> None:
    """The version counts from now on, instead of the one that did."""
    same = BudgetVersion.objects.filter(kind=version.kind, year=version.year, tertial=version.tertial, counts=True)
    for earlier in same.select_for_update():
        earlier.counts = False
        keep(earlier, by, _("Ersatt av %(version)s") % {"version": version})
    version.state, version.counts = BudgetState.DECIDED, True
    version.decided_on, version.decision_ref = on, decision_ref.strip()
    keep(version, by, _("Fastställd"))


def _keep(row: BudgetApproval, by: "User") -> None:
    row._history_user = by  # type: ignore[attr-defined]  # read by simple_history
    row.save()
