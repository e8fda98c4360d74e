"""What recoveries need of a claim: it is locked first, was paid, and gives back no more than that in all."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from domain.claims.locks import lock_work, refuse_own_claim
from domain.claims.models import Claim
from domain.claims.notices import subject_of
from domain.claims.rules import PayableRule, left_of
from domain.claims.terms import ClaimState
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden, Invalid
from domain.payouts.news import settled_in_all
from domain.recoveries import rules
from domain.recoveries.lifecycle import STAFF
from domain.recoveries.models import RecoveryReceipt, Salvage
from domain.recoveries.refusals import AboveRecoverable, NothingPaid, PartsChanged
from domain.recoveries.terms import ReceiptState


async def take_claim(claim_id: UUID, actor: Actor) -> Claim:
    """The claim, locked, for whoever has a step to take in what comes back of it and no interest in it.

    Raises: NotFound; AssignedToAnother; OwnClaim.
    """
    claim = await lock_work(claim_id, actor, None)
    await refuse_own_claim(claim, actor.staff_id)
    return claim


async def take_paid_claim(claim_id: UUID, permission: str, actor: Actor) -> Claim:
    """The same for whoever begins to recover on it.

    Raises: Forbidden; as `take_claim`; NothingPaid.
    """
    if not actor.has(*STAFF):
        raise Forbidden(permission=permission)
    claim = await take_claim(claim_id, actor)
    if (await settled_in_all(subject_of(claim), claim.currency)).minor <= 0:
        raise NothingPaid
    return claim


async def expect_recoverable(claim: Claim, amount: Money, *path: str) -> None:
    """Lets an amount come back on a locked claim, together with all that did or is said to.

    Never more in all than was paid, for the rest is the customer's.

    Raises: Invalid for another currency or nothing; AboveRecoverable.
    Source: Insurance Law Art. 60.
    """
    if amount.currency is not claim.currency:
        raise Invalid("currency", claim.currency, path=("input", *path))
    if amount.minor <= 0:
        raise Invalid("min", "0.01", path=("input", *path, "amount"))
    paid, recovered = await _sums(claim)
    if amount > (left := left_of(paid, recovered)):
        raise AboveRecoverable(limit=left, path=("input", *path))


async def insurer_part(claim: Claim, proceeds: Money, share: Decimal) -> Money:
    """What of the proceeds of a sale is the insurer's: its share, and no more than may still come back to it.

    What is above belongs to the customer, once that is certain.

    Raises: as `expect_recoverable`.
    """
    own = rules.share_of(proceeds, share)
    paid, recovered = await _sums(claim)
    left = left_of(paid, recovered)
    if own > left and left.minor > 0 and _is_all_paid(claim, paid) and not await _is_any_unjudged(claim):
        own = left
    await expect_recoverable(claim, own, "proceeds")
    return own


def _is_all_paid(claim: Claim, paid: Money) -> bool:
    """Whether all was paid that is to be, an advance that is on its way included."""
    to_be_paid = claim.paid_minor + claim.advance_due_minor
    return claim.state in (ClaimState.PAID, ClaimState.CLOSED) and paid.minor == to_be_paid


async def _is_any_unjudged(claim: Claim) -> bool:
    """Whether something is said to have come in that finance has not judged yet."""
    return await RecoveryReceipt.filter(claim_id=claim.id, state=ReceiptState.RECORDED).exists()


async def expect_parts(claim: Claim, thing: Salvage) -> None:
    """Stops the money of a sale of which the customer would get what is the insurer's, since more was paid or is to be.

    Claim and salvage are locked, and its receipt is among what is said to have come in.

    Raises: PartsChanged.
    """
    share = rules.share_of(Money(thing.proceeds_minor or 0, claim.currency), thing.share_rate)
    if share.minor <= (thing.insurer_part_minor or 0):
        return
    paid, recovered = await _sums(claim)
    if recovered < paid or not _is_all_paid(claim, paid):
        raise PartsChanged


async def expect_within_paid(claim: Claim) -> None:
    """Stops what was written down on a locked claim of which a payment came back since.

    Raises: AboveRecoverable.
    """
    paid, recovered = await _sums(claim)
    if recovered > paid:
        raise AboveRecoverable(limit=paid)


async def _sums(claim: Claim) -> tuple[Money, Money]:
    """What was paid on a claim, and what came back or is said to."""
    standing = await RecoveryReceipt.filter(claim_id=claim.id).exclude(state=ReceiptState.REFUSED)
    recovered = Money(sum(each.amount_minor for each in standing), claim.currency)
    return await settled_in_all(subject_of(claim), claim.currency), recovered


def share_in_salvage(claim: Claim) -> Decimal:
    """The insurer's share in the salvage of a claim, 0 to 1: smaller where its thing was under-insured."""
    steps = [each for each in claim.calculation or [] if each["rule"] == PayableRule.UNDER_INSURANCE]
    return rules.insurer_share((Decimal(each["before"]), Decimal(each["after"])) for each in steps)


def worker(actor: Actor) -> UUID:
    """The member of staff who acts. Raises: Forbidden for anybody else."""
    if actor.staff_id is None:
        raise Forbidden(permission="recovery:record")
    return actor.staff_id
