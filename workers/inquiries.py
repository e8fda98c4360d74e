"""Carries out the jobs of inquiries."""

from __future__ import annotations

from domain.inquiries import fetching, following, watching
from domain.inquiries.jobs import CloseInquiry, FetchLetters, FindAnswered
from domain.inquiries.letters import mailbox_in_use
from domain.jobs.execution import JobRun
from domain.jobs.terms import Outcome
from workers.registry import handles


@handles(FetchLetters)
async def fetch_letters(job: FetchLetters, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Takes the letters in that wait in the mailbox, if the house has one."""
    mailbox = mailbox_in_use()
    if mailbox is None:
        return Outcome.done()
    return await fetching.fetch_letters(mailbox, actor=run.actor, run=run)


@handles(FindAnswered)
async def find_answered(job: FindAnswered, run: JobRun) -> Outcome:  # noqa: ARG001 - it has no fields
    """Asks for the end of what was answered and not followed up."""
    await watching.find_answered(actor=run.actor, run=run)
    return Outcome.done()


@handles(CloseInquiry)
async def close_inquiry(job: CloseInquiry, run: JobRun) -> Outcome:
    """Ends one answered inquiry."""
    await following.close_by_itself(job.inquiry_id, actor=run.actor, run=run)
    return Outcome.done()
