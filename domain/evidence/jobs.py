"""The jobs of evidence: the check, and the news of what it found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.jobs.kinds import Queue, job


@job("evidence.check", queue=Queue.DOCUMENTS, max_attempts=20, time_limit=timedelta(minutes=3))
@dataclass(frozen=True)
class CheckEvidence:
    """Checks one file that came in, and releases or refuses it."""

    file_id: UUID


@job("evidence.checked", queue=Queue.DOCUMENTS)
@dataclass(frozen=True)
class EvidenceChecked:
    """News: a file was released or refused."""

    file_id: UUID
