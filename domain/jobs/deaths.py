"""How often jobs died over the same work, so that who asks for it again can go about it more carefully."""

from __future__ import annotations

from collections import Counter
from uuid import UUID

from domain.jobs.kinds import kind_of
from domain.jobs.models import Job
from domain.jobs.terms import JobState

PASSING = ("UNAVAILABLE", "COMMIT_UNKNOWN")
"""What a job dies of while something that it needs is away: nothing is wrong with its work."""


async def count_deaths(work: type[object], subject_id: UUID) -> Counter[str]:
    """How many jobs of a kind about a row died over their own work, by their unique keys."""
    kind = kind_of(work).name
    dead = Job.filter(subject_id=subject_id, kind=kind, state=JobState.DEAD).exclude(error_code__in=PASSING)
    keys = await dead.values_list("unique_key", flat=True)
    return Counter(str(key).removeprefix(f"{kind}:") for key in keys)
