"""The customer's part of salvage that was sold: requested once finance has found the money, paid like any payout."""

from __future__ import annotations

from domain.claims.models import Claim
from domain.claims.notices import tell_customer
from domain.claims.paying import barred_from_paying, stopped_by
from domain.kernel.actor import Actor
from domain.kernel.money import Money
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.payouts.models import Payout
from domain.payouts.requests import ToCustomer, request_payout
from domain.recoveries.models import RecoveryReceipt, Salvage


async def pay_customer(claim: Claim, thing: Salvage, receipt: RecoveryReceipt, actor: Actor) -> Payout:
    """Requests the customer's part of a sale, once, and says so; claim and salvage are locked, it is posted as owed.

    It belongs to the claim, with whose payouts it is approved and stopped, and is no expense of it. Whoever handled or
    decided the claim, wrote the sale down or found its money may neither make nor approve it.

    Raises: PayoutRequestedAlready. Source: Insurance Law Art. 59, 60.
    """
    amount = Money(thing.customer_part_minor or 0, thing.currency)
    proceeds = Money(thing.proceeds_minor or 0, thing.currency)
    await tell_customer(claim, "CLAIM_SALVAGE_SHARED", actor, amount=str(amount), proceeds=str(proceeds))
    return await request_payout(
        source=Subject(SubjectKind.SALVAGE, thing.id),
        decision_no=1,
        amount=amount,
        scope=Scope(customer_id=claim.customer_id),
        to=ToCustomer(claim.id),
        barred=barred_from_paying(claim, thing.recorded_by, receipt.recorded_by, receipt.judged_by),
        stop=stopped_by(claim),
        actor=actor,
    )
