"""Devices beyond repair 全损: tested by a rule, settled by another device or by money, as a person chooses."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from domain.claims import rules as claim_rules
from domain.claims.assessment import AssessedLine, set_lines_within
from domain.claims.cover import cover_of
from domain.claims.models import Claim
from domain.claims.repaired import ask_clearance, promise_repair
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import IllegalStep, Invalid
from domain.policies.models import Policy
from domain.policies.replacing import move_covers
from domain.products.models import ProductVersion
from domain.products.terms import Peril
from domain.repairs import rules
from domain.repairs.locks import expect_decider, take_with_policy
from domain.repairs.models import RepairOrder
from domain.repairs.notices import tell_customer
from domain.repairs.refusals import NotBeyondRepair
from domain.repairs.terms import LossOutcome, LossProposal, RepairAction, RepairState

TOTAL_LOSS = "全损：设备实际价值 Total loss: actual value"
"""What the line of the claim says."""
TEST_COLUMNS = ("actual_value_minor", "replacement_rate", "proposal", "grounds")


@dataclass(frozen=True, slots=True)
class Finding:
    """Why a device is beyond repair: there are no parts, or the repair would cost so much; an estimate goes before."""

    has_parts: bool
    cost: Money | None = None


async def declare(
    order_id: UUID, *, finding: Finding, reason: str, expected_version: int, actor: Actor
) -> RepairOrder:
    """Says that a device is beyond repair, if the total-loss test agrees; what it proposes and why is kept.

    The repairer says so after the diagnosis, the insurer once there is an estimate, or of a device that was stolen as
    soon as somebody took the order to replace it. Compliance is asked about one whose replacement makes its claim a
    major one.

    Raises: NotFound, StaleVersion, IllegalStep (of a device that is awaited and was not stolen, too), Forbidden,
    AssignedToAnother; Invalid for a cost in another currency; NotBeyondRepair.
    """
    async with transaction():
        policy, claim, found = await take_with_policy(
            order_id, RepairAction.DECLARE_BEYOND_REPAIR, expected_version=expected_version, actor=actor
        )
        order, is_stolen = found.order, found.before is RepairState.ACCEPTED
        if is_stolen and claim.cause is not Peril.THEFT:
            raise IllegalStep(action=found.action, from_state=found.before, allowed=())
        cost = _cost(order, finding)
        version = await ProductVersion.get(id=policy.product_version_id)
        terms = (await cover_of(policy, claim)).terms
        value = terms.value or terms.sum_insured
        test = rules.total_loss(
            cost=cost,
            value=value,
            replacement_rate=version.replacement_rate,
            has_parts=finding.has_parts,
            still_payable=claim_rules.ceiling(terms),
            is_stolen=is_stolen,
        )
        if test.proposal is LossProposal.REPAIR:
            raise NotBeyondRepair
        order.actual_value_minor, order.replacement_rate = value.minor, version.replacement_rate
        order.proposal, order.grounds = test.proposal, list(test.grounds)
        await found.write(
            *TEST_COLUMNS, actor=actor, reason=reason, proposal=test.proposal, grounds=test.grounds,
            actual_value_minor=value.minor, cost_minor=cost.minor if cost else None,
        )  # fmt: skip
        await ask_clearance(policy, claim, value, actor)
    return order


def _cost(order: RepairOrder, finding: Finding) -> Money | None:
    if order.estimate_minor is not None:
        return Money(order.estimate_minor, order.currency)
    if finding.cost is not None and finding.cost.currency is not order.currency:
        raise Invalid("currency", order.currency, path=("input", "repairCost"))
    return finding.cost


async def choose(
    order_id: UUID, *, outcome: LossOutcome, reason: str, expected_version: int, actor: Actor
) -> RepairOrder:
    """Chooses another device or money, whatever was proposed; the actual value becomes the bill of the claim.

    Raises: NotFound, StaleVersion, IllegalStep (of the order, or of a claim that is not being assessed), Forbidden,
    AssignedToAnother, OwnClaim, AboveAuthority; ClearanceMissing, OwnClearance for another device.
    Source: Insurance Law Art. 55.
    """
    is_cash = outcome is LossOutcome.CASH
    action = RepairAction.CHOOSE_CASH if is_cash else RepairAction.CHOOSE_REPLACEMENT
    async with transaction():
        policy, claim, found = await take_with_policy(
            order_id, action, expected_version=expected_version, actor=actor
        )
        order = found.order
        value = Money(order.actual_value_minor or 0, order.currency)
        await _write_bill(policy, claim, value, actor)
        if not is_cash:
            order.payable_minor = (await promise_repair(policy, claim, value, actor)).minor
        order.outcome, order.outcome_reason = outcome, reason
        order.approved_by, order.approved_at = actor.staff_id, clock.now()
        order.approved_minor = None if is_cash else value.minor
        await found.write(
            "outcome", "outcome_reason", "approved_by", "approved_at", "approved_minor", "payable_minor", actor=actor,
            reason=reason, outcome=outcome, proposal=order.proposal,
        )  # fmt: skip
    return order


async def _write_bill(policy: Policy, claim: Claim, value: Money, actor: Actor) -> None:
    await expect_decider(policy, claim, value, actor)
    await set_lines_within(claim, lines=[AssessedLine(TOTAL_LOSS, value)], actor=actor)


async def record_replacement(
    order_id: UUID, *, serial_number: str, reason: str, expected_version: int, actor: Actor
) -> RepairOrder:
    """Names the device that the customer gets instead; the cover goes over to it, and the customer is told.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden, AssignedToAnother; Invalid; DeviceCovered for a device that
    has a live cover for one of the perils already.
    """
    async with transaction():
        policy, _, found = await take_with_policy(
            order_id, RepairAction.RECORD_REPLACEMENT, expected_version=expected_version, actor=actor
        )
        order = found.order
        await move_covers(policy, serial_number, reason=reason, actor=actor)
        order.replacement_serial_number, order.completed_at = policy.serial_number, clock.now()
        await found.write("replacement_serial_number", "completed_at", actor=actor, reason=reason)
        await tell_customer(order, "REPAIR_DEVICE_REPLACED", actor)
    return order
