"""Carries out the jobs of policies."""

from __future__ import annotations

from domain.documents.keeping import renderer_in_use, store_in_use
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.policies import documenting, lapsing, rolling, uploaded
from domain.policies.jobs import LapsePolicy, MakePolicyDocuments, RegisterPart, RegisterUpload, RollPolicies
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


@handles(MakePolicyDocuments)
async def make_policy_documents(job: MakePolicyDocuments, run: JobRun) -> Outcome:
    """Makes the documents of one policy."""
    await documenting.make_documents(
        job.policy_id, renderer=renderer_in_use(), store=store_in_use(), actor=run.actor, run=run
    )
    return Outcome.done()


@handles(RegisterUpload)
async def register_upload(job: RegisterUpload, run: JobRun) -> Outcome:
    """Follows the sales of one file to their end."""
    return await uploaded.follow(job.registration_id, store=store_in_use(), actor=run.actor, run=run)


@handles(RegisterPart)
async def register_part(job: RegisterPart, run: JobRun) -> Outcome:
    """Sells the rows of one piece of a file."""
    await uploaded.register_part(
        job.part_id, deaths=job.deaths, store=store_in_use(), actor=run.actor, run=run
    )
    return Outcome.done()
