"""Money that came back: written down by whoever handles the claim, found or not found at the bank by finance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from domain.audit.entries import record
from domain.claims.models import Claim
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import take_turns, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import AlreadyExists, Invalid
from domain.kernel.rows import expect_version, get_visible, lock_row, lock_visible, save_changes
from domain.kernel.subject import Subject, SubjectKind
from domain.ledger.posting import post
from domain.payouts.refusals import DutiesNotSeparate
from domain.recoveries import rules
from domain.recoveries.claims import expect_parts, expect_within_paid, take_claim, worker
from domain.recoveries.lifecycle import RECEIPT_LIFECYCLE, SALVAGE_LIFECYCLE, SUBROGATION_LIFECYCLE
from domain.recoveries.models import RecoveryReceipt, Salvage, Subrogation
from domain.recoveries.reading import RECOVERY_RECEIPT
from domain.recoveries.sharing import pay_customer
from domain.recoveries.terms import ReceiptAction, ReceiptState, SalvageAction, SubrogationAction

POSTED = "recovery:received"


@dataclass(frozen=True, slots=True)
class Received:
    """Money that is said to have come in: the bank's word for it, and on which day."""

    reference: str
    received_on: date


async def add_receipt(
    claim: Claim, amount: Money, received: Received, source: Salvage | Subrogation, *, actor: Actor
) -> RecoveryReceipt:
    """Writes down money of a locked claim and source, in the current transaction; finance confirms it.

    Raises: Invalid for a day that is still to come; AlreadyExists for a reference that stands already.
    """
    if received.received_on > (today := clock.today()):
        raise Invalid("max", today.isoformat(), path=("input", "receivedOn"))
    reference = received.reference.strip()
    await take_turns(f"recovery:{reference}")
    if await RecoveryReceipt.filter(reference=reference).exclude(state=ReceiptState.REFUSED).exists():
        raise AlreadyExists("A receipt with this reference", path=("input", "reference"))
    row = await RecoveryReceipt.create(
        claim_id=claim.id,
        salvage_id=source.id if isinstance(source, Salvage) else None,
        subrogation_id=source.id if isinstance(source, Subrogation) else None,
        state=RECEIPT_LIFECYCLE.initial,
        currency=amount.currency,
        amount_minor=amount.minor,
        reference=reference,
        received_on=received.received_on,
        recorded_by=worker(actor),
    )
    after: dict[str, object] = {"state": row.state, "claim_id": claim.id, "amount_minor": row.amount_minor}
    await record("recovery_receipt:record", subject_of(row), actor, after=after)
    return row


async def confirm(receipt_id: UUID, *, expected_version: int, actor: Actor) -> RecoveryReceipt:
    """Finance found the money at the bank: it is posted, once, and the customer's part of it is requested.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; DutiesNotSeparate for whoever wrote it down; OwnClaim;
    AboveRecoverable where the payment of the claim came back meanwhile; PartsChanged where more was paid.
    """
    async with transaction():
        claim, row = await _judge(receipt_id, ReceiptAction.CONFIRM, expected_version, actor)
        await expect_within_paid(claim)
        if row.subrogation_id is not None:
            await _recovered(row, row.subrogation_id, actor)
        thing = await lock_row(Salvage, row.salvage_id) if row.salvage_id is not None else None
        customers = Money(thing.customer_part_minor or 0 if thing else 0, row.currency)
        await post(
            kind=POSTED,
            subject=Subject(SubjectKind.CLAIM, row.claim_id),
            lines=rules.recovered_lines(Money(row.amount_minor, row.currency), customers),
            actor=actor,
            key=f"recovery:{row.id}:received",
        )
        if thing is not None and customers.minor:
            await expect_parts(claim, thing)
            await pay_customer(claim, thing, row, actor)
        await _write(row, ReceiptAction.CONFIRM, actor)
    return row


async def refuse(receipt_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> RecoveryReceipt:
    """Finance does not find the money: what was sold is as before, and its reference may be written down again.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; DutiesNotSeparate; OwnClaim.
    """
    async with transaction():
        _, row = await _judge(receipt_id, ReceiptAction.REFUSE, expected_version, actor)
        row.refusal_reason = reason
        if row.salvage_id is not None:
            await _unsold(row.salvage_id, actor, reason)
        await _write(row, ReceiptAction.REFUSE, actor, reason)
    return row


async def _judge(
    receipt_id: UUID, action: ReceiptAction, expected_version: int, actor: Actor
) -> tuple[Claim, RecoveryReceipt]:
    """Locks the claim and then the receipt, and moves that; whoever wrote it down is kept away."""
    seen = await get_visible(RecoveryReceipt, RECOVERY_RECEIPT, receipt_id, actor)
    claim = await take_claim(seen.claim_id, actor)
    row = await lock_visible(RecoveryReceipt, RECOVERY_RECEIPT, receipt_id, actor)
    expect_version(row, expected_version)
    row.state = RECEIPT_LIFECYCLE.step(row.state, action, actor)
    if row.recorded_by == actor.staff_id:
        raise DutiesNotSeparate
    row.judged_by, row.judged_at = worker(actor), clock.now()
    return claim, row


async def _write(row: RecoveryReceipt, action: ReceiptAction, actor: Actor, reason: str | None = None) -> None:
    await save_changes(row, "state", "judged_by", "judged_at", "refusal_reason")
    await record(
        f"recovery_receipt:{action.lower()}", subject_of(row), actor, before={"state": ReceiptState.RECORDED},
        after={"state": row.state, "amount_minor": row.amount_minor}, reason=reason,
    )  # fmt: skip


async def _recovered(row: RecoveryReceipt, subrogation_id: UUID, actor: Actor) -> None:
    demand = await lock_row(Subrogation, subrogation_id)
    if demand is None:
        return
    before = demand.state
    demand.state = SUBROGATION_LIFECYCLE.step(before, SubrogationAction.CONFIRM_RECEIPT, actor)
    demand.recovered_minor += row.amount_minor
    await save_changes(demand, "state", "recovered_minor")
    await record(
        "subrogation:confirm_receipt", Subject(SubjectKind.SUBROGATION, demand.id), actor, before={"state": before},
        after={"state": demand.state, "recovered_minor": demand.recovered_minor},
    )  # fmt: skip


async def _unsold(salvage_id: UUID, actor: Actor, reason: str) -> None:
    thing = await lock_row(Salvage, salvage_id)
    if thing is None:
        return
    before = thing.state
    thing.state = SALVAGE_LIFECYCLE.step(before, SalvageAction.UNDO_SALE, actor)
    thing.proceeds_minor = thing.insurer_part_minor = thing.customer_part_minor = thing.ended_at = None
    await save_changes(thing, "state", "proceeds_minor", "insurer_part_minor", "customer_part_minor", "ended_at")
    await record(
        "salvage:undo_sale", Subject(SubjectKind.SALVAGE, thing.id), actor, before={"state": before},
        after={"state": thing.state}, reason=reason,
    )  # fmt: skip


def subject_of(row: RecoveryReceipt) -> Subject:
    """The receipt as other rooms name it."""
    return Subject(SubjectKind.RECOVERY_RECEIPT, row.id)
