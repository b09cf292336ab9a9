"""The proposed models of one cost object, the waiting one first, each beside what holds on its first day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from finance.choices import PROPOSAL_TONE, ProposalState
from finance.models import FundingProposal, FundingShare, FundingSource
from services.models import CostObject
from vp_portal.core.badges import Badge

_ICON = {
    ProposalState.WAITING: "◐",
    ProposalState.ACCEPTED: "✓",
    ProposalState.REJECTED: "✕",
    ProposalState.WITHDRAWN: "○",
}


@dataclass(frozen=True)
class Proposed:
    """`parts`: source, its share on the proposal's first day as the models are now, and the proposed one."""

    item: FundingProposal
    parts: Sequence[tuple[FundingSource, Decimal, Decimal]]
    badge: Badge


def proposals_of(target: CostObject) -> list[Proposed]:
    """Four queries at most."""
    found = FundingProposal.objects.filter(cost_object=target).select_related("made_by", "answered_by")
    every = list(found.prefetch_related("shares__source"))
    held = list(FundingShare.objects.of(target).select_related("source")) if every else []
    ordered = sorted(every, key=lambda one: not one.is_waiting)
    return [Proposed(one, _parts(one, held), _badge(one)) for one in ordered]


def _parts(one: FundingProposal, held: Sequence[FundingShare]) -> list[tuple[FundingSource, Decimal, Decimal]]:
    now: Mapping[FundingSource, Decimal] = {row.source: row.share for row in held if one.first in row.valid}
    wanted = {part.source: part.share for part in one.shares.all()}
    sources = sorted({*now, *wanted}, key=lambda source: (source.position, source.code))
    zero = Decimal("0.00")
    return [(source, now.get(source, zero), wanted.get(source, zero)) for source in sources]


def _badge(one: FundingProposal) -> Badge:
    state = ProposalState(one.state)
    return Badge(state.label, PROPOSAL_TONE[state], _ICON[state])  # type: ignore[arg-type]  # tones are declared as text
