"""Carries out the jobs of service levels; whom a warning reaches is said by the room whose matter is measured."""

from __future__ import annotations

from domain.complaints import watching as complaints
from domain.inquiries import watching as inquiries
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from domain.kernel.subject import SubjectKind
from domain.repairs import watching as repairs
from domain.service_levels import counting, watching
from domain.service_levels.jobs import CountAttainment, TimePassing, WatchClocks
from workers.registry import handles

IN_CHARGE = {
    SubjectKind.COMPLAINT: complaints.warn_of_promise,
    SubjectKind.INQUIRY: inquiries.warn_of_promise,
    SubjectKind.REPAIR_ORDER: repairs.warn_of_promise,
}
"""Who tells whoever is in charge of a matter, by its kind."""


@handles(WatchClocks)
async def watch_clocks(job: WatchClocks, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Warns of time that runs out."""
    await watching.warn(actor=run.actor, run=run)
    return Outcome.done()


@handles(TimePassing)
async def time_passing(job: TimePassing, run: JobRun) -> Outcome:
    """Tells whoever is in charge of the matter; of kinds that nobody is in charge of, only the clock tells."""
    subject = await watching.subject_of(job.clock_id)
    if subject is not None and (warn := IN_CHARGE.get(subject.kind)) is not None:
        await warn(subject.id, job.percent, actor=run.actor, run=run)
    return Outcome.done()


@handles(CountAttainment)
async def count_attainment(job: CountAttainment, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Counts what was kept."""
    await counting.count(run=run)
    return Outcome.done()
