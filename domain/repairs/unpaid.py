"""Not paying a repairer who had a part in a fraud: its payout is cancelled, and its order ends without money."""

from __future__ import annotations

from uuid import UUID

from domain.claims.locks import refuse_own_claim
from domain.claims.refusals import FraudNotConfirmed
from domain.claims.repaired import spare_repair
from domain.claims.terms import ANSWERED, ReferralState
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.refusals import IllegalStep
from domain.payouts.cancelling import cancel_owed
from domain.payouts.refusals import PaymentUnderWay
from domain.repairs.locks import subject_of, take_with_claim
from domain.repairs.models import RepairOrder
from domain.repairs.terms import RepairAction


async def refuse_payment(order_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> RepairOrder:
    """Says that a repairer gets nothing of its invoice, which is of a claim that risk found false and that is answered.

    One who has no part in the fraud is paid: risk or compliance let its payout go.

    Raises: NotFound, StaleVersion, IllegalStep (of the order, or of a claim that is not answered), Forbidden, OwnClaim,
    FraudNotConfirmed; PaymentUnderWay while the bank may be paying it, or has. Source: Insurance Law Art. 27.
    """
    async with transaction():
        claim, found = await take_with_claim(
            order_id, RepairAction.REFUSE_PAYMENT, expected_version=expected_version, actor=actor
        )
        await refuse_own_claim(claim, actor.staff_id)
        if claim.referral is not ReferralState.CONFIRMED:
            raise FraudNotConfirmed
        if claim.state not in ANSWERED:
            raise IllegalStep(action=RepairAction.REFUSE_PAYMENT, from_state=claim.state, allowed=())
        (part,) = await cancel_owed(subject_of(found.order), actor=actor)
        if part.is_paid:
            raise PaymentUnderWay
        await spare_repair(claim, part.amount, actor)
        found.order.rejection_reason, found.order.payable_minor = reason, 0
        await found.write("rejection_reason", "payable_minor", actor=actor, reason=reason)
    return found.order
