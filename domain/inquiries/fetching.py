"""Emptying the mailbox: every letter that waits is taken in, and put away only once that has been committed."""

from __future__ import annotations

import logging
from datetime import timedelta
from time import monotonic

from domain.inquiries.arriving import take_in
from domain.inquiries.letters import Arrived, Mailbox, MailboxRefused, MailboxUnavailable, Unreadable
from domain.inquiries.parsing import letter_in
from domain.inquiries.terms import Arrival
from domain.jobs.terms import Outcome
from domain.kernel.actor import Actor
from domain.kernel.database import Run, transaction
from domain.kernel.settings import settings

log = logging.getLogger("aftercare.inquiries")
BATCH = 20
"""Letters held in memory at once."""
LONGEST = timedelta(seconds=45)
"""After so long a look ends, and the next one goes on."""


async def fetch_letters(mailbox: Mailbox, *, actor: Actor, run: Run | None = None) -> Outcome:
    """Takes the letters that wait in; what nobody can take in is put aside for people to look at.

    A mailbox out of reach is looked at again by the next job; one that does not let us in needs somebody to act. What
    was not put away comes again and is known again.
    """
    until = monotonic() + LONGEST.total_seconds()
    try:
        while monotonic() < until and (arrived := await mailbox.fetch(BATCH)):
            for each in arrived:
                put_away = mailbox.settle if await _take(each, actor, run) else mailbox.reject
                await put_away(each.uid)
    except MailboxUnavailable as lost:
        log.warning("the mailbox is out of reach: %s", lost)
    except MailboxRefused:
        return Outcome.refused("MAILBOX_REFUSED")
    async with transaction(run, finishing=True):
        return Outcome.done()


async def _take(arrived: Arrived, actor: Actor, run: Run | None) -> bool:
    """Whether a mail was taken in; not what cannot be read, nor what a machine wrote."""
    try:
        letter = letter_in(arrived, most=settings().letter_limit)
    except Unreadable as fault:
        log.warning("a mail cannot be read: %s", fault)
        return False
    return await take_in(letter, actor=actor, run=run) is not Arrival.AUTOMATIC
