"""Lapse (失效) of a policy whose premium was not paid within the days of grace, and its reinstatement (复效)."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.billing.refusals import PremiumOverdue
from domain.billing.reviving import revive
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import expect_version, lock_row, lock_visible, save_changes
from domain.policies.covers import release_covers, take_covers_again
from domain.policies.lifecycle import POLICY_LIFECYCLE
from domain.policies.models import Policy, PolicyLapse
from domain.policies.notices import subject_of, tell_customer
from domain.policies.reading import POLICY
from domain.policies.terms import PolicyAction, PolicyState

AFTER_ROLL = timedelta(minutes=15)
"""How long after the first instant of a day its covers have begun."""
COVERED_AGAIN = timedelta(days=1)
"""From reinstatement to the first day that is covered again: no loss of the same day can be bought into the cover."""


async def lapse(policy_id: UUID, *, actor: Actor, run: Run | None = None) -> Outcome:
    """Lapses a policy whose premium is overdue: nothing is covered from today on, and the device may be insured anew.

    One whose cover has not begun lapses on the day that it begins; one whose premium was paid meanwhile goes on.
    """
    async with transaction(run):
        policy = await Policy.get_or_none(id=policy_id)
    if policy is not None and policy.state is PolicyState.PENDING:
        return Outcome.later(max(clock.now(), clock.start_of(policy.starts_on)) + AFTER_ROLL)
    async with transaction(run, finishing=True) as tx:
        policy = await lock_row(Policy, policy_id)
        if policy is None or policy.state is not PolicyState.IN_FORCE:
            return Outcome.done()
        overdue = await revive(subject_of(policy), actor=actor)
        if overdue is not None:
            await _lapse(policy, actor)
            tx.made = subject_of(policy)
            await tell_customer(policy, "POLICY_LAPSED", actor, amount=str(overdue), day=clock.today().isoformat())
    return Outcome.done()


async def _lapse(policy: Policy, actor: Actor) -> None:
    before = policy.state
    policy.state = POLICY_LIFECYCLE.step(before, PolicyAction.LAPSE, actor)
    await save_changes(policy, "state")
    await PolicyLapse.create(
        policy_id=policy.id,
        customer_id=policy.customer_id,
        partner_id=policy.partner_id,
        lapsed_on=clock.today(),
    )
    await release_covers([policy.id])
    await record(
        "policy:lapse", subject_of(policy), actor, before={"state": before}, after={"state": policy.state}
    )


async def reinstate(policy_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> Policy:
    """Puts a lapsed policy in force again once nothing is overdue; its losses are covered from tomorrow on.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; PremiumOverdue; DeviceCovered when the device was insured
    otherwise meanwhile.
    """
    async with transaction():
        policy = await lock_visible(Policy, POLICY, policy_id, actor)
        expect_version(policy, expected_version)
        before = policy.state
        policy.state = POLICY_LIFECYCLE.step(before, PolicyAction.REINSTATE, actor)
        overdue = await revive(subject_of(policy), actor=actor)
        if overdue is not None:
            raise PremiumOverdue(amount=overdue)
        await take_covers_again(policy)
        await save_changes(policy, "state")
        covered_again_on = clock.today() + COVERED_AGAIN
        await PolicyLapse.filter(policy_id=policy.id, covered_again_on=None).update(covered_again_on=covered_again_on)
        await record(
            "policy:reinstate", subject_of(policy), actor, before={"state": before},
            after={"state": policy.state, "covered_again_on": covered_again_on}, reason=reason,
        )  # fmt: skip
        await tell_customer(policy, "POLICY_REINSTATED", actor, day=covered_again_on.isoformat())
    return policy
