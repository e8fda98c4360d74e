"""The jobs of policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job
from domain.jobs.wording import words

words(
    POLICIES_BEGIN=("Beginning the covers whose first day has come.", "正在使到期起保的保单生效。"),
    ROWS_REGISTER=("Selling the rows of the file.", "正在逐行承保。"),
    POLICIES_EXPIRE=("Ending the covers whose last day is over.", "正在终止已届满的保单。"),
)


@job("policies.roll", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=10))
@dataclass(frozen=True)
class RollPolicies:
    """Every day: begins the covers whose first day has come and ends those whose last day is over."""


@job("policies.lapse", queue=Queue.MONEY)
@dataclass(frozen=True)
class LapsePolicy:
    """Lapses a policy whose premium was not paid within the days of grace, unless it was paid meanwhile."""

    policy_id: UUID


@job("policies.register_upload", queue=Queue.BULK, time_limit=timedelta(minutes=5))
@dataclass(frozen=True)
class RegisterUpload:
    """Tells how far the sales of a file are, and what became of each row when all are worked off."""

    registration_id: UUID


@job("policies.register_part", queue=Queue.BULK, max_attempts=5, time_limit=timedelta(minutes=5))
@dataclass(frozen=True)
class RegisterPart:
    """Sells the rows of a piece of a file, each once; `deaths` is how many jobs died over it before."""

    part_id: UUID
    deaths: int = 0


@job("policies.make_documents", queue=Queue.DOCUMENTS, time_limit=timedelta(seconds=60))
@dataclass(frozen=True)
class MakePolicyDocuments:
    """Makes the documents of a policy that was issued."""

    policy_id: UUID
