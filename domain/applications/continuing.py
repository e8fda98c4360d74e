"""Going on with the applications of a customer once it is known who he or she is."""

from __future__ import annotations

from uuid import UUID

from domain.applications.models import Application
from domain.applications.submitting import ask_for_underwriting
from domain.applications.terms import ApplicationState
from domain.kernel.actor import Actor


async def identified(customer_id: UUID, *, actor: Actor) -> int:
    """Asks, in the current transaction, for the underwriting of all that waited for the check; how many they were."""
    waiting = await Application.filter(customer_id=customer_id, state=ApplicationState.SUBMITTED).order_by("id")
    for application in waiting:
        await ask_for_underwriting(application, actor)
    return len(waiting)
