"""Carries out the jobs of evidence, and tells the rooms that the files are about."""

from __future__ import annotations

from datetime import timedelta

from domain.claims.jobs import TakeInPaper
from domain.documents.keeping import store_in_use
from domain.evidence import checking, news
from domain.evidence.inspecting import ScannerUnavailable, inspector_in_use, scanner_in_use
from domain.evidence.jobs import CheckEvidence, EvidenceChecked
from domain.jobs.execution import JobRun
from domain.jobs.queue import enqueue
from domain.jobs.terms import Outcome
from domain.kernel import clock
from domain.kernel.database import transaction
from domain.kernel.subject import Subject, SubjectKind
from workers.registry import handles

PAUSE = timedelta(minutes=2)
"""Until a scanner that did not answer is asked again; a file waits for it as long as it takes."""


@handles(CheckEvidence)
async def check_evidence(job: CheckEvidence, run: JobRun) -> Outcome:
    """Checks one file."""
    try:
        await checking.check(
            job.file_id,
            inspector=inspector_in_use(),
            scanner=scanner_in_use(),
            store=store_in_use(),
            actor=run.actor,
            run=run,
        )
    except ScannerUnavailable:
        return Outcome.later(clock.now() + PAUSE, "ScannerUnavailable")
    return Outcome.done()


@handles(EvidenceChecked)
async def evidence_checked(job: EvidenceChecked, run: JobRun) -> Outcome:
    """Tells the room that the file is about, by a job of its own."""
    found = await news.checked(job.file_id)
    if found.subject.kind is SubjectKind.CLAIM:
        async with transaction(run, finishing=True) as tx:
            work = TakeInPaper(found.subject.id, job.file_id)
            told = await enqueue(work, actor=run.actor, subject=found.subject, unique_key=str(job.file_id))
            tx.made = Subject(SubjectKind.JOB, told)
    return Outcome.done()
