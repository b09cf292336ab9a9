"""A model of funding that somebody proposes, and what becomes of it. A controller's yes sets the model."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from finance.actions import funding
from finance.actions.budgets import keep
from finance.choices import ProposalState
from finance.models import FundingProposal, FundingProposalShare, FundingSource
from finance.models.funding import problem_of_model
from services.models import CostObject
from vp_portal.core import audit
from vp_portal.core.choices import AuditEvent

if TYPE_CHECKING:
    from vp_portal.core.models import User


class NotWaitingError(Exception):
    """The proposal has been answered already."""


@transaction.atomic
def propose(
    target: CostObject,
    shares: Mapping[FundingSource, Decimal],
    *,
    first: dt.date,
    last: dt.date | None = None,
    registry_no: str = "",
    reason: str,
    by: "User",
    at: dt.datetime,
) -> FundingProposal:
    """Stores the proposal; nothing is funded by it. Raises funding.NotWholeError and ValidationError."""
    if problem := problem_of_model(list(shares.values())):
        raise funding.NotWholeError(str(problem))
    CostObject.objects.select_for_update(no_key=True).get(pk=target.pk)  # of two at once, one is told of the other
    made = FundingProposal(
        cost_object=target, first=first, last=last, registry_no=registry_no, reason=reason, made_by=by, made_at=at
    )
    made.full_clean()
    keep(made, by, reason)
    for source, share in shares.items():
        part = FundingProposalShare(proposal=made, source=source, share=share)
        part.full_clean()
        part.save()
    audit.record(AuditEvent.DECISION, user=by, target=made, what="proposed")
    return made


@transaction.atomic
def accept(made: FundingProposal, *, registry_no: str, answer: str, by: "User", at: dt.datetime) -> FundingProposal:
    """Sets the model as it was proposed, by the decision. Raises NotWaitingError, NotWholeError and ValidationError."""
    held = _held(made)
    shares = {part.source: part.share for part in held.shares.select_related("source")}
    funding.set_model(
        held.cost_object, shares, first=held.first, last=held.last, registry_no=registry_no.strip(), by=by
    )
    held.registry_no = registry_no.strip()
    return _end(held, ProposalState.ACCEPTED, answer, by, at)


@transaction.atomic
def close(made: FundingProposal, state: ProposalState, *, answer: str, by: "User", at: dt.datetime) -> FundingProposal:
    """Rejected or withdrawn: nothing is funded otherwise. Raises NotWaitingError."""
    return _end(_held(made), state, answer, by, at)


def _held(made: FundingProposal) -> FundingProposal:
    held = FundingProposal.objects.select_for_update().get(pk=made.pk)
    if not held.is_waiting:
        raise NotWaitingError
    return held


def _end(held: FundingProposal, state: ProposalState, answer: str, by: "User", at: dt.datetime) -> FundingProposal:
    held.state, held.answer, held.answered_by, held.answered_at = state, answer.strip(), by, at
    held.full_clean()
    keep(held, by, answer)
    audit.record(AuditEvent.DECISION, user=by, target=held, what=state.value)
    return held
