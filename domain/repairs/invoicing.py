"""What a repairer is paid: its invoice asks for it, the bank ends it."""

from __future__ import annotations

from uuid import UUID

from domain.claims.jobs import RecordClaimRepaired
from domain.claims.models import Claim
from domain.claims.paying import barred_from_paying, stopped_by
from domain.claims.repaired import bill_repair
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid
from domain.kernel.rows import lock_row
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.payouts.requests import ToPartner, request_payout
from domain.repairs.lifecycle import REPAIR_LIFECYCLE
from domain.repairs.locks import Move, subject_of, take_with_policy
from domain.repairs.models import Repairer, RepairOrder
from domain.repairs.refusals import AboveApproved
from domain.repairs.terms import RepairAction, RepairState


async def invoice(
    order_id: UUID, *, number: str, amount: Money, expected_version: int, actor: Actor
) -> RepairOrder:
    """The repairer sends its invoice, for no more than was approved, and what the contract pays of it is requested.

    The customer bears the rest at the repairer's, such as the deductible. Whoever approved the estimate, or had a part
    in the claim, may neither make nor approve the payout. An invoice of which the insurer owes nothing is settled at
    once.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Invalid for an amount not above zero or in another currency;
    AboveApproved.
    """
    async with transaction():
        policy, claim, found = await take_with_policy(
            order_id, RepairAction.INVOICE, expected_version=expected_version, actor=actor
        )
        order = found.order
        _expect_within(order, amount)
        order.invoice_number, order.invoiced_minor = number.strip(), amount.minor
        promised = Money(order.payable_minor or 0, order.currency)
        estimated = Money(order.approved_minor or 0, order.currency)
        due = await bill_repair(policy, claim, estimated=estimated, bill=amount, promised=promised)
        order.payable_minor = due.minor
        await found.write(
            "invoice_number", "invoiced_minor", "payable_minor", actor=actor, invoice_number=order.invoice_number,
            invoiced_minor=amount.minor, payable_minor=due.minor,
        )  # fmt: skip
        if due.minor:
            await _request(order, claim, due, actor)
        else:
            await _settle(order, Actor.system("repairs.settle", actor.party))
    return order


def _expect_within(order: RepairOrder, amount: Money) -> None:
    if amount.currency is not order.currency:
        raise Invalid("currency", order.currency, path=("input", "amount"))
    if amount.minor <= 0:
        raise Invalid("min", "0.01", path=("input", "amount"))
    approved = Money(order.approved_minor or 0, order.currency)
    if amount > approved:
        raise AboveApproved(limit=approved, path=("input", "amount"))


async def _request(order: RepairOrder, claim: Claim, due: Money, actor: Actor) -> None:
    repairer = await Repairer.get(id=order.repairer_id)
    await request_payout(
        source=subject_of(order),
        decision_no=1,
        amount=due,
        scope=Scope(),
        to=ToPartner(repairer.partner_id, matter_id=claim.id),
        barred=barred_from_paying(claim, order.approved_by),
        stop=stopped_by(claim),
        actor=actor,
    )


async def record_paid(order_id: UUID, *, actor: Actor, run: Run | None = None) -> None:
    """The bank settled the payout to the repairer: the order is settled, and its claim hears of it. Nothing twice.

    Raises: NotFound, IllegalStep, Forbidden.
    """
    async with transaction(run, finishing=True) as tx:
        order = await lock_row(RepairOrder, order_id)
        if order is not None and order.state is not RepairState.SETTLED:
            await _settle(order, actor)
            tx.made = subject_of(order)


async def _settle(order: RepairOrder, actor: Actor) -> None:
    move = Move(order, RepairAction.SETTLE, order.state)
    order.state = REPAIR_LIFECYCLE.step(order.state, RepairAction.SETTLE, actor)
    order.settled_at = clock.now()
    await move.write("settled_at", actor=actor)
    claim = Subject(SubjectKind.CLAIM, order.claim_id)
    scope = Scope(order.customer_id, order.partner_id)
    await enqueue(RecordClaimRepaired(order.claim_id), actor=actor, subject=claim, scope=scope)
