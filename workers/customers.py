"""Carries out the jobs of customers, and tells the rooms that wait for the identity of one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias
from uuid import UUID

from domain.applications import continuing
from domain.customers import identity
from domain.customers.identity_register import register_in_use
from domain.customers.jobs import IdentityChecked, VerifyIdentity
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.kernel.database import transaction
from domain.kernel.subject import Subject, SubjectKind
from workers.registry import handles

OnIdentity: TypeAlias = Callable[[UUID, JobRun], Awaitable[object]]
"""What a room does about a customer whose check has ended; each of its transactions is of this run of the job."""


async def _go_on_with_applications(customer_id: UUID, run: JobRun) -> None:
    async with transaction(run):
        await continuing.identified(customer_id, actor=run.actor)


TOLD_OF_IDENTITY: list[OnIdentity] = [_go_on_with_applications]
"""The rooms that wait for a customer's identity, in their order."""


@handles(VerifyIdentity)
async def verify_identity(job: VerifyIdentity, run: JobRun) -> Outcome:
    """Asks the register about a customer."""
    return await identity.verify(job.customer_id, gateway=register_in_use(), actor=run.actor, run=run)


@handles(IdentityChecked)
async def identity_checked(job: IdentityChecked, run: JobRun) -> Outcome:
    """Tells every room that waits."""
    for told in TOLD_OF_IDENTITY:
        await told(job.customer_id, run)
    return Outcome.done(Subject(SubjectKind.CUSTOMER, job.customer_id))
