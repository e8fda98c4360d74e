"""Subscriptions of jobs."""

from __future__ import annotations

import strawberry

from api.jobs.types import Job
from api.reading import fields
from domain.jobs.terms import FINISHED


@strawberry.type
class JobsSubscriptions:
    """What can be watched of jobs."""

    job_updated: Job = fields.watched("One job as it stands, and after every change, until it has ended.", FINISHED)
