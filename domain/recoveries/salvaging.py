"""The old device or its parts, from the payment of the claim to the sale, the scrap or the customer."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.audit.entries import record
from domain.claims.models import Claim
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import AlreadyExists, Invalid
from domain.kernel.rows import expect_version, get_visible, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.recoveries.claims import insurer_part, share_in_salvage, take_claim, take_paid_claim, worker
from domain.recoveries.lifecycle import SALVAGE_LIFECYCLE
from domain.recoveries.models import Salvage
from domain.recoveries.reading import SALVAGE
from domain.recoveries.receipts import Received, add_receipt
from domain.recoveries.terms import SalvageAction, SalvageState


@dataclass(frozen=True, slots=True)
class Thing:
    """The device or the part, and its serial number if it has one."""

    description: str
    serial_number: str | None = None


async def expect(claim_id: UUID, *, thing: Thing, actor: Actor) -> Salvage:
    """Writes down what passes to the insurer with the payment of a claim, and which share of it.

    Raises: Forbidden, NotFound, AssignedToAnother, OwnClaim; NothingPaid; AlreadyExists for the same serial number.
    """
    async with transaction():
        claim = await take_paid_claim(claim_id, "salvage:expect", actor)
        serial = (thing.serial_number or "").strip() or None
        if serial is not None and await Salvage.filter(claim_id=claim.id, serial_number=serial).exists():
            raise AlreadyExists("Salvage with this serial number", path=("input", "serialNumber"))
        row = await Salvage.create(
            claim_id=claim.id,
            customer_id=claim.customer_id,
            state=SALVAGE_LIFECYCLE.initial,
            description=thing.description.strip(),
            serial_number=serial,
            share_rate=share_in_salvage(claim),
            currency=claim.currency,
            recorded_by=worker(actor),
        )
        after: dict[str, object] = {"state": row.state, "claim_id": claim.id, "share_rate": str(row.share_rate)}
        await record("salvage:expect", subject_of(row), actor, after=after)
    return row


async def receive(salvage_id: UUID, *, expected_version: int, actor: Actor) -> Salvage:
    """The insurer has it.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, OwnClaim.
    """
    async with transaction():
        _, row, before = await _take(salvage_id, SalvageAction.RECEIVE, expected_version, actor)
        row.received_at = clock.now()
        await save_changes(row, "state", "received_at")
        await _record(row, SalvageAction.RECEIVE, before, actor)
    return row


async def sell(
    salvage_id: UUID, *, proceeds: Money, received: Received, expected_version: int, actor: Actor
) -> Salvage:
    """It is sold, once; finance confirms the money, of which the customer is paid what is not the insurer's.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, OwnClaim; Invalid for an amount of which
    nothing is the insurer's; AboveRecoverable where nothing may come back to it any more, or it is not certain yet how
    much; AlreadyExists for a reference that stands.
    """
    async with transaction():
        claim, row, before = await _take(salvage_id, SalvageAction.SELL, expected_version, actor)
        if proceeds.currency is not claim.currency:
            raise Invalid("currency", claim.currency, path=("input", "proceeds"))
        own = await insurer_part(claim, proceeds, row.share_rate)
        row.proceeds_minor, row.ended_at = proceeds.minor, clock.now()
        row.insurer_part_minor, row.customer_part_minor = own.minor, (proceeds - own).minor
        await save_changes(row, "state", "proceeds_minor", "insurer_part_minor", "customer_part_minor", "ended_at")
        await _record(
            row, SalvageAction.SELL, before, actor, insurer_part_minor=own.minor,
            customer_part_minor=row.customer_part_minor,
        )  # fmt: skip
        await add_receipt(claim, own, received, row, actor=actor)
    return row


async def scrap(salvage_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Salvage:
    """It is worth nothing.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, OwnClaim.
    """
    return await _end(salvage_id, SalvageAction.SCRAP, reason, expected_version, actor)


async def leave_to_customer(salvage_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Salvage:
    """The insurer leaves it to the customer, who sees that from now on.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother, OwnClaim.
    """
    return await _end(salvage_id, SalvageAction.LEAVE_TO_CUSTOMER, reason, expected_version, actor)


async def _end(
    salvage_id: UUID, action: SalvageAction, reason: str, expected_version: int, actor: Actor
) -> Salvage:
    async with transaction():
        _, row, before = await _take(salvage_id, action, expected_version, actor)
        row.reason, row.ended_at = reason, clock.now()
        await save_changes(row, "state", "reason", "ended_at")
        await _record(row, action, before, actor, reason)
    return row


async def _take(
    salvage_id: UUID, action: SalvageAction, expected_version: int, actor: Actor
) -> tuple[Claim, Salvage, SalvageState]:
    """Locks the claim and then its salvage, and moves that; also the state that it leaves."""
    seen = await get_visible(Salvage, SALVAGE, salvage_id, actor)
    claim = await take_claim(seen.claim_id, actor)
    row = await lock_visible(Salvage, SALVAGE, salvage_id, actor)
    expect_version(row, expected_version)
    before = row.state
    row.state = SALVAGE_LIFECYCLE.step(before, action, actor)
    return claim, row, before


async def _record(
    row: Salvage, action: SalvageAction, before: SalvageState, actor: Actor, reason: str | None = None, **after: object
) -> None:
    await record(
        f"salvage:{action.lower()}", subject_of(row), actor, before={"state": before},
        after={"state": row.state, **after}, reason=reason,
    )  # fmt: skip


def subject_of(row: Salvage) -> Subject:
    """The salvage as other rooms name it."""
    return Subject(SubjectKind.SALVAGE, row.id)
