"""Demands in the insurer's name against third parties, from the payment of the claim on."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.claims.models import Claim
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.masks import mask_name
from domain.kernel.money import Money
from domain.kernel.rows import add_all, expect_version, get_visible, lock_visible, save_changes
from domain.kernel.sealing import seal
from domain.kernel.subject import Subject, SubjectKind
from domain.recoveries.claims import expect_recoverable, take_claim, take_paid_claim, worker
from domain.recoveries.lifecycle import SUBROGATION_LIFECYCLE
from domain.recoveries.models import RecoveryReceipt, Subrogation
from domain.recoveries.reading import SUBROGATION
from domain.recoveries.receipts import Received, add_receipt
from domain.recoveries.refusals import ReceiptPending
from domain.recoveries.terms import ReceiptState, SubrogationAction, SubrogationState

PARTY = "subrogation:party"


@dataclass(frozen=True, slots=True)
class Liability:
    """Who has to answer for the loss, and on what ground."""

    party: str
    ground: str


async def start(claim_id: UUID, *, liability: Liability, demand: Money, actor: Actor) -> Subrogation:
    """Opens a demand against whoever has to answer for the loss; the name is sealed.

    Raises: Forbidden, NotFound, AssignedToAnother, OwnClaim; NothingPaid; Invalid; AboveRecoverable.
    Source: Insurance Law Art. 60.
    """
    async with transaction():
        claim = await take_paid_claim(claim_id, "subrogation:open", actor)
        await expect_recoverable(claim, demand, "demand")
        row_id, party = new_id(), liability.party.strip()
        row = Subrogation(
            id=row_id,
            claim_id=claim.id,
            state=SUBROGATION_LIFECYCLE.initial,
            party_sealed=seal(PARTY, row_id, party),
            party_mask=mask_name(party),
            ground=liability.ground,
            currency=claim.currency,
            demand_minor=demand.minor,
            opened_by=worker(actor),
        )
        await add_all([row])
        after: dict[str, object] = {"state": row.state, "claim_id": claim.id, "demand_minor": demand.minor}
        await record("subrogation:open", subject_of(row), actor, after=after)
    return row


async def demand_payment(subrogation_id: UUID, *, expected_version: int, actor: Actor) -> Subrogation:
    """The third party was asked to pay.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, OwnClaim.
    """
    async with transaction():
        _, row, before = await _take(subrogation_id, SubrogationAction.DEMAND, expected_version, actor)
        row.demanded_at = clock.now()
        await save_changes(row, "state", "demanded_at")
        await _record(row, SubrogationAction.DEMAND, before, actor)
    return row


async def record_receipt(
    subrogation_id: UUID, *, amount: Money, received: Received, expected_version: int, actor: Actor
) -> RecoveryReceipt:
    """Writes down what the third party paid, all of it or a part; finance confirms it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, OwnClaim; Invalid; AboveRecoverable;
    AlreadyExists for a reference that stands.
    """
    async with transaction():
        claim, row, before = await _take(
            subrogation_id, SubrogationAction.RECORD_RECEIPT, expected_version, actor
        )
        await expect_recoverable(claim, amount, "amount")
        await save_changes(row, "state")
        await _record(row, SubrogationAction.RECORD_RECEIPT, before, actor)
        return await add_receipt(claim, amount, received, row, actor=actor)


async def close(subrogation_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Subrogation:
    """Nothing more is expected of the third party.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, OwnClaim; ReceiptPending.
    """
    return await _end(subrogation_id, SubrogationAction.CLOSE, reason, expected_version, actor)


async def waive(subrogation_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Subrogation:
    """A manager gives a demand up of which nothing came in.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, OwnClaim; ReceiptPending.
    """
    return await _end(subrogation_id, SubrogationAction.WAIVE, reason, expected_version, actor)


async def _end(
    subrogation_id: UUID, action: SubrogationAction, reason: str, expected_version: int, actor: Actor
) -> Subrogation:
    async with transaction():
        _, row, before = await _take(subrogation_id, action, expected_version, actor)
        if await RecoveryReceipt.filter(subrogation_id=row.id, state=ReceiptState.RECORDED).exists():
            raise ReceiptPending
        row.reason, row.ended_at = reason, clock.now()
        await save_changes(row, "state", "reason", "ended_at")
        await _record(row, action, before, actor, reason)
    return row


async def _take(
    subrogation_id: UUID, action: SubrogationAction, expected_version: int, actor: Actor
) -> tuple[Claim, Subrogation, SubrogationState]:
    """Locks the claim and then the demand, and moves that; also the state that it leaves."""
    seen = await get_visible(Subrogation, SUBROGATION, subrogation_id, actor)
    claim = await take_claim(seen.claim_id, actor)
    row = await lock_visible(Subrogation, SUBROGATION, subrogation_id, actor)
    expect_version(row, expected_version)
    before = row.state
    row.state = SUBROGATION_LIFECYCLE.step(before, action, actor)
    return claim, row, before


async def _record(
    row: Subrogation, action: SubrogationAction, before: SubrogationState, actor: Actor, reason: str | None = None
) -> None:
    await record(
        f"subrogation:{action.lower()}", subject_of(row), actor, before={"state": before}, after={"state": row.state},
        reason=reason,
    )  # fmt: skip


def subject_of(row: Subrogation) -> Subject:
    """The demand as other rooms name it."""
    return Subject(SubjectKind.SUBROGATION, row.id)
