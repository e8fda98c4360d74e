"""What ends with an application that leads to no policy: the covers kept free, the clocks, the invoice."""

from __future__ import annotations

from domain.applications.locks import subject_of
from domain.applications.models import Application
from domain.billing.invoices import live_for, paid_for
from domain.billing.refusals import PaidInPart
from domain.billing.voiding import void_within
from domain.kernel.actor import Actor
from domain.policies.covers import release_holds
from domain.service_levels import clocks


async def let_go(application: Application, *, reason: str, actor: Actor) -> None:
    """Ends all that hangs on an application, in the current transaction.

    Raises: PaidInPart when something was paid for it.
    """
    biller = Actor.system("applications.void", actor.party)
    invoices = await live_for(subject_of(application))
    if await paid_for(subject_of(application)) is not None:
        raise PaidInPart
    for invoice in invoices:
        await void_within(invoice.id, reason=reason, expected_version=None, actor=biller)
    await release_holds(subject_of(application))
    await clocks.drop(subject_of(application))
