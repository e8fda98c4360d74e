"""What time does to policies: covers begin on their first day and end after their last one.

For one that is over while its premium was not paid, no premium is taken any more.
"""

from __future__ import annotations

from domain.audit.entries import record
from domain.billing.ending import end_for
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.rows import save_changes
from domain.policies.covers import release_covers
from domain.policies.lifecycle import POLICY_LIFECYCLE
from domain.policies.models import Policy
from domain.policies.notices import subject_of
from domain.policies.postings import post_ended
from domain.policies.terms import PolicyAction, PolicyState

BATCH = 200
"""Policies that one transaction moves on."""


async def roll(*, actor: Actor, run: Run | None = None, batch: int = BATCH) -> int:
    """Begins and ends every policy whose day has come, as many days late as may be; the number of steps taken.

    What was moved on is no longer found, so that a second run, or one after a crash, takes up only what is left.
    """
    moved = 0
    for action in (PolicyAction.BEGIN, PolicyAction.EXPIRE):
        await _report(moved, action, run)
        while found := await _move_batch(action, batch, actor, run):
            moved += found
            await _report(moved, action, run)
    async with transaction(run, finishing=True):
        return moved


async def _report(moved: int, action: PolicyAction, run: Run | None) -> None:
    if run is not None:
        await run.report(moved, None, "policies", f"POLICIES_{action}")


async def _move_batch(action: PolicyAction, batch: int, actor: Actor, run: Run | None) -> int:
    async with transaction(run):
        today = clock.today()
        due = (
            Policy.filter(state=PolicyState.PENDING, starts_on__lte=today)
            if action is PolicyAction.BEGIN
            else Policy.filter(state__in=(PolicyState.IN_FORCE, PolicyState.LAPSED), ends_on__lte=today)
        )
        policies = await due.select_for_update(no_key=True).order_by("id").limit(batch)
        for policy in policies:
            await _move(policy, action, actor)
        if action is PolicyAction.EXPIRE:
            await release_covers([policy.id for policy in policies])
    return len(policies)


async def _move(policy: Policy, action: PolicyAction, actor: Actor) -> None:
    before = policy.state
    policy.state = POLICY_LIFECYCLE.step(before, action, actor)
    await save_changes(policy, "state")
    if before is PolicyState.LAPSED:
        ended = await end_for(subject_of(policy), policy.currency, actor=actor)
        if ended is not None:
            await post_ended(policy, ended.unpaid, actor)
    await record(
        f"policy:{action.lower()}",
        subject_of(policy),
        actor,
        before={"state": before},
        after={"state": policy.state},
    )
