"""Going on with applications: of a customer of whom it is known who that is, and of what stands still."""

from __future__ import annotations

from uuid import UUID

from domain.applications.deciding import ask_for_billing
from domain.applications.jobs import IssuePolicy
from domain.applications.locks import subject_of
from domain.applications.models import Application
from domain.applications.submitting import ask_for_underwriting
from domain.applications.terms import ApplicationState
from domain.billing.invoices import paid_for
from domain.customers import identity
from domain.customers.terms import IdentityState
from domain.jobs.queue import enqueue
from domain.kernel.actor import Actor


async def identified(customer_id: UUID, *, actor: Actor) -> int:
    """Asks, in the current transaction, for the underwriting of all that waited for the check; how many they were."""
    waiting = await Application.filter(customer_id=customer_id, state=ApplicationState.SUBMITTED).order_by("id")
    for application in waiting:
        await ask_for_underwriting(application, actor)
    return len(waiting)


async def take_up(application: Application, actor: Actor) -> None:
    """Asks for the step that an application waits for, in the current transaction; where its job lives, that is it.

    Jobs that were given up are not taken up by themselves: whoever waits for them would wait for ever.
    """
    match application.state:
        case ApplicationState.SUBMITTED:
            identified_as = await identity.request_check(application.customer_id, actor=actor)
            if identified_as is not IdentityState.CHECKING:
                await ask_for_underwriting(application, actor)
        case ApplicationState.ACCEPTED:
            await ask_for_billing(application, actor)
        case ApplicationState.PAYMENT_PENDING:
            await ask_for_policy(application, actor)
        case _:
            return


async def ask_for_policy(application: Application, actor: Actor) -> None:
    """Has the policy of an application issued of whose invoice something was paid."""
    invoice = await paid_for(subject_of(application))
    if invoice is not None:
        await enqueue(
            IssuePolicy(application.id, invoice.id), subject=subject_of(application), actor=actor,
            unique_key=f"{invoice.id}:1",
        )  # fmt: skip
