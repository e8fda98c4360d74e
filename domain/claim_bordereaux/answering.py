"""Handing a claims bordereau over to its partner, and the partner's answer."""

from __future__ import annotations

from uuid import UUID

from domain.bordereaux.terms import BordereauAction
from domain.claim_bordereaux.locks import move, take
from domain.claim_bordereaux.models import ClaimBordereau
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction


async def submit(bordereau_id: UUID, *, expected_version: int, actor: Actor) -> ClaimBordereau:
    """Hands a claims bordereau whose totals are the ledger's to its partner, who reads it from now on.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        row = await take(bordereau_id, expected_version=expected_version, actor=actor)
        row.submitted_at = clock.now()
        await move(row, BordereauAction.SUBMIT, "submitted_at", actor=actor)
    return row


async def acknowledge(bordereau_id: UUID, *, expected_version: int, actor: Actor) -> ClaimBordereau:
    """The partner agrees to a claims bordereau.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        row = await take(bordereau_id, expected_version=expected_version, actor=actor)
        row.answered_at = clock.now()
        await move(row, BordereauAction.ACKNOWLEDGE, "answered_at", actor=actor)
    return row


async def reject(bordereau_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> ClaimBordereau:
    """The partner does not agree to a claims bordereau, for good; finance may have another made for the month.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        row = await take(bordereau_id, expected_version=expected_version, actor=actor)
        row.answered_at, row.rejection_reason = clock.now(), reason
        await move(row, BordereauAction.REJECT, "answered_at", "rejection_reason", actor=actor, reason=reason)
    return row
