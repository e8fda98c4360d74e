"""What upper rooms are told of a settled payout: what it was for, and how much arrived."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.kernel.money import Money
from domain.kernel.subject import Subject
from domain.payouts.models import Payout


@dataclass(frozen=True, slots=True)
class Settled:
    """A payout as the room that asked for it knows it."""

    source: Subject
    decision_no: int
    amount: Money


async def settled(payout_id: UUID) -> Settled:
    """What a payout was for."""
    row = await Payout.get(id=payout_id)
    return Settled(Subject(row.subject_kind, row.subject_id), row.decision_no, Money(row.amount_minor, row.currency))
