"""Estimates 报价: handed in by the repairer along its rate card, approved or sent back by the insurer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.claims.assessment import AssessedLine, set_lines_within
from domain.claims.repaired import ask_clearance, promise_repair
from domain.claims.screening import screen_estimate
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.money import Money
from domain.kernel.refusals import Invalid
from domain.kernel.rows import add_all
from domain.repairs import rules
from domain.repairs.locks import expect_decider, take_with_claim, take_with_policy
from domain.repairs.models import EstimateLine, RepairOrder
from domain.repairs.notices import tell_customer
from domain.repairs.outliers import dearest_of_median
from domain.repairs.rate_cards import card_of
from domain.repairs.refusals import AboveRateCard, NothingCovered, NotOnRateCard
from domain.repairs.rules import EstimatedLine, Rate
from domain.repairs.terms import RepairAction

MOST_OF_A_LINE = 99


async def submit(
    order_id: UUID, *, lines: Sequence[EstimatedLine], expected_version: int, actor: Actor
) -> RepairOrder:
    """The repairer hands an estimate in, along the rate card of today; the customer is told that it waits.

    Compliance is asked about one that makes its claim a major one, so that it may be approved.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; Invalid for no line, a price that is not above zero or in
    another currency, or a quantity out of bounds; NotOnRateCard, AboveRateCard.
    """
    async with transaction():
        policy, claim, found = await take_with_policy(
            order_id, RepairAction.SUBMIT_ESTIMATE, expected_version=expected_version, actor=actor
        )
        order = found.order
        if not lines:
            raise Invalid("required", path=("input", "lines"))
        card = await card_of(order.repairer_id) if order.repairer_id else []
        rows = [_row(order, position, line, card) for position, line in enumerate(lines, 1)]
        await EstimateLine.filter(order_id=order.id).delete()
        await add_all(rows)
        order.estimate_minor = rules.total(lines, order.currency).minor
        order.covered_minor = rules.covered(lines, order.currency).minor
        order.estimated_at, order.rejection_reason = clock.now(), None
        await found.write(
            "estimate_minor", "covered_minor", "estimated_at", "rejection_reason", actor=actor,
            estimate_minor=order.estimate_minor, covered_minor=order.covered_minor,
            lines=[[row.kind, row.code, row.bill_minor, row.exclusion] for row in rows],
        )  # fmt: skip
        await tell_customer(order, "REPAIR_ESTIMATE_WAITING", actor)
        await ask_clearance(policy, claim, Money(order.covered_minor, order.currency), actor)
    return order


def _row(order: RepairOrder, position: int, line: EstimatedLine, card: Sequence[Rate]) -> EstimateLine:
    path = ("input", "lines", str(position - 1))
    if line.price.currency is not order.currency:
        raise Invalid("currency", order.currency, path=(*path, "price"))
    if line.price.minor <= 0:
        raise Invalid("min", "0.01", path=(*path, "price"))
    if not 1 <= line.quantity <= MOST_OF_A_LINE:
        raise Invalid("between", f"1 and {MOST_OF_A_LINE}", path=(*path, "quantity"))
    rate = rules.rate_on(card, line.kind, line.code or "", order.currency, clock.today())
    if not rules.is_within_card(line, rate):
        raise AboveRateCard(limit=rate.price, path=(*path, "price")) if rate else NotOnRateCard(path=(*path, "code"))
    return EstimateLine(
        id=new_id(),
        order_id=order.id,
        customer_id=order.customer_id,
        partner_id=order.partner_id,
        repairer_partner_id=order.repairer_partner_id,
        position=position,
        kind=line.kind,
        code=line.code,
        description=line.description.strip(),
        quantity=line.quantity,
        currency=order.currency,
        price_minor=line.price.minor,
        bill_minor=line.bill.minor,
        card_price_minor=rate.price.minor if rate else None,
        off_card_reason=line.off_card_reason,
        covered=line.exclusion is None,
        exclusion=line.exclusion,
    )


async def approve(order_id: UUID, *, expected_version: int, actor: Actor) -> RepairOrder:
    """Lets the repair begin, within one's authority; the lines of the estimate become those of the claim.

    The repairer is promised what the contract pays of what is covered. A clearance that does not suffice is asked for
    anew with the next estimate.

    Raises: NotFound, StaleVersion, IllegalStep (of the order, or of a claim that is not being assessed), Forbidden,
    AssignedToAnother, OwnClaim, AboveAuthority, ClearanceMissing, OwnClearance; NothingCovered.
    """
    async with transaction():
        policy, claim, found = await take_with_policy(
            order_id, RepairAction.APPROVE_ESTIMATE, expected_version=expected_version, actor=actor
        )
        order = found.order
        amount = Money(order.covered_minor or 0, order.currency)
        await expect_decider(policy, claim, amount, actor)
        promised = await promise_repair(policy, claim, amount, actor)
        if promised.minor == 0:
            raise NothingCovered
        rows = await EstimateLine.filter(order_id=order.id).order_by("position")
        await set_lines_within(claim, lines=[_assessed(row) for row in rows], actor=actor)
        await screen_estimate(claim, policy, await dearest_of_median(order), actor)
        order.approved_minor, order.approved_by, order.approved_at = amount.minor, actor.staff_id, clock.now()
        order.payable_minor = promised.minor
        await found.write(
            "approved_minor", "approved_by", "approved_at", "payable_minor", actor=actor,
            approved_minor=order.approved_minor, payable_minor=order.payable_minor,
        )  # fmt: skip
    return order


def _assessed(row: EstimateLine) -> AssessedLine:
    description = row.description if row.quantity == 1 else f"{row.description}, {row.quantity}"
    return AssessedLine(description, Money(row.bill_minor, row.currency), row.exclusion)


async def reject(order_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> RepairOrder:
    """Sends an estimate back; the repairer reads why, and makes another.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother.
    """
    async with transaction():
        _, found = await take_with_claim(
            order_id, RepairAction.REJECT_ESTIMATE, expected_version=expected_version, actor=actor
        )
        found.order.rejection_reason = reason
        await found.write("rejection_reason", actor=actor, reason=reason)
    return found.order
