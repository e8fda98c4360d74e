"""The steps of a job: what the relay and the workers do to it, and what an administrator may."""

from __future__ import annotations

from domain.jobs.terms import LEASED, JobAction, JobState
from domain.kernel.actor import Role
from domain.kernel.lifecycle import Lifecycle, step

A, S = JobAction, JobState
ADMIN, SYSTEM = Role.ADMIN, Role.SYSTEM

JOB_LIFECYCLE: Lifecycle[JobState, JobAction] = Lifecycle(
    name="job",
    initial=S.AVAILABLE,
    steps=(
        step(A.DISPATCH, S.AVAILABLE, S.DISPATCHED, SYSTEM),
        step(A.RECALL, LEASED, S.AVAILABLE, SYSTEM),
        step(A.CLAIM, S.DISPATCHED, S.EXECUTING, SYSTEM),
        step(A.FINISH, (*LEASED, S.PARKED), S.SUCCEEDED, SYSTEM),
        step(A.POSTPONE, (*LEASED, S.PARKED), S.AVAILABLE, SYSTEM),
        step(A.PARK, LEASED, S.PARKED, SYSTEM),
        step(A.GIVE_UP, (*LEASED, S.PARKED), S.DEAD, SYSTEM),
        step(A.CANCEL, (S.AVAILABLE, S.DISPATCHED), S.CANCELLED, ADMIN, SYSTEM),
        step(A.CANCEL, S.EXECUTING, S.EXECUTING, ADMIN),
        step(A.SNOOZE, S.AVAILABLE, S.AVAILABLE, ADMIN),
        step(A.RETRY, S.DEAD, S.AVAILABLE, ADMIN),
    ),
)
"""An executing job is not torn from its worker: CANCEL leaves a wish there, which holds between two attempts."""
