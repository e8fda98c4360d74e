"""Carries out the jobs of policies."""

from __future__ import annotations

from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.policies import lapsing, rolling
from domain.policies.jobs import LapsePolicy, RollPolicies
from workers.registry import handles


@handles(RollPolicies)
async def roll_policies(job: RollPolicies, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Begins and ends the covers whose day has come."""
    await rolling.roll(actor=run.actor, run=run)
    return Outcome.done()


@handles(LapsePolicy)
async def lapse_policy(job: LapsePolicy, run: JobRun) -> Outcome:
    """Lapses one policy whose premium was not paid."""
    return await lapsing.lapse(job.policy_id, actor=run.actor, run=run)
