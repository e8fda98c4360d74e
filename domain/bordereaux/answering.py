"""Handing a bordereau over to its partner, and the partner's answer."""

from __future__ import annotations

from uuid import UUID

from domain.bordereaux.kinds import B, Kind
from domain.bordereaux.locks import move, take
from domain.bordereaux.terms import BordereauAction
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction


async def submit(kind: Kind[B], bordereau_id: UUID, *, expected_version: int, actor: Actor) -> B:
    """Hands a bordereau whose totals are the ledger's to its partner, who reads it from now on.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        row = await take(kind, bordereau_id, expected_version=expected_version, actor=actor)
        row.submitted_at = clock.now()
        await move(kind, row, BordereauAction.SUBMIT, "submitted_at", actor=actor)
    return row


async def acknowledge(kind: Kind[B], bordereau_id: UUID, *, expected_version: int, actor: Actor) -> B:
    """The partner agrees to a bordereau.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        row = await take(kind, bordereau_id, expected_version=expected_version, actor=actor)
        row.answered_at = clock.now()
        await move(kind, row, BordereauAction.ACKNOWLEDGE, "answered_at", actor=actor)
    return row


async def reject(kind: Kind[B], bordereau_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> B:
    """The partner does not agree to a bordereau, for good; finance may have another made for the month.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        row = await take(kind, bordereau_id, expected_version=expected_version, actor=actor)
        row.answered_at, row.rejection_reason = clock.now(), reason
        await move(kind, row, BordereauAction.REJECT, "answered_at", "rejection_reason", actor=actor, reason=reason)
    return row
